"""What an encoder thread does with the items of its stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import numpy as np

from capture.clock import SECOND_NS, Clock
from capture.encoding.adaptation import Adaptation
from capture.encoding.motion_freeze import MotionFreeze
from capture.encoding.planes import PlanarFrame, Planes
from capture.encoding.sound_encoder import SoundEncoder
from capture.encoding.unit_queue import UnitQueue
from capture.encoding.video_encoder import VideoEncoder
from capture.frames import SAMPLE_RATE_HZ, SoundBlock, ns_to_samples
from capture.reports import Quality, StreamNotice
from capture.settings import CameraSettings, MicrophoneSettings, ScreenSettings

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
    """Writes pictures, as finely as `adaptation` says at the moment; while the source is lost, a dark card.

    A change of the pictures' size or of their fineness, or a unit that could not be kept, begins a new MP4 within the
    stream. Where the level says how often what moves is recorded, the rest of the picture is what the screen showed.
    """

    def __init__(
        self,
        settings: CameraSettings | ScreenSettings,
        unit_s: float,
        adaptation: Adaptation,
        t0_ns: int,
        delivery: UnitQueue,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._unit_s = unit_s
        self._adaptation = adaptation
        self._t0_ns = t0_ns
        self._delivery = delivery
        self._clock = clock
        self._encoder: VideoEncoder | None = None
        self._encodes = ((0, 0), settings.crf)
        self._moving = MotionFreeze()
        self._last: Planes | None = None
        self._gaps = 0

    def write(self, item: PlanarFrame) -> None:
        """See `Writer`."""
        self._adaptation.waited(item.captured_ns, (self._clock.now_ns() - item.captured_ns) / SECOND_NS)
        encoder = self._encoder_for(item)
        if (per_s := self._adaptation.moving_per_s) is not None:
            self._moving.hold(item, per_s)
        # `unchanged` compares with the picture before, which may have been left out.
        unchanged = item.unchanged and self._last is not None and np.array_equal(item.planes, self._last)
        size = encoder.encode(item.planes, self._ms(item.captured_ns), unchanged=unchanged)
        self._adaptation.spent(item.captured_ns, size)
        self._last = item.planes

    @property
    def unit_from_ns(self) -> int:
        """Monotonic time of the first picture of the unit being written, 0 before there is one; from any thread."""
        encoder = self._encoder
        return 0 if encoder is None else self._t0_ns + encoder.unit_from_ms * 1_000_000

    @property
    def behind(self) -> bool:
        """Whether parts of the last picture are still to be recorded; from any thread."""
        return self._moving.behind

    def lost(self, at_ns: int) -> None:
        """See `Writer`. The card is a key frame, so the last seconds before the loss are delivered now."""
        self._last, self._moving = None, MotionFreeze()
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

    def _encoder_for(self, frame: PlanarFrame) -> VideoEncoder:
        wanted = (frame.size, self._adaptation.level.crf)
        # A unit that was left out takes along what needs it, and where it was its run's first, the run's description.
        if self._encoder is not None and (self._encodes != wanted or self._gaps != self._delivery.gaps):
            self._encoder.close()
            self._encoder = None
        if self._encoder is None:
            self._encodes, self._gaps = wanted, self._delivery.gaps
            self._last = None
            self._encoder = self._made()
        return self._encoder

    def _made(self) -> VideoEncoder:
        settings, ((width, height), crf) = self._settings, self._encodes
        return VideoEncoder(
            self._delivery.unit,
            width=width,
            height=height,
            frames_per_s=settings.frames_per_s,
            codec=settings.codec,
            crf=crf,
            unit_s=self._unit_s,
            key_interval_s=settings.key_interval_s if isinstance(settings, ScreenSettings) else self._unit_s,
        )


class SoundWriter:
    """Writes sound; while the source is lost the stream is silent and goes on."""

    def __init__(
        self,
        settings: MicrophoneSettings,
        length_s: float,
        t0_ns: int,
        delivery: UnitQueue,
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
            self._report(
                Quality("microphone", StreamNotice.SOUND_REALIGNED, item.captured_ns, facts={"moved_ms": moved_ms})
            )

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
