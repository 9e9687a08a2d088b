"""The recording of an attempt with the real recorder process: begun, killed, begun again, finished."""

import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from app.client.delivery.outbox import Outbox
from app.client.ipc import process
from app.client.ipc.problems import RecordingProblem
from app.client.recording.recording import ChosenSources, Recording
from app.client.state.attempts import Attempt, AttemptStore
from app.events.session import HandedInEvent, WindowLeftEvent, WindowReturnedEvent
from capture.errors import SourceFault
from capture.reports import Condition, Impairment, StreamName
from crypto.folder import SealedFolder
from crypto.keys import RecipientPrivate
from crypto.opening import open_session
from crypto.verdict import Verdict, verify
from tests.fixtures.busy_machine import slowness
from tests.fixtures.client import LoopScheduler, exam_settings

ATTEMPT = "3b0f9b5e-8a34-4c57-9d0e-2f6c1f7a9b10"


class Heard:
    def __init__(self) -> None:
        self.began = 0
        self.sealed = 0
        self.previews = 0
        self.states: dict[str, str] = {}
        self.impairments: dict[str, Impairment | None] = {}
        self.responding = True
        self.troubles: list[RecordingProblem] = []
        self.finished: list[bool] = []
        self.detecting: list[bool] = []

    def source_changed(self, stream: StreamName, state: Condition, fault: SourceFault | None) -> None:
        self.states[stream] = state

    def quality_changed(self, stream: StreamName, impairment: Impairment | None) -> None:
        self.impairments[stream] = impairment

    def preview(self, jpeg: bytes) -> None:
        assert jpeg.startswith(b"\xff\xd8")
        self.previews += 1

    def level(self, dbfs: float) -> None:
        assert -200 <= dbfs <= 1

    def detection_changed(self, *, available: bool) -> None:
        self.detecting.append(available)

    def seen(self, seen: object) -> None:
        """What is seen is not what these tests are about."""

    def segment_sealed(self) -> None:
        self.sealed += 1

    def take_started(self) -> None:
        self.began += 1

    def recorder_responding(self, *, responding: bool) -> None:
        self.responding = responding

    def recording_problem(self, problem: RecordingProblem, *, recorder_gone: bool) -> None:
        self.troubles.append(problem)

    def recording_finished(self, *, complete: bool) -> None:
        self.finished.append(complete)


@pytest.fixture
def key() -> RecipientPrivate:
    return RecipientPrivate.generate("exam-key")


class Bench:
    """One recording of the drawn test person, with everything around it that is real."""

    def __init__(self, tmp_path: Path, key: RecipientPrivate, **changes: object) -> None:
        self.spool = tmp_path / "spool"
        self.store = AttemptStore(tmp_path / "attempts")
        (tmp_path / "attempts").mkdir()
        self.settings = exam_settings(
            tmp_path / "tls",
            key,
            recording={"camera": {}, "microphone": None, "screen": None, "key_interval_s": 1.0},
            **changes,
        )
        self.heard = Heard()
        self.loop = LoopScheduler()
        self.recording = Recording(
            settings=self.settings,
            sources=ChosenSources("test-person", None, None),
            spool=self.spool,
            attempts=self.store,
            listener=self.heard,
            scheduler=self.loop,
        )
        self.attempt = Attempt(
            attempt=ATTEMPT,
            institution="test-college",
            exam="exam-1",
            settings_sha256="0" * 64,
            settings_blake2b512="0" * 128,
            signature="none",
            candidate="candidate-1",
            endpoint=self.settings.delivery.endpoints[0],
        )

    def begin(self) -> None:
        self.recording.open()
        self.loop.run_until(lambda: self.heard.previews > 0, 20)
        self.recording.begin(self.attempt)
        self.loop.run_until(lambda: self.heard.began == 1, 20)

    def finish(self) -> None:
        self.recording.finish()
        self.loop.run_until(lambda: bool(self.heard.finished), 20)

    def take(self, number: int) -> SealedFolder:
        return SealedFolder(self.spool / f"{ATTEMPT}.{number}")

    def events(self, number: int, key: RecipientPrivate) -> list[dict[str, object]]:
        with open_session(self.take(number), key) as opened:
            text = b"".join(segment.data for segment in opened.segments("events"))
        return [json.loads(line) for line in text.splitlines()]


def test_a_recording_that_ends_in_order_is_complete_and_opens_with_the_exam_key(
    tmp_path: Path, key: RecipientPrivate
) -> None:
    bench = Bench(tmp_path, key)
    bench.begin()
    bench.recording.note(HandedInEvent())
    bench.loop.run_for(2.0)
    bench.finish()
    assert bench.heard.finished == [True]
    report = verify(bench.take(0))
    assert (report.verdict, report.findings) == (Verdict.COMPLETE, ())
    with open_session(bench.take(0), key) as opened:
        video = b"".join(segment.data for segment in opened.segments("webcam"))
    assert video[4:8] == b"ftyp"
    assert "handed_in" in [event["event"] for event in bench.events(0, key)]


@pytest.mark.clock
def test_a_recorder_that_is_killed_is_back_within_two_seconds_and_the_gap_has_its_edges(
    tmp_path: Path, key: RecipientPrivate
) -> None:
    bench = Bench(tmp_path, key)
    bench.begin()
    bench.loop.run_until(lambda: bench.heard.sealed >= 3, 20)
    pid = bench.recording.recorder_pid
    assert pid is not None
    slower = slowness()
    killed = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    bench.loop.run_until(lambda: bench.heard.began == 2, 60)
    back_after_s = time.monotonic() - killed
    bench.loop.run_for(1.5)
    bench.finish()

    assert back_after_s < 2.0 * slower
    assert bench.heard.troubles
    first, second = verify(bench.take(0)), verify(bench.take(1))
    assert first.verdict is Verdict.INTERRUPTED
    assert second.verdict is Verdict.COMPLETE
    assert second.description is not None
    assert second.description.take == 1
    assert second.description.previous is not None
    gaps = [event for event in bench.events(1, key) if event["event"] == "gap" and event["stream"] == "webcam"]
    assert len(gaps) == 1
    last_sealed_us = max(segment.t0_us for segment in first.segments if segment.stream == "webcam")
    assert gaps[0]["from_us"] == last_sealed_us
    first_again_us = min(segment.t0_us for segment in second.segments if segment.stream == "webcam")
    assert first_again_us >= gaps[0]["from_us"]


def test_what_the_client_told_a_recorder_that_dies_before_sealing_it_is_sealed_by_the_next(
    tmp_path: Path, key: RecipientPrivate
) -> None:
    bench = Bench(tmp_path, key)
    bench.begin()
    pid = bench.recording.recorder_pid
    assert pid is not None
    bench.recording.note(WindowLeftEvent())
    bench.loop.run_for(2.5)
    os.kill(pid, signal.SIGSTOP)
    bench.recording.note(WindowReturnedEvent())
    os.kill(pid, signal.SIGKILL)
    bench.recording.note(HandedInEvent())
    bench.loop.run_until(lambda: bench.heard.began == 2, 20)
    bench.finish()
    told = [[event["event"] for event in bench.events(take, key)] for take in (0, 1)]
    mine = [[name for name in names if name in {"window_left", "window_returned", "handed_in"}] for names in told]
    assert mine == [["window_left"], ["window_returned", "handed_in"]]


def test_when_the_client_dies_the_recorder_seals_what_it_has_and_ends(tmp_path: Path, key: RecipientPrivate) -> None:
    bench = Bench(tmp_path, key)
    bench.begin()
    bench.loop.run_until(lambda: bench.heard.sealed >= 2, 20)
    bench.recording.abandon()
    bench.recording.join(10)
    assert verify(bench.take(0)).verdict is Verdict.COMPLETE
    assert bench.events(0, key)[-1]["why"] == "client_gone"


def test_what_a_dead_recorder_promised_is_still_in_the_outbox(tmp_path: Path, key: RecipientPrivate) -> None:
    bench = Bench(tmp_path, key)
    bench.begin()
    bench.loop.run_until(lambda: bench.heard.sealed >= 3, 20)
    assert bench.recording.recorder_pid is not None
    os.kill(bench.recording.recorder_pid, signal.SIGKILL)
    bench.recording.abandon()
    bench.recording.join(10)
    outbox = Outbox(bench.spool)
    outbox.recover()
    waiting = {row.object_id.name for row in outbox.due(time.time(), 1000)}
    on_disk = {
        str(path.relative_to(bench.spool / f"{ATTEMPT}.0")) for path in (bench.spool / f"{ATTEMPT}.0").rglob("*.is*")
    }
    outbox.close()
    assert waiting == on_disk
    assert "header.isf" in waiting


@pytest.mark.parametrize("when", ["check_in", "begin_exam"])
def test_a_recorder_that_dies_of_its_detectors_records_without_them(
    tmp_path: Path, key: RecipientPrivate, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """As on a processor that cannot run a network: the process is gone, without a word, each time."""
    (tmp_path / "dying.py").write_text(
        "import os, sys\n"
        "from app.client.recorder.detection import Detection\n"
        "from app.client.recorder.__main__ import main\n"
        f"wanted = Detection.{when}\n"
        "def dying(self, asked, *rest):\n"
        "    if getattr(asked, 'detection', asked) is not None:\n"
        "        os._exit(132)\n"
        "    wanted(self, asked, *rest)\n"
        f"Detection.{when} = dying\n"
        "sys.exit(main())\n"
    )
    monkeypatch.setattr(process, "_command", lambda: [sys.executable, str(tmp_path / "dying.py")])
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    bench = Bench(tmp_path, key, detection={"face_presence": True})
    bench.recording.open()
    bench.loop.run_until(lambda: bench.heard.previews > 0, 30)
    bench.recording.begin(bench.attempt)
    bench.recording.begin_exam()
    bench.loop.run_until(lambda: bench.heard.sealed >= 3 and bench.heard.detecting[-1:] == [False], 30)
    bench.finish()
    assert bench.heard.finished == [True]
    takes = sorted(bench.spool.glob(f"{ATTEMPT}.*"))
    events = bench.events(len(takes) - 1, key)
    assert [event["event"] for event in events].count("detection_failed") == 1
    assert [event for event in events if event["event"] == "observed"] == []
