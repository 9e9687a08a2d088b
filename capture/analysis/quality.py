"""How well a face can be seen, so that what cannot be seen well is called that and nothing else."""

from __future__ import annotations

import cv2
import numpy as np

from capture.analysis.faces import FaceBox
from capture.analysis.landmarks import Landmarks
from capture.analysis.observations import QualityCode
from capture.frames import Pixels

DARK_FACE = 25.0
"""Mean brightness of a face (0..255) below which it counts as too dark."""
DARK_PICTURE = 20.0
"""The same of a whole picture in which nobody was found."""
SMALL_FACE_PX = 40.0
"""Face width below which an eye is under a dozen pixels wide, and the iris about two."""
SHARPNESS = 0.001
"""Variance of the Laplacian over the variance of the brightness, both of the face at 96 x 96 pixels.

Of 83 sharp photographs under 5 % lie below; blurred by 2 % of the face's width, three quarters do."""
_OUT_SHARE = 0.1
_SIDE = 96

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in pixels; may reach beyond the picture."""


def picture_quality(pixels: Pixels) -> tuple[QualityCode, ...]:
    """Judge a picture in which nobody was found."""
    return ("too_dark",) if float(pixels.mean()) < DARK_PICTURE else ()


def face_quality(pixels: Pixels, box: Box) -> tuple[QualityCode, ...]:
    """Judge the face in `box`."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = box
    inside = max(left, 0.0), max(top, 0.0), min(right, float(width)), min(bottom, float(height))
    whole = (right - left) * (bottom - top)
    part = max(inside[2] - inside[0], 0.0) * max(inside[3] - inside[1], 0.0)
    found: list[QualityCode] = []
    cut = pixels[int(inside[1]) : int(inside[3]) + 1, int(inside[0]) : int(inside[2]) + 1] if part > 0 else pixels[:0]
    if cut.size:
        grey = cv2.resize(cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
        if float(grey.mean()) < DARK_FACE:
            found.append("too_dark")
        if right - left < SMALL_FACE_PX:
            found.append("too_far")
        elif sharpness(np.asarray(grey, np.uint8)) < SHARPNESS:
            found.append("blurred")
    if part < (1 - _OUT_SHARE) * whole:
        found.append("partly_out")
    return tuple(found)


def sharpness(grey: Pixels) -> float:
    """Return how much fine detail a grey picture has for its contrast."""
    (detail,), (contrast,) = (cv2.meanStdDev(part)[1][0] for part in (cv2.Laplacian(grey, cv2.CV_32F), grey))
    return float(detail**2) / (float(contrast**2) + 1) / 16


def box_of_face(face: FaceBox) -> Box:
    """Return the box of a found face."""
    return face.x, face.y, face.x + face.width, face.y + face.height


def box_of_landmarks(landmarks: Landmarks) -> Box:
    """Return the box around landmarks."""
    x, y = np.ascontiguousarray(landmarks.points[:, :2].T)  # rows that lie together are searched eight times as fast
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())
