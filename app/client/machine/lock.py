"""Lockdown around one exam window: guards engaged together, watched, and released in reverse."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lockdown.contract.errors import LockdownError
from lockdown.engaging.journal import Journal
from lockdown.engaging.sequence import GuardSequence
from lockdown.engaging.watch import WatchListener, WatchThread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from lockdown.contract.errors import FailureCode
    from lockdown.engaging.guard import Engagement, Guard

_log = logging.getLogger(__name__)

WATCH_INTERVAL_S = 1.0


@dataclass(frozen=True)
class LockRefused:
    """Why the machine could not be locked; nothing is in force any more but what `not_released` names.

    Attributes:
        guard: name of the guard that could not engage; None where it did not come so far.
        code: why.
        not_released: guards that could not put everything back; the watchdog and restore try again.
    """

    guard: str | None
    code: FailureCode
    not_released: tuple[str, ...] = ()


class MachineLock:
    """Engages `guards` once, with a journal of `session` in `folder`; the watchdog's guard is the first of them."""

    def __init__(self, guards: Sequence[Guard], folder: Path, session: str) -> None:
        self._guards = guards
        self._folder = folder
        self._session = session
        self._journal: Journal | None = None
        self._sequence: GuardSequence | None = None
        self._watch: WatchThread | None = None
        self._statuses: Mapping[str, Engagement] = {}

    @property
    def statuses(self) -> Mapping[str, Engagement]:
        """What each guard that was engaged gives here, by its name, in their order."""
        return self._statuses

    def engage(self, listener: WatchListener) -> LockRefused | None:
        """Engage every guard and watch them; gives why that cannot be, or None.

        After a refusal nothing is engaged any more and `release` has nothing left to do.
        """
        try:
            self._journal = Journal.create(self._folder, self._session)
        except LockdownError as error:
            _log.error("the machine cannot be locked: %s", error)
            return LockRefused(None, error.code)
        sequence = GuardSequence(self._guards, self._journal)
        outcome = sequence.engage()
        self._statuses = outcome.statuses
        if outcome.failure is not None:
            self._close_journal()
            not_released = tuple(failure.guard for failure in outcome.left_engaged)
            return LockRefused(outcome.failure.guard, outcome.failure.code, not_released)
        self._sequence = sequence
        self._watch = WatchThread(sequence.engaged, WATCH_INTERVAL_S, listener)
        self._watch.start()
        return None

    def release(self) -> tuple[str, ...]:
        """Put everything back; gives the names of guards that could not, which the watchdog and restore try again."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.stop()
        sequence, self._sequence = self._sequence, None
        failures = tuple(failure.guard for failure in sequence.release()) if sequence is not None else ()
        if failures:
            _log.error("guards %s could not be released; the watchdog tries again", ", ".join(failures))
        self._close_journal()
        return failures

    def _close_journal(self) -> None:
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.close()
