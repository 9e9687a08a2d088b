"""Beep and flash through recorder, seal and export: sound and picture of the exported file stay together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.client.recording.recording import ChosenSources
from tests.fixtures.attempt import RecordedAttempt
from tests.fixtures.claps import beeps_in, flashes_in, write_claps

FILM_S = 4.0
CLAPS_S = (0.52, 1.48, 2.92)
RECORD_S = 10.0
FARTHEST_MS = 80


@pytest.mark.clock
def test_sound_and_picture_of_the_export_are_together_at_every_flash(tmp_path: Path) -> None:
    film = tmp_path / "claps.mkv"
    write_claps(film, CLAPS_S, FILM_S)
    # A picture for each of the film's: what is measured is the way through the recorder, not the camera's own raster.
    taken = RecordedAttempt(
        tmp_path,
        ChosenSources(str(film), str(film), None),
        {"camera": {"frames_per_s": 25, "width": 320, "height": 240}, "microphone": {}, "screen": None},
    )
    taken.begin()
    taken.loop.run_for(RECORD_S)
    taken.finish()
    exported = taken.export(tmp_path / "review")

    assert exported.verdict.value == "COMPLETE"
    assert {stream.stream: stream.file for stream in exported.streams} == dict.fromkeys(
        ("webcam", "microphone"), "webcam.mkv"
    )
    flashes, beeps = (found(tmp_path / "review" / "webcam.mkv") for found in (flashes_in, beeps_in))
    whole_s = (1.0, RECORD_S - 1.0)
    flashes = [flash for flash in flashes if whole_s[0] < flash < whole_s[1]]
    offsets_ms = [round(1000 * (min(beeps, key=lambda beep: abs(beep - flash)) - flash)) for flash in flashes]
    print(f"sound minus picture at {len(offsets_ms)} flashes, ms: {offsets_ms}, mean {np.mean(offsets_ms):.0f}")
    assert len(flashes) >= (whole_s[1] - whole_s[0]) / FILM_S * len(CLAPS_S) - 2
    assert max(map(abs, offsets_ms)) <= FARTHEST_MS
