"""Leaving out pictures that nobody misses: of a screen that did not change, or more a second than may be encoded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from capture.clock import SECOND_NS, RateLimit
from capture.frames import VideoFrame


class Gate(Protocol):
    """Decides on the source's thread which pictures are recorded. What it leaves out is no gap."""

    def admits(self, frame: VideoFrame) -> bool:
        """Whether to record `frame`."""

    def forget(self) -> None:
        """Admit the next picture in any case: the one admitted last did not get through."""


class RateGate:
    """Admits at most `most_per_s()` pictures a second, evenly."""

    def __init__(self, most_per_s: Callable[[], int]) -> None:
        self._most_per_s = most_per_s
        self._per_s = most_per_s()
        self._limit = RateLimit(self._per_s)

    def admits(self, frame: VideoFrame) -> bool:
        """See `Gate`."""
        if self._per_s != (per_s := self._most_per_s()):
            self._per_s, self._limit = per_s, RateLimit(per_s)
        return self._limit.admits(frame.captured_ns)

    def forget(self) -> None:
        """See `Gate`. The next picture is another one anyway."""


class ChangeGate:
    """Admits a picture when it differs from the last one, and now and then one that does not.

    `heartbeat_s` bounds the time without any picture (a heartbeat). `key_interval_s` is the length of a unit of
    recording: a picture is also admitted when one is due, so that it never grows beyond it. `unit_from_ns` says when
    the encoder last began one by itself, `behind` whether it held parts of the last picture back: the next one is
    admitted then even where it is the same. Where `most_per_s` says less than the screen's own rate, a change that came
    too soon is admitted as soon as it may be.
    """

    def __init__(
        self,
        *,
        heartbeat_s: float,
        key_interval_s: float,
        most_per_s: Callable[[], int] | None = None,
        unit_from_ns: Callable[[], int] = lambda: 0,
        behind: Callable[[], bool] = lambda: False,
    ) -> None:
        self._heartbeat_ns = round(heartbeat_s * SECOND_NS)
        self._unit_ns = round(key_interval_s * SECOND_NS)
        self._most_per_s = most_per_s
        self._usual_per_s = most_per_s() if most_per_s else 0
        self._begun_ns = unit_from_ns
        self._behind = behind
        self._admitted_ns: int | None = None
        self._unit_from_ns = 0
        self._changed = False

    def admits(self, frame: VideoFrame) -> bool:
        """See `Gate`."""
        at_ns = frame.captured_ns
        self._changed = self._changed or not frame.unchanged or self._behind()
        self._unit_from_ns = max(self._unit_from_ns, self._begun_ns())
        unit_due = self._admitted_ns is None or at_ns - self._unit_from_ns >= self._unit_ns
        beat_due = self._admitted_ns is None or at_ns - self._admitted_ns >= self._heartbeat_ns
        if not unit_due and not beat_due and not (self._changed and self._is_time(at_ns)):
            return False
        self._admitted_ns = at_ns
        self._changed = False
        if unit_due:
            self._unit_from_ns = at_ns
        return True

    def forget(self) -> None:
        """See `Gate`."""
        self._admitted_ns = None

    def _is_time(self, at_ns: int) -> bool:
        per_s = self._most_per_s() if self._most_per_s else 0
        if per_s >= self._usual_per_s or self._admitted_ns is None:
            return True
        early_ns = SECOND_NS // (2 * self._usual_per_s)
        return at_ns - self._admitted_ns >= SECOND_NS // per_s - early_ns
