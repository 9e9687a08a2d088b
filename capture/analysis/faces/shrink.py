"""Shrinks a picture so that each value is the mean of the area it stands for."""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from capture.analysis.models import Tensor
from capture.frames import Pixels

_LONGEST_PERIOD = 16
"""Pixels after which the weights repeat, up to which multiplying by them pays; cameras' sizes have 5."""


def shrunk(pixels: Pixels, width: int, height: int) -> Tensor:
    """Return three-channel `pixels`, shrunk, in whole steps of a byte, shape (height, width, 3).

    The same as OpenCV's `INTER_AREA` on bytes, but for exact halves, which it rounds up. Where the sizes have a simple
    ratio, as 320 and 192, the same few weights return along the whole side, and small products of matrices take a
    third of OpenCV's time.
    """
    old_height, old_width = pixels.shape[:2]
    across, down = math.gcd(old_width, width), math.gcd(old_height, height)
    if max(old_width // across, old_height // down) > _LONGEST_PERIOD:
        return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.float32)
    values = pixels.astype(np.float32).reshape(down, old_height // down, old_width * 3)
    lower = np.matmul(_weights(old_height // down, height // down), values)
    rows = lower.reshape(height, across, old_width // across * 3)
    means = np.matmul(rows, _weights_of_pixels(old_width // across, width // across)).reshape(height, width, 3)
    return np.asarray(np.rint(means, out=means), np.float32)


@lru_cache(maxsize=64)
def _weights(old: int, new: int) -> NDArray[np.float32]:
    """Return by how much each of `old` values counts in each of `new` means, shape (new, old)."""
    edges = np.arange(new + 1) * old / new
    cells = np.arange(old)
    shares = np.minimum(edges[1:, np.newaxis], cells + 1) - np.maximum(edges[:-1, np.newaxis], cells)
    return np.asarray(shares.clip(0) * new / old, np.float32)


@lru_cache(maxsize=64)
def _weights_of_pixels(old: int, new: int) -> NDArray[np.float32]:
    """Return the weights for values of three channels that lie side by side, shape (3 * old, 3 * new)."""
    return np.ascontiguousarray(np.kron(_weights(old, new).T, np.eye(3, dtype=np.float32)))
