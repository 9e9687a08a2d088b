"""Lockdown around one exam window: guards engaged together, watched, and released in reverse."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lockdown.errors import LockdownError
from lockdown.journal import Journal
from lockdown.sequence import GuardSequence
from lockdown.watch import Watch, WatchListener
from lockdown.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lockdown.guard import Guard

_log = logging.getLogger(__name__)

WATCH_INTERVAL_S = 1.0


class MachineLock:
    """Engages `guards` once, with a journal in `folder` and a watchdog that undoes it if this process dies."""

    def __init__(self, guards: Sequence[Guard], folder: Path, session: str) -> None:
        self._guards = guards
        self._folder = folder
        self._session = session
        self._journal: Journal | None = None
        self._watchdog: Watchdog | None = None
        self._sequence: GuardSequence | None = None
        self._watch: Watch | None = None
        self._standings: tuple[tuple[str, str], ...] = ()

    @property
    def standings(self) -> tuple[tuple[str, str], ...]:
        """Each guard's name with what it gives here: enforced, observed or not available."""
        return self._standings

    def engage(self, listener: WatchListener) -> str | None:
        """Engage every guard and watch them; gives the sentence of the guard that could not, or None.

        After a refusal nothing is engaged any more and `release` has nothing left to do.
        """
        try:
            self._journal = Journal.create(self._folder, self._session)
            self._watchdog = Watchdog(self._journal.path)
            self._watchdog.start()
        except LockdownError as error:
            self._end_watchdog(())
            return str(error)
        self._sequence = GuardSequence(self._guards, self._journal)
        outcome = self._sequence.engage()
        self._standings = tuple((name, standing.level) for name, standing in outcome.standings.items())
        if outcome.failure is not None:
            self._end_watchdog(tuple(failure.guard for failure in outcome.left_engaged))
            return outcome.failure.reason
        self._watch = Watch(self._sequence.engaged, WATCH_INTERVAL_S, listener)
        self._watch.start()
        return None

    def release(self) -> tuple[str, ...]:
        """Put everything back; gives the names of guards that could not, which `invigilo restore` will try again."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        sequence, self._sequence = self._sequence, None
        failures = tuple(failure.guard for failure in sequence.release()) if sequence is not None else ()
        self._end_watchdog(failures)
        return failures

    def _end_watchdog(self, failures: tuple[str, ...]) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        watchdog, self._watchdog = self._watchdog, None
        if watchdog is None:
            return
        if failures:
            _log.error("guards %s could not be released; the watchdog tries again", ", ".join(failures))
            watchdog.abandon()
        else:
            watchdog.released()
