"""Measures where the irises stand between the corners of the eyes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capture.analysis.crop import Region, crop
from capture.analysis.landmarks import Landmarks
from capture.analysis.models import IRIS, Model
from capture.frames import Pixels

_EYES = ((33, 133, False), (362, 263, True))
"""Corners of either eye, and whether it is shown to the network in a mirror (which knows one side only)."""
_MARGIN = 2.3
_IRIS_VALUES, _CONTOUR_VALUES = 15, 213
_LOWER_LID, _UPPER_LID = 4, 12
"""Middles of the two lids among the first sixteen points of the contour."""


@dataclass(frozen=True, slots=True)
class EyeOffsets:
    """Mean of both eyes, in eye widths from the middle of the corners: x to the image's right, y down.

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

    def measure(self, pixels: Pixels, landmarks: Landmarks) -> EyeOffsets | None:
        """Return the offsets of the irises, or `None` where the eyes are too small to be cut out."""
        eyes = [self._eye(pixels, landmarks, *eye) for eye in _EYES]
        found = [eye for eye in eyes if eye is not None]
        if len(found) < len(_EYES):
            return None
        x, y, opening = np.mean(found, axis=0)
        return EyeOffsets(float(x), float(y), float(opening))

    def _eye(
        self, pixels: Pixels, landmarks: Landmarks, first: int, second: int, mirrored: bool
    ) -> tuple[float, float, float] | None:
        corners = landmarks.points[[first, second], :2]
        centre, width = corners.mean(axis=0), float(np.hypot(*(corners[1] - corners[0])))
        region = Region(float(centre[0]), float(centre[1]), _MARGIN * width, landmarks.angle)
        if not region.usable():
            return None
        side = self._model.side
        crop(pixels, region, self._model.input(), mirrored=mirrored)
        outputs = self._model.run()
        x, y = (float(v) for v in outputs[_IRIS_VALUES][:2])
        if mirrored:
            x = side - 1 - x
        eye = side / _MARGIN
        return (x - side / 2) / eye, (y - side / 2) / eye, _opening(outputs[_CONTOUR_VALUES]) / eye


def _opening(contour: NDArray[np.float32]) -> float:
    points = contour.reshape(-1, 3)[:, :2]
    return float(np.hypot(*(points[_LOWER_LID] - points[_UPPER_LID])))
