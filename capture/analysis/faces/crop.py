"""Cuts a square, turned piece out of a picture and maps points of it back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from capture.analysis.models import Tensor
from capture.frames import Pixels

_SHARE = np.float32(1 / 255)
"""What the networks get for one step of a byte."""


@dataclass(frozen=True, slots=True)
class Region:
    """A square in a picture: centre and side in pixels, and by how many radians it is turned, clockwise as seen."""

    x: float
    y: float
    side: float
    angle: float

    def usable(self) -> bool:
        """Tell whether a crop of it can hold anything."""
        values = (self.x, self.y, self.side, self.angle)
        return all(math.isfinite(value) for value in values) and 1 <= self.side < 1e5


def crop(pixels: Pixels, region: Region, into: Tensor, *, mirrored: bool = False) -> NDArray[np.float64]:
    """Write the region to `into`, shape (side, side, 3), in the order RGB, 0..1, black outside; return the way back.

    The way back, of shape (2, 3), maps crop pixels to picture pixels, of a crop that is not mirrored.
    """
    side = len(into)
    step = region.side / side
    cos, sin = math.cos(region.angle) * step, math.sin(region.angle) * step
    half = side / 2
    back = np.array([
        [cos, -sin, region.x - half * (cos - sin)],
        [sin, cos, region.y - half * (sin + cos)],
    ])  # fmt: skip
    around, left, top = _around(pixels, region)
    from_piece = back - np.array([[0.0, 0.0, left], [0.0, 0.0, top]])
    cut = cv2.warpAffine(around, from_piece, (side, side), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    cut = cv2.cvtColor(cv2.flip(cut, 1) if mirrored else cut, cv2.COLOR_RGBA2RGB)
    np.multiply(cut, _SHARE, out=into)
    return back


def _around(pixels: Pixels, region: Region) -> tuple[Pixels, int, int]:
    """Return the piece of the picture that holds the region, in four channels, and where it lies.

    OpenCV turns four channels in half the time it takes for three.
    """
    height, width = pixels.shape[:2]
    reach = region.side * math.sqrt(0.5) + 2
    left, right = (min(max(round(region.x + way), 0), width) for way in (-reach, reach))
    top, bottom = (min(max(round(region.y + way), 0), height) for way in (-reach, reach))
    if left == right or top == bottom:  # the region lies outside: all of it is black
        return np.zeros((1, 1, 4), np.uint8), 0, 0
    return np.asarray(cv2.cvtColor(pixels[top:bottom, left:right], cv2.COLOR_BGR2RGBA), np.uint8), left, top


def to_picture(points: NDArray[np.float64], back: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map points of shape (n, 3), depth last and in the same measure, from a crop to its picture."""
    (a, b, x), (c, d, y) = back.tolist()
    turned = np.array([[a, c, 0.0], [b, d, 0.0], [0.0, 0.0, math.hypot(a, c)]])
    return np.asarray(points @ turned + np.array([x, y, 0.0]), np.float64)
