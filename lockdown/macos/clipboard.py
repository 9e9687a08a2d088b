"""Emptying the pasteboard of macOS when something is copied outside the exam; it is replaced, never read.

macOS does not say which program copied. What changes while the exam is in front is taken for the exam page's own,
unless it came from another device; so a program that copies in the background at that moment is not told apart.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal
from lockdown.macos.facade import Application, Pasteboard
from lockdown.macos.polling import Polling
from lockdown.watching.retry_limit import RetryLimit

_LOOK_EVERY_S = 0.02
_REPLACEMENTS_PER_S = 20


class PasteboardGuard:
    """Empties it on entering and after each change from outside."""

    name = Control.CLIPBOARD.value

    def __init__(self, pasteboard: Pasteboard, application: Application) -> None:
        self._pasteboard = pasteboard
        self._application = application
        self._count = 0
        self._replaced = 0
        self._retry_limit = RetryLimit(_REPLACEMENTS_PER_S)
        self._polling: Polling | None = None

    def engage(self, journal: Journal) -> Engagement:
        """Empty it now and from now on."""
        self._empty()
        self._polling = Polling("lockdown-clipboard", self._look, _LOOK_EVERY_S)
        return Engagement("enforced")

    def check(self) -> Sequence[Violation]:
        """Report how often it was replaced since the last call, and where it could not be."""
        control, now_ns = Control.CLIPBOARD, time.monotonic_ns()
        lost_ns = list(self._retry_limit.take())
        if self._polling is not None and self._polling.failed:
            self._polling.failed = False
            lost_ns.append(now_ns)
        seen = [Violation(self.name, Code.CONTROL_LOST, at_ns, control=control) for at_ns in lost_ns]
        replaced, self._replaced = self._replaced, 0
        if replaced:
            seen.append(Violation(self.name, Code.CLIPBOARD_REPLACED, now_ns, {"times": replaced}, control))
        return seen

    def release(self) -> None:
        """Stop."""
        polling, self._polling = self._polling, None
        if polling is not None:
            polling.stop()

    def _look(self) -> None:
        count = self._pasteboard.change_count()
        if count == self._count:
            return
        if self._application.in_front() and not self._pasteboard.from_another_device():
            self._count = count
        elif self._retry_limit.allows_correction(time.monotonic()):
            self._empty()
            self._replaced += 1

    def _empty(self) -> None:
        self._pasteboard.clear()
        self._count = self._pasteboard.change_count()
