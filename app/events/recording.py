"""Events of the recording itself: its parts, its sources, what is missing, and the computer's clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from app.events.event import Event
from app.events.values import Coded, Real, Whole
from capture.errors import SourceFault
from capture.reports import Condition, EncodingStep, Impairment, StreamName, StreamNotice
from capture.reports import GapReason as CaptureGapReason
from capture.sources.screen_limits import ScreenLimit

Stream = StreamName | Literal["events", "stills"]
"""The streams of a recording; a gap may be in any of them, a source feeds one of the first three."""

GapReason = CaptureGapReason | Literal["suspended", "recorder_exited"]
"""Why nothing was recorded: what capture found, or that the machine was suspended, or that the recorder was gone."""


class TakeEnd(StrEnum):
    """Why a part of the recording ended."""

    FINISHED = "finished"
    CLIENT_GONE = "client_gone"


@dataclass(frozen=True)
class TakeStartedEvent(Event):
    """A recorder began to seal; `take` counts the recorders of an attempt from 0."""

    kind = "take_started"

    take: Whole


@dataclass(frozen=True)
class TakeEndedEvent(Event):
    """The recorder has stopped sealing."""

    kind = "take_ended"

    why: Coded[TakeEnd]


@dataclass(frozen=True)
class ScreenRecordedEvent(Event):
    """The screen is recorded; `left_out` is what this system leaves out of every recording of it."""

    kind = "screen_recorded"

    left_out: tuple[Coded[ScreenLimit], ...] = ()


@dataclass(frozen=True)
class SourceChangedEvent(Event):
    """The source of a stream came, went or is tried again; `why` only where it does not deliver."""

    kind = "source_changed"

    stream: Coded[StreamName]
    state: Coded[Condition]
    why: Coded[SourceFault] | None = None


@dataclass(frozen=True)
class GapEvent(Event):
    """Nothing was recorded of a stream between two times, in microseconds since time zero.

    Where the machine was suspended, `slept_ms` says how long, and both times may be one, because the recording's clock
    stood still. `error` is the class name of what a source raised that nobody expected. `text` is never written any
    more: the first vocabulary sealed the reason as an English sentence, which is still shown.
    """

    kind = "gap"

    stream: Coded[Stream]
    from_us: Whole
    to_us: Whole
    reason: Coded[GapReason]
    slept_ms: Whole | None = None
    error: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class ImpairmentEvent(Event):
    """A source delivers, but nothing to see or hear (`began`), or it delivers again (`ended`).

    It is about the device, never about a person. What lasts when a recorder takes over is sealed once more.
    """

    kind = "impairment"

    stream: Coded[StreamName]
    what: Coded[Impairment]
    state: Coded[Literal["began", "ended"]]


@dataclass(frozen=True)
class EncodingLevelEvent(Event):
    """From here on a stream is recorded less finely, or more finely again.

    `scale` is the share of the full width and height, `crf` the encoder's rate factor, `cause` what asked for less,
    `moving_per_s` the pictures with movement that there were to record.
    """

    kind = "encoding_level_changed"

    stream: Coded[StreamName]
    direction: Coded[EncodingStep]
    frames_per_s: Real
    scale: Real
    crf: Real
    cause: Coded[Literal["machine", "bytes"]] | None = None
    moving_per_s: Real | None = None


@dataclass(frozen=True)
class StreamNoticeEvent(Event):
    """Something happened to a stream once that a reviewer should know; the stream goes on.

    `width` and `height` in pixels are those of the screen from here on, `moved_ms` how far sound was moved, `encoder`
    the media library's name of an encoder that could not be used, `error` the class name of what was raised.
    """

    kind = "stream_notice"

    stream: Coded[StreamName]
    what: Coded[StreamNotice]
    width: Whole | None = None
    height: Whole | None = None
    moved_ms: Whole | None = None
    encoder: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class ClockMovedEvent(Event):
    """The computer's clock was set forward, or back where `by_ms` is negative."""

    kind = "clock_moved"

    by_ms: Whole


RecordingEvent = (
    TakeStartedEvent
    | TakeEndedEvent
    | ScreenRecordedEvent
    | SourceChangedEvent
    | GapEvent
    | ImpairmentEvent
    | EncodingLevelEvent
    | StreamNoticeEvent
    | ClockMovedEvent
)
