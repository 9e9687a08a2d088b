"""What a recording does when microphone, sound server or display go or were never there, and when it is taken over."""

from __future__ import annotations

import threading
import time
import wave as wave_file
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from capture.clock import SECOND_NS
from capture.pipeline import Quality, SourceNames
from capture.settings import RecordingSettings
from tests.fixtures.capture_pipelines import OF_A_BUSY_MACHINE, PipelineOf, moving_ns, pipelines, recording_of, told_of
from tests.fixtures.display import USUAL, running_x_server
from tests.fixtures.recording import Recording, pictures, wave
from tests.fixtures.sound import PrivatePulse
from tests.fixtures.standstill import Standstills

pytestmark = pytest.mark.clock


@pytest.fixture
def pipeline_of() -> Iterator[PipelineOf]:
    with pipelines() as make:
        yield make


@pytest.fixture
def hum(tmp_path: Path) -> Path:
    """Half a minute of what any room has: a quiet hum."""
    path = tmp_path / "hum.wav"
    with wave_file.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48_000)
        out.writeframes((300 * np.sin(np.arange(48_000 * 30) / 24)).astype("<i2").tobytes())
    return path


@pytest.mark.sound
def test_muted_microphone_is_said_within_three_seconds_and_its_end_too(
    pipeline_of: PipelineOf,
    private_pulse: PrivatePulse,
    monkeypatch: pytest.MonkeyPatch,
    hum: Path,
    standstills: Standstills,
) -> None:
    for name, value in private_pulse.env.items():
        monkeypatch.setenv(name, value)
    kept = Recording()
    pipeline = pipeline_of(RecordingSettings(camera=None, screen=None), SourceNames(None, "default"), kept)
    humming = private_pulse.speaking(hum)

    def silences(state: str) -> list[Quality]:
        return told_of(kept, "sound_silent", state)

    try:
        pipeline.open()
        kept.wait_for(
            lambda: sum(level > -60 for level in kept.levels) > 12 and len(silences("began")) == len(silences("ended")),
            "the hum is heard for a second, whatever the sound server did before",
        )
        pipeline.record(time.monotonic_ns())
        earlier = len(silences("began"))
        private_pulse.mute(True)
        muted_ns = time.monotonic_ns()
        kept.wait_for(lambda: len(silences("began")) == earlier + 1, "muted")
        private_pulse.mute(False)
        kept.wait_for(lambda: len(silences("ended")) == earlier + 1, "back")
        pipeline.stop()
    finally:
        private_pulse.mute(False)
        humming.kill()
        humming.wait(5)
    said = silences("began")[-1]
    assert len(silences("began")) == earlier + 1
    assert {each.code for each in kept.qualities} <= {"sound_silent", *OF_A_BUSY_MACHINE}
    assert moving_ns(standstills, muted_ns, said.at_ns) < 3 * SECOND_NS
    assert standstills.unexplained(kept.gaps) == []


@pytest.mark.sound
def test_sound_server_killed_and_back(
    pipeline_of: PipelineOf,
    mortal_pulse: PrivatePulse,
    monkeypatch: pytest.MonkeyPatch,
    standstills: Standstills,
) -> None:
    for name, value in mortal_pulse.env.items():
        monkeypatch.setenv(name, value)
    kept = Recording()
    pipeline = pipeline_of(RecordingSettings(screen=None), SourceNames("test-person", "default"), kept)
    pipeline.open()
    kept.wait_for_state("microphone", "running")
    kept.wait_for_state("webcam", "running")
    t0_ns = time.monotonic_ns()
    pipeline.record(t0_ns)
    time.sleep(1.0)
    killed_s = (time.monotonic_ns() - t0_ns) / SECOND_NS
    mortal_pulse.kill()
    kept.wait_for_state("microphone", "lost", 4)
    mortal_pulse.start()
    kept.wait_for_state("microphone", "running", 10)
    time.sleep(0.5)
    end_s = (time.monotonic_ns() - t0_ns) / SECOND_NS
    pipeline.stop()

    stood_still_s = standstills.together_s(t0_ns, time.monotonic_ns())
    (gap,) = standstills.unexplained(kept.gaps)
    assert gap.stream == "microphone"
    assert (gap.from_ns - t0_ns) / SECOND_NS == pytest.approx(killed_s, abs=0.5 + stood_still_s)
    samples, rate = wave(kept.file("microphone"))
    begun_s = (kept.started_ns("microphone") - t0_ns) / SECOND_NS
    assert begun_s + len(samples) / rate == pytest.approx(end_s, abs=0.5 + stood_still_s), "silence keeps the place"
    pictures_taken = len(pictures(kept.file("webcam")))
    assert pictures_taken == pytest.approx(10 * end_s, abs=3 + 10 * stood_still_s), "the camera went on"


def test_display_that_dies_is_a_gap_and_the_rest_goes_on(
    pipeline_of: PipelineOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Recording()
    settings = RecordingSettings(microphone=None)
    with running_x_server(tmp_path, *USUAL) as display:
        monkeypatch.setenv("DISPLAY", display)
        pipeline = pipeline_of(settings, SourceNames("test-person", None, "0"), kept)
        pipeline.open()
        kept.wait_for_state("screen", "running")
        t0_ns = time.monotonic_ns()
        pipeline.record(t0_ns)
        time.sleep(0.5)
    kept.wait_for_state("screen", "lost", 5)
    time.sleep(0.3)
    end_ns = time.monotonic_ns()
    pipeline.stop()
    (gap,) = kept.gaps
    assert gap.stream == "screen"
    assert abs(gap.to_ns - end_ns) < SECOND_NS // 10
    assert len(pictures(kept.file("screen"))) >= 2
    assert kept.state_of("webcam") == "stopped"
    assert not [s for s in kept.states if s.stream == "webcam" and s.state == "lost"]


def test_without_microphone_display_or_camera_the_rest_records(
    pipeline_of: PipelineOf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DISPLAY", ":7654")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "nothing.conf"))
    monkeypatch.setenv("PULSE_SERVER", str(tmp_path / "nothing"))
    for cameras, recorded in (("test-person", {"webcam"}), ("97", set())):
        kept = Recording()
        pipeline = pipeline_of(RecordingSettings(), SourceNames(cameras, "default", "0"), kept)
        pipeline.open()
        absent = {"webcam", "microphone", "screen"} - recorded
        for stream in absent:
            kept.wait_for_state(stream, "absent")
        for stream in recorded:
            kept.wait_for_state(stream, "running")
        t0_ns = time.monotonic_ns()
        pipeline.record(t0_ns)
        time.sleep(0.6)
        end_ns = time.monotonic_ns()
        pipeline.stop()
        assert set(kept.units) == recorded
        assert {gap.stream for gap in kept.gaps} == absent
        for gap in kept.gaps:
            assert gap.from_ns == pytest.approx(t0_ns, abs=SECOND_NS / 10)
            assert gap.to_ns == pytest.approx(end_ns, abs=SECOND_NS / 10)
        assert all(s.fault for s in kept.states if s.state == "absent")


def test_stream_that_was_not_asked_for_is_not_touched_and_one_not_chosen_is_absent(pipeline_of: PipelineOf) -> None:
    kept = Recording()
    pipeline = pipeline_of(RecordingSettings(screen=None), SourceNames("test-person", None, "0"), kept)
    pipeline.open()
    kept.wait_for_state("webcam", "running")
    pipeline.stop()
    pipeline.stop()
    assert {s.stream for s in kept.states} == {"webcam", "microphone"}
    assert kept.state_of("microphone") == "absent"
    assert kept.units == {}, "nothing is encoded before the recording begins"
    assert kept.gaps == []


def test_take_over_counts_from_the_first_takes_start(pipeline_of: PipelineOf, standstills: Standstills) -> None:
    kept, pipeline, t0_ns = recording_of(pipeline_of, "test-person", begun_s=3600)
    now_ns = t0_ns + 3600 * SECOND_NS
    time.sleep(0.4)
    pipeline.stop()
    assert standstills.unexplained(kept.gaps) == []
    assert abs(kept.started_ns("webcam") - now_ns) < SECOND_NS // 5


def test_no_thread_is_left_behind() -> None:
    left = [t.name for t in threading.enumerate() if t.name.startswith("capture-")]
    assert left == []
