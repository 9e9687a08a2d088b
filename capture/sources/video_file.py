"""A video file that stands in for a camera or a screen."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from capture.clock import SECOND_NS, Clock, Pace
from capture.errors import SourceAbsent, SourceFault, SourceLost
from capture.frames import Pixels, VideoFrame
from capture.source import SourceHealth
from capture.sources.playback import LoopMoment, LoopTiming, file_duration_ns

_MILLISECOND_NS = 1_000_000
_SEEK_BEYOND_NS = 2 * SECOND_NS
"""Decoding this much to catch up costs about as much as a seek to the key frame before and decoding from there."""


class VideoFileSource:
    """Plays a file in real time and loops it; delivers, `frames_per_s` times a second, the frame due then.

    Frames in between are decoded but not converted. What is delivered at a moment is the frame half an interval on, so
    that a flash in the file is seen at the moment nearest to it and not, as a camera would, at the next.
    """

    def __init__(self, path: Path, *, frames_per_s: float, anchor_ns: int, clock: Clock) -> None:
        self._path = path
        self._anchor_ns = anchor_ns
        # On the anchor's beat, so that what happens in the file on whole tenths of a second is met exactly.
        self._pace = Pace(frames_per_s, clock, anchor_ns)
        self._ahead_ns = round(SECOND_NS / frames_per_s / 2)
        self._capture: cv2.VideoCapture | None = None
        self._playback: LoopTiming | None = None
        self._cycle = -1
        self._interval_ns = 0
        self._grabbed_ns = -1
        self._shown: Pixels | None = None
        self._delivered = 0

    def open(self) -> None:
        """See `Source`."""
        self._playback = LoopTiming(self._anchor_ns, file_duration_ns(self._path))
        self._start_over()

    def read(self, timeout_s: float) -> VideoFrame | None:
        """See `Source`."""
        due_ns = self._pace.wait(timeout_s)
        if due_ns is None or self._playback is None:
            return None
        self._advance(self._playback, self._playback.at(due_ns + self._ahead_ns))
        if self._shown is None:
            return None
        self._delivered += 1
        return VideoFrame(self._shown, due_ns)

    def close(self) -> None:
        """See `Source`."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None
        self._cycle = -1

    def health(self) -> SourceHealth:
        """See `Source`."""
        return SourceHealth(self._delivered)

    def _start_over(self) -> None:
        self.close()
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        if not capture.isOpened():
            raise SourceAbsent("the video file cannot be opened", SourceFault.FILE_UNREADABLE)
        rate = capture.get(cv2.CAP_PROP_FPS)
        self._interval_ns = round(SECOND_NS / rate) if 1 <= rate <= 240 else SECOND_NS // 25
        self._capture = capture
        self._grabbed_ns = -1

    def _advance(self, playback: LoopTiming, moment: LoopMoment) -> None:
        """Make the last frame not later than `moment` the one shown."""
        if self._capture is None or moment.cycle != self._cycle:
            self._start_over()
            self._cycle = moment.cycle
        capture = self._capture
        if capture is None:
            raise SourceLost("the video file is closed", SourceFault.FAILED)
        if moment.position_ns - self._grabbed_ns > _SEEK_BEYOND_NS:
            capture.set(cv2.CAP_PROP_POS_MSEC, moment.position_ns / _MILLISECOND_NS)
        nearly_over_ns = playback.duration_ns - 4 * self._interval_ns
        advanced = False
        # The next frame cannot be looked at without losing this one: it is taken to be one interval later.
        while self._grabbed_ns < 0 or self._grabbed_ns + self._interval_ns <= moment.position_ns + _MILLISECOND_NS:
            if advanced and self._grabbed_ns >= nearly_over_ns:
                self._show(capture)
            if not capture.grab():
                return  # the picture track is over; its last frame stays until the file loops
            position_ns = round(capture.get(cv2.CAP_PROP_POS_MSEC) * _MILLISECOND_NS)
            self._grabbed_ns = position_ns if position_ns > self._grabbed_ns else self._grabbed_ns + self._interval_ns
            advanced = True
        if advanced:
            self._show(capture)

    def _show(self, capture: cv2.VideoCapture) -> None:
        found, pixels = capture.retrieve()
        if found:
            self._shown = np.asarray(pixels, np.uint8)
