"""Says what local detection sees and hears in files: `python -m capture.analysis PATH... [--json]`. Nothing is sent.

One line a picture, video frame or sound interval. Exit status: 0 all files were read; 1 some could not be; 2 bad use.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
from numpy.typing import NDArray

from capture.analysis.errors import AnalysisError, MediaUnreadable
from capture.analysis.faces.reader import PictureReader
from capture.analysis.media import has_sound, open_still, sound_pieces, video_frames
from capture.analysis.observations import PictureObservation
from capture.analysis.voices.voice_activity import VoiceDetector, intervals
from capture.frames import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ

Line = Mapping[str, object]
Still = Future[NDArray[Any] | None]

_AHEAD = 2
"""Pictures that are opened while another is read: a camera's 12 megapixels take longer to open than to read."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module."""
    parser = argparse.ArgumentParser(
        prog="python -m capture.analysis", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    failed = False
    try:
        reader = PictureReader()
        for path, still in opened_ahead(options.paths):
            try:
                for line in analyse(path, still, reader):
                    sys.stdout.write((json.dumps(line) if options.json else _plain(line)) + "\n")
            except MediaUnreadable as error:
                failed = True
                sys.stderr.write(f"{error}\n")
        sys.stdout.flush()
    except AnalysisError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1 if failed else 0


def opened_ahead(paths: Sequence[Path]) -> Iterator[tuple[Path, Still]]:
    """Yield every path with its `open_still`, the next ones of which run on the machine's other cores meanwhile."""
    with ThreadPoolExecutor(_AHEAD) as pool:
        coming: deque[tuple[Path, Still]] = deque()
        for path in paths:
            coming.append((path, pool.submit(open_still, path)))
            if len(coming) > _AHEAD:
                yield coming.popleft()
        yield from coming


def analyse(path: Path, still: Still, reader: PictureReader) -> Iterator[Line]:
    """Yield the lines of one file: its picture, or its frames and then the intervals of its sound.

    Raises:
        MediaUnreadable: the file holds neither.
    """
    picture = still.result()
    if picture is not None:
        yield _picture_line(path, 0.0, reader.read_still(picture))
        return
    empty = True
    reader.forget()
    for frame in video_frames(path):
        empty = False
        seen = reader.read(frame.pixels, round(frame.time_s * 1e9))
        if seen is not None:
            yield _picture_line(path, frame.time_s, seen)
    if has_sound(path):
        for line in _sound_lines(path):
            empty = False
            yield line
    if empty:
        raise MediaUnreadable(f"{path}: no picture, video or sound can be read from it. Is the file whole?")


def _sound_lines(path: Path) -> Iterator[Line]:
    voice = VoiceDetector()
    answers, length = [], 0
    for piece in sound_pieces(path):
        length += len(piece)
        answers += voice.analyse(piece)
    for found in intervals(answers, length / BYTES_PER_SAMPLE / SAMPLE_RATE_HZ):
        start_s, end_s = round(found.start_s, 3), round(found.end_s, 3)
        yield {"path": str(path), "start_s": start_s, "end_s": end_s, "speech": found.speech}


def _picture_line(path: Path, time_s: float, seen: PictureObservation) -> Line:
    face = seen.face
    angles = ("yaw_deg", "pitch_deg", "roll_deg", "gaze_h_deg", "gaze_v_deg")
    return {
        "path": str(path),
        "time_s": round(time_s, 3),
        "present": seen.present,
        "people": seen.people,
        **{name: _rounded(getattr(face, name) if face else None) for name in angles},
        "quality": list(seen.quality),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _plain(line: Line) -> str:
    return "  ".join(f"{name} {'-' if value is None else value}" for name, value in line.items() if value != [])


if __name__ == "__main__":
    sys.exit(main())
