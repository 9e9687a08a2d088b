"""How much of the exam window other windows hide, and from when on that is worth a report.

Less than `LEAST_PERCENT` cannot hold a line of readable text (at 1920 x 1080 it is 260 x 20 points), and is what
keyboard and network indicators take. Up to `SMALL_PERCENT` is what notices of the desktop and the lists of input
methods take, on small screens too: it is recorded, and nobody is warned or held for it. A second is longer than what
flashes by when a menu closes; shorter times are counted together until the exam was clear for ten seconds, so that a
window which blinks is seen too. What was reported is over once the exam was clear for two.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation

LEAST_PERCENT = 0.25
SMALL_PERCENT = 5.0
LEAST_S = 1.0
OVER_AFTER_S = 2.0
FORGOTTEN_AFTER_S = 10.0


class Rectangle(NamedTuple):
    """Points of the screen from `left` and `top` up to, and without, `right` and `bottom`."""

    left: int
    top: int
    right: int
    bottom: int


def is_large(covered: Violation) -> bool:
    """Return whether what was reported is more than a notice or the list of an input method."""
    percent = covered.facts["percent"]
    return isinstance(percent, float) and percent >= SMALL_PERCENT


def common(some: Iterable[Rectangle], others: Sequence[Rectangle]) -> tuple[Rectangle, ...]:
    """Return what lies in one of `some` and in one of `others`; parts that overlap there may overlap here."""
    parts = (
        Rectangle(max(a.left, b.left), max(a.top, b.top), min(a.right, b.right), min(a.bottom, b.bottom))
        for a in some
        for b in others
    )
    return tuple(part for part in parts if part.left < part.right and part.top < part.bottom)


def area(parts: Sequence[Rectangle]) -> int:
    """Return how many points `parts` take together, each counted once."""
    edges = sorted({edge for part in parts for edge in (part.top, part.bottom)})
    points = 0
    for top, bottom in pairwise(edges):
        wide, reached = 0, None
        for left, right in sorted((p.left, p.right) for p in parts if p.top <= top and p.bottom >= bottom):
            begin = left if reached is None else max(left, reached)
            if right > begin:
                wide += right - begin
                reached = right
        points += wide * (bottom - top)
    return points


def hidden_percent(
    exam: Sequence[Rectangle], frames: Iterable[Sequence[Rectangle]], over: Sequence[Rectangle], total_points: int
) -> float:
    """Return how much of the `total_points` points of the exam is not to be seen.

    `exam` is what its outline leaves of it, `frames` what each window around it and the screen let through, and `over`
    what lies above.
    """
    through: Sequence[Rectangle] = exam
    for frame in frames:
        through = common(through, frame)
    seen = area(through) - area(common(over, through))
    return max(0.0, 100.0 * (1 - seen / total_points)) if total_points > 0 else 100.0


class Occlusion:
    """Tells what is to be reported, from how much is hidden at each moment; times are of `time.monotonic`.

    A covering is reported once after a second, once more when it has been a large one for a second, and at its end,
    with for how long altogether. The percent of each is as much as was hidden, or more, for a second altogether: what
    flashes by does not make a large covering of a small one.
    """

    def __init__(self) -> None:
        self._percent = 0.0
        self._since_s: float | None = None
        self._uncovered_s = 0.0
        self._covered_s: dict[float, float] = {}
        self._reported_percent = 0.0

    @property
    def under_way(self) -> bool:
        """Whether time matters now, though nothing changes."""
        return bool(self._covered_s) or self._percent >= LEAST_PERCENT

    def hidden(self, percent: float, now_s: float) -> tuple[Violation, ...]:
        """Take how much is hidden from now on, 0 to 100; return what is to be reported."""
        passed_s = 0.0 if self._since_s is None else now_s - self._since_s
        before, self._percent, self._since_s = self._percent, percent, now_s
        if before >= LEAST_PERCENT:
            self._uncovered_s = 0.0
            tenth = round(before, 1)
            self._covered_s[tenth] = self._covered_s.get(tenth, 0.0) + passed_s
        else:
            self._uncovered_s += passed_s
        lasting = self._lasting_percent()
        if lasting and (not self._reported_percent or self._reported_percent < SMALL_PERCENT <= lasting):
            self._reported_percent = lasting
            return (_violation(Code.EXAM_COVERED, percent=lasting),)
        over_after_s = OVER_AFTER_S if self._reported_percent else FORGOTTEN_AFTER_S
        if self._covered_s and percent < LEAST_PERCENT and self._uncovered_s >= over_after_s:
            return self._end(lasting)
        return ()

    def _lasting_percent(self) -> float:
        """Return the most that was hidden for `LEAST_S` altogether, 0 where nothing was."""
        together_s = 0.0
        for percent in sorted(self._covered_s, reverse=True):
            together_s += self._covered_s[percent]
            if together_s >= LEAST_S:
                return percent
        return 0.0

    def _end(self, lasting: float) -> tuple[Violation, ...]:
        for_s = max(1, round(sum(self._covered_s.values())))
        reported, self._reported_percent = self._reported_percent, 0.0
        self._covered_s, self._uncovered_s = {}, 0.0
        return (_violation(Code.EXAM_UNCOVERED, percent=lasting, for_s=for_s),) if reported else ()


def _violation(code: Code, **facts: float) -> Violation:
    return Violation(Control.OVERLAYS.value, code, time.monotonic_ns(), facts, Control.OVERLAYS)
