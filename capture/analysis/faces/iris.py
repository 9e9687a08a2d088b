"""Measures where the iris of an eye stands between the corners of the eye."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capture.analysis.faces.crop import Region, crop
from capture.analysis.faces.landmarks import Landmarks
from capture.analysis.model_versions import IRIS
from capture.analysis.models import Model
from capture.frames import Pixels

EYES = ((33, 133, False), (362, 263, True))
"""Corners of either eye, and whether it is shown to the network in a mirror (which knows one side only)."""
_MARGIN = 2.3
_IRIS_VALUES, _CONTOUR_VALUES = 15, 213
_LOWER_LID, _UPPER_LID = 4, 12
"""Middles of the two lids among the first sixteen points of the contour."""


@dataclass(frozen=True, slots=True)
class EyeOffsets:
    """Of one eye or the mean of both, in eye widths from the middle of the corners: x to the image's right, y down.

    `opening` is the distance of the lids in eye widths. Nothing is concluded from it: a lowered look and a closed eye
    read alike, and there is no labelled footage to separate them on.
    """

    x: float
    y: float
    opening: float


class IrisModel:
    """The network. Not for use by several threads at once."""

    def __init__(self) -> None:
        self._model = Model(IRIS)

    def measure(self, pixels: Pixels, landmarks: Landmarks, eye: int) -> EyeOffsets | None:
        """Return the offsets of one of the `EYES`, or `None` where it is too small to be cut out."""
        first, second, mirrored = EYES[eye]
        (left, top), (right, bottom) = landmarks.points[[first, second], :2].tolist()
        width = math.hypot(right - left, bottom - top)
        region = Region((left + right) / 2, (top + bottom) / 2, _MARGIN * width, landmarks.angle)
        if not region.usable():
            return None
        side = self._model.side
        crop(pixels, region, self._model.input(), mirrored=mirrored)
        outputs = self._model.run()
        x, y = outputs[_IRIS_VALUES][:2].tolist()
        if mirrored:
            x = side - 1 - x
        scale = side / _MARGIN
        return EyeOffsets((x - side / 2) / scale, (y - side / 2) / scale, _opening(outputs[_CONTOUR_VALUES]) / scale)


def _opening(contour: NDArray[np.float32]) -> float:
    lids = contour.reshape(-1, 3)[[_LOWER_LID, _UPPER_LID], :2]
    return math.dist(*lids.tolist())
