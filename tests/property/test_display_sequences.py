"""Whatever sizes a display has one after the other, and however often encoder and recorder begin anew: all of it plays.

Each picture has a brightness of its own, so that a picture in a wrong place, or one decoded with the description of
another run, is told.
"""

from __future__ import annotations

import functools
import itertools
import random
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from unittest.mock import patch

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.institution.copies.local_copies import in_folder
from app.institution.export.decoding import Decoded
from app.institution.export.export import export
from app.institution.finding_codes import AttemptVerdict
from app.institution.recordings.attempt import examine
from app.institution.review.playback import RecordingPlayback
from capture.encoding import codecs
from capture.encoding.planes import planes_of
from capture.encoding.video_encoder import VideoEncoder
from capture.settings import Codec
from crypto.keys import RecipientPrivate
from tests.fixtures.soak import times
from tests.unit.institution.conftest import seal_take

KEY = RecipientPrivate.generate("algebra-1.1")
SIZES = ((160, 120), (120, 160), (320, 240), (240, 320), (168, 120), (640, 368))
EVERY_MS = 200
Made = Literal["h264", "h264 before", "av1"]
"""By which encoder; `before` is as recordings were made whose key frames are without parameter sets."""


@dataclass(frozen=True)
class Run:
    size: tuple[int, int]
    crf: int
    pictures: int
    new_take: bool


@dataclass(frozen=True)
class Picture:
    at_s: float
    size: tuple[int, int]
    light: int


RUNS = st.lists(
    st.builds(Run, st.sampled_from(SIZES), st.sampled_from((20, 36)), st.integers(1, 9), st.booleans()),
    min_size=1,
    max_size=6,
)
A, B = Run((640, 368), 28, 9, False), Run((320, 240), 28, 9, False)


def without_repeated_headers(codec: Codec, crf: int) -> dict[str, str]:
    found = codecs.options(codec, crf)
    return {**found, "x264-params": found["x264-params"].replace(":repeat-headers=1", "")}


def recorded(made: Made, runs: list[Run]) -> tuple[list[list[tuple[float, bytes]]], list[Picture]]:
    """The units of each take, and the pictures that are in them."""
    takes: list[list[tuple[float, bytes]]] = [[]]
    pictures: list[Picture] = []
    numbers = itertools.count()
    for run in runs:
        if run.new_take and takes[-1]:
            takes.append([])
        unit = functools.partial(_keep, takes[-1])
        options = codecs.options if made != "h264 before" else without_repeated_headers
        with patch("capture.encoding.video_encoder.options", options):
            encoder = VideoEncoder(
                unit, width=run.size[0], height=run.size[1], frames_per_s=5,
                codec="av1" if made == "av1" else "h264", crf=run.crf, unit_s=0.5, key_interval_s=1.0,
            )  # fmt: skip
        for number in itertools.islice(numbers, run.pictures):
            light = 30 + 23 * (number % 9)
            picture = np.full((run.size[1], run.size[0], 3), light, np.uint8)
            encoder.encode(planes_of(picture, *run.size), number * EVERY_MS)
            pictures.append(Picture(number * EVERY_MS / 1000, run.size, light))
        encoder.close()
    return takes, pictures


def _keep(units: list[tuple[float, bytes]], started_s: float, data: bytes) -> None:
    units.append((started_s, data))


def sealed(folder: Path, takes: list[list[tuple[float, bytes]]]) -> None:
    attempt, before = str(uuid.uuid4()), None
    for number, units in enumerate(takes):
        facts = {"attempt": attempt, "take": number, "previous": before}
        _, before = seal_take(folder, KEY.public, {"screen": units}, **facts)


def is_shown(frame: np.ndarray, expected: Picture) -> bool:
    height, width = frame.shape[:2]
    return (width, height) == expected.size and abs(float(frame.mean()) - expected.light) < 10


def check(made: Made, runs: list[Run]) -> None:
    takes, pictures = recorded(made, runs)
    with tempfile.TemporaryDirectory() as folder:
        sealed(Path(folder) / "sealed", takes)
        report = examine(in_folder(Path(folder) / "sealed"))
        exported = export(report, KEY, Path(folder) / "out")
        assert exported.verdict is (AttemptVerdict.COMPLETE if len(takes) == 1 else AttemptVerdict.INTERRUPTED)
        assert exported.streams[0].decoded == Decoded(len(pictures), len(pictures), ())
        film = Path(folder) / "out" / "screen.mkv"
        command = ["ffmpeg", "-v", "error", "-i", str(film), "-f", "null", "-"]
        assert subprocess.run(command, capture_output=True, check=True, timeout=60).stderr == b""
        with av.open(str(film)) as container:
            frames = [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
            assert [at_s for at_s, _ in frames] == pytest.approx([each.at_s for each in pictures], abs=0.002)
            assert all(is_shown(frame, each) for (_, frame), each in zip(frames, pictures, strict=True))
            in_any_order = random.Random(len(pictures)).sample(pictures, min(12, len(pictures)))
            for each in in_any_order:
                container.seek(round(each.at_s * av.time_base))
                frame = next(frame for frame in container.decode(video=0) if frame.time > each.at_s - 0.01)
                assert is_shown(frame.to_ndarray(format="rgb24"), each), f"sent to {each} in the file"
        with RecordingPlayback(report.takes, KEY) as playback:
            for each in in_any_order:
                shown = playback.frame_at("screen", each.at_s + 0.05)
                assert shown is not None
                assert is_shown(shown, each), f"looked at {each}"


@pytest.mark.parametrize("made", ["h264", "h264 before", "av1"])
def test_display_that_changed_its_size_and_came_back_is_shown_in_all_three_stretches(made: Made) -> None:
    check(made, [A, B, A])


@settings(max_examples=times(12, 250), deadline=None)
@given(st.sampled_from(("h264", "h264 before", "av1")), RUNS)
def test_any_sequence_of_sizes_and_restarts_is_shown_whole_and_in_order(made: Made, runs: list[Run]) -> None:
    check(made, runs)
