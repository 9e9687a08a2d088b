"""Where capture's units become sealed objects in the spool."""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING

from app.client.delivery.errors import DeliveryError, SpoolFull
from app.client.delivery.outbox import SpoolSink
from app.client.ipc.from_recorder import RecorderProblem, SegmentSealed
from app.client.ipc.problems import RecordingProblem
from crypto.errors import SealingError
from crypto.header import Header
from crypto.names import HEADER_NAME

if TYPE_CHECKING:
    from app.client.delivery.outbox import Outbox
    from app.client.ipc.pipe import RecorderPipe
    from crypto.header import SessionDescription
    from crypto.sealing import SealedSink, SessionSealer

_log = logging.getLogger(__name__)

RETRY_FULL_S = 1.0
CANNOT_SEAL = 3
"""Exit status of a recorder that could not go on sealing."""


class TakeSink:
    """A `SealedSink` for one take that makes it known to the outbox before its header is kept.

    The next take names this one in its header, also when recorder or client die before the client has heard of it:
    a chain that leaves out a take that exists would look as if somebody had put that take in.
    """

    def __init__(self, outbox: Outbox, description: SessionDescription) -> None:
        self._outbox = outbox
        self._description = description
        self._spool = SpoolSink(outbox, description.session)

    def put(self, name: str, data: bytes) -> None:
        """Store one object durably; raises as `Outbox.enqueue`."""
        if name == HEADER_NAME:
            of = self._description
            self._outbox.begin_take(of.attempt, of.take, Header.parse(data).hid.hex(), of.previous)
        self._spool.put(name, data)


class RetryingSink:
    """A `SealedSink` that waits for disk space instead of losing an object.

    Capture's bounded queues stand behind it: while it waits they fill, drop and report the gap by the second.
    `give_up` ends the waiting when the recorder must close.
    """

    def __init__(self, sink: SealedSink, pipe: RecorderPipe) -> None:
        self._sink = sink
        self._pipe = pipe
        self._giving_up = threading.Event()

    def give_up(self) -> None:
        """Make every present and later wait fail at once."""
        self._giving_up.set()

    def put(self, name: str, data: bytes) -> None:
        """Keep the object durably.

        Raises:
            SpoolFull: when there is no space and `give_up` was called.
        """
        reported = False
        while True:
            try:
                return self._sink.put(name, data)
            except SpoolFull:
                if not reported:
                    reported = True
                    self._pipe.send(RecorderProblem(code=RecordingProblem.DISK_FULL))
                if self._giving_up.wait(RETRY_FULL_S):
                    raise


class UnitSealer:
    """Seals what capture delivers and tells the client of each durable segment."""

    def __init__(self, sealer: SessionSealer, *, t0_ns: int, pipe: RecorderPipe) -> None:
        self._sealer = sealer
        self._t0_ns = t0_ns
        self._pipe = pipe
        self._latest_us: dict[str, int] = {}

    def deliver(self, stream: str, started_ns: int, data: bytes) -> None:
        """Seal one unit of `stream` whose first frame or sample was captured at `started_ns`, monotonic."""
        self.seal(stream, max(0, (started_ns - self._t0_ns) // 1000), data)

    def seal(self, stream: str, t0_us: int, data: bytes) -> None:
        """Seal `data` at `t0_us` microseconds since time zero, or at the stream's latest time if that is later.

        When sealing fails this process ends at once: the format allows nothing after a doubtful object, and the
        client starts the next take within two seconds.
        """
        t0_us = self._latest_us[stream] = max(t0_us, self._latest_us.get(stream, 0))
        try:
            self._sealer.seal(stream, t0_us, data)
        except (SealingError, DeliveryError, OSError) as error:
            _log.error("stream %s cannot be sealed any more: %s", stream, error)
            self._pipe.send(RecorderProblem(code=RecordingProblem.SEALING_FAILED))
            os._exit(CANNOT_SEAL)
        self._pipe.send(SegmentSealed(stream=stream, t0_us=t0_us))
