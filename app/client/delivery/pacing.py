"""Pacing: uploads leave the line free for the exam page.

A token bucket filled at a share of the goodput measured so far. The share starts at one half, is
halved when an upload takes over twice as long as the line has shown it can, because then somebody else
is using it (the idea of LEDBAT, RFC 6817), and creeps back up otherwise. Small objects are let through
at once: they say little about the line and take little of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

SMALL_BYTES = 16_384
FIRST_SHARE = 0.5
LEAST_SHARE = 1 / 16
LARGEST_SHARE = 0.9
_STEP = 1 / 32
_BURST_S = 2.0
_FORGET = 0.98


@dataclass(slots=True)
class Pacer:
    """Decides how long to wait before the next upload.

    Attributes:
        clock: monotonic seconds.
        share: part of the measured goodput in use, `LEAST_SHARE` to `LARGEST_SHARE`.
        goodput: best bytes per second measured lately, `None` before the first large upload.
    """

    clock: Callable[[], float]
    share: float = FIRST_SHARE
    goodput: float | None = None
    _tokens: float = field(default=0.0, init=False)
    _filled_at: float = field(default=0.0, init=False)

    def wait_s(self, size: int) -> float:
        """Seconds to wait before sending `size` bytes; the bytes count as sent.

        The bucket may go below zero by one object, so that an object larger than the bucket still passes.
        """
        if self.goodput is None or size < SMALL_BYTES:
            return 0.0
        rate = self.share * self.goodput
        now = self.clock()
        self._tokens = min(rate * _BURST_S, self._tokens + (now - self._filled_at) * rate)
        self._filled_at = now
        wait_s = max(0.0, -self._tokens / rate)
        self._tokens -= size
        return wait_s

    def sent(self, size: int, took_s: float) -> None:
        """Learn from an upload of `size` bytes that took `took_s` seconds."""
        if size < SMALL_BYTES or took_s <= 0:
            return
        measured = size / took_s
        if self.goodput is None:
            self.goodput = measured
            self._filled_at = self.clock()
            return
        if measured * 2 < self.goodput:
            self.share = max(LEAST_SHARE, self.share / 2)
        else:
            self.share = min(LARGEST_SHARE, self.share + _STEP)
        # The best figure fades, so that a line that has become slow for good is believed in the end.
        self.goodput = max(measured, self.goodput * _FORGET)
