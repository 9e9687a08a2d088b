"""Lockdown around one exam window: guards engaged together, watched, and released in reverse."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lockdown.errors import LockdownError
from lockdown.journal import Journal
from lockdown.sequence import GuardSequence
from lockdown.watch import Watch
from lockdown.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from lockdown.guard import Guard
    from lockdown.violations import Violation

_log = logging.getLogger(__name__)

WATCH_INTERVAL_S = 1.0


class MachineLock:
    """Engages `guards` once, with a journal in `folder` and a watchdog that undoes it if this process dies."""

    def __init__(self, guards: Sequence[Guard], folder: Path, attempt: str) -> None:
        self._guards = guards
        self._folder = folder
        self._attempt = attempt
        self._journal: Journal | None = None
        self._watchdog: Watchdog | None = None
        self._sequence: GuardSequence | None = None
        self._watch: Watch | None = None
        self._standings: tuple[tuple[str, str], ...] = ()

    def standings(self) -> tuple[tuple[str, str], ...]:
        """Give each guard's name with what it gives here: enforced, observed or not available."""
        return self._standings
