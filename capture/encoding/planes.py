"""Pictures made ready for an encoder: at its size, brightness and colour apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from capture.frames import Pixels, VideoFrame

Planes = NDArray[np.uint8]
"""Shape (1.5 height, width), both even: brightness, then two colours of half the size each (I420; BT.601, studio
range). A third of the bytes that the screen delivers."""


@dataclass(frozen=True, slots=True)
class PlanarFrame:
    """A `VideoFrame` made ready.

    Its planes belong to the consumer until the second frame after it is taken from the queue; then they are reused.
    """

    planes: Planes
    captured_ns: int
    unchanged: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        rows, width = self.planes.shape
        return width, rows * 2 // 3

    @property
    def end_ns(self) -> int:
        """A picture covers its moment only."""
        return self.captured_ns


class FramePreparation:
    """Makes pictures ready, in memory that is used again in turn: those that wait to be encoded take none of their own.

    `size_of(frame)` says which width and height the encoder wants; odd ones lose a column or row. At most `room` wait.
    """

    def __init__(self, size_of: Callable[[VideoFrame], tuple[int, int]], *, room: int) -> None:
        self._size_of = size_of
        # Beside those that wait: one is being made, one is being encoded, and the encoder looks at the one before.
        self._count = room + 3
        self._ring: Planes | None = None
        self._next = 0

    def __call__(self, frame: VideoFrame) -> PlanarFrame:
        """Return `frame` ready."""
        width, height = even(*self._size_of(frame))
        if self._ring is None or self._ring.shape[1:] != (height * 3 // 2, width):
            # Filled, so that all of it is there from the start.
            self._ring = np.full((self._count, height * 3 // 2, width), 128, np.uint8)
        self._next = (self._next + 1) % self._count
        planes = planes_of(frame.pixels, width, height, into=self._ring[self._next])
        return PlanarFrame(planes, frame.captured_ns, frame.unchanged)


def even(width: int, height: int) -> tuple[int, int]:
    """Give the size without an odd column or row: colour at half the size has none."""
    return width - width % 2, height - height % 2


def planes_of(pixels: Pixels, width: int, height: int, *, into: Planes | None = None) -> Planes:
    """Return `pixels` at `width` x `height`, both even, as planes."""
    # By cv2: 2.4 ms for 1920 x 1080 on one thread, where PyAV's own conversion takes 15.
    # It takes three channels or four, of which it passes over the last.
    return np.asarray(cv2.cvtColor(fitted(pixels, width, height), cv2.COLOR_BGR2YUV_I420, into), np.uint8)


def fitted(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return `pixels` at exactly `width` x `height`: as it is, less an odd row or column, or scaled onto black."""
    have_height, have_width, channels = pixels.shape
    if 0 <= have_width - width <= 1 and 0 <= have_height - height <= 1:
        return pixels[:height, :width]
    scale = min(width / have_width, height / have_height)
    size = (max(1, round(have_width * scale)), max(1, round(have_height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    scaled = np.asarray(cv2.resize(pixels, size, interpolation=method), np.uint8)
    if size == (width, height):
        return scaled
    card = np.zeros((height, width, channels), np.uint8)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    card[top : top + size[1], left : left + size[0]] = scaled
    return card
