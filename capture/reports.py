"""What the pipeline tells the program that runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

from capture.errors import SourceFault

if TYPE_CHECKING:
    from capture.frames import SoundBlock, VideoFrame

StreamName = Literal["webcam", "microphone", "screen"]
"""The streams of a recording, by the names that the sealed format and its files have for them."""


class Condition(StrEnum):
    """How the source of a stream is doing."""

    OPENING = "opening"
    RUNNING = "running"
    LOST = "lost"
    """It delivered and stopped; it is tried again every second or two."""
    ABSENT = "absent"
    """It never delivered anything (no device, no permission); it is tried again likewise."""
    STOPPED = "stopped"


class Impairment(StrEnum):
    """What a source may deliver instead of a picture or sound, until it is over (`capture.watching.impairments`)."""

    PICTURE_BLACK = "picture_black"
    LENS_COVERED = "lens_covered"
    SCREEN_BLACK = "screen_black"
    SOUND_SILENT = "sound_silent"


class StreamNotice(StrEnum):
    """What may happen to a stream once; it goes on."""

    DISPLAY_CHANGED = "display_changed"
    SOUND_REALIGNED = "sound_realigned"
    FRAMES_DROPPED = "frames_dropped"
    DELIVERY_FAILED = "delivery_failed"
    ENCODING_FAILED = "encoding_failed"


class EncodingStep(StrEnum):
    """From here on a stream is recorded less finely (`down`), or more finely again."""

    DOWN = "down"
    UP = "up"


class RecordingFault(StrEnum):
    """Why nothing was recorded of a source that delivered, or of one that nothing is known of."""

    NOTHING_ARRIVED = "nothing_arrived"
    MACHINE_BUSY = "machine_busy"
    ENCODING_FAILED = "encoding_failed"
    NOT_STORED = "not_stored"


GapReason = SourceFault | RecordingFault


@dataclass(frozen=True, slots=True)
class SourceState:
    """How the source of one stream is doing.

    `fault` is why it is lost or absent, None in every other state. `error` is the class name of what a source raised
    that nobody expected.
    """

    stream: StreamName
    state: Condition
    fault: SourceFault | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of recording time for which a stream has no picture or sound.

    Monotonic nanoseconds: `from_ns` is the last moment that was recorded, `to_ns` the first one again (or the end).
    Reported when it is over. Inside it the webcam and the screen show a dark card and the microphone is silent. `error`
    is as in `SourceState`.
    """

    stream: StreamName
    from_ns: int
    to_ns: int
    reason: GapReason
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """Something a reviewer should know about a stream that goes on.

    An `Impairment` is reported when it is noticed (`began`) and when it is over (`ended`), anything else once. `facts`
    are numbers and codes that go with it.
    """

    stream: StreamName
    code: Impairment | StreamNotice | EncodingStep
    at_ns: int
    state: Literal["once", "began", "ended"] = "once"
    facts: Mapping[str, str | int | float] = field(default_factory=dict)


class PipelineListener(Protocol):
    """Receives the pipeline's reports.

    Called from the source and encoder threads, several at once: implementations hand over and return at once, and do
    not raise.
    """

    def source_changed(self, state: SourceState) -> None:
        """A source came, went or is being tried for the first time; only called on a change."""

    def preview(self, jpeg: bytes) -> None:
        """A webcam picture of at most 320 x 240 pixels, at most five times a second."""

    def level(self, dbfs: float) -> None:
        """Loudness of the last tenth of a second: root mean square, 0 is full scale, -100 is silence."""

    def gap(self, gap: Gap) -> None:
        """A stretch without recording has ended. Only reported while recording."""

    def quality(self, quality: Quality) -> None:
        """An impairment of a stream began, ended or was seen once."""


class PipelineObserver(Protocol):
    """Looks at what the camera and the microphone deliver, recorded or not.

    Called on the sources' threads with everything they deliver: implementations take it and return at once, do not
    write to the pixels and do not raise.
    """

    def frame(self, frame: VideoFrame) -> None:
        """The camera's next picture, in the size the camera gave it."""

    def sound(self, block: SoundBlock) -> None:
        """The microphone's next samples."""
