"""Parts of a screen that change all the time, such as a playing video, are recorded less often than all else."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from capture.clock import SECOND_NS
from capture.encoding.planes import PlanarFrame, Planes

_TILE_PX = 64
_ROW_STEP = 4
"""Every fourth row is looked at. What moves in the others alone counts as still, and what is still is not held."""
_BUSY_PX = _TILE_PX * _TILE_PX // _ROW_STEP // 32
"""So many pixels of those, at least, change from one picture of a video to the next; a typed letter changes half."""
_LOOKED_BACK_S = 3.0
_MOST = 0.6
"""A tile is moving when it was busy in so many pictures of late: from the third second of a video on. A line of text
that runs over, a blinking cursor or a page that is scrolled is busy for less."""


class MotionFreeze:
    """Keeps what moves at fewer pictures a second, and everything else as the screen shows it.

    Looked at are tiles of 64 x 64 pixels. Those that move are brought up to date together, so that they show one
    moment; one that stands still is up to date with that very picture. One thread uses it.
    """

    def __init__(self) -> None:
        self._seen: Planes | None = None
        self._differs: NDArray[np.bool_] = np.zeros((0, 0), np.bool_)
        self._kept: Planes | None = None
        self._busy: NDArray[np.float64] = np.zeros((0, 0))
        self._seen_ns = self._renewed_ns = 0
        self.behind = False
        """Whether something was held in the last picture, which has more to show."""

    def hold(self, frame: PlanarFrame, per_s: float) -> None:
        """Give the moving parts of `frame`, in place, what they showed before, unless `per_s` a second are due now."""
        self.behind = False
        width, height = frame.size
        shown = frame.planes[:height:_ROW_STEP]
        if self._seen is None or self._seen.shape != shown.shape:
            self._seen = shown.copy()
            self._differs = np.zeros(shown.shape, np.bool_)
            self._busy = np.zeros((math.ceil(height / _TILE_PX), math.ceil(width / _TILE_PX)))
            self._renewed_ns = frame.captured_ns
        else:
            self._hold(frame, self._moving(shown, frame.captured_ns), per_s)
        self._seen_ns, self._kept = frame.captured_ns, frame.planes

    def _moving(self, shown: Planes, at_ns: int) -> NDArray[np.bool_]:
        """Which tiles move, and do so in this picture."""
        seen = self._seen
        assert seen is not None  # noqa: S101 - `hold` looks
        differs = np.not_equal(shown, seen, out=self._differs).view(np.uint8)
        np.copyto(seen, shown)
        by_rows = np.add.reduceat(differs, np.arange(0, shown.shape[0], _TILE_PX // _ROW_STEP), axis=0, dtype=np.uint8)
        changed = np.add.reduceat(by_rows, np.arange(0, shown.shape[1], _TILE_PX), axis=1, dtype=np.int32)
        remaining = math.exp((self._seen_ns - at_ns) / SECOND_NS / _LOOKED_BACK_S)
        self._busy = remaining * self._busy + (1 - remaining) * (changed >= _BUSY_PX)
        moving: NDArray[np.bool_] = (self._busy > _MOST) & (changed > 0)
        return moving

    def _hold(self, frame: PlanarFrame, moving: NDArray[np.bool_], per_s: float) -> None:
        early_ns = (frame.captured_ns - self._seen_ns) // 2
        if frame.captured_ns - self._renewed_ns + early_ns >= SECOND_NS / per_s:
            self._renewed_ns = frame.captured_ns
            return
        self.behind = bool(moving.any())
        before = self._kept
        assert before is not None  # noqa: S101 - a picture was seen
        for into, what, tile in zip(
            _each(frame.planes), _each(before), (_TILE_PX, _TILE_PX // 2, _TILE_PX // 2), strict=True
        ):
            for row, column in np.argwhere(moving):
                place = (slice(row * tile, (row + 1) * tile), slice(column * tile, (column + 1) * tile))
                into[place] = what[place]


def _each(planes: Planes) -> Iterator[Planes]:
    """Brightness and the two colours, as pictures."""
    rows, width = planes.shape
    height = rows * 2 // 3
    yield planes[:height]
    colours = planes.reshape(-1)[height * width :].reshape(2, height // 2, width // 2)
    yield colours[0]
    yield colours[1]
