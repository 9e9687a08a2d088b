"""Reports that the session has come to be shown or used elsewhere during the exam: looked at once is not enough.

Signs are codes of a closed list (`lockdown.contract.evidence.RemoteSign`); no address and no user is asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from lockdown.contract.evidence import RemoteSign, SessionFacts
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal

LOOK_EVERY_S = 10.0
"""On Linux a look starts a program that asks logind."""


class RemoteSessionGuard:
    """Reports each sign when it comes, also one that was there before the exam; one that goes and comes is new."""

    name = Control.REMOTE_SESSION.value

    def __init__(
        self,
        facts: Callable[[], SessionFacts],
        *,
        look_every_s: float = LOOK_EVERY_S,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._facts = facts
        self._look_every_s = look_every_s
        self._clock_s = clock_s
        self._next_look_s = 0.0
        self._present: frozenset[RemoteSign] = frozenset()
        self._first = True

    def engage(self, journal: Journal) -> Engagement:
        """Begin to look; changes nothing."""
        self._next_look_s, self._present, self._first = 0.0, frozenset(), True
        return Engagement("observed")

    def check(self) -> Sequence[Violation]:
        """Report the signs that are new since the last look."""
        now_s = self._clock_s()
        if now_s < self._next_look_s:
            return ()
        self._next_look_s = now_s + self._look_every_s
        before, self._present = self._present, frozenset(self._facts().remote)
        first, self._first = self._first, False
        return tuple(
            Violation(
                self.name,
                Code.SESSION_REMOTE,
                time.monotonic_ns(),
                {"sign": sign, "since_start": first},
                Control.REMOTE_SESSION,
            )
            for sign in sorted(self._present - before)
        )

    def release(self) -> None:
        """Nothing to put back."""
