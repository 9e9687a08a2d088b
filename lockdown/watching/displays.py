"""Counts the displays that show a picture, those included that show the same one as another.

A window system shows mirrored displays to programs as one, so this asks the platform itself, where it can be asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal


class DisplayGuard:
    """Reports more than `at_most` displays, at the first look and whenever their number changes and is still more.

    `number` returns how many there are, None where it cannot be told at this moment.
    """

    name = Control.DISPLAYS.value

    def __init__(self, number: Callable[[], int | None], at_most: int) -> None:
        self._number = number
        self._at_most = at_most
        self._seen = 0

    def engage(self, journal: Journal) -> Engagement:
        """Begin to watch; changes nothing."""
        self._seen = 0
        return Engagement("observed")

    def check(self) -> Sequence[Violation]:
        """Report a number that is not allowed, once."""
        number = self._number()
        if number is None or number == self._seen:
            return ()
        self._seen = number
        if number <= self._at_most:
            return ()
        facts = {"displays": number, "at_most": self._at_most}
        return (Violation(self.name, Code.DISPLAYS_COUNTED, time.monotonic_ns(), facts, Control.DISPLAYS),)

    def release(self) -> None:
        """Do nothing: nothing was changed."""
