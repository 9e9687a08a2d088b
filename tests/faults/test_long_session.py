"""Four hours of recording with a clock that runs eight times as fast, and half an hour with the real one: `make soak`.

Memory must be flat, nothing may be missing without a gap, and no gap may be there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from app.client.recorder.hygiene import private_environment
from capture.settings import RecordingSettings
from tests.fixtures import long_session
from tests.fixtures.recorder import RecorderRun
from tests.fixtures.recording import TESTDATA

HOURS, FACTOR = 4.0, 8.0
REAL_S = 1800.0
FLAT = 0.05
SETTLED = 4
"""Of forty samples; until then encoders and queues fill."""
PERSON = TESTDATA / "video" / "pai_center_focus.mp4"
SPEECH = TESTDATA / "audio"

pytestmark = [
    pytest.mark.skipif(not os.environ.get("INVIGILO_SOAK"), reason="takes an hour: make soak"),
    pytest.mark.shared,
    pytest.mark.timeout(3000),
]


def speech() -> Path:
    return next(iter(sorted(SPEECH.glob("pyannote_dev*.wav"))))


def assert_flat(rss_mb: list[float]) -> None:
    settled = rss_mb[SETTLED]
    print(f"resident memory settled at {settled:.0f} MB, at the end {rss_mb[-1]:.0f} MB, at most {max(rss_mb):.0f} MB")
    assert all(abs(each - settled) <= FLAT * settled for each in rss_mb[SETTLED:]), rss_mb


def test_four_hours_take_no_more_memory_than_half_an_hour(x_display: str) -> None:
    command = [sys.executable, long_session.__file__, str(HOURS), str(FACTOR), str(PERSON), str(speech())]
    root = Path(__file__).parents[2]
    environment = {**private_environment(os.environ), "DISPLAY": x_display, "PYTHONPATH": str(root)}
    done = subprocess.run(command, cwd=root, env=environment, stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout)
    assert_flat(found["rss_mb"])
    assert found["gaps"] == []


def test_half_an_hour_of_the_whole_recorder_takes_no_more_memory_than_its_first_minutes(
    x_display: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", x_display)
    run = RecorderRun(tmp_path, RecordingSettings())
    run.open(camera=str(PERSON), microphone=str(speech()), screen="0")
    for stream in ("webcam", "microphone", "screen"):
        run.spoken.wait_for(
            "source_changed", holds=lambda each, name=stream: (each.stream, each.state) == (name, "running")
        )
    run.begin()
    recorder, rss_mb = psutil.Process(run.link.pid), []
    for _ in range(long_session.SAMPLES):
        time.sleep(REAL_S / long_session.SAMPLES)
        rss_mb.append(recorder.memory_info().rss / 1e6)
    run.finish()
    assert_flat(rss_mb)
    assert run.events("gap") == []
