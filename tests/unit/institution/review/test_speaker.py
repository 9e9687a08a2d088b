"""Recorded sound comes out of the machine's own speaker as it was recorded: at its rate, and one channel of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.institution.review.audio_output import BLOCK, device_output
from app.institution.review.playback import SOUND_RATE_HZ
from tests.fixtures.sound import PrivatePulse

TONE_HZ = 440
LASTS_S = 2.0
HEARD_AT_HZ = 16_000


@pytest.fixture
def speaker(private_pulse: PrivatePulse, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """PortAudio on a sound server of the test's own; it lists its devices when it begins."""
    for name, value in private_pulse.env.items():
        monkeypatch.setenv(name, value)
    import sounddevice  # PortAudio begins with it, and does not survive a fork

    sounddevice._terminate()
    sounddevice._initialize()
    yield
    sounddevice._terminate()
    sounddevice._initialize()


@pytest.mark.sound
def test_a_tone_comes_out_of_the_speaker_at_its_pitch(speaker: None, tmp_path: Path) -> None:
    heard = tmp_path / "heard.raw"
    record = ["parec", "-d", "speaker.monitor", "--raw", "--format=s16le", "--channels=1", f"--rate={HEARD_AT_HZ}"]
    at = np.arange(round(LASTS_S * SOUND_RATE_HZ)) / SOUND_RATE_HZ
    tone = np.round(8000 * np.sin(2 * np.pi * TONE_HZ * at)).astype(np.int16)
    with heard.open("wb") as file, subprocess.Popen(record, stdout=file, env=dict(os.environ)) as recorder:
        try:
            with device_output() as output:
                for start in range(0, tone.size, BLOCK):
                    output.write(tone[start : start + BLOCK])
        finally:
            recorder.terminate()
    sound = np.frombuffer(heard.read_bytes(), np.int16).astype(float)
    loud = np.flatnonzero(np.abs(sound) > 4000)
    assert loud.size, "nothing was heard"
    played = sound[loud[0] : loud[-1]]
    pitch_hz = np.argmax(np.abs(np.fft.rfft(played))) * HEARD_AT_HZ / played.size
    assert pitch_hz == pytest.approx(TONE_HZ, abs=4)
