"""Reports that another program traces this one, as a debugger does to read and change it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal


class DebuggerGuard:
    """Asks `traced` at every look; each time a tracer comes is one report.

    `sees_all`: of a tracer that is kept from this program's sight the kernel says nothing.
    """

    name = Control.DEBUGGER.value

    def __init__(self, traced: Callable[[], bool], sees_all: Callable[[], bool] = lambda: True) -> None:
        self._asked = traced
        self._sees_all = sees_all
        self._traced = False

    def engage(self, journal: Journal) -> Engagement:
        """Begin to look; changes nothing."""
        if not self._sees_all():
            return Engagement("not_available", Limit.PROCESSES_HIDDEN)
        return Engagement("observed")

    def check(self) -> Sequence[Violation]:
        """Report a tracer that was not there at the last look."""
        before, self._traced = self._traced, self._asked()
        if before or not self._traced:
            return ()
        return (Violation(self.name, Code.DEBUGGER_ATTACHED, time.monotonic_ns(), control=Control.DEBUGGER),)

    def release(self) -> None:
        """Nothing to put back."""
