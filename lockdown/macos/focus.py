"""Coming back to the front on macOS when another program gets there all the same."""

from __future__ import annotations

import time
from collections.abc import Sequence

from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal
from lockdown.macos.facade import Application
from lockdown.macos.polling import Polling
from lockdown.watching.retry_limit import RetryLimit

_LOOK_EVERY_S = 0.05
_RETURNS_PER_S = 5


class FrontGuard:
    """Returns at most five times a second, then stands back for one and reports it."""

    name = Control.FOCUS_RETURN.value

    def __init__(self, application: Application) -> None:
        self._application = application
        self._retry_limit = RetryLimit(_RETURNS_PER_S)
        self._polling: Polling | None = None

    def engage(self, journal: Journal) -> Engagement:
        """Begin to return."""
        self._polling = Polling("lockdown-focus", self._look, _LOOK_EVERY_S)
        return Engagement("enforced")

    def check(self) -> Sequence[Violation]:
        """Report the times another program insisted, and once that looking has ended."""
        times_ns = list(self._retry_limit.take())
        if self._polling is not None and self._polling.failed:
            self._polling.failed = False
            times_ns.append(time.monotonic_ns())
        return tuple(Violation(self.name, Code.CONTROL_LOST, at, control=Control.FOCUS_RETURN) for at in times_ns)

    def release(self) -> None:
        """Stop returning."""
        polling, self._polling = self._polling, None
        if polling is not None:
            polling.stop()

    def _look(self) -> None:
        if not self._application.in_front() and self._retry_limit.allows_correction(time.monotonic()):
            self._application.come_to_front()
