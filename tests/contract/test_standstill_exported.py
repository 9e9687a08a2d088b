"""A recorder that stood still: what it seals of it is what every output of an export says."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

from app.client.recording.recording import ChosenSources
from app.institution.recordings.gaps import LEAST_S
from app.institution.review.playback import RecordingPlayback
from app.institution.review.window_model import review_model
from tests.fixtures.attempt import RecordedAttempt, exported_events
from tests.fixtures.claps import write_claps

STOOD_S = 8.0


def test_standstill_of_client_and_recorder_is_the_same_gap_in_every_output(tmp_path: Path) -> None:
    film = tmp_path / "claps.mkv"
    write_claps(film, (0.5, 1.5), 2.0)
    cameras = {"camera": {"width": 320, "height": 240}, "microphone": {}, "screen": None, "key_interval_s": 1.0}
    taken = RecordedAttempt(tmp_path, ChosenSources("test-person", str(film), None), cameras)
    taken.begin()
    taken.loop.run_until(lambda: taken.sealed >= 8, 30)
    pid = taken.recording.recorder_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    # The client stands still as well, so that it does not replace a recorder that says nothing.
    threading.Event().wait(STOOD_S)
    os.kill(pid, signal.SIGCONT)
    sealed = taken.sealed
    taken.loop.run_until(lambda: taken.sealed >= sealed + 8, 30)
    taken.finish()
    exported = taken.export(tmp_path / "out")
    assert taken.began == 1

    events = [event for event in exported_events(tmp_path / "out") if event["event"] == "gap"]
    reported = {(each["stream"], each["from_us"] / 1e6, each["to_us"] / 1e6) for each in events}
    said = json.loads((tmp_path / "out" / "verdict.json").read_text())["streams"]
    with RecordingPlayback(taken.examine().takes, taken.key) as playback:
        model = review_model(taken.examine(), playback, "T", ())
    for stream in ("webcam", "microphone"):
        (long,) = [(from_s, to_s) for of, from_s, to_s in reported if of == stream and to_s - from_s > STOOD_S - 1.5]
        shown = {(gap.from_s, gap.to_s) for gap in model.gaps if gap.stream == stream}
        assert shown == {(gap.from_s, gap.to_s) for gap in exported.gaps if gap.stream == stream}
        # What is missing beside it, such as the time until the next picture, belongs to it.
        (whole,) = [each for each in shown if each[0] <= long[0] and each[1] >= long[1]]
        assert whole[1] - whole[0] < long[1] - long[0] + 2 * LEAST_S
        told = next(each["gaps"] for each in said if each["stream"] == stream)
        assert {"from_s": round(whole[0], 1), "to_s": round(whole[1], 1)} in told
    for each in exported.streams:
        assert each.decoded is not None
        assert each.decoded.failed == ()
