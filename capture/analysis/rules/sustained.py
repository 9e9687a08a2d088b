"""A state that has to last: when it began, when it was noticed, when it was over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

GAP_NS = 3_000_000_000
"""Observations further apart than this do not belong to one state."""


@dataclass(frozen=True, slots=True)
class Episode:
    """Monotonic nanoseconds; `extreme` is the value farthest from 0 while it held, among `count`."""

    from_ns: int
    to_ns: int
    noticed_ns: int
    ended: bool
    count: int
    mean: float
    extreme: float


@dataclass(slots=True)
class _Running:
    from_ns: int
    to_ns: int
    noticed_ns: int | None = None
    count: int = 0
    sum: float = 0.0
    extreme: float = 0.0

    def take(self, at_ns: int, value: float) -> None:
        self.to_ns = at_ns
        self.count += 1
        self.sum += value
        self.extreme = max(self.extreme, value, key=abs)

    def episode(self, noticed_ns: int, *, ended: bool) -> Episode:
        mean = self.sum / self.count
        return Episode(self.from_ns, self.to_ns, noticed_ns, ended, self.count, mean, self.extreme)


class Sustained:
    """Follows one condition. It is noticed after `lasting_s`; pauses of up to `pause_s` do not interrupt it."""

    def __init__(self, lasting_s: float, pause_s: float) -> None:
        self._lasting_ns = round(lasting_s * 1e9)
        self._pause_ns = round(pause_s * 1e9)
        self._running: _Running | None = None
        self._latest_ns: int | None = None

    def step(self, at_ns: int, holds: bool, value: float) -> Iterator[Episode]:
        """Take the condition at one moment; yield an episode when it is noticed and again when it is over."""
        if self._latest_ns is not None and at_ns - self._latest_ns > GAP_NS:
            yield from self.end()
        self._latest_ns = at_ns
        running = self._running
        if not holds:
            if running is not None and at_ns - running.to_ns > self._pause_ns:
                yield from self.end()
            return
        if running is None:
            running = self._running = _Running(at_ns, at_ns)
        running.take(at_ns, value)
        if running.noticed_ns is None and at_ns - running.from_ns >= self._lasting_ns:
            running.noticed_ns = at_ns
            yield running.episode(at_ns, ended=False)

    def end(self) -> Iterator[Episode]:
        """Yield the episode that was going on, if it had been noticed, and forget it."""
        running, self._running = self._running, None
        if running is not None and running.noticed_ns is not None:
            yield running.episode(running.noticed_ns, ended=True)
