"""When samples were captured, judged by when they arrive."""

from __future__ import annotations

from capture.clock import SECOND_NS
from capture.frames import samples_to_ns

_WINDOW_NS = 10 * SECOND_NS
_SHORT_WINDOW_NS = SECOND_NS
_TOLERATED_NS = 40_000_000
"""Half of what may ever lie between picture and sound."""


class ArrivalClock:
    """Gives each block of sound its time on the monotonic clock.

    The first block ends when it arrives; from there samples are counted, because arrivals jitter (224 ms under load)
    and samples do not. Blocks can only be late: so the *earliest* arrival of a window of ten seconds tells how far
    counting and clock have come apart (a sound card drifts by some 50 ppm, an overflow loses samples), and more than
    40 ms are corrected at once. The first window lasts one second, because the very first block is often a late one and
    is best found out before the recording begins.
    """

    def __init__(self) -> None:
        self._next_ns: int | None = None
        self._window_end_ns = 0
        self._earliest_ns: int | None = None

    def captured_ns(self, arrived_ns: int, samples: int, *, overflowed: bool) -> int:
        """Return the time of the first of `samples` that arrived at `arrived_ns`.

        `overflowed`: samples were lost before these; the window is cut short to find out how many.
        """
        begun_ns = arrived_ns - samples_to_ns(samples)
        if self._next_ns is None:
            self._next_ns = begun_ns
            self._window_end_ns = arrived_ns + _SHORT_WINDOW_NS
        if overflowed:
            self._window_end_ns = min(self._window_end_ns, arrived_ns + _SHORT_WINDOW_NS)
            self._earliest_ns = None
        late_ns = begun_ns - self._next_ns
        self._earliest_ns = late_ns if self._earliest_ns is None else min(self._earliest_ns, late_ns)
        if arrived_ns >= self._window_end_ns:
            if abs(self._earliest_ns) > _TOLERATED_NS:
                self._next_ns += self._earliest_ns
            self._earliest_ns = None
            self._window_end_ns = arrived_ns + _WINDOW_NS
        captured_ns = self._next_ns
        self._next_ns += samples_to_ns(samples)
        return captured_ns
