"""Guards engaged in order and released in reverse, whatever fails on the way.

A guard goes on the undo stack *before* it engages, so that the one that fails is released too. Release goes on after
errors and reports all of them. The outcome is a value with the guard and a code.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from lockdown.contract.errors import FailureCode, failure_code
from lockdown.contract.limit import Limit
from lockdown.engaging.guard import Engagement, Guard
from lockdown.engaging.journal import Journal

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """A guard that could not engage or release.

    Attributes:
        guard: its name.
        code: why.
        error: the error itself, for logs.
    """

    guard: str
    code: FailureCode
    error: Exception


@dataclass(frozen=True)
class Outcome:
    """What became of engaging.

    Attributes:
        standings: what each engaged guard gives, by its name, in order.
        failure: the guard that failed; those after it were not tried, those before it are released again.
        left_engaged: guards whose release failed after that failure; the journal still holds their changes.
    """

    statuses: dict[str, Engagement]
    failure: Failure | None = None
    left_engaged: tuple[Failure, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether every guard is engaged."""
        return self.failure is None


class GuardSequence:
    """Engages `guards` in their order, once, and releases what it engaged in reverse.

    Call from one thread. After `release` the sequence may engage again.
    """

    def __init__(self, guards: Sequence[Guard], journal: Journal) -> None:
        self._guards = tuple(guards)
        self._journal = journal
        self._engaged: list[Guard] = []

    @property
    def engaged(self) -> tuple[Guard, ...]:
        """Guards that are to be released, oldest first; what `lockdown.engaging.watch.Watch` checks."""
        return tuple(self._engaged)

    def engage(self) -> Outcome:
        """Engage all guards; where one fails, release it and those before it, and say which and why."""
        if self._engaged:
            raise RuntimeError("the guards are engaged already; release them first")
        statuses: dict[str, Engagement] = {}
        for guard in self._guards:
            self._engaged.append(guard)
            try:
                status = guard.engage(self._journal)
            except Exception as error:
                failure = _failure(guard, error, "engage")
                return Outcome(statuses, failure, self.release())
            statuses[guard.name] = Engagement(status.level, Limit(status.limit) if status.limit is not None else None)
        return Outcome(statuses)

    def release(self) -> tuple[Failure, ...]:
        """Release what is engaged, newest first, going on after errors; return every failure in that order."""
        failures = []
        while self._engaged:
            guard = self._engaged.pop()
            try:
                guard.release()
            except Exception as error:
                failures.append(_failure(guard, error, "release"))
        return tuple(failures)


def _failure(guard: Guard, error: Exception, action: str) -> Failure:
    _log.error("guard %s could not %s: %s", guard.name, action, type(error).__name__)
    return Failure(guard.name, failure_code(error), error)
