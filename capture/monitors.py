"""What the test taker sees and hears of the recording: a small picture and a level."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np

from capture.clock import RateLimit
from capture.frames import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, SoundBlock, VideoFrame

PREVIEW_WIDTH, PREVIEW_HEIGHT, PREVIEWS_PER_S = 320, 240, 5
_JPEG_QUALITY = 75
_LEVEL_BYTES = SAMPLE_RATE_HZ // 10 * BYTES_PER_SAMPLE
SILENCE_DBFS = -100.0


class PreviewMonitor:
    """Gives `show` a small JPEG of the pictures, at most five times a second."""

    def __init__(self, show: Callable[[bytes], None]) -> None:
        self._show = show
        self._limit = RateLimit(PREVIEWS_PER_S)
        self.shown = True
        """Whether anybody looks; a preview that nobody sees costs a tenth of the encoder."""

    def take(self, frame: VideoFrame) -> None:
        """Look at the next picture."""
        if not self.shown or not self._limit.admits(frame.captured_ns):
            return
        height, width = frame.pixels.shape[:2]
        scale = min(PREVIEW_WIDTH / width, PREVIEW_HEIGHT / height, 1.0)
        size = (max(1, int(width * scale)), max(1, int(height * scale)))
        small = cv2.resize(frame.pixels[:, :, :3], size, interpolation=cv2.INTER_AREA)
        made, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
        if made:
            self._show(jpeg.tobytes())


class LevelMonitor:
    """Gives `show` the loudness of each tenth of a second in dBFS, from -100 (silence) to 0 (full scale)."""

    def __init__(self, show: Callable[[float], None]) -> None:
        self._show = show
        self._heard = bytearray()
        self.shown = True
        """Whether anybody looks."""

    def take(self, block: SoundBlock) -> None:
        """Listen to the next samples."""
        if not self.shown:
            return
        self._heard += block.samples
        while len(self._heard) >= _LEVEL_BYTES:
            self._show(level_dbfs(bytes(self._heard[:_LEVEL_BYTES])))
            del self._heard[:_LEVEL_BYTES]


def level_dbfs(samples: bytes) -> float:
    """Return the root mean square of 16-bit `samples` in dB below full scale, at least -100."""
    wave = np.frombuffer(samples, np.int16).astype(np.float64)
    rms = math.sqrt(float(np.mean(wave * wave))) if wave.size else 0.0
    return max(SILENCE_DBFS, 20 * math.log10(rms / 32768)) if rms > 0 else SILENCE_DBFS
