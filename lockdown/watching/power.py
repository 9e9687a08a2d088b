"""Reports that the computer runs on its battery and how full that is: about the machine, never about conduct."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal

LOOK_EVERY_S = 10.0
LOW_PERCENT = (20, 10, 5)


@dataclass(frozen=True)
class Battery:
    """How full it is, and whether the computer lives on it."""

    percent: int
    in_use: bool


def battery() -> Battery | None:
    """Return the battery, None where there is none or none is known."""
    read = getattr(psutil, "sensors_battery", lambda: None)()  # not on every platform that psutil runs on
    return None if read is None else Battery(round(read.percent), not read.power_plugged)


class PowerGuard:
    """Reports when the charger comes or goes, and when the battery falls to 20, 10 and 5 %."""

    name = Control.POWER.value

    def __init__(
        self, read: Callable[[], Battery | None] = battery, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._clock_s = clock_s
        self._reported: tuple[bool, int] = (False, 0)
        self._next_look_s = 0.0

    def engage(self, journal: Journal) -> Engagement:
        """Begin to look; changes nothing."""
        return Engagement("observed", Limit.NO_BATTERY if self._read() is None else None)

    def check(self) -> Sequence[Violation]:
        """Report what changed; the battery is asked every ten seconds."""
        now_s = self._clock_s()
        if now_s < self._next_look_s:
            return ()
        self._next_look_s = now_s + LOOK_EVERY_S
        found = self._read()
        if found is None:
            return ()
        before, self._reported = self._reported, (found.in_use, _lowness(found))
        if self._reported == before or (self._reported[0] == before[0] and self._reported[1] < before[1]):
            return ()
        facts = {"on_battery": found.in_use, "percent": found.percent}
        return (Violation(self.name, Code.POWER_CHANGED, time.monotonic_ns(), facts, Control.POWER),)

    def release(self) -> None:
        """Nothing to put back."""


def _lowness(found: Battery) -> int:
    """Return how many of the limits it has fallen to; none of them while it is charged."""
    return sum(found.percent <= limit for limit in LOW_PERCENT) if found.in_use else 0
