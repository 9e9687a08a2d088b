"""What the recording tells its recorders: the next one all that the one before had not sealed, and the end last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.client.ipc.from_recorder import Calibrated, EventSealed, Finished, RecorderProblem, SegmentSealed, TakeStarted
from app.client.ipc.message import ZeroAngles
from app.client.ipc.problems import RecordingProblem
from app.client.recording.pending_events import IN_FLIGHT, MOST_WAITING
from app.client.recording.recording import ChosenSources, Recording
from app.client.state.attempts import Attempt, AttemptStore
from app.client.state.exam_time import ExamTime
from app.events.lockdown import ExamReleasedEvent, ReleaseReason
from app.events.session import ExamPageEvent, HandedInEvent, PageIncident, PhaseEvent, SessionPhase, WindowLeftEvent
from tests.fixtures.fake_recorder import FakeRecorders
from tests.fixtures.manual_scheduler import ManualScheduler
from tests.fixtures.session import ATTEMPT, plain_exam

BLOCKED = ExamPageEvent(PageIncident.RESOURCE_BLOCKED)


class Heard:
    """A `RecordingListener` that keeps what matters here."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *given, **named: self.calls.append((name, (*given, named) if given and named else given or named))

    def of(self, name: str) -> list[Any]:
        return [given for each, given in self.calls if each == name]


class Bench:
    def __init__(self, folder: Path) -> None:
        self.exam = plain_exam()
        self.heard, self.loop, self.recorders = Heard(), ManualScheduler(), FakeRecorders()
        self.store = AttemptStore(folder)
        self.recording = Recording(
            settings=self.exam,
            sources=ChosenSources(None, None, None),
            spool=folder,
            attempts=self.store,
            exam_file=b"signed",
            listener=self.heard,
            scheduler=self.loop,
            start=self.recorders,
        )

    def attempt(self, **changes: object) -> Attempt:
        values = {
            "attempt": ATTEMPT,
            "institution": "test-college",
            "exam": "exam-1",
            "settings_sha256": "0" * 64,
            "settings_blake2b512": "0" * 128,
            "signature": "none",
            "candidate": "candidate-1",
            "endpoint": self.exam.delivery.endpoints[0],
        }
        return Attempt.model_validate({**values, **changes})

    def begin(self, **changes: object) -> None:
        self.recording.open()
        self.recording.begin(self.attempt(**changes))
        self.start_take()

    def start_take(self) -> None:
        take = self.recorders.latest.sent_of("begin")[-1].take
        self.recorders.latest.speak(TakeStarted(take=take, hid="00"))

    def die(self) -> None:
        self.recorders.latest.exit(-9)
        self.loop.pass_s(3)

    def told(self) -> list[str]:
        return [note.event for note in self.recorders.latest.sent_of("record_event")]

    def seal_all(self) -> None:
        sealed = 0
        while (last := self.recorders.latest.sent_of("record_event")[-1].number) > sealed:
            sealed = last
            self.recorders.latest.speak(EventSealed(number=last))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def kinds(bench: Bench) -> list[str]:
    return [message.kind for message in bench.recorders.latest.sent]


def test_events_wait_until_a_take_has_started(bench: Bench) -> None:
    bench.recording.open()
    bench.recording.begin(bench.attempt())
    bench.recording.note(WindowLeftEvent(), seen_ns=5)
    assert bench.told() == []
    bench.start_take()
    assert [(note.event, note.at_ns) for note in bench.recorders.latest.sent_of("record_event")] == [("window_left", 5)]
    assert bench.recording.running


def test_what_begins_keeps_its_exam_file(bench: Bench) -> None:
    bench.recording.open()
    assert bench.store.exam_file(ATTEMPT) is None
    bench.recording.begin(bench.attempt())
    kept = bench.store.exam_file(ATTEMPT)
    assert kept is not None
    assert kept.read_bytes() == b"signed"


def test_the_next_recorder_is_told_what_the_one_before_had_not_sealed(bench: Bench) -> None:
    bench.begin()
    bench.recording.begin_exam()
    bench.recording.note(WindowLeftEvent())
    bench.seal_all()
    bench.recording.note(HandedInEvent())
    bench.recorders.latest.speak(SegmentSealed(stream="webcam", t0_us=7))
    bench.die()
    assert kinds(bench) == ["open", "begin", "begin_exam"]
    bench.start_take()
    assert bench.told() == ["handed_in", "gap"]


def test_no_more_is_sent_at_a_time_than_a_recorder_is_to_hold_and_the_end_comes_last(bench: Bench) -> None:
    bench.begin()
    for _ in range(IN_FLIGHT + 50):
        bench.recording.note(BLOCKED)
    bench.recording.note(HandedInEvent())
    bench.recording.finish()
    assert len(bench.told()) == IN_FLIGHT
    assert "finish" not in kinds(bench)
    bench.seal_all()
    assert len(bench.told()) == IN_FLIGHT + 51
    assert kinds(bench)[-1] == "finish"
    assert kinds(bench).count("finish") == 1
    bench.recorders.latest.speak(Finished())
    assert bench.heard.of("recording_finished") == []
    bench.recorders.latest.exit(0)
    assert bench.heard.of("recording_finished") == [{"complete": True}]


def test_a_recorder_that_answers_nothing_is_told_in_the_end_how_much_it_missed(bench: Bench) -> None:
    bench.begin()
    for _ in range(MOST_WAITING + 200):
        bench.recording.note(BLOCKED)
    bench.recording.note(HandedInEvent())
    bench.recording.finish()
    bench.seal_all()
    assert bench.told().count("page") == MOST_WAITING
    (dropped,) = [note for note in bench.recorders.latest.sent_of("record_event") if note.event == "events_dropped"]
    assert (dropped.facts["of"], dropped.facts["count"]) == ("page", 200)
    assert kinds(bench)[-1] == "finish"


def test_the_hand_in_is_sealed_by_the_next_recorder_where_one_dies_just_then(bench: Bench) -> None:
    bench.begin()
    bench.recording.note(HandedInEvent())
    bench.recording.finish()
    bench.die()
    assert bench.heard.of("recording_finished") == []
    assert bench.heard.of("recording_problem") == [(RecordingProblem.RECORDER_EXITED, {"recorder_gone": True})]
    bench.start_take()
    assert bench.told() == ["handed_in"]
    assert kinds(bench)[-1] == "finish"
    bench.recorders.latest.speak(Finished())
    bench.recorders.latest.exit(0)
    assert bench.heard.of("recording_finished") == [{"complete": False}]


def test_the_hand_in_waits_for_a_recorder_that_is_only_just_being_started(bench: Bench) -> None:
    bench.begin()
    bench.die()
    bench.recording.note(HandedInEvent())
    bench.recording.finish()
    assert "finish" not in kinds(bench)
    bench.start_take()
    assert (bench.told(), kinds(bench)[-1]) == (["handed_in"], "finish")


def test_one_that_is_waited_for_no_longer_is_closed_and_its_end_is_the_end(bench: Bench) -> None:
    bench.begin()
    bench.recording.finish()
    bench.recording.finish_now()
    bench.recording.finish_now()
    assert bench.recorders.latest.closed
    assert bench.heard.of("recording_finished") == []
    bench.recorders.latest.exit(-9)
    assert bench.heard.of("recording_finished") == [{"complete": False}]
    assert not bench.recording.running


def test_what_is_left_is_ended_without_a_word(bench: Bench) -> None:
    bench.begin()
    bench.recording.abandon()
    bench.recording.join(5)
    bench.loop.pass_s(10)
    assert len(bench.recorders.started) == 1
    assert bench.recorders.latest.gone
    assert bench.heard.of("recording_finished") == []


def test_what_is_kept_with_the_attempt_is_there_for_the_next_start(bench: Bench) -> None:
    assert bench.recording.attempt is None
    early = bench.recording.admitted(bench.attempt(), "early", "n")
    assert (early.token, early.nonce) == ("early", "n")
    bench.begin()
    bench.recording.identified()
    bench.recording.admitted(bench.attempt(), "token", "nonce")
    bench.recording.store_held(("storage",))
    bench.recording.store_time(ExamTime(started_us=5))
    (kept,) = bench.store.all()
    assert kept == bench.recording.attempt
    assert (kept.token, kept.nonce) == ("token", "nonce")
    assert (kept.identified, kept.held, kept.time) == (True, ("storage",), ExamTime(started_us=5))
    assert bench.recording.now_us() >= 0


def test_kind_11_nothing_that_is_kept_is_ahead_of_what_is_sealed(bench: Bench) -> None:
    """Failed before: killed in between, the next start skipped a check-in of which nothing had been sealed."""
    bench.begin()
    bench.recording.note(PhaseEvent(SessionPhase.IDENTIFIED))
    bench.recording.identified()
    assert not next(bench.store.all()).identified
    bench.seal_all()
    assert next(bench.store.all()).identified
    bench.recording.store_held(("storage",))
    bench.recording.note(ExamReleasedEvent("key", ReleaseReason.CHECKED))
    bench.recording.store_held(())
    assert next(bench.store.all()).held == ("storage",), "the code that ended it may be lost yet"
    bench.recording.store_held(("clock",))
    bench.seal_all()
    assert next(bench.store.all()).held == ("clock",)
    bench.recording.store_held(())
    assert next(bench.store.all()).held == ()


def test_an_attempt_that_goes_on_says_so(bench: Bench) -> None:
    bench.begin(next_take=2)
    assert bench.told() == ["client_restarted"]


def test_the_steps_of_the_check_in_reach_the_recorder_and_its_answers_the_client(bench: Bench) -> None:
    bench.recording.open()
    bench.recording.calibrate("centre")
    bench.recording.take_still("id_photo")
    bench.recording.store_still("id_photo")
    assert kinds(bench) == ["open", "calibrate", "take_still", "store_still"]
    zero = ZeroAngles(gaze_h_deg=1, gaze_v_deg=2)
    bench.recorders.latest.speak(Calibrated(zero=zero, spread_deg=20))
    bench.recording.begin(bench.attempt())
    bench.recording.begin_exam()
    assert bench.recorders.latest.sent[-1].zero == zero
    bench.recorders.latest.speak(RecorderProblem(code="disk_full"))
    assert bench.heard.of("recording_problem")


def test_whether_the_recorder_answers_is_passed_on(bench: Bench) -> None:
    bench.begin()
    bench.loop.pass_s(5)
    bench.start_take()
    assert bench.heard.of("recorder_responding") == [{"responding": False}, {"responding": True}]
    assert bench.recording.recorder_pid == bench.recorders.latest.pid
