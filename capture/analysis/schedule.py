"""When to look again, and when to count, so that the detectors stay within their share of a processor core."""

from __future__ import annotations

from capture.analysis.settings import AnalysisSettings

_SLOWEST_NS = 1_000_000_000
_SLOWER, _FASTER = 1.25, 0.97
_BUSY_RATIO = 4.0
_FADE_NS = 5_000_000_000


class Schedule:
    """Decides by what earlier looks cost. Times are those of the frames, so it works as well on recorded ones."""

    def __init__(self, settings: AnalysisSettings) -> None:
        self._shortest_ns = 1e9 / settings.pictures_per_s
        self._interval_ns = self._shortest_ns
        self._count_ns = 1e9 / settings.counts_per_s
        self._budget = settings.cpu_share
        self._next_look_ns: float | None = None
        self._next_count_ns: float | None = None
        self._cpu_ns = 0.0
        self._span_ns = 0.0
        self._latest_ns: int | None = None

    @property
    def pictures_per_s(self) -> float:
        """How often pictures are looked at now."""
        return 1e9 / self._interval_ns

    def due(self, at_ns: int) -> bool:
        """Tell whether a frame captured at `at_ns` is to be looked at."""
        # A frame that comes a little early is taken: waiting for the next would halve the rate.
        return self._next_look_ns is None or at_ns >= self._next_look_ns - self._interval_ns * 0.25

    def counting(self, at_ns: int) -> bool:
        """Tell whether people are to be counted in it."""
        return self._next_count_ns is None or at_ns >= self._next_count_ns - self._interval_ns * 0.5

    def spent(self, cpu_ns: int) -> None:
        """Add what something else, the voice network, has cost."""
        self._cpu_ns += cpu_ns

    def looked(self, at_ns: int, *, cpu_ns: int, wall_ns: int, counted: bool) -> None:
        """Learn what a look at the frame of `at_ns` cost, in time on a core and on the clock."""
        self._cpu_ns += cpu_ns
        if self._latest_ns is not None:
            self._span_ns += at_ns - self._latest_ns
        self._latest_ns = at_ns
        if self._span_ns > _FADE_NS:
            self._cpu_ns, self._span_ns = self._cpu_ns / 2, self._span_ns / 2
        over = self._span_ns > _SLOWEST_NS and self._cpu_ns > self._budget * self._span_ns
        busy = wall_ns > _BUSY_RATIO * cpu_ns and wall_ns > 50_000_000
        self._interval_ns *= _SLOWER if over or busy else _FASTER
        self._interval_ns = min(max(self._interval_ns, self._shortest_ns), _SLOWEST_NS)
        self._next_look_ns = self._following(self._next_look_ns, at_ns, self._interval_ns)
        if counted:
            self._next_count_ns = self._following(self._next_count_ns, at_ns, self._count_ns)

    def _following(self, planned_ns: float | None, at_ns: int, interval_ns: float) -> float:
        """Keep the rhythm, but never try to catch up."""
        return max((at_ns if planned_ns is None else planned_ns) + interval_ns, at_ns + interval_ns / 2)
