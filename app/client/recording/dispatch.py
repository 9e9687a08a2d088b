"""Brings a recorder's messages to the main thread and dispatches those that concern only what is shown."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from app.client.ipc.from_recorder import (
    DetectionChanged,
    FaceSeen,
    GapReported,
    PreviewImage,
    QualityChanged,
    RecorderProblem,
    SoundLevel,
    SourceChanged,
    StillStored,
    StillTaken,
)

if TYPE_CHECKING:
    from app.client.recording.listener import RecordingListener, Scheduler

_log = logging.getLogger(__name__)


class RecorderObserver(Protocol):
    """Receives the messages of every recorder of a recording, on the main thread; `generation` counts the recorders."""

    def received(self, generation: int, message: object) -> None:
        """Take one message of the recorder of `generation`."""

    def ended(self, generation: int, status: int) -> None:
        """Handle the exit of the recorder of `generation`."""


class RecorderDispatcher:
    """Carries what one recorder says from its reader's thread to the main thread, with its generation."""

    def __init__(self, observer: RecorderObserver, generation: int, scheduler: Scheduler) -> None:
        self._observer = observer
        self._generation = generation
        self._scheduler = scheduler

    def recorder_message(self, message: object) -> None:
        """See `RecorderListener`."""
        self._scheduler.post(lambda: self._observer.received(self._generation, message))

    def recorder_exited(self, status: int) -> None:
        """See `RecorderListener`."""
        self._scheduler.post(lambda: self._observer.ended(self._generation, status))


def dispatch(message: object, listener: RecordingListener) -> None:
    """Dispatch to `listener` a message that does not change the recording itself."""
    match message:
        case SourceChanged():
            listener.source_changed(message.stream, message.state, message.fault)
        case QualityChanged():
            listener.quality_changed(message.stream, message.what if message.state == "began" else None)
        case PreviewImage():
            listener.preview(message.jpeg)
        case SoundLevel():
            listener.level(message.dbfs)
        case FaceSeen():
            listener.seen(message)
        case StillTaken():
            listener.still_taken(message)
        case StillStored():
            listener.still_stored(stored=message.stored)
        case DetectionChanged():
            if not message.available:
                _log.warning("detection is not available: %s", message.failure)
            listener.detection_changed(available=message.available)
        case GapReported():
            _log.info("a gap in stream %s, reason %s", message.stream, message.reason)
        case RecorderProblem():
            listener.recording_problem(message.code, recorder_gone=False)
