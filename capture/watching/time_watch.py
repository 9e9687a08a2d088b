"""Noticing that the wall clock was set, and that the machine slept.

The recording itself counts on the monotonic clock and is disturbed by neither; a reviewer has to know all the same.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

MOVED_NS = 500_000_000
"""The wall clock may run this far from where it was: time servers correct it by less at a time, and slowly."""
SLEPT_NS = 1_000_000_000

_AT_ONCE_NS = 20_000_000
_TRIES = 5


@dataclass(frozen=True, slots=True)
class ClockReading:
    """All clocks at one moment, in nanoseconds.

    `monotonic_ns` is the recording's own clock, `wall_ns` the time of day (UTC since 1970), `elapsed_ns` a clock that
    nobody can set and that goes on while the machine sleeps, `awake_ns` one that stops then.
    """

    monotonic_ns: int
    wall_ns: int
    elapsed_ns: int
    awake_ns: int


@dataclass(frozen=True, slots=True)
class ClockMoved:
    """The wall clock was set: forward by `by_ns`, back where negative. `at_ns` is monotonic, of when it was noticed."""

    at_ns: int
    by_ns: int


@dataclass(frozen=True, slots=True)
class Slept:
    """The machine slept for `slept_ns`.

    `from_ns` to `to_ns` is where that lies on the monotonic clock: no time at all where this clock stops in sleep, as
    on Linux and macOS.
    """

    from_ns: int
    to_ns: int
    slept_ns: int


class TimeWatch:
    """Compares readings; called about once a second, by one thread."""

    def __init__(self, first: ClockReading) -> None:
        self._last = first
        self._offset_ns = first.wall_ns - first.elapsed_ns

    def look(self, now: ClockReading) -> list[ClockMoved | Slept]:
        """Say what happened since the reading before."""
        happened: list[ClockMoved | Slept] = []
        slept_ns = (now.elapsed_ns - self._last.elapsed_ns) - (now.awake_ns - self._last.awake_ns)
        if slept_ns >= SLEPT_NS:
            passed_ns, awake_ns = (now.monotonic_ns - self._last.monotonic_ns, now.awake_ns - self._last.awake_ns)
            happened.append(Slept(now.monotonic_ns - max(0, passed_ns - awake_ns), now.monotonic_ns, slept_ns))
        by_ns = now.wall_ns - now.elapsed_ns - self._offset_ns
        if abs(by_ns) >= MOVED_NS:
            happened.append(ClockMoved(now.monotonic_ns, by_ns))
            self._offset_ns += by_ns
        self._last = now
        return happened


def read_clocks() -> ClockReading:
    """Read all clocks as much at once as can be: where the process was held up in between, it reads again."""
    best, shortest_ns = _read()
    for _ in range(_TRIES):
        if shortest_ns <= _AT_ONCE_NS:
            break
        again, took_ns = _read()
        if took_ns < shortest_ns:
            best, shortest_ns = again, took_ns
    return best


def _read() -> tuple[ClockReading, int]:
    elapsed_ns, awake_ns = _elapsed_and_awake_ns()
    wall_ns = time.time_ns()
    monotonic_ns = time.monotonic_ns()
    after_ns, _ = _elapsed_and_awake_ns()
    return ClockReading(monotonic_ns, wall_ns, elapsed_ns, awake_ns), after_ns - elapsed_ns


if sys.platform == "linux":

    def _elapsed_and_awake_ns() -> tuple[int, int]:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME), time.clock_gettime_ns(time.CLOCK_MONOTONIC)

elif sys.platform == "darwin":

    def _elapsed_and_awake_ns() -> tuple[int, int]:
        # Apple's CLOCK_MONOTONIC goes on in sleep; Python's own monotonic clock there is CLOCK_UPTIME_RAW.
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC), time.clock_gettime_ns(time.CLOCK_UPTIME_RAW)

elif sys.platform == "win32":
    import ctypes

    def _elapsed_and_awake_ns() -> tuple[int, int]:
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetTickCount64.restype = ctypes.c_ulonglong
        awake_100ns = ctypes.c_ulonglong()
        kernel.QueryUnbiasedInterruptTime(ctypes.byref(awake_100ns))
        return kernel.GetTickCount64() * 1_000_000, awake_100ns.value * 100
