"""Takes of one attempt follow one another, whatever died between them."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from app.client.recording.recording import ChosenSources
from app.institution.finding_codes import AttemptVerdict
from tests.fixtures.attempt import RecordedAttempt

CAMERA_ALONE = {"camera": {}, "microphone": None, "screen": None, "key_interval_s": 0.5}


def recorded(tmp_path: Path) -> RecordedAttempt:
    return RecordedAttempt(tmp_path, ChosenSources("test-person", None, None), CAMERA_ALONE)


def kill_recorder(taken: RecordedAttempt) -> None:
    assert taken.recording.recorder_pid is not None
    os.kill(taken.recording.recorder_pid, signal.SIGKILL)


def test_a_take_that_the_client_never_heard_of_is_followed_all_the_same(tmp_path: Path) -> None:
    taken = recorded(tmp_path)
    taken.begin()
    taken.loop.run_until(lambda: taken.sealed >= 3, 20)
    # As after a client that was killed between the header and the news of it: what it saved knows no take.
    (saved,) = (tmp_path / "attempts").glob("*.json")
    attempt = taken.attempt().model_validate({**json.loads(saved.read_text()), "previous": None})
    taken.recording.abandon()
    taken.recording.join(10)

    again = recorded_again(tmp_path, taken)
    again.begin(attempt)
    again.loop.run_until(lambda: again.sealed >= 3, 20)
    again.finish()
    report = again.examine()
    assert report.findings == ()
    assert report.verdict is AttemptVerdict.INTERRUPTED
    first, second = (take.report.description for take in report.takes)
    assert first is not None
    assert second is not None
    assert second.previous is not None
    assert (first.take, second.take) == (0, 1)


def test_the_recorder_of_the_device_check_may_die_as_the_exam_begins(tmp_path: Path) -> None:
    taken = recorded(tmp_path)
    taken.recording.open()
    taken.loop.run_until(lambda: taken.state_of("webcam") == "running", 20)
    for _ in range(2):  # the second death is followed by a pause before the next start
        kill_recorder(taken)
        troubled = len(taken.troubles)
        taken.loop.run_until(lambda before=troubled: len(taken.troubles) > before, 20)
        if taken.recording.recorder_pid is None and len(taken.troubles) < 2:
            taken.loop.run_until(lambda: taken.recording.recorder_pid is not None, 20)
    assert taken.recording.recorder_pid is None
    taken.recording.begin(taken.attempt())
    taken.loop.run_until(lambda: taken.began == 1 and taken.sealed >= 3, 30)
    taken.loop.run_for(1.0)
    taken.finish()
    assert taken.began == 1
    assert taken.examine().verdict is AttemptVerdict.COMPLETE


def recorded_again(tmp_path: Path, before: RecordedAttempt) -> RecordedAttempt:
    folder = tmp_path / "again"
    folder.mkdir()
    return RecordedAttempt(
        folder, ChosenSources("test-person", None, None), CAMERA_ALONE, spool=before.spool, key=before.key
    )
