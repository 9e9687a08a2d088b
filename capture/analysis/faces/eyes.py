"""Measures both eyes of a face over a scene: one a look while they rest, both as soon as something moves.

Eyes turn together, so while the head and the eye that is looked at stay where they were, the other eye's last
measurement, one look old, still holds. The network for one eye costs a third of a look.
"""

from __future__ import annotations

from capture.analysis.faces.head_pose import HeadPose
from capture.analysis.faces.iris import EyeOffsets, IrisModel
from capture.analysis.faces.landmarks import Landmarks
from capture.frames import Pixels

_STILL = 0.03
"""Eye widths within which an eye counts as resting: three times what it trembles, four degrees of its look."""
_HEAD_STILL_DEG = 3.0
_TURNED_DEG = 25.0
"""Yaw from which on the two eyes of a face are too unlike for one to speak for the other."""


class EyePair:
    """The eyes of one face in picture after picture. Not for use by several threads at once."""

    def __init__(self) -> None:
        self._model = IrisModel()
        self._known: list[EyeOffsets] = []
        self._yaw_deg = 0.0
        self._turn = 0

    def forget(self) -> None:
        """Forget what was measured: what comes next may be another face."""
        self._known = []

    def measure(self, pixels: Pixels, landmarks: Landmarks, pose: HeadPose) -> EyeOffsets | None:
        """Return the mean offsets of both irises, or `None` where the eyes are too small to be cut out."""
        turn = self._turn = 1 - self._turn
        seen = self._model.measure(pixels, landmarks, turn)
        if seen is not None and self._resting(turn, seen, pose.yaw_deg):
            self._known[turn] = seen
        else:
            other = self._model.measure(pixels, landmarks, 1 - turn)
            if seen is None or other is None:
                self._known = []
                return None
            self._known = [other, seen] if turn else [seen, other]
            self._yaw_deg = pose.yaw_deg
        one, two = self._known
        return EyeOffsets((one.x + two.x) / 2, (one.y + two.y) / 2, (one.opening + two.opening) / 2)

    def _resting(self, turn: int, seen: EyeOffsets, yaw_deg: float) -> bool:
        if not self._known or abs(yaw_deg) > _TURNED_DEG or abs(yaw_deg - self._yaw_deg) > _HEAD_STILL_DEG:
            return False
        was = self._known[turn]
        moved = max(abs(seen.x - was.x), abs(seen.y - was.y), abs(seen.opening - was.opening))
        return moved < _STILL
