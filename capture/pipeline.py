"""The recorder's media half: sources in, units of fragmented MP4 small enough to be sealed and sent out."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import cv2

from capture.clock import SECOND_NS, Clock, SystemClock
from capture.encoding.adaptation import Adaptation, LevelChange
from capture.encoding.change_gate import ChangeGate, RateGate
from capture.encoding.planes import FramePreparation, PlanarFrame
from capture.encoding.segments import SegmentSink
from capture.encoding.unit_queue import UnitQueue
from capture.encoding.writers import PictureWriter, SoundWriter, Writer
from capture.errors import SourceFault
from capture.frames import SoundBlock, VideoFrame
from capture.monitors import LevelMonitor, PreviewMonitor
from capture.reports import Condition, Gap, PipelineListener, PipelineObserver, Quality, SourceState, StreamName
from capture.settings import CameraSettings, MicrophoneSettings, RecordingSettings, ScreenSettings
from capture.source import Source, SourceHealth
from capture.sources.camera import CameraSource
from capture.sources.choice import choose_camera, choose_microphone, choose_screen
from capture.stream import Stream
from capture.watching.impairments import CameraWatch, MicrophoneWatch, ScreenWatch

__all__ = [
    "Gap",
    "Pipeline",
    "PipelineListener",
    "PipelineObserver",
    "Quality",
    "SegmentSink",
    "SourceNames",
    "SourceState",
]

ItemT = TypeVar("ItemT", VideoFrame, SoundBlock)
_Pictures: TypeAlias = Stream[VideoFrame, PlanarFrame]
_Sound: TypeAlias = Stream[SoundBlock, SoundBlock]

_LOG = logging.getLogger(__name__)
_SOURCE_END_S = 3.0
_ENCODER_END_S = 5.0
_QUEUED_S = 1.5
_QUEUED_BLOCKS = 100


@dataclass(frozen=True, slots=True)
class SourceNames:
    """Which source feeds which stream; `None` where there is none to choose (`capture.sources.devices`).

    Camera: an index, a device's name, `default`, a file (video, picture, or numbered pictures as `f%04d.jpg`), a URL,
    or `test-person`. Microphone: a number, a device's name, `default` or a file. Screen: a display's number from 0,
    `all`, a file or a URL. A file that is both camera and microphone is played in step.
    """

    camera: str | None = None
    microphone: str | None = None
    screen: str | None = None


class Pipeline:
    """Runs up to three sources and records them as three streams, `webcam`, `microphone` and `screen`.

    A stream is fragmented MP4: AV1 or H.264 pictures with their true times, or Opus sound. Times in it count from T0,
    so the three belong together as they are. A source that fails is reported and tried again; nothing that happens to a
    device or to the sink raises from here. Memory only: no file is written.

    `open`, `record` and `stop` are called once each, in this order, from one thread; `stop` may come at any time and
    twice.
    """

    def __init__(
        self,
        settings: RecordingSettings,
        sources: SourceNames,
        *,
        sink: SegmentSink,
        listener: PipelineListener,
        observer: PipelineObserver | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._settings = settings
        self._names = sources
        self._sink = sink
        self._listener = listener
        self._observer = observer
        self._clock: Clock = clock or SystemClock()
        self._camera: Source[VideoFrame] | None = None
        self._streams: list[_Pictures | _Sound] = []
        self._adaptations: list[Adaptation] = []
        self._preview, self._level = PreviewMonitor(listener.preview), LevelMonitor(listener.level)

    def open(self) -> None:
        """Start the sources: previews, levels and states flow, nothing is encoded yet."""
        cv2.setNumThreads(1)  # the pictures are small: more threads cost more than they gain
        # OpenCV and its FFmpeg would write addresses and paths to standard error; what matters is reported in states.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
        settings, names, anchor_ns = self._settings, self._names, self._clock.now_ns()
        if settings.camera is not None and (name := self._chosen("webcam", names.camera)) is not None:
            self._streams.append(self._webcam(name, settings.camera, anchor_ns))
        if settings.microphone is not None and (name := self._chosen("microphone", names.microphone)) is not None:
            self._streams.append(self._microphone(name, settings.microphone, anchor_ns))
        if settings.screen is not None and (name := self._chosen("screen", names.screen)) is not None:
            self._streams.append(self._screen(name, settings.screen, anchor_ns))
        for stream in self._streams:
            stream.start()

    def record(self, t0_ns: int) -> None:
        """Encode everything captured from `t0_ns` (`time.monotonic_ns()`) on.

        `t0_ns` lies in the past when this recorder takes over from one that died.
        """
        for stream in self._streams:
            stream.record(t0_ns, self._sink)

    def health(self) -> dict[StreamName, SourceHealth]:
        """Say how the sources have been doing. Called about once a second, by any thread, it also finds stuck ones."""
        return {stream.name: stream.health() for stream in list(self._streams)}

    def use_full_size(self, full: bool) -> None:
        """Let a camera that can deliver its largest pictures, for a still, or those of the settings again.

        Other sources deliver the size they have. The recording goes on meanwhile, in its own size.
        """
        if isinstance(self._camera, CameraSource):
            self._camera.use_full_size(full)

    def end_previews(self) -> None:
        """Make no more previews and levels: nobody looks at them any more. Safe from any thread."""
        self._preview.shown = self._level.shown = False

    def reduce_load(self) -> None:
        """Take less of the machine, if the limits allow: the exam page stutters. Safe from any thread."""
        for adaptation in self._adaptations:
            adaptation.strained(self._clock.now_ns())

    def stop(self) -> None:
        """Stop the sources, deliver what is still in the encoders, and return within ten seconds."""
        streams, self._streams = self._streams, []
        for stream in streams:
            stream.ask_to_stop()
        end_ns = self._clock.now_ns()
        for stream in streams:
            if not stream.join(_remaining_s(self._clock, end_ns, _SOURCE_END_S)):
                _LOG.warning("the source of %s did not end in time", stream.name)
        finishing_ns = self._clock.now_ns()
        for stream in streams:
            if not stream.finish(end_ns, _remaining_s(self._clock, finishing_ns, _ENCODER_END_S)):
                _LOG.error("the encoder of %s did not end in time", stream.name)

    def _chosen(self, stream: StreamName, name: str | None) -> str | None:
        if name is None:
            self._listener.source_changed(SourceState(stream, Condition.ABSENT, SourceFault.NOT_CHOSEN))
        return name

    def _webcam(self, name: str, settings: CameraSettings, anchor_ns: int) -> _Pictures:
        observer = self._observer
        adaptation, room = self._adaptation("webcam", settings), int(_QUEUED_S * settings.frames_per_s)

        def size(_: VideoFrame) -> tuple[int, int]:
            return _scaled(settings.width, settings.height, adaptation.level.scale)

        def writer(t0_ns: int, delivery: UnitQueue) -> Writer[PlanarFrame]:
            return PictureWriter(settings, self._settings.key_interval_s, adaptation, t0_ns, delivery, self._clock)

        self._camera = choose_camera(name, settings, anchor_ns=anchor_ns, clock=self._clock)
        return Stream(
            "webcam",
            self._camera,
            writer,
            room=room,
            ready=FramePreparation(size, room=room),
            monitor=_both(self._preview.take, observer.frame if observer else None),
            gate=RateGate(lambda: adaptation.level.frames_per_s),
            watch=CameraWatch(self._listener.quality),
            listener=self._listener,
            clock=self._clock,
        )

    def _microphone(self, name: str, settings: MicrophoneSettings, anchor_ns: int) -> _Sound:
        observer = self._observer

        def writer(t0_ns: int, delivery: UnitQueue) -> Writer[SoundBlock]:
            return SoundWriter(settings, self._settings.key_interval_s, t0_ns, delivery, self._listener.quality)

        return Stream(
            "microphone",
            choose_microphone(name, anchor_ns=anchor_ns, clock=self._clock),
            writer,
            room=_QUEUED_BLOCKS,
            ready=_as_it_is,
            monitor=_both(self._level.take, observer.sound if observer else None),
            watch=MicrophoneWatch(self._listener.quality),
            listener=self._listener,
            clock=self._clock,
        )

    def _screen(self, name: str, settings: ScreenSettings, anchor_ns: int) -> _Pictures:
        unit_s = self._settings.key_interval_s
        adaptation, room = self._adaptation("screen", settings), int(_QUEUED_S * settings.frames_per_s)
        writers: list[PictureWriter] = []

        def size(frame: VideoFrame) -> tuple[int, int]:
            height, width = frame.pixels.shape[:2]
            return _scaled(width, height, adaptation.level.scale)

        def writer(t0_ns: int, delivery: UnitQueue) -> Writer[PlanarFrame]:
            writers.append(PictureWriter(settings, unit_s, adaptation, t0_ns, delivery, self._clock))
            return writers[0]

        return Stream(
            "screen",
            choose_screen(name, frames_per_s=settings.frames_per_s, anchor_ns=anchor_ns, clock=self._clock),
            writer,
            room=room,
            ready=FramePreparation(size, room=room),
            gate=ChangeGate(
                heartbeat_s=settings.heartbeat_s,
                key_interval_s=unit_s - 0.5 / settings.frames_per_s,
                most_per_s=lambda: adaptation.level.frames_per_s,
                unit_from_ns=lambda: writers[0].unit_from_ns if writers else 0,
                behind=lambda: bool(writers) and writers[0].behind,
            ),
            watch=ScreenWatch(self._listener.quality),
            listener=self._listener,
            clock=self._clock,
        )

    def _adaptation(self, stream: StreamName, settings: CameraSettings | ScreenSettings) -> Adaptation:
        def report(step: LevelChange) -> None:
            self._listener.quality(step.quality(stream))

        adaptation = Adaptation(settings, report)
        self._adaptations.append(adaptation)
        return adaptation


def _both(shown: Callable[[ItemT], None], observed: Callable[[ItemT], None] | None) -> Callable[[ItemT], None]:
    if observed is None:
        return shown
    look: Callable[[ItemT], None] = observed

    def take(item: ItemT) -> None:
        shown(item)
        look(item)

    return take


def _as_it_is(block: SoundBlock) -> SoundBlock:
    return block


def _scaled(width: int, height: int, scale: float) -> tuple[int, int]:
    return round(width * scale), round(height * scale)


def _remaining_s(clock: Clock, since_ns: int, budget_s: float) -> float:
    return max(0.1, budget_s - (clock.now_ns() - since_ns) / SECOND_NS)
