"""The recording of an attempt with the real recorder process: begun, killed, begun again, finished."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from app.client.delivery.outbox import Outbox
from app.client.ipc import process
from app.events.session import HandedInEvent, WindowLeftEvent, WindowReturnedEvent
from crypto.folder import SealedFolder
from crypto.keys import RecipientPrivate
from crypto.opening import open_session
from crypto.verdict import Verdict, VerificationReport, verify
from tests.fixtures.attempt import ATTEMPT, RecordedAttempt, drawn_person
from tests.fixtures.busy_machine import slowness


@pytest.fixture
def key() -> RecipientPrivate:
    return RecipientPrivate.generate("exam-key")


def verified(bench: RecordedAttempt, take: int = 0) -> VerificationReport:
    return verify(SealedFolder(bench.take(take)))


def test_a_recording_that_ends_in_order_is_complete_and_opens_with_the_exam_key(
    tmp_path: Path, key: RecipientPrivate
) -> None:
    bench = drawn_person(tmp_path, key)
    bench.begin()
    bench.recording.note(HandedInEvent())
    bench.loop.run_for(2.0)
    bench.finish()
    assert bench.finished == [True]
    report = verified(bench, 0)
    assert (report.verdict, report.findings) == (Verdict.COMPLETE, ())
    with open_session(SealedFolder(bench.take()), key) as opened:
        video = b"".join(segment.data for segment in opened.segments("webcam"))
    assert video[4:8] == b"ftyp"
    assert "handed_in" in [event["event"] for event in bench.sealed_events(0)]


@pytest.mark.clock
def test_a_recorder_that_is_killed_is_back_within_two_seconds_and_the_gap_has_its_edges(
    tmp_path: Path, key: RecipientPrivate
) -> None:
    bench = drawn_person(tmp_path, key)
    bench.begin()
    bench.loop.run_until(lambda: bench.sealed >= 3, 20)
    pid = bench.recording.recorder_pid
    assert pid is not None
    slower = slowness()
    killed = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    bench.loop.run_until(lambda: bench.began == 2, 60)
    back_after_s = time.monotonic() - killed
    bench.loop.run_for(1.5)
    bench.finish()

    assert back_after_s < 2.0 * slower
    assert bench.troubles
    first, second = verified(bench, 0), verified(bench, 1)
    assert first.verdict is Verdict.INTERRUPTED
    assert second.verdict is Verdict.COMPLETE
    assert second.description is not None
    assert second.description.take == 1
    assert second.description.previous is not None
    gaps = [event for event in bench.sealed_events(1) if event["event"] == "gap" and event["stream"] == "webcam"]
    assert len(gaps) == 1
    last_sealed_us = max(segment.t0_us for segment in first.segments if segment.stream == "webcam")
    assert gaps[0]["from_us"] == last_sealed_us
    first_again_us = min(segment.t0_us for segment in second.segments if segment.stream == "webcam")
    assert first_again_us >= gaps[0]["from_us"]


def test_what_the_client_told_a_recorder_that_dies_before_sealing_it_is_sealed_by_the_next(
    tmp_path: Path, key: RecipientPrivate
) -> None:
    bench = drawn_person(tmp_path, key)
    bench.begin()
    pid = bench.recording.recorder_pid
    assert pid is not None
    bench.recording.note(WindowLeftEvent())
    bench.loop.run_for(2.5)
    os.kill(pid, signal.SIGSTOP)
    bench.recording.note(WindowReturnedEvent())
    os.kill(pid, signal.SIGKILL)
    bench.recording.note(HandedInEvent())
    bench.loop.run_until(lambda: bench.began == 2, 20)
    bench.finish()
    told = [[event["event"] for event in bench.sealed_events(take)] for take in (0, 1)]
    mine = [[name for name in names if name in {"window_left", "window_returned", "handed_in"}] for names in told]
    assert mine == [["window_left"], ["window_returned", "handed_in"]]


def test_when_the_client_dies_the_recorder_seals_what_it_has_and_ends(tmp_path: Path, key: RecipientPrivate) -> None:
    bench = drawn_person(tmp_path, key)
    bench.begin()
    bench.loop.run_until(lambda: bench.sealed >= 2, 20)
    bench.recording.abandon()
    bench.recording.join(10)
    assert verified(bench, 0).verdict is Verdict.COMPLETE
    assert bench.sealed_events(0)[-1]["why"] == "client_gone"


def test_what_a_dead_recorder_promised_is_still_in_the_outbox(tmp_path: Path, key: RecipientPrivate) -> None:
    bench = drawn_person(tmp_path, key)
    bench.begin()
    bench.loop.run_until(lambda: bench.sealed >= 3, 20)
    assert bench.recording.recorder_pid is not None
    os.kill(bench.recording.recorder_pid, signal.SIGKILL)
    bench.recording.abandon()
    bench.recording.join(10)
    outbox = Outbox(bench.spool)
    outbox.recover()
    waiting = {row.object_id.name for row in outbox.due(time.time(), 1000)}
    on_disk = {str(path.relative_to(bench.take())) for path in bench.take().rglob("*.is*")}
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
    bench = drawn_person(tmp_path, key, detection={"face_presence": True})
    bench.recording.open()
    bench.loop.run_until(lambda: bench.previews > 0, 30)
    bench.recording.begin(bench.attempt())
    bench.recording.begin_exam()
    bench.loop.run_until(lambda: bench.sealed >= 3 and bench.detecting[-1:] == [False], 30)
    bench.finish()
    assert bench.finished == [True]
    takes = sorted(bench.spool.glob(f"{ATTEMPT}.*"))
    events = bench.sealed_events(len(takes) - 1)
    assert [event["event"] for event in events].count("detection_failed") == 1
    assert [event for event in events if event["event"] == "observed"] == []
