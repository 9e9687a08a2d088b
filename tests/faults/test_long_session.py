"""Four hours of recording with a clock that runs eight times as fast, and half an hour with the real one: `make soak`.

Memory must be flat, nothing may be missing in what was recorded without a gap that names it, and no gap may be there
but where the machine itself stood still: an eighth of a second is one, where the clock runs eight times as fast.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import av
import psutil
import pytest

from app.client.ipc.process import private_environment
from capture.clock import SECOND_NS
from capture.reports import Gap
from capture.settings import RecordingSettings
from tests.fixtures import long_session
from tests.fixtures.recorder import RecorderRun
from tests.fixtures.recording import TESTDATA
from tests.fixtures.standstill import Standstills

HOURS, FACTOR = 4.0, 8.0
REAL_S = 1800.0
FLAT = 0.05
SETTLED = 4
"""Of forty samples; until then encoders and queues fill."""
LENGTH_S = HOURS * 3600
MISSING_S = {"webcam": 1.0, "microphone": 0.1}
"""From how long on it is a gap (`capture.stream_queue`); a screen at rest has nothing to record."""
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


def recorded_s(file: Path) -> list[tuple[float, float]]:
    """From when to when each packet of a recorded stream lasts; a picture's end is its own time."""
    with av.open(str(file)) as container:
        (stream,) = container.streams
        packets = [each for each in container.demux(stream) if each.pts is not None]
        sound = stream.type == "audio"
        return sorted(
            (float(each.pts * each.time_base), float((each.pts + sound * each.duration) * each.time_base))
            for each in packets
        )


def stretches_s(covered_s: list[tuple[float, float]], end_s: float, longer_than_s: float) -> list[tuple[float, float]]:
    """Return the stretches from 0 to `end_s` in which nothing was recorded."""
    edges = zip((0.0, *(to_s for _, to_s in covered_s)), (*(from_s for from_s, _ in covered_s), end_s), strict=True)
    return [(from_s, to_s) for from_s, to_s in edges if to_s - from_s > longer_than_s]


def assert_named(
    stream: str, stretches: list[tuple[float, float]], gaps: list[tuple[float, float]], *, edge_s: float
) -> None:
    """Hold that each hole has a gap, but for `edge_s` at either end: a picture, or a block of sound."""
    print(f"{stream}: {len(stretches)} holes, {len(gaps)} gaps, together {sum(b - a for a, b in gaps):.1f} s")
    for from_s, to_s in stretches:
        assert any(a <= from_s + edge_s and to_s - edge_s <= b for a, b in gaps), (stream, from_s, to_s, gaps)


def test_four_hours_take_no_more_memory_than_half_an_hour_and_miss_nothing_unnamed(
    x_display: str, tmp_path: Path, standstills: Standstills
) -> None:
    session = (str(HOURS), str(FACTOR), str(PERSON), str(speech()), str(tmp_path))
    command = [sys.executable, long_session.__file__, *session]
    root = Path(__file__).parents[2]
    environment = {**private_environment(os.environ), "DISPLAY": x_display, "PYTHONPATH": str(root)}
    done = subprocess.run(command, cwd=root, env=environment, stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout)
    for stream, tolerated_s in MISSING_S.items():
        gaps = [(from_s, to_s) for named, from_s, to_s, _ in found["gaps"] if named == stream]
        stretches = stretches_s(recorded_s(tmp_path / stream), LENGTH_S, 1.25 * tolerated_s)
        assert_named(stream, stretches, gaps, edge_s=tolerated_s / 2)
    assert_flat(found["rss_mb"])
    print(f"gaps: {found['gaps']}")
    told = [
        Gap(stream, *(found["recorded_ns"] + round(at_s * SECOND_NS / FACTOR) for at_s in between), reason)
        for stream, *between, reason in found["gaps"]
    ]
    stood_still_s = standstills.together_s(found["recorded_ns"], time.monotonic_ns())
    print(f"{len(told)} gaps; the machine stood still for {stood_still_s:.2f} s altogether")
    assert standstills.unexplained(told) == []


def test_half_an_hour_of_the_whole_recorder_takes_no_more_memory_than_its_first_minutes(
    x_display: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, standstills: Standstills
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
    assert standstills.unexplained_events(run.events("gap"), run.t0_ns) == []
