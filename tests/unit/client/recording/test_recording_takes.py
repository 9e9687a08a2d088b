"""What another recorder is asked to do in an exam that goes on: the detectors, the gap, the take before."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.client.ipc.from_recorder import EventSealed
from app.client.recording.pending_events import IN_FLIGHT, MOST_WAITING, PendingEvents
from app.events.session import ExamPageEvent, HandedInEvent, PageIncident
from crypto.keys import RecipientPrivate
from tests.fixtures.client import exam_settings
from tests.unit.client.recording.test_recording import Bench

BLOCKED = ExamPageEvent(PageIncident.RESOURCE_BLOCKED)


class Observed(Bench):
    """A recording of an exam that asks for the gaze to be observed."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        settings = exam_settings(folder / "tls", RecipientPrivate.generate("exam-1.1"), detection={"gaze": True})
        monkeypatch.setattr("tests.unit.client.recording.test_recording.plain_exam", lambda: settings)
        super().__init__(folder)

    def opened(self) -> object:
        """The last message with which sources were opened."""
        return self.recorders.latest.sent_of("open")[-1]

    def observing(self) -> object:
        """The last message that began the exam."""
        return self.recorders.latest.sent_of("begin_exam")[-1]


@pytest.fixture
def observed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Observed:
    return Observed(tmp_path, monkeypatch)


def test_the_test_taker_is_looked_at_until_the_exam_begins_and_observed_from_then_on(observed: Observed) -> None:
    observed.begin()
    assert observed.opened().check_in is not None
    observed.recording.begin_exam()
    assert observed.observing().detection is not None
    observed.die()
    assert observed.opened().check_in is None
    assert observed.observing().detection is not None, "the next recorder observes too"


def test_recorders_that_die_of_the_detectors_go_on_without_them(observed: Observed) -> None:
    observed.begin()
    observed.die()
    observed.start_take()
    assert observed.opened().check_in is not None, "once may be chance"
    observed.die()
    observed.start_take()
    assert observed.opened().check_in is None
    assert "detection_failed" in observed.told()
    assert observed.heard.of("detection_changed") == [{"available": False}]
    observed.die()
    assert observed.recorders.latest.sent_of("begin_exam") == [], "the exam has not begun yet"
    observed.start_take()
    observed.recording.begin_exam()
    assert observed.observing().detection is None


def test_detectors_that_are_given_up_in_the_exam_stay_off_for_the_next_recorder(observed: Observed) -> None:
    observed.begin()
    observed.recording.begin_exam()
    for _ in range(2):
        observed.die()
        observed.start_take()
    assert (observed.observing().detection, observed.observing().zero) == (None, None)


def test_an_exam_that_observes_nothing_loads_no_detectors(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.begin()
    assert bench.recorders.latest.sent_of("open")[-1].check_in is None
    bench.recording.begin_exam()
    assert bench.recorders.latest.sent_of("begin_exam")[-1].detection is None


def test_the_gap_between_two_recorders_is_told_from_the_last_sealed_piece_of_each_stream(observed: Observed) -> None:
    observed.begin()
    from app.client.recording.recording import SegmentSealed

    for stream, t0_us in (("webcam", 4), ("screen", 9), ("webcam", 7), ("webcam", 6), ("microphone", 0)):
        observed.recorders.latest.speak(SegmentSealed(stream=stream, t0_us=t0_us))
    observed.die()
    observed.start_take()
    gaps = [note.facts for note in observed.recorders.latest.sent_of("record_event") if note.event == "gap"]
    assert [(gap["stream"], gap["from_us"], gap["reason"]) for gap in gaps] == [
        ("webcam", 7, "recorder_exited"),
        ("screen", 9, "recorder_exited"),
        ("microphone", 0, "recorder_exited"),
    ]
    assert all(gap["to_us"] >= gap["from_us"] for gap in gaps)
    assert len(observed.heard.of("segment_sealed")) == 5


def test_each_take_continues_the_one_before_and_is_saved_first(observed: Observed) -> None:
    observed.begin()
    assert [saved.previous for saved in observed.store.all()] == ["00"]
    observed.die()
    begin = observed.recorders.latest.sent_of("begin")[-1]
    assert (begin.take, begin.previous) == (1, "00")


def test_an_attempt_that_had_one_take_goes_on_and_one_that_had_none_does_not(tmp_path: Path) -> None:
    first, again = Bench(tmp_path / "a"), Bench(tmp_path / "b")
    first.begin()
    assert first.recorders.latest.sent_of("record_event") == []
    again.begin(next_take=1)
    (note,) = again.recorders.latest.sent_of("record_event")
    assert (note.event, note.facts["take"]) == ("client_restarted", 1)


def test_an_event_has_the_time_at_which_it_was_seen_or_now(observed: Observed) -> None:
    observed.begin()
    observed.recording.note(HandedInEvent(), seen_ns=0)
    before_ns = time.monotonic_ns()
    observed.recording.note(HandedInEvent())
    seen, now = (note.at_ns for note in observed.recorders.latest.sent_of("record_event"))
    assert seen == 0
    assert before_ns <= now <= time.monotonic_ns()


def waiting(count: int) -> PendingEvents:
    pending = PendingEvents()
    for number in range(count):
        pending.add(BLOCKED, number)
    return pending


def test_two_hundred_and_fifty_six_events_are_under_way_and_a_thousand_wait() -> None:
    pending = waiting(1100)
    assert len(pending.to_send()) == IN_FLIGHT == 256
    assert pending.to_send() == (), "none twice"
    pending.sealed(1000)
    assert [each.number for each in pending.to_send()] == [1001], "and one event that tells how many were dropped"
    assert MOST_WAITING == 1000


def test_what_was_dropped_is_told_when_fewer_wait_than_may_be_under_way() -> None:
    pending = waiting(MOST_WAITING + 1)
    pending.to_send()
    pending.sealed(MOST_WAITING - IN_FLIGHT)
    assert not any(each.event == "events_dropped" for each in pending.to_send()), "as many wait as may be under way"
    pending.sealed(MOST_WAITING - IN_FLIGHT + 1)
    (dropped,) = pending.to_send()
    assert (dropped.event, dropped.facts["count"], dropped.at_ns) == ("events_dropped", 1, MOST_WAITING)


def test_the_time_over_which_events_were_dropped_is_told_in_milliseconds() -> None:
    pending = waiting(MOST_WAITING)
    for at_ms in (5000, 5500, 7000):
        pending.add(BLOCKED, at_ms * 1_000_000)
    pending.sum_up()
    pending.sealed(MOST_WAITING)
    (dropped,) = pending.to_send()
    assert {name: dropped.facts[name] for name in ("of", "count")} == {"of": "page", "count": 3}
    assert 2000 in dropped.facts.values()


def test_the_end_waits_for_closing_recorders_for_one_timeout_together(tmp_path: Path) -> None:
    bench, asked = Bench(tmp_path), []
    bench.begin()
    process = bench.recorders.latest
    process.join = lambda timeout_s: asked.append(timeout_s) or True  # type: ignore[method-assign]
    bench.recording.abandon()
    bench.recording.join(5)
    bench.recording.join(0)
    first, second = asked
    assert 4 < first <= 5
    assert second == 0


def test_the_attempt_that_begins_is_given_back_as_it_was_saved(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.recording.open()
    begun = bench.recording.begin(bench.attempt())
    assert begun == bench.recording.attempt
    assert [begun] == list(bench.store.all())
    assert (begun.t0_ns is not None, begun.next_take) == (True, 1)


def test_the_end_comes_at_once_where_everything_is_sealed(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.begin()
    bench.recording.note(HandedInEvent())
    bench.seal_all()
    bench.recording.finish()
    assert bench.recorders.latest.sent[-1].kind == "finish"


def test_the_end_does_not_overtake_what_was_counted(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.begin()
    for _ in range(MOST_WAITING + 1):
        bench.recording.note(BLOCKED)
    bench.recording.finish()
    # As many wait now as may be under way: everything is with the recorder, but for the event that sums up.
    bench.recorders.latest.speak(EventSealed(number=MOST_WAITING - IN_FLIGHT))
    assert bench.recorders.latest.sent_of("finish") == []
    bench.seal_all()
    assert [message.kind for message in bench.recorders.latest.sent[-2:]] == ["record_event", "finish"]
    assert bench.told()[-1] == "events_dropped"


def test_a_recorder_that_dies_while_it_is_abandoned_is_nobodys_trouble(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.begin()
    bench.recording.note(HandedInEvent())
    bench.recording.abandon()
    bench.recorders.latest.speak(EventSealed(number=1))
    bench.recorders.latest.exit(-9)
    bench.loop.pass_s(10)
    assert bench.heard.of("recording_problem") == []
    assert len(bench.recorders.started) == 1
