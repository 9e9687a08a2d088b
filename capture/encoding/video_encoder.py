"""Pictures to H.264 or AV1 in fragmented MP4."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import av
import av.error
import av.video.frame
import av.video.stream
import numpy as np

from capture.encoding.codecs import ENCODERS, NAMES, keep_quiet, options
from capture.encoding.muxer import Fragments
from capture.encoding.planes import Planes, even, planes_of
from capture.encoding.scheduling import kept_scheduling
from capture.errors import EncoderError
from capture.settings import Codec

_MILLISECONDS = Fraction(1, 1000)
_CARD_LEVEL = 24
_STILL_FACTOR = 4
_BT601, _STUDIO_RANGE = 6, 1
"""What cv2 converts to (AVCOL_SPC_SMPTE170M, AVCOL_RANGE_MPEG); unsaid, players guess BT.709 for large pictures."""


class VideoEncoder:
    """Encodes pictures at their true times, in units of at most `unit_s`.

    A unit begins with a key frame where its end would be more than `key_interval_s` after the last one; four times that
    while nothing changes. One thread uses it.
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
        self._width, self._height = even(width, height)
        # Half a frame early: a frame that comes a little before its beat must not make a unit one frame longer.
        length_s = unit_s - 0.5 / frames_per_s
        self._unit_ms, self._key_interval_ms = round(1000 * length_s), round(1000 * key_interval_s)
        self.unit_from_ms = 0
        """When the first picture of the unit that is being written was captured."""
        self._last_key_ms: int | None = None
        self._last_ms = -1
        self._changed = False
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
            with kept_scheduling():
                context.open()
        except (av.error.FFmpegError, ValueError) as error:
            raise EncoderError(
                f"{NAMES[codec]} cannot be encoded here ({type(error).__name__})", ENCODERS[codec]
            ) from error
        self._video = video

    def encode(self, planes: Planes, at_ms: int, *, unchanged: bool = False) -> int:
        """Encode a picture captured `at_ms` milliseconds after the start, and say how many bytes it took.

        One not later than the last is left out. `unchanged` says that it is the last one, which is still to be seen.
        """
        if at_ms <= self._last_ms:
            return 0
        self._changed = self._changed or not unchanged
        # The planes are not copied: both encoders have taken what they need of a picture when `encode` returns.
        frame = av.VideoFrame.from_numpy_buffer(planes, format="yuv420p")
        frame.pts, frame.time_base = at_ms, _MILLISECONDS
        if self._needs_key(at_ms):
            frame.pict_type = av.video.frame.PictureType.I
            self._last_key_ms, self._changed = at_ms, False
        self._last_ms = at_ms
        packets = self._video.encode(frame)
        self._fragments.add(packets)
        return sum(packet.size for packet in packets)

    def begin_anew(self) -> None:
        """Make the next picture a key frame: earlier pictures do not reach the decoder."""
        self._last_key_ms = None

    def encode_card(self, at_ms: int) -> None:
        """Encode the dark card that stands for "no picture", as a key frame, so that all before it is handed over."""
        self.begin_anew()
        card = np.full((self._height, self._width, 3), _CARD_LEVEL, np.uint8)
        self.encode(planes_of(card, self._width, self._height), max(at_ms, self._last_ms + 1))

    def close(self) -> None:
        """Hand over the rest."""
        if self._last_ms >= 0:
            self._fragments.add(self._video.encode(None))
        self._fragments.close()

    def _needs_key(self, at_ms: int) -> bool:
        if self._last_key_ms is None:
            self.unit_from_ms = at_ms
            return True
        if at_ms - self.unit_from_ms < self._unit_ms:
            return False
        self.unit_from_ms = at_ms
        most_ms = self._key_interval_ms if self._changed else _STILL_FACTOR * self._key_interval_ms
        return at_ms - self._last_key_ms + self._unit_ms > most_ms
