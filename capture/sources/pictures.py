"""One picture, or a numbered series of pictures, that stands in for a camera."""

from __future__ import annotations

from itertools import count, takewhile
from pathlib import Path

import cv2
import numpy as np

from capture.clock import Clock, Pace
from capture.errors import SourceAbsent, SourceFault
from capture.frames import Pixels, VideoFrame
from capture.source import SourceHealth


class PictureSource:
    """Shows a still picture, or the files of a pattern such as `f%04d.jpg` one a frame, and begins again at the end."""

    def __init__(self, path: Path, *, frames_per_s: float, anchor_ns: int, clock: Clock) -> None:
        self._path = path
        self._pace = Pace(frames_per_s, clock, anchor_ns)
        self._files: list[Path] = []
        self._shown: tuple[Path, Pixels] | None = None
        self._delivered = 0

    def open(self) -> None:
        """See `Source`."""
        self._files = _series(self._path)
        if not self._files or _load(self._files[0]) is None:
            raise SourceAbsent("the picture cannot be read", SourceFault.FILE_UNREADABLE)

    def read(self, timeout_s: float) -> VideoFrame | None:
        """See `Source`."""
        due_ns = self._pace.wait(timeout_s)
        if due_ns is None or not self._files:
            return None
        file = self._files[self._delivered % len(self._files)]
        if self._shown is None or self._shown[0] != file:
            pixels = _load(file)
            if pixels is None:
                return None
            self._shown = (file, pixels)
        self._delivered += 1
        return VideoFrame(self._shown[1], due_ns)

    def close(self) -> None:
        """See `Source`."""
        self._shown = None

    def health(self) -> SourceHealth:
        """See `Source`."""
        return SourceHealth(self._delivered)


def _series(path: Path) -> list[Path]:
    if "%" not in path.name:
        return [path] if path.is_file() else []
    try:
        first = next((n for n in (0, 1) if (path.parent / (path.name % n)).is_file()), None)
        if first is None:
            return []
        return list(takewhile(Path.is_file, (path.parent / (path.name % n) for n in count(first))))
    except (TypeError, ValueError):  # not one %d
        return []


def _load(file: Path) -> Pixels | None:
    try:
        encoded = np.frombuffer(file.read_bytes(), np.uint8)
    except OSError:
        return None
    pixels = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if encoded.size else None
    return None if pixels is None else np.asarray(pixels, np.uint8)
