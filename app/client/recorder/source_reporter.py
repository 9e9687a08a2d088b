"""Tells the client and the sealed event log what the sources do."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, assert_never

from app.client.ipc.from_recorder import GapReported, PreviewImage, QualityChanged, SoundLevel, SourceChanged
from app.events.recording import (
    ClockMovedEvent,
    EncodingLevelEvent,
    GapEvent,
    ImpairmentEvent,
    SourceChangedEvent,
    StreamNoticeEvent,
)
from capture.reports import EncodingStep, Impairment, StreamNotice
from capture.watching.time_watch import ClockMoved

if TYPE_CHECKING:
    from app.client.ipc.pipe import RecorderPipe
    from app.client.recorder.event_writer import EventWriter
    from app.events.recording import RecordingEvent
    from capture.reports import Gap, Quality, SourceState, StreamName
    from capture.watching.time_watch import Slept


class SourceReporter:
    """A `PipelineListener`: everything goes to the client, and to the timeline once there is one."""

    def __init__(self, pipe: RecorderPipe) -> None:
        self._pipe = pipe
        self._events: EventWriter | None = None
        self._t0_ns = 0
        self._states: dict[StreamName, SourceState] = {}
        self._impairments: dict[tuple[str, str], Quality] = {}
        self._checking_in = True

    def attach(self, events: EventWriter, t0_ns: int) -> None:
        """Seal how the sources stand now, and what happens from now on."""
        self._t0_ns = t0_ns
        self._events = events
        for state in list(self._states.values()):
            self._note(_source_event(state), time.monotonic_ns())
        for quality in list(self._impairments.values()):
            self._note(quality_event(quality), time.monotonic_ns())

    def end_check_in(self) -> None:
        """Show no more pictures and levels: during the exam nobody looks at them."""
        self._checking_in = False

    def source_changed(self, state: SourceState) -> None:
        """A source opened, was lost, came back or ended."""
        self._states[state.stream] = state
        self._pipe.send(SourceChanged(stream=state.stream, state=state.state, fault=state.fault))
        self._note(_source_event(state), time.monotonic_ns())

    def preview(self, jpeg: bytes) -> None:
        """A small camera picture for the check-in."""
        if self._checking_in:
            self._pipe.send(PreviewImage.of(jpeg))

    def level(self, dbfs: float) -> None:
        """The microphone's level, for the check-in."""
        if self._checking_in:
            self._pipe.send(SoundLevel(dbfs=dbfs))

    def gap(self, gap: Gap) -> None:
        """Nothing was recorded of a stream for a while."""
        from_us, to_us = ((edge - self._t0_ns) // 1000 for edge in (gap.from_ns, gap.to_ns))
        self._pipe.send(GapReported(stream=gap.stream, from_us=from_us, to_us=to_us, reason=gap.reason))
        self._note(GapEvent(gap.stream, from_us, to_us, gap.reason, error=gap.error), gap.to_ns)

    def quality(self, quality: Quality) -> None:
        """An impairment of a stream began or ended; never a suspicion."""
        lasting = (quality.stream, quality.code)
        if quality.state == "began":
            self._impairments[lasting] = quality
        else:
            self._impairments.pop(lasting, None)
        if quality.state != "once":
            impairment = {"stream": quality.stream, "what": quality.code, "state": quality.state}
            self._pipe.send(QualityChanged.model_validate(impairment))
        self._note(quality_event(quality), quality.at_ns)

    def clock_event(self, what: ClockMoved | Slept) -> None:
        """The wall clock was set, or the machine slept; a sleep is a gap in every stream."""
        if isinstance(what, ClockMoved):
            self._note(ClockMovedEvent(what.by_ns // 1_000_000), what.at_ns)
            return
        from_us, to_us = ((edge - self._t0_ns) // 1000 for edge in (what.from_ns, what.to_ns))
        for stream in list(self._states):
            self._note(GapEvent(stream, from_us, to_us, "suspended", what.slept_ns // 1_000_000), what.to_ns)

    def _note(self, event: RecordingEvent, at_ns: int) -> None:
        if self._events is not None:
            self._events.note(event, at_ns)


def _source_event(state: SourceState) -> SourceChangedEvent:
    return SourceChangedEvent(state.stream, state.state, state.fault)


def quality_event(quality: Quality) -> RecordingEvent:
    """Give what capture reports of a stream's quality as the event that is sealed."""
    stream, facts = quality.stream, quality.facts
    match quality.code:
        case Impairment() as impairment:
            return ImpairmentEvent.read({"stream": stream, "what": impairment, "state": quality.state})
        case EncodingStep() as step:
            return EncodingLevelEvent.read({"stream": stream, "direction": step, **facts})
        case StreamNotice() as notice:
            return StreamNoticeEvent.read({"stream": stream, "what": notice, **facts})
        case _:
            assert_never(quality.code)
