"""Reports that the computer's clock was set during the exam, seen against a clock that nobody can set."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal

NOTED_FROM_S = 2.0
"""Less is what time servers put right by themselves."""


class ClockGuard:
    """Compares how far both clocks went between two looks.

    `since_boot_s` is the clock that nobody can set. It goes on while the computer sleeps, so closing the lid is not
    setting the clock. Slow corrections by a time server are far below the limit within one look.
    """

    name = Control.CLOCK.value

    def __init__(self, since_boot_s: Callable[[], float], wall_s: Callable[[], float] = time.time) -> None:
        self._since_boot_s = since_boot_s
        self._wall_s = wall_s
        self._apart_s = 0.0

    def engage(self, journal: Journal) -> Engagement:
        """Note how far the clocks are apart; changes nothing."""
        self._apart_s = self._wall_s() - self._since_boot_s()
        return Engagement("observed")

    def check(self) -> Sequence[Violation]:
        """Report a clock that was set since the last look."""
        apart_s = self._wall_s() - self._since_boot_s()
        set_by_s, self._apart_s = apart_s - self._apart_s, apart_s
        if abs(set_by_s) < NOTED_FROM_S:
            return ()
        facts = {"by_s": round(set_by_s)}
        return (Violation(self.name, Code.CLOCK_SET, time.monotonic_ns(), facts, Control.CLOCK),)

    def release(self) -> None:
        """Nothing to put back."""
