"""The recorder's media half: sources in, sealed-size units of fragmented MP4 out."""

from __future__ import annotations

from dataclasses import dataclass

from capture.listener import Gap, PipelineListener, Quality, SourceState
from capture.segments import SegmentSink
from capture.settings import RecordingSettings

__all__ = ["Gap", "Pipeline", "PipelineListener", "Quality", "SegmentSink", "SourceNames", "SourceState"]


@dataclass(frozen=True, slots=True)
class SourceNames:
    """Which source feeds which stream; `None` where there is none to choose (`capture.sources.devices`)."""

    camera: str | None = None
    microphone: str | None = None
    screen: str | None = None


class Pipeline:
    """Runs up to three sources and records them as three streams, `webcam`, `microphone` and `screen`."""

    def __init__(
        self, settings: RecordingSettings, sources: SourceNames, *, sink: SegmentSink, listener: PipelineListener
    ) -> None:
        raise NotImplementedError

    def open(self) -> None:
        """Start the sources: previews, levels and states flow, nothing is encoded yet."""
        raise NotImplementedError

    def record(self, t0_ns: int) -> None:
        """Encode everything captured from `t0_ns` (`time.monotonic_ns()`) on."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop the sources, deliver what is still in the encoders, and return within ten seconds."""
        raise NotImplementedError
