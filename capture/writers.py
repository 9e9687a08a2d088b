"""What an encoder thread does with the items of its stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from capture.clock import SECOND_NS
from capture.delivery import Delivery
from capture.frames import SAMPLE_RATE_HZ, SoundBlock, VideoFrame, ns_to_samples
from capture.listener import Quality
from capture.settings import CameraSettings, MicrophoneSettings, ScreenSettings
from capture.sound_encoder import SoundEncoder
from capture.video_encoder import VideoEncoder

_BEHIND_NS = SECOND_NS // 2

ItemT_contra = TypeVar("ItemT_contra", contravariant=True)


class Writer(Protocol[ItemT_contra]):
    """Encodes one stream. Made and used by one encoder thread."""

    def write(self, item: ItemT_contra) -> None:
        """Encode the next item."""

    def lost(self, at_ns: int) -> None:
        """Take notice that the source delivers no more."""

    def idle(self, now_ns: int) -> None:
        """Use a moment in which nothing came; called about twice a second then."""

    def close(self, at_ns: int) -> None:
        """Deliver the rest; the recording ends at `at_ns`."""


class PictureWriter:
    """Writes pictures; while the source is lost the stream shows a dark card.

    The camera's stream has the size of its settings, the screen's that of its first picture.
    """

    def __init__(
        self, settings: CameraSettings | ScreenSettings, key_interval_s: float, t0_ns: int, delivery: Delivery
    ) -> None:
        self._settings = settings
        self._key_interval_s = key_interval_s
        self._t0_ns = t0_ns
        self._delivery = delivery
        self._encoder: VideoEncoder | None = None

    def write(self, item: VideoFrame) -> None:
        """See `Writer`."""
        if self._encoder is None:
            self._encoder = self._made_for(item)
        self._encoder.encode(item.pixels, self._ms(item.captured_ns))

    def lost(self, at_ns: int) -> None:
        """See `Writer`. The card is a key frame, so the last seconds before the loss are delivered now."""
        if self._encoder is not None:
            self._encoder.encode_card(self._ms(at_ns))

    def idle(self, now_ns: int) -> None:
        """See `Writer`."""

    def close(self, at_ns: int) -> None:
        """See `Writer`."""
        if self._encoder is not None:
            self._encoder.close()
        self._delivery.close(at_ns)

    def _ms(self, at_ns: int) -> int:
        return max(0, round((at_ns - self._t0_ns) / 1_000_000))

    def _made_for(self, frame: VideoFrame) -> VideoEncoder:
        settings = self._settings
        height, width = frame.pixels.shape[:2]
        if isinstance(settings, CameraSettings):
            height, width = settings.height, settings.width
        return VideoEncoder(
            self._delivery.unit,
            width=width,
            height=height,
            frames_per_s=settings.frames_per_s,
            preset=settings.preset,
            crf=settings.crf,
            key_interval_s=self._key_interval_s,
        )


class SoundWriter:
    """Writes sound; while the source is lost the stream is silent and goes on."""

    def __init__(
        self,
        settings: MicrophoneSettings,
        length_s: float,
        t0_ns: int,
        delivery: Delivery,
        report: Callable[[Quality], None],
    ) -> None:
        self._t0_ns = t0_ns
        self._report = report
        self._delivery = delivery
        self._encoder = SoundEncoder(delivery.unit, bits_per_s=settings.bits_per_s, length_s=length_s)
        self._lost = False

    def write(self, item: SoundBlock) -> None:
        """See `Writer`."""
        begun, was_lost, self._lost = self._encoder.begun, self._lost, False
        missing = self._encoder.encode(item.samples, ns_to_samples(item.captured_ns - self._t0_ns))
        if missing and begun and not was_lost:
            moved_ms = round(1000 * missing / SAMPLE_RATE_HZ)
            sentence = f"Sound was moved by {moved_ms} ms to stay with the clock."
            self._report(Quality("microphone", "sound_realigned", item.captured_ns, sentence))

    def lost(self, at_ns: int) -> None:
        """See `Writer`."""
        self._lost = True
        self.idle(at_ns)

    def idle(self, now_ns: int) -> None:
        """See `Writer`. Silence stays half a second behind the clock, so that sound that comes back finds its place."""
        if self._lost and self._encoder.begun:
            self._encoder.fill(ns_to_samples(now_ns - _BEHIND_NS - self._t0_ns))

    def close(self, at_ns: int) -> None:
        """See `Writer`."""
        if self._encoder.begun:
            self._encoder.close()
        self._delivery.close(at_ns)
