"""One life of the recorder: opened, begun, finished, or ended because the client is gone."""

from __future__ import annotations

import logging
import os
from base64 import b64decode
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from pydantic import ValidationError

from app.client.delivery.outbox import Outbox
from app.client.ipc.from_recorder import EventSealed, Finished, RecorderProblem, TakeStarted
from app.client.ipc.problems import RecordingProblem
from app.client.ipc.to_recorder import (
    TO_RECORDER,
    Begin,
    BeginExam,
    Calibrate,
    Finish,
    Open,
    RecordEvent,
    ReduceLoad,
    StoreStill,
    TakeStill,
)
from app.client.recorder.detection import Detection
from app.client.recorder.event_writer import EventWriter
from app.client.recorder.heartbeat import HeartbeatSender
from app.client.recorder.process_hardening import drop_priority
from app.client.recorder.sealing import RetryingSink, TakeSink, UnitSealer
from app.client.recorder.source_reporter import SourceReporter
from app.client.recorder.stills import STREAM as STILLS
from app.client.recorder.stills import Stills
from app.events.recording import ScreenRecordedEvent, TakeEnd, TakeEndedEvent, TakeStartedEvent
from app.events.vocabulary import read_event
from capture.pipeline import Pipeline, SourceNames
from capture.sources.devices import DEFAULT, EVERY_DISPLAY
from capture.sources.screen_limits import screen_limits
from crypto.header import SessionDescription
from crypto.keys import RecipientPublic
from crypto.sealing import SessionSealer

if TYPE_CHECKING:
    from typing import BinaryIO

    from app.client.ipc.pipe import RecorderPipe
    from capture.frames import SoundBlock, VideoFrame
    from capture.settings import RecordingSettings

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Take:
    sealer: SessionSealer
    events: EventWriter
    disk: RetryingSink
    t0_ns: int


class _Observers:
    """Shows what camera and microphone deliver to everybody who looks: a `PipelineObserver`."""

    def __init__(self, detection: Detection, stills: Stills) -> None:
        self._detection = detection
        self._stills = stills

    def frame(self, frame: VideoFrame) -> None:
        """The camera's next picture."""
        self._detection.frame(frame)
        self._stills.frame(frame)

    def sound(self, block: SoundBlock) -> None:
        """The microphone's next samples."""
        self._detection.sound(block)


class _DeferredSink:
    """Stands where capture delivers until a take begins; capture delivers nothing before."""

    def __init__(self) -> None:
        self.units: UnitSealer | None = None

    def deliver(self, stream: str, started_ns: int, data: bytes) -> None:
        """Seal one unit of the take."""
        assert self.units is not None, "capture delivered before recording began"  # noqa: S101 - states the contract
        self.units.deliver(stream, started_ns, data)


class RecorderService:
    """Does what the client says, in the order it says it, and answers through `pipe`."""

    def __init__(self, pipe: RecorderPipe) -> None:
        self._pipe = pipe
        self._reporter = SourceReporter(pipe)
        self._detection = Detection(pipe)
        self._stills = Stills(pipe)
        self._heartbeat = HeartbeatSender(pipe, self._reporter.clock_event)
        self._sink = _DeferredSink()
        self._pipeline: Pipeline | None = None
        self._settings: RecordingSettings | None = None
        self._take: _Take | None = None

    def serve(self, lines: BinaryIO) -> int:
        """Follow messages until `Finish` or the end of `lines`; gives the process's exit status."""
        drop_priority()
        self._heartbeat.start()
        for line in lines:
            try:
                message = TO_RECORDER.validate_json(line)
            except ValidationError:
                self._pipe.send(RecorderProblem(code=RecordingProblem.MESSAGE_UNKNOWN))
                break
            if isinstance(message, Finish):
                self._end(TakeEnd.FINISHED)
                self._pipe.send(Finished())
                return 0
            self._handle(message)
        self._end(TakeEnd.CLIENT_GONE)
        return 1

    def _handle(
        self, message: Open | Begin | Calibrate | TakeStill | StoreStill | BeginExam | RecordEvent | ReduceLoad
    ) -> None:
        match message:
            case Open():
                self._open(message)
            case Begin():
                self._begin(message)
            case Calibrate():
                self._detection.calibrate(message.target)
            case TakeStill():
                if self._pipeline is not None:
                    self._stills.take(message.purpose, self._pipeline)
            case StoreStill():
                events, t0_ns = (self._take.events, self._take.t0_ns) if self._take else (None, 0)
                self._stills.store(message.purpose, self._sink.units, events, t0_ns)
            case BeginExam():
                self._begin_exam(message)
            case RecordEvent():
                if self._take is not None:
                    sealed = partial(self._pipe.send, EventSealed(number=message.number))
                    self._take.events.note(read_event(message.event, message.facts), message.at_ns, sealed=sealed)
            case ReduceLoad():
                if self._pipeline is not None:
                    self._pipeline.reduce_load()
            case _:
                assert_never(message)

    def _open(self, message: Open) -> None:
        if self._pipeline is not None:
            self._pipeline.stop()
        self._settings = message.settings
        self._pipeline = Pipeline(
            message.settings,
            SourceNames(
                camera=message.camera or DEFAULT,
                microphone=message.microphone or DEFAULT,
                screen=message.screen or EVERY_DISPLAY,
            ),
            sink=self._sink,
            listener=self._reporter,
            observer=_Observers(self._detection, self._stills),
        )
        self._detection.check_in(message.check_in)
        self._pipeline.open()
        self._heartbeat.watch(self._pipeline)

    def _begin(self, message: Begin) -> None:
        if self._pipeline is None or self._settings is None or self._take is not None:
            self._pipe.send(RecorderProblem(code=RecordingProblem.OUT_OF_TURN))
            return
        outbox = Outbox(Path(message.spool))
        description = SessionDescription(
            institution=message.institution,
            exam=message.exam,
            config_sha256=message.settings_sha256,
            attempt=message.attempt,
            take=message.take,
            candidate=message.candidate,
            started_at=message.started_at,
            t0_ns=message.t0_ns,
            client=f"invigilo {version('invigilo')}",
            nonce=message.nonce,
            streams=(*_streams(self._settings), *([STILLS] if message.stills else [])),
            # The outbox knows of a take as well whose recorder died before the client had heard of it.
            previous=(outbox.latest_take(message.attempt) or message.previous) if message.take else None,
        )
        disk = RetryingSink(TakeSink(outbox, description), self._pipe)
        recipients = [RecipientPublic(kid=key.kid, encoded=b64decode(key.public_b64)) for key in message.recipients]
        sealer = SessionSealer(description, recipients, disk)
        units = UnitSealer(sealer, t0_ns=message.t0_ns, pipe=self._pipe)
        events = EventWriter(t0_ns=message.t0_ns, seal=lambda t0_us, data: units.seal("events", t0_us, data))
        self._take = _Take(sealer=sealer, events=events, disk=disk, t0_ns=message.t0_ns)
        self._sink.units = units
        events.note_now(TakeStartedEvent(message.take))
        if self._settings.screen is not None:
            events.note_now(ScreenRecordedEvent(screen_limits(os.environ)))
        self._reporter.attach(events, message.t0_ns)
        self._pipeline.record(message.t0_ns)
        self._pipe.send(TakeStarted(take=message.take, hid=sealer.header.hid.hex()))

    def _begin_exam(self, message: BeginExam) -> None:
        self._reporter.end_check_in()
        if self._pipeline is not None:
            self._pipeline.end_previews()
        if self._take is None:
            self._pipe.send(RecorderProblem(code=RecordingProblem.OUT_OF_TURN))
            return
        self._detection.begin_exam(message, self._take.events, self._take.t0_ns)

    def _end(self, why: TakeEnd) -> None:
        if self._take is not None:
            self._take.disk.give_up()
        if self._pipeline is not None:
            self._pipeline.stop()
        self._detection.stop()
        if self._take is not None:
            self._take.events.note_now(TakeEndedEvent(why))
            self._take.events.close()
            self._take.sealer.finish()


def _streams(settings: RecordingSettings) -> tuple[str, ...]:
    recorded = {"webcam": settings.camera, "microphone": settings.microphone, "screen": settings.screen}
    return ("events", *(name for name, asked in recorded.items() if asked is not None))
