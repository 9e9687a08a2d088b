"""Finds faces with MediaPipe's BlazeFace networks: a box, a score and six points each.

Input, anchors, decoding and weighted suppression follow the networks' own graph (MediaPipe, `face_detection`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from capture.analysis.faces.shrink import shrunk
from capture.analysis.model_versions import FULL_RANGE, SHORT_RANGE
from capture.analysis.models import Model, Tensor
from capture.frames import Pixels

SCORE = 0.5
_OVERLAP = 0.3
_VALUES = 16
_GRIDS = {SHORT_RANGE: ((16, 2), (8, 6)), FULL_RANGE: ((48, 1),)}
"""Per network: cells along a side, anchors in each cell."""
_STEP, _BLACK = np.float32(1 / 127.5), np.float32(-1)
"""What the networks get for one step of a byte, and for the byte 0."""


@dataclass(frozen=True, slots=True)
class FaceBox:
    """Where a face is, in pixels of the picture; it may reach beyond the edges.

    `points` has shape (6, 2): the eyes first, the one at the image's left before the other.
    """

    x: float
    y: float
    width: float
    height: float
    score: float
    points: NDArray[np.float64]

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height

    def shared(self, other: FaceBox) -> float:
        """Return the square pixels that lie in both boxes."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(width, 0.0) * max(height, 0.0)

    def moved(self, x: float, y: float) -> FaceBox:
        """Return the same face, further right by `x` and down by `y` pixels."""
        return FaceBox(self.x + x, self.y + y, self.width, self.height, self.score, self.points + np.array([x, y]))


class FaceDetector:
    """One of the two networks, `SHORT_RANGE` or `FULL_RANGE`. Not for use by several threads at once."""

    def __init__(self, name: str) -> None:
        self._model = Model(name)
        self._anchors = np.concatenate([_centres(cells, each) for cells, each in _GRIDS[name]])

    def find(self, pixels: Pixels, score: float = SCORE) -> list[FaceBox]:
        """Return the faces of at least `score` (0..1), best first."""
        side = self._model.side
        scale, left, top = _letterbox(pixels, self._model.input())
        outputs = self._model.run()
        count = len(self._anchors)
        candidates = np.flatnonzero(outputs[count] >= math.log(score / (1 - score)))
        if not candidates.size:
            return []
        scores = 1 / (1 + np.exp(-outputs[count][candidates].clip(-100, 100).astype(np.float64)))
        raw = outputs[count * _VALUES].reshape(count, _VALUES)[candidates].astype(np.float64) / side
        anchors = self._anchors[candidates]
        pairs = raw.reshape(-1, 8, 2)  # centre, size, and the six points
        centres, halves = pairs[:, 0] + anchors, pairs[:, 1] / 2
        pairs[:, 2:] += anchors[:, np.newaxis]
        pairs[:, 0], pairs[:, 1] = centres - halves, centres + halves
        flat = ((pairs * side - np.array([left, top])) / scale).reshape(-1, _VALUES)
        return [_box(values, best) for values, best in _suppressed(flat, scores)]


def _centres(cells: int, each: int) -> NDArray[np.float64]:
    row, column = np.mgrid[0:cells, 0:cells]
    grid = np.stack([column, row], axis=-1).reshape(-1, 2)
    return np.repeat((grid + 0.5) / cells, each, axis=0)


def _letterbox(pixels: Pixels, into: Tensor) -> tuple[float, int, int]:
    side = len(into)
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    # A strip of a picture must not shrink to nothing.
    fit = max(1, round(width * scale)), max(1, round(height * scale))
    # Halving is an exact mean of four and many times as fast as a mean over uneven areas. What is left keeps that mean:
    # without it, three faces instead of one were missed of 712 in dim light, for a fortieth of the time.
    while pixels.shape[1] >= 2 * fit[0] and pixels.shape[0] >= 2 * fit[1]:
        half = max(1, pixels.shape[1] // 2), max(1, pixels.shape[0] // 2)
        pixels = np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), np.uint8)
    ordered = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)
    small = shrunk(ordered, *fit) if scale < 0.5 else cv2.resize(ordered, fit, interpolation=cv2.INTER_LINEAR)
    left, top = (side - fit[0]) // 2, (side - fit[1]) // 2
    # The padding is 0 in the tensor: mid grey, as the networks were trained, not black. It cannot be left out to save
    # time: in a wide input with little of it the full-range network missed 55 of 712 faces, not 35; dim 80, not 56.
    into.fill(0)
    shown = into[top : top + fit[1], left : left + fit[0]]
    np.add(small * _STEP, _BLACK, out=shown)
    return scale, left, top


def _suppressed(boxes: NDArray[np.float64], scores: NDArray[np.float64]) -> list[tuple[NDArray[np.float64], float]]:
    """Replace each group of overlapping boxes by its mean, weighted by score; the score is the best one's."""
    order = np.argsort(-scores, kind="stable")
    found = []
    while order.size:
        together = _overlap(boxes[order[0]], boxes[order]) > _OVERLAP
        together[0] = True  # a box without extent overlaps nothing, not even itself
        group = order[together]
        weights = scores[group]
        found.append((weights @ boxes[group] / weights.sum(), float(weights[0])))
        order = order[~together]
    return found


def _overlap(one: NDArray[np.float64], many: NDArray[np.float64]) -> NDArray[np.float64]:
    across, down = (np.minimum(one[2:4], many[:, 2:4]) - np.maximum(one[:2], many[:, :2])).clip(0).T
    widths, heights = (many[:, 2:4] - many[:, :2]).T
    common = across * down
    union = (one[2] - one[0]) * (one[3] - one[1]) + widths * heights - common
    return np.asarray(np.divide(common, union, out=np.zeros_like(common), where=union > 0), np.float64)


def _box(values: NDArray[np.float64], score: float) -> FaceBox:
    x, y, right, bottom = (float(v) for v in values[:4])
    return FaceBox(x, y, right - x, bottom - y, score, values[4:].reshape(6, 2))
