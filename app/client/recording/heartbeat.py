"""Whether the recorder still answers: it speaks every second, so silence means that it is stopped or stuck."""

from __future__ import annotations

from enum import StrEnum

TICK_S = 1.0
SILENT_TICKS = 3
"""So many seconds without a word, and the shield is green no longer."""
STUCK_TICKS = 30
"""So many, and the recorder is ended so that another can take over. One starts within five on a weak computer."""
LONGEST_START_TICKS = 480
"""The most that a start is given, after several that were too short."""


class HeartbeatState(StrEnum):
    """How the recorder stands."""

    RESPONDING = "responding"
    SILENT = "silent"
    STUCK = "stuck"


class HeartbeatMonitor:
    """Counts seconds without a word. They are counted by ticks, so a computer that slept goes on where it was."""

    def __init__(self) -> None:
        self._unanswered = 0
        self._spoke = False
        self._start_ticks = STUCK_TICKS

    def opened(self) -> None:
        """Begin anew: another recorder was started, and has said nothing yet."""
        self._unanswered, self._spoke = 0, False

    def ended(self) -> None:
        """The recorder was ended for its silence: where it had not even started, the next one is given twice the time.

        What made one slow, a scanner, a cold disk or a busy machine, makes the next one slow too.
        """
        if not self._spoke:
            self._start_ticks = min(2 * self._start_ticks, LONGEST_START_TICKS)

    def received(self) -> None:
        """The recorder said something."""
        self._unanswered, self._spoke = 0, True

    def tick(self) -> None:
        """Another second is over."""
        self._unanswered += 1

    @property
    def state(self) -> HeartbeatState:
        """How the recorder stands now. One that has not spoken yet is not silent: nothing is claimed of it."""
        if self._unanswered >= (STUCK_TICKS if self._spoke else self._start_ticks):
            return HeartbeatState.STUCK
        return HeartbeatState.SILENT if self._spoke and self._unanswered >= SILENT_TICKS else HeartbeatState.RESPONDING
