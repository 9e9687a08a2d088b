"""Time: the one clock of all streams, regular moments on it, and rate limits."""

from __future__ import annotations

import time
from typing import Protocol

SECOND_NS = 1_000_000_000


class Clock(Protocol):
    """Monotonic time, so that tests need not wait."""

    def now_ns(self) -> int:
        """Nanoseconds on the scale of `time.monotonic_ns()`."""

    def sleep(self, seconds: float) -> None:
        """Return after `seconds`, at once for zero or less."""


class SystemClock:
    """The machine's monotonic clock."""

    def now_ns(self) -> int:
        """See `Clock`."""
        return time.monotonic_ns()

    def sleep(self, seconds: float) -> None:
        """See `Clock`."""
        if seconds > 0:
            time.sleep(seconds)


class Pace:
    """Regular moments `origin_ns + k / per_s`.

    Moments that were missed are left out: after a stall only the newest is due, so a source never runs to catch up.
    """

    def __init__(self, per_s: float, clock: Clock, origin_ns: int) -> None:
        self._per_s = per_s
        self._clock = clock
        self._origin_ns = origin_ns
        self._last = -1

    def wait(self, timeout_s: float) -> int | None:
        """Sleep until a moment is due and return it in nanoseconds, or `None` when `timeout_s` passed before."""
        now = self._clock.now_ns()
        count = max(self._last + 1, int((now - self._origin_ns) * self._per_s // SECOND_NS))
        due = self._origin_ns + round(count * SECOND_NS / self._per_s)
        wait_s = (due - now) / SECOND_NS
        if wait_s > timeout_s:
            self._clock.sleep(timeout_s)
            return None
        self._clock.sleep(wait_s)
        self._last = count
        return due


class RateLimit:
    """Lets at most `per_s` of a stream of things through, evenly.

    A device that delivers at about the wanted rate is let through whole: early by half an interval still counts.
    """

    def __init__(self, per_s: float) -> None:
        self._interval_ns = round(SECOND_NS / per_s)
        self._next_ns: int | None = None

    def admits(self, at_ns: int) -> bool:
        """Whether the thing at `at_ns` passes."""
        if self._next_ns is not None and at_ns < self._next_ns - self._interval_ns // 2:
            return False
        if self._next_ns is None or at_ns > self._next_ns + self._interval_ns:
            self._next_ns = at_ns
        self._next_ns += self._interval_ns
        return True
