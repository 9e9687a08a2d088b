"""From the muxers' units to the sink's pieces."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass

from capture.clock import SECOND_NS
from capture.encoding.segments import SegmentSink, pieces
from capture.reports import Gap, PipelineListener, Quality, RecordingFault, StreamName, StreamNotice
from capture.settings import MAX_UNIT_BYTES

_LOG = logging.getLogger(__name__)
_MAX_WAITING_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Piece:
    started_ns: int
    data: bytes


class UnitQueue:
    """Hands the units of one stream to the sink, in order and whole.

    When the sink fails (a full disk), units wait in memory and are tried again with the next one. Past 32 MiB whole
    units are left out, never a part of one: the stream must stay readable after the gap. Used by one thread.
    """

    def __init__(self, stream: StreamName, t0_ns: int, sink: SegmentSink, listener: PipelineListener) -> None:
        self._stream: StreamName = stream
        self._t0_ns = t0_ns
        self._sink = sink
        self._listener = listener
        self._waiting: deque[_Piece] = deque()
        self._left_out_from_ns: int | None = None
        self._failing = False
        self.gaps = 0
        """How many units were left out so far; what depends on them cannot be decoded."""

    def unit(self, started_s: float, data: bytes) -> None:
        """Deliver a unit that began `started_s` seconds after T0."""
        started_ns = self._t0_ns + round(started_s * SECOND_NS)
        waiting_bytes = sum(len(piece.data) for piece in self._waiting)
        if self._waiting and waiting_bytes + len(data) > _MAX_WAITING_BYTES:
            self._left_out_from_ns = self._left_out_from_ns or started_ns
            self.gaps += 1
        else:
            if self._left_out_from_ns is not None:
                self._listener.gap(Gap(self._stream, self._left_out_from_ns, started_ns, RecordingFault.NOT_STORED))
                self._left_out_from_ns = None
            self._waiting += [_Piece(started_ns, piece) for piece in pieces(data, MAX_UNIT_BYTES)]
        self._drain(started_ns)

    def close(self, at_ns: int) -> None:
        """Try what waits once more; what is lost then is reported as a gap up to `at_ns`."""
        self._drain(at_ns)
        lost_from_ns = self._waiting[0].started_ns if self._waiting else self._left_out_from_ns
        if lost_from_ns is not None:
            self._listener.gap(Gap(self._stream, lost_from_ns, at_ns, RecordingFault.NOT_STORED))

    def _drain(self, at_ns: int) -> None:
        while self._waiting:
            piece = self._waiting[0]
            try:
                self._sink.deliver(self._stream, piece.started_ns, piece.data)
            except Exception as error:  # whatever the sink's trouble is, the recording goes on
                if not self._failing:
                    _LOG.warning("a piece of %s was not taken (%s)", self._stream, type(error).__name__)
                    self._listener.quality(Quality(self._stream, StreamNotice.DELIVERY_FAILED, at_ns))
                self._failing = True
                return
            self._waiting.popleft()
            self._failing = False
