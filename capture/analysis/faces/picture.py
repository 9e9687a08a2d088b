"""Makes one kind of picture out of whatever arrives."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from capture.frames import Pixels

SMALLEST_SIDE_PX = 16
"""Below this no face could be read; such a picture is answered with "unreadable" without asking a model."""


def as_pixels(picture: NDArray[Any]) -> Pixels | None:
    """Return blue, green, red bytes of shape (height, width, 3), or `None` for what is no usable picture.

    Grey and two-, four-channel pictures are taken; floats are read as 0..1 when none exceeds 1, else as 0..255, and
    what is not finite counts as black; 16-bit values lose their low byte.
    """
    if picture.ndim == 3 and picture.shape[2] in {1, 2}:
        picture = picture[:, :, 0]
    if picture.ndim not in {2, 3} or (picture.ndim == 3 and picture.shape[2] < 3):
        return None
    if min(picture.shape[:2]) < SMALLEST_SIDE_PX:
        return None
    if picture.dtype != np.uint8:
        picture = _as_bytes(picture)
    if picture.ndim == 2:
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), np.uint8)
    return np.ascontiguousarray(picture[:, :, :3])


def _as_bytes(picture: NDArray[Any]) -> Pixels:
    if picture.dtype == np.uint16:
        return np.asarray(picture >> 8, np.uint8)
    if picture.dtype == np.bool_:
        return np.asarray(picture, np.uint8) * np.uint8(255)
    values = np.nan_to_num(np.asarray(picture, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    if np.issubdtype(picture.dtype, np.floating) and values.max(initial=0.0) <= 1:
        values = values * 255
    return np.asarray(values.clip(0, 255), np.uint8)
