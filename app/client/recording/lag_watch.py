"""Noticing that the exam page stutters: its window shares the main thread, whose beats then come late."""

from __future__ import annotations

from collections import deque

LATE_S = 0.5
"""What everybody notices of a page; a beat of an idle machine is late by a hundredth of this."""
LATE_BEATS, WITHIN_S = 3, 15.0
"""One late beat is a large page that is laid out; three are a machine that has too much to do."""
SUSPENDED_S = 5.0
"""Later than this, the machine slept."""


class LagWatch:
    """Follows beats that should come every `interval_s`."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._last_s: float | None = None
        self._late: deque[float] = deque(maxlen=LATE_BEATS)

    def beat(self, now_s: float) -> bool:
        """Take the next beat, at monotonic `now_s`; True when the page stutters, at most once for the same beats."""
        late_s = 0.0 if self._last_s is None else now_s - self._last_s - self._interval_s
        self._last_s = now_s
        if not LATE_S <= late_s < SUSPENDED_S:
            return False
        self._late.append(now_s)
        stutters = len(self._late) == LATE_BEATS and now_s - self._late[0] <= WITHIN_S
        if stutters:
            self._late.clear()
        return stutters
