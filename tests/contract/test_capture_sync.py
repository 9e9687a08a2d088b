"""Beep and flash: picture and sound of one file stay together, also when it begins again."""

from __future__ import annotations

import itertools
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from capture.clock import SECOND_NS
from capture.pipeline import Pipeline, SourceNames
from capture.settings import RecordingSettings
from tests.fixtures.recording import Recording, pictures, sleep_until, wave
from tests.fixtures.standstill import Standstills

pytestmark = pytest.mark.clock

FILE_S, RATE = 3, 48_000
CLAPS_S = (0.52, 1.76)  # both between two of the pictures that the camera takes


@pytest.fixture(scope="module")
def claps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of three seconds at 25 pictures a second that twice turns white and beeps for a fifth of a second.

    Its sound track is half a second shorter than the file.
    """
    path = tmp_path_factory.mktemp("claps") / "claps.mkv"
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = 320, 240, "yuv420p"
        sound = out.add_stream("pcm_s16le", rate=RATE)
        sound.layout = "mono"
        board = np.kron(np.indices((6, 8)).sum(axis=0) % 2 * 255, np.ones((20, 20)))[:, :, np.newaxis]
        for n in range(25 * FILE_S):
            flash = any(0 <= n / 25 - at < 0.2 for at in CLAPS_S)
            picture = np.full((240, 320, 3), 255 if flash else 0, np.uint8)
            picture[:120, :160] = board  # a picture with nothing in it would be noticed as that
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = n, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        t = np.arange(int((FILE_S - 0.5) * RATE)) / RATE
        loud = sum(((t >= at) & (t < at + 0.2)).astype(float) for at in CLAPS_S)
        beeps = (20_000 * loud * np.sin(2 * np.pi * 1000 * t)).astype(np.int16)
        for start in range(0, len(beeps), 4800):
            piece = av.AudioFrame.from_ndarray(beeps[start : start + 4800].reshape(1, -1), format="s16", layout="mono")
            piece.sample_rate, piece.pts, piece.time_base = RATE, start, Fraction(1, RATE)
            out.mux(sound.encode(piece))
        out.mux(sound.encode(None))
    return path


def test_flash_and_beep_are_at_the_same_time_in_every_pass(claps: Path, standstills: Standstills) -> None:
    kept = Recording()
    pipeline = Pipeline(RecordingSettings(screen=None), SourceNames(str(claps), str(claps)), sink=kept, listener=kept)
    pipeline.open()
    kept.wait_for_state("webcam", "running")
    kept.wait_for_state("microphone", "running")
    time.sleep(0.33)  # the exam begins at no special moment of the file
    t0_ns = time.monotonic_ns()
    pipeline.record(t0_ns)
    sleep_until(t0_ns / SECOND_NS + 2.5 * FILE_S)
    pipeline.stop()

    flashes = [(kept.started_ns("webcam") - t0_ns) / SECOND_NS + at for at in flash_onsets(kept.file("webcam"))]
    beeps = [(kept.started_ns("microphone") - t0_ns) / SECOND_NS + at for at in beep_onsets(kept.file("microphone"))]
    pairs = [(flash, beep) for flash in flashes for beep in beeps if abs(flash - beep) < 0.5]
    assert len(pairs) >= 4
    offsets_ms = [round(1000 * (beep - flash)) for flash, beep in pairs]
    print(f"sound minus picture, ms: {offsets_ms}")
    assert max(map(abs, offsets_ms)) <= 80
    assert abs(float(np.mean(offsets_ms))) <= 50
    assert standstills.unexplained(kept.gaps) == []
    assert kept.qualities == []


def flash_onsets(file: bytes) -> list[float]:
    shown = [(at, pixels.mean() > 128) for at, pixels in pictures(file)]
    return [at for (_, before), (at, now) in itertools.pairwise(shown) if now and not before]


def beep_onsets(file: bytes) -> list[float]:
    samples, rate = wave(file)
    loud = np.flatnonzero(np.abs(samples) > 0.2) / rate
    return [float(at) for before, at in itertools.pairwise([-1.0, *loud]) if at - before > 0.1 and at > 0.01]
