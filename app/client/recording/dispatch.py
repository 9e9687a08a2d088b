"""What a recorder says, brought to the main thread, and what of it the client alone is to hear."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from app.client.ipc.protocol import (
    DetectionChanged,
    Failed,
    GapSeen,
    Level,
    Preview,
    QualityChanged,
    Seen,
    SourceChanged,
    StillKept,
    StillTaken,
)

if TYPE_CHECKING:
    from app.client.recording.listener import RecordingListener, Scheduler

_log = logging.getLogger(__name__)


class Hearer(Protocol):
    """Hears every recorder of a recording, on the main thread; `life` counts them."""

    def heard(self, life: int, message: object) -> None:
        """Take one message of the recorder of `life`."""

    def ended(self, life: int, status: int) -> None:
        """Take note that the recorder of `life` is gone."""


class RecorderEar:
    """Carries what one recorder says from the link's thread to the main thread, with the life it belongs to."""

    def __init__(self, hearer: Hearer, life: int, scheduler: Scheduler) -> None:
        self._hearer = hearer
        self._life = life
        self._scheduler = scheduler

    def recorder_said(self, message: object) -> None:
        """See `RecorderListener`."""
        self._scheduler.post(lambda: self._hearer.heard(self._life, message))

    def recorder_ended(self, status: int) -> None:
        """See `RecorderListener`."""
        self._scheduler.post(lambda: self._hearer.ended(self._life, status))


def pass_on(message: object, listener: RecordingListener) -> None:
    """Tell `listener` what a message says that changes nothing in the recording itself."""
    match message:
        case SourceChanged():
            listener.source_changed(message.stream, message.state, message.sentence)
        case QualityChanged():
            listener.quality_changed(message.stream, message.what, message.sentence)
        case Preview():
            listener.preview(message.jpeg)
        case Level():
            listener.level(message.dbfs)
        case Seen():
            listener.seen(message)
        case StillTaken():
            listener.still_taken(message)
        case StillKept():
            listener.still_kept(kept=message.kept)
        case DetectionChanged():
            if not message.available:
                _log.warning("detection is not available: %s", message.sentence)
            listener.detection_changed(available=message.available)
        case GapSeen():
            _log.info("a gap in stream %s, reason %s", message.stream, message.reason)
        case Failed():
            listener.recording_troubled(message.sentence, recorder_gone=False)
