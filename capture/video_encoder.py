"""Pictures to H.264 or AV1 in fragmented MP4."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import av
import av.error
import av.video.frame
import av.video.stream
import cv2
import numpy as np

from capture.codecs import ENCODERS, NAMES, keep_quiet, options
from capture.errors import EncoderError
from capture.frames import Pixels
from capture.muxer import Fragments
from capture.settings import Codec

_MILLISECONDS = Fraction(1, 1000)
_CARD_LEVEL = 24
_STILL_FACTOR = 4
_BT601, _STUDIO_RANGE = 6, 1
"""What cv2 converts to (AVCOL_SPC_SMPTE170M, AVCOL_RANGE_MPEG); unsaid, players guess BT.709 for large pictures."""


class VideoEncoder:
    """Encodes pictures at their true times, in units of at most `unit_s`.

    A unit begins with a key frame where its end would be more than `key_interval_s` after the last one; four times that
    while nothing changes. The size is fixed: pictures of another size are scaled, keeping their shape, onto black. One
    thread uses it.
    """

    def __init__(
        self,
        on_unit: Callable[[float, bytes], None],
        *,
        width: int,
        height: int,
        frames_per_s: int,
        codec: Codec,
        crf: int,
        unit_s: float,
        key_interval_s: float,
    ) -> None:
        self._width, self._height = width - width % 2, height - height % 2  # 4:2:0 colour has no odd sizes
        # Half a frame early: a frame that comes a little before its beat must not make a unit one frame longer.
        length_s = unit_s - 0.5 / frames_per_s
        self._unit_ms, self._key_interval_ms = round(1000 * length_s), round(1000 * key_interval_s)
        self.unit_from_ms = 0
        """When the first picture of the unit that is being written was captured."""
        self._last_key_ms: int | None = None
        self._last_ms = -1
        self._changed = False
        self._planes: Pixels | None = None
        self._fragments = Fragments(on_unit, length_s=length_s)
        keep_quiet()
        try:
            video = self._fragments.container.add_stream(
                ENCODERS[codec], rate=frames_per_s, options=options(codec, crf)
            )
            assert isinstance(video, av.video.stream.VideoStream)  # noqa: S101 - both are encoders of pictures
            video.width, video.height, video.pix_fmt = self._width, self._height, "yuv420p"
            context = video.codec_context
            context.time_base, context.gop_size, context.thread_count = _MILLISECONDS, 100_000, 1
            context.color_range = _STUDIO_RANGE
            context.colorspace = context.color_primaries = context.color_trc = _BT601
            context.open()
        except (av.error.FFmpegError, ValueError) as error:
            raise EncoderError(
                f"{NAMES[codec]} cannot be encoded here ({type(error).__name__}): is {ENCODERS[codec]} there?"
            ) from error
        self._video = video

    def encode(self, pixels: Pixels, at_ms: int) -> None:
        """Encode a picture captured `at_ms` milliseconds after the start; one not later than the last is left out."""
        if at_ms <= self._last_ms:
            return
        self._changed = True
        self._planes = _yuv(fitted(pixels, self._width, self._height))
        self._write(self._planes, at_ms)

    def encode_again(self, at_ms: int) -> None:
        """Encode the last picture once more, as what is still to be seen `at_ms` milliseconds after the start."""
        if self._planes is not None and at_ms > self._last_ms:
            self._write(self._planes, at_ms)

    def begin_anew(self) -> None:
        """Make the next picture a key frame: what was encoded before does not reach whoever decodes."""
        self._last_key_ms = None

    def encode_card(self, at_ms: int) -> None:
        """Encode the dark card that stands for "no picture", as a key frame, so that all before it is handed over."""
        self.begin_anew()
        self.encode(np.full((self._height, self._width, 3), _CARD_LEVEL, np.uint8), max(at_ms, self._last_ms + 1))

    def close(self) -> None:
        """Hand over the rest."""
        if self._last_ms >= 0:
            self._fragments.add(self._video.encode(None))
        self._fragments.close()

    def _write(self, planes: Pixels, at_ms: int) -> None:
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = at_ms, _MILLISECONDS
        if self._needs_key(at_ms):
            frame.pict_type = av.video.frame.PictureType.I
            self._last_key_ms, self._changed = at_ms, False
        self._last_ms = at_ms
        self._fragments.add(self._video.encode(frame))

    def _needs_key(self, at_ms: int) -> bool:
        if self._last_key_ms is None:
            self.unit_from_ms = at_ms
            return True
        if at_ms - self.unit_from_ms < self._unit_ms:
            return False
        self.unit_from_ms = at_ms
        most_ms = self._key_interval_ms if self._changed else _STILL_FACTOR * self._key_interval_ms
        return at_ms - self._last_key_ms + self._unit_ms > most_ms


def fitted(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return `pixels` at exactly `width` x `height`: as it is, less an odd row or column, or scaled onto black."""
    have_height, have_width, channels = pixels.shape
    if 0 <= have_width - width <= 1 and 0 <= have_height - height <= 1:
        return pixels[:height, :width]
    scale = min(width / have_width, height / have_height)
    size = (max(1, round(have_width * scale)), max(1, round(have_height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    scaled = np.asarray(cv2.resize(pixels, size, interpolation=method), np.uint8)
    if size == (width, height):
        return scaled
    card = np.zeros((height, width, channels), np.uint8)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    card[top : top + size[1], left : left + size[0]] = scaled
    return card


def _yuv(pixels: Pixels) -> Pixels:
    # By cv2: 2.4 ms for 1920 x 1080 on one thread, where PyAV's own conversion takes 15.
    conversion = cv2.COLOR_BGRA2YUV_I420 if pixels.shape[2] == 4 else cv2.COLOR_BGR2YUV_I420
    return np.asarray(cv2.cvtColor(pixels, conversion), np.uint8)
