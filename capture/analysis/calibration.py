"""A person's own zero: where head and eyes point when looking at the middle of the screen.

The camera stands beside or above the screen, heads are held differently and faces differ from the mean face: people
who look into the camera read -2 to +20 degrees of pitch. The zero is kept in memory and in the sealed log, nowhere
else, and is two angles: it cannot tell one person from another.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Literal

from capture.analysis.observations import PictureObservation

Target = Literal["centre", "top_left", "top_right", "bottom_left", "bottom_right"]

_FEWEST = 5
_STEADY_DEG = 12.0
_PLAUSIBLE_DEG = 30.0


@dataclass(frozen=True, slots=True)
class Zero:
    """Degrees to be taken off every look; `learned` says that it came from the exam's first seconds."""

    gaze_h_deg: float
    gaze_v_deg: float
    learned: bool


@dataclass(slots=True)
class Calibration:
    """Collects the looks at five targets during check-in. It is skippable: without enough looks there is no zero."""

    _looks: dict[Target, list[tuple[float, float]]] = field(default_factory=dict)

    def take(self, target: Target, seen: PictureObservation) -> None:
        """Add one observation made while the person was asked to look at `target`."""
        look = _look(seen)
        if look is not None:
            self._looks.setdefault(target, []).append(look)

    def zero(self) -> Zero | None:
        """Return the zero from the looks at the centre; `None` if they were few, unsteady or far from the camera."""
        return _middle(self._looks.get("centre", []), learned=False)

    def spread_deg(self) -> float | None:
        """Return how far the looks at the corners lie apart from left to right: how well this set-up can be read."""
        sides = [
            [h for target, looks in self._looks.items() if target.endswith(side) for h, _ in looks]
            for side in ("left", "right")
        ]
        if min(len(looks) for looks in sides) < _FEWEST:
            return None
        return abs(statistics.median(sides[0]) - statistics.median(sides[1]))


class ZeroLearner:
    """Finds a zero in the first `seconds` of observations; for who skipped the calibration."""

    def __init__(self, seconds: float) -> None:
        self._length_ns = round(seconds * 1e9)
        self._looks: list[tuple[float, float]] = []
        self._from_ns: int | None = None
        self._done = seconds <= 0
        self.zero: Zero | None = None

    def take(self, seen: PictureObservation) -> None:
        """Learn from one observation, until the time is over."""
        look = None if self._done else _look(seen)
        if look is None:
            return
        if self._from_ns is None:
            self._from_ns = seen.at_ns
        self._looks.append(look)
        if seen.at_ns - self._from_ns >= self._length_ns:
            self.zero = _middle(self._looks, learned=True)
            self._looks.clear()
            self._done = self.zero is not None
            self._from_ns = None


def _look(seen: PictureObservation) -> tuple[float, float] | None:
    face = seen.face
    if face is None or face.gaze_h_deg is None or face.gaze_v_deg is None:
        return None
    return face.gaze_h_deg, face.gaze_v_deg


def _middle(looks: list[tuple[float, float]], *, learned: bool) -> Zero | None:
    if len(looks) < _FEWEST:
        return None
    across = [h for h, _ in looks]
    middle = statistics.median(across)
    unsteady = statistics.median(abs(h - middle) for h in across) > _STEADY_DEG
    if unsteady or abs(middle) > _PLAUSIBLE_DEG:
        return None
    return Zero(middle, statistics.median(v for _, v in looks), learned)
