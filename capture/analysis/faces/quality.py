"""How well a face can be seen, so that what cannot be seen well is called that and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from capture.analysis.faces.detector import FaceBox
from capture.analysis.faces.landmarks import Landmarks
from capture.analysis.observations import PictureQuality
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
_HOLDS_NS = 1_000_000_000

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in pixels; may reach beyond the picture."""


@dataclass(frozen=True, slots=True)
class Light:
    """What the pixels of a face say: too little light, too little detail."""

    dark: bool
    blurred: bool


def picture_quality(pixels: Pixels) -> tuple[PictureQuality, ...]:
    """Judge a picture in which nobody was found."""
    return (PictureQuality.TOO_DARK,) if float(pixels.mean()) < DARK_PICTURE else ()


class FollowedFace:
    """The quality of one face over a scene: place and size in each look, light and sharpness once a second.

    Light and sharpness are states that last; to read them takes a twentieth of a look.
    """

    def __init__(self) -> None:
        self._light: Light | None = None
        self._read_ns = 0

    def forget(self) -> None:
        """Forget what was read: what comes next may be another face."""
        self._light = None

    def judge(self, pixels: Pixels, box: Box, at_ns: int) -> tuple[PictureQuality, ...]:
        """Judge the face in `box` in a picture of that time."""
        if self._light is None or abs(at_ns - self._read_ns) >= _HOLDS_NS:
            self._light, self._read_ns = face_light(pixels, box), at_ns
        return face_quality(pixels, box, self._light)


def face_quality(pixels: Pixels, box: Box, light: Light) -> tuple[PictureQuality, ...]:
    """Judge the face in `box`, of which light and sharpness are known."""
    left, top, right, bottom = box
    total_area = (right - left) * (bottom - top)
    inside = _inside(pixels, box)
    part = 0.0 if inside is None else (inside[2] - inside[0]) * (inside[3] - inside[1])
    small = right - left < SMALL_FACE_PX
    flags: dict[PictureQuality, bool] = {
        PictureQuality.TOO_DARK: light.dark,
        PictureQuality.TOO_FAR: part > 0 and small,
        PictureQuality.BLURRED: light.blurred and not small,
        PictureQuality.PARTLY_OUT: part < (1 - _OUT_SHARE) * total_area,
    }
    return tuple(code for code, holds in flags.items() if holds)


def face_light(pixels: Pixels, box: Box) -> Light:
    """Read light and sharpness of the face in `box`."""
    inside = _inside(pixels, box)
    if inside is None:
        return Light(dark=False, blurred=False)
    left, top, right, bottom = (int(edge) for edge in inside)
    cut = cv2.cvtColor(pixels[top : bottom + 1, left : right + 1], cv2.COLOR_BGR2GRAY)
    grey = cv2.resize(cut, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    return Light(float(grey.mean()) < DARK_FACE, sharpness(np.asarray(grey, np.uint8)) < SHARPNESS)


def _inside(pixels: Pixels, box: Box) -> Box | None:
    """Return the part of a box that lies in the picture, `None` where none does."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = box
    inside = max(left, 0.0), max(top, 0.0), min(right, float(width)), min(bottom, float(height))
    return inside if inside[2] > inside[0] and inside[3] > inside[1] else None


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
