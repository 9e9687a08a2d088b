"""Places 468 points on one found face."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capture.analysis.faces.crop import Region, crop, to_picture
from capture.analysis.faces.detector import FaceBox
from capture.analysis.model_versions import LANDMARKS
from capture.analysis.models import Model
from capture.frames import Pixels

SCORE = 0.5
_COUNT = 468
_MARGIN = 1.5
LEFT_OUTER, RIGHT_OUTER = 33, 263
"""Outer corners of the eyes, the one at the image's left first."""


@dataclass(frozen=True, slots=True)
class Landmarks:
    """`points`, shape (468, 3): x, y in picture pixels, z in the same measure, smaller is nearer. `score` is 0..1."""

    points: NDArray[np.float64]
    score: float

    @property
    def angle(self) -> float:
        """How far the line through the eyes is turned, in radians."""
        across = self.points[RIGHT_OUTER, :2] - self.points[LEFT_OUTER, :2]
        return math.atan2(across[1], across[0])

    @property
    def region(self) -> Region:
        """Where to look for the same face in the next picture."""
        angle = self.angle
        cos, sin = math.cos(angle), math.sin(angle)
        across, along = np.array([[cos, sin], [-sin, cos]]) @ self.points[:, :2].T
        left, right, top, bottom = (float(edge) for edge in (across.min(), across.max(), along.min(), along.max()))
        x, y, side = (left + right) / 2, (top + bottom) / 2, max(right - left, bottom - top)
        return Region(cos * x - sin * y, sin * x + cos * y, _MARGIN * side, angle)


class LandmarkModel:
    """The network. Not for use by several threads at once."""

    def __init__(self) -> None:
        self._model = Model(LANDMARKS)

    def place(self, pixels: Pixels, region: Region) -> Landmarks | None:
        """Return the landmarks of the face in `region`, or `None` when the network sees no face it can read there."""
        if not region.usable():
            return None
        back = crop(pixels, region, self._model.input())
        outputs = self._model.run()
        score = 1 / (1 + math.exp(-min(max(float(outputs[1][0]), -100.0), 100.0)))
        if score < SCORE:
            return None
        points = outputs[_COUNT * 3].reshape(_COUNT, 3).astype(np.float64)
        return Landmarks(to_picture(points, back), score)


def region_of(face: FaceBox) -> Region:
    """Where the landmarks of a found face are to be looked for."""
    across = face.points[1] - face.points[0]
    side = _MARGIN * max(face.width, face.height)
    return Region(face.x + face.width / 2, face.y + face.height / 2, side, math.atan2(across[1], across[0]))
