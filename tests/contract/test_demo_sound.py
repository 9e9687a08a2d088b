"""The demonstration's own sound server, for machines that have none."""

import os
import subprocess

import numpy as np
import pytest

from app.demo.headless import private_sound


@pytest.mark.sound
def test_its_microphone_hears_a_quiet_room_and_no_complete_silence() -> None:
    with private_sound() as environment:
        recorder = subprocess.Popen(
            ["parec", "--raw", "--format=s16le", "--rate=16000", "--channels=1"],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert recorder.stdout is not None
        try:
            samples = np.frombuffer(recorder.stdout.read(3 * 32000), "<i2")[16000:].astype(np.float64)
        finally:
            recorder.kill()
            recorder.wait()
            recorder.stdout.close()
    loudness_db = 20 * np.log10(max(samples.std(), 1e-9) / 32768)
    assert -80 < loudness_db < -55
