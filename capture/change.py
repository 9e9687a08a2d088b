"""Leaving out pictures of a screen that did not change."""

from __future__ import annotations

from capture.clock import SECOND_NS
from capture.frames import VideoFrame


class ChangeGate:
    """Admits a picture when it differs from the last one, and now and then one that does not.

    `heartbeat_s` bounds the time without any picture, a sign of life. `key_interval_s` is the encoder's: a picture is
    also admitted when the next key frame is due, so that a unit of recording never grows beyond it.
    """

    def __init__(self, *, heartbeat_s: float, key_interval_s: float) -> None:
        self._heartbeat_ns = round(heartbeat_s * SECOND_NS)
        self._key_interval_ns = round(key_interval_s * SECOND_NS)
        self._admitted_ns: int | None = None
        self._key_ns = 0

    def admits(self, frame: VideoFrame) -> bool:
        """Whether to record `frame`."""
        at_ns = frame.captured_ns
        key_due = self._admitted_ns is None or at_ns - self._key_ns >= self._key_interval_ns
        beat_due = self._admitted_ns is None or at_ns - self._admitted_ns >= self._heartbeat_ns
        if frame.unchanged and not key_due and not beat_due:
            return False
        self._admitted_ns = at_ns
        if key_due:
            self._key_ns = at_ns
        return True

    def forget(self) -> None:
        """Admit the next picture in any case: the one admitted last did not get through."""
        self._admitted_ns = None
