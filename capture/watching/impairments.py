"""Noticing a source that delivers, but nothing to see or hear: a black or covered picture, a dead silent microphone.

A dark room, a quiet one and a person who sits still are none of these. What is found is a matter of quality: it is
said to the test taker and recorded, with its end, and nothing is concluded from it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol, TypeVar

import cv2
import numpy as np
import numpy.ma  # np.percentile loads it when first used, which held up the first pictures for 0.1 s
from numpy.typing import NDArray

from capture.clock import SECOND_NS, RateLimit
from capture.frames import Pixels, SoundBlock, VideoFrame
from capture.reports import Impairment, Quality, StreamName, StreamNotice

LOOKS_PER_S = 2.5
LOOKS_TOGETHER = 6
"""Two seconds: a hand that passes, and a camera that adjusts to the light after it was opened, are none."""

BLACK_BELOW = 8.0
"""Mean brightness, 0 to 255, under which an even picture is black rather than covered."""
EVEN_BELOW, EVEN_SHARE = 1.6, 0.02
"""Detail of an even picture: below 1.6, and 2 % of the brightness more where there is light to show any.

Measured at 40 x 30 pixels on webcam recordings and their JPEG noise: covered by tape or a finger at most 2.8 at a
brightness of 90 to 126, black at most 1.4; the same people at a fiftieth of their light at least 2.0, out of focus by
12 pixels at least 43.
"""
LIVE_AGAIN = 1.3
"""Detail has to pass the limit by this factor before a picture counts as live again."""

SILENT_NS = 2_500_000_000
SILENT_LONG_NS = 30 * SECOND_NS
GATED_AFTER = 3
"""Some microphones give exact silence between words (noise suppression). One that recovered by itself so often is
reported only after thirty seconds."""

_SMALL = (40, 30)

ItemT_contra = TypeVar("ItemT_contra", contravariant=True)


class ImpairmentWatch(Protocol[ItemT_contra]):
    """Looks at everything one source delivers; called on the source's thread."""

    def take(self, item: ItemT_contra) -> None:
        """Look at the next picture or piece of sound."""

    def lost(self, at_ns: int) -> None:
        """Take notice that the source delivers no more: any impairment of what it delivered has ended."""


class _Stretch:
    """Reports the beginning and the end of an impairment of one stream, once each."""

    def __init__(self, stream: StreamName, report: Callable[[Quality], None]) -> None:
        self._stream: StreamName = stream
        self._report = report
        self.code: Impairment | None = None

    def becomes(self, code: Impairment | None, at_ns: int) -> None:
        before, self.code = self.code, code
        if before == code:
            return
        if before is not None:
            self._report(Quality(self._stream, before, at_ns, "ended"))
        if code is not None:
            self._report(Quality(self._stream, code, at_ns, "began"))


class CameraWatch:
    """Finds out within 2.5 seconds that a camera shows nothing but black, or nothing but what covers it."""

    def __init__(self, report: Callable[[Quality], None]) -> None:
        self._stretch = _Stretch("webcam", report)
        self._limit = RateLimit(LOOKS_PER_S)
        self._looks: deque[NDArray[np.float32]] = deque(maxlen=LOOKS_TOGETHER)

    def take(self, item: VideoFrame) -> None:
        """See `ImpairmentWatch`."""
        if not self._limit.admits(item.captured_ns):
            return
        self._looks.append(_small(item.pixels))
        if len(self._looks) == LOOKS_TOGETHER:
            # Together, because a sensor's noise differs from look to look and what stands before it does not.
            together = np.asarray(np.mean(self._looks, axis=0), np.float32)
            self._stretch.becomes(impairment_of(together, was=self._stretch.code), item.captured_ns)

    def lost(self, at_ns: int) -> None:
        """See `ImpairmentWatch`."""
        self._looks.clear()
        self._stretch.becomes(None, at_ns)


class ScreenWatch:
    """Finds out within 2.5 seconds that nothing of the screen arrives: every pixel is exactly black.

    It also tells of pictures that have another size than those before, because the displays changed.
    """

    def __init__(self, report: Callable[[Quality], None]) -> None:
        self._report = report
        self._size: tuple[int, int] | None = None
        self._stretch = _Stretch("screen", report)
        self._limit = RateLimit(LOOKS_PER_S)
        self._black = False
        self._unseen = True
        self._since_ns: int | None = None

    def take(self, item: VideoFrame) -> None:
        """See `ImpairmentWatch`."""
        height, width = item.pixels.shape[:2]
        if self._size not in (None, (width, height)):
            facts = {"width": width, "height": height}
            self._report(Quality("screen", StreamNotice.DISPLAY_CHANGED, item.captured_ns, facts=facts))
        self._size = (width, height)
        self._unseen = self._unseen or not item.unchanged
        if not self._limit.admits(item.captured_ns):
            return
        if self._unseen:
            self._black, self._unseen = _all_black(item.pixels), False
        if not self._black or self._since_ns is None:
            self._since_ns = item.captured_ns
        lasted_ns = item.captured_ns - self._since_ns
        looks_ns = round((LOOKS_TOGETHER - 1) / LOOKS_PER_S * SECOND_NS)
        self._stretch.becomes(
            Impairment.SCREEN_BLACK if self._black and lasted_ns >= looks_ns else None, item.captured_ns
        )

    def lost(self, at_ns: int) -> None:
        """See `ImpairmentWatch`."""
        self._since_ns, self._unseen = None, True
        self._stretch.becomes(None, at_ns)


class MicrophoneWatch:
    """Finds out within 2.6 seconds that every sample of a microphone is the same; a quiet room's are not."""

    def __init__(self, report: Callable[[Quality], None]) -> None:
        self._stretch = _Stretch("microphone", report)
        self._level: bytes | None = None
        self._since_ns = 0
        self._came_back = 0

    def take(self, item: SoundBlock) -> None:
        """See `ImpairmentWatch`."""
        level = item.samples[:2]
        if not level or item.samples != level * item.count:
            if self._stretch.code is not None:
                self._came_back += 1
            self._level = None
            self._stretch.becomes(None, item.captured_ns)
            return
        if level != self._level:
            self._level, self._since_ns = level, item.captured_ns
        limit_ns = SILENT_LONG_NS if self._came_back >= GATED_AFTER else SILENT_NS
        if item.end_ns - self._since_ns >= limit_ns:
            self._stretch.becomes(Impairment.SOUND_SILENT, item.end_ns)

    def lost(self, at_ns: int) -> None:
        """See `ImpairmentWatch`."""
        self._level = None
        self._stretch.becomes(None, at_ns)


def impairment_of(small: NDArray[np.float32], was: Impairment | None = None) -> Impairment | None:
    """Judge a grey picture of 40 x 30 pixels, 0 to 255; `was` is the judgement before it."""
    brightness = float(small.mean())
    black = brightness < BLACK_BELOW
    limit = EVEN_BELOW + (0.0 if black else EVEN_SHARE * brightness)
    if detail_of(small) >= (limit if was is None else limit * LIVE_AGAIN):
        return None
    return Impairment.PICTURE_BLACK if black else Impairment.LENS_COVERED


def detail_of(small: NDArray[np.float32]) -> float:
    """How much neighbouring places differ, beyond an even slope: 95th percentile of the second difference."""
    return float(np.percentile(np.abs(cv2.Laplacian(small, cv2.CV_32F, ksize=1)), 95))


def _all_black(pixels: Pixels) -> bool:
    # Every pixel only where a hundredth of them is: a look at all of 1920 x 1080 takes 11 ms.
    return not pixels[::10, ::10, :3].any() and not pixels[:, :, :3].any()


def _small(pixels: Pixels) -> NDArray[np.float32]:
    grey = cv2.cvtColor(pixels[:, :, :3], cv2.COLOR_BGR2GRAY).astype(np.float32)
    return np.asarray(cv2.resize(grey, _SMALL, interpolation=cv2.INTER_AREA), np.float32)
