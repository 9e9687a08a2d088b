"""Reports that another program traces this one, as a debugger does to read and change it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal


class DebuggerGuard:
    """Asks `traced` at every look; each time a tracer comes is one report."""

    name = Control.DEBUGGER.value

    def __init__(self, traced: Callable[[], bool]) -> None:
        self._asked = traced
        self._traced = False

    def engage(self, journal: Journal) -> Engagement:
        """Begin to look; changes nothing."""
        return Engagement("observed")

    def check(self) -> Sequence[Violation]:
        """Report a tracer that was not there at the last look."""
        before, self._traced = self._traced, self._asked()
        if before or not self._traced:
            return ()
        return (Violation(self.name, Code.DEBUGGER_ATTACHED, time.monotonic_ns(), control=Control.DEBUGGER),)

    def release(self) -> None:
        """Nothing to put back."""
