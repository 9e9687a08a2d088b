"""One recorded stream: its source, its supervisor, its track and its encoder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from capture.clock import Clock
from capture.encoding.change_gate import Gate
from capture.encoding.segments import SegmentSink
from capture.encoding.unit_queue import UnitQueue
from capture.encoding.writers import Writer
from capture.frames import SoundBlock, VideoFrame
from capture.reports import PipelineListener, StreamName
from capture.source import Source, SourceHealth
from capture.stream_queue import StreamQueue
from capture.watching.impairments import ImpairmentWatch
from capture.watching.supervisor import SourceSupervisor

ItemT = TypeVar("ItemT", bound=VideoFrame | SoundBlock)
ReadyT = TypeVar("ReadyT")


class Stream(Generic[ItemT, ReadyT]):
    """Two threads, one that reads the source and one that encodes, and the queue between them.

    `make_writer(t0_ns, delivery)` is called on the encoder's thread. `room` is the length of the queue, `ready` makes
    of an item what the writer takes (`StreamQueue`).
    """

    def __init__(
        self,
        name: StreamName,
        source: Source[ItemT],
        make_writer: Callable[[int, UnitQueue], Writer[ReadyT]],
        *,
        room: int,
        ready: Callable[[ItemT], ReadyT],
        listener: PipelineListener,
        clock: Clock,
        monitor: Callable[[ItemT], None] | None = None,
        gate: Gate | None = None,
        watch: ImpairmentWatch[ItemT] | None = None,
    ) -> None:
        self.name: StreamName = name
        self._make_writer = make_writer
        self._listener = listener
        self._track = StreamQueue[ItemT, ReadyT](
            name, room=room, ready=ready, monitor=monitor, gate=gate, listener=listener, clock=clock, watch=watch
        )
        self._supervisor = SourceSupervisor[ItemT](name, source, self._track, clock)

    def start(self) -> None:
        """Open the source and keep it open; returns at once."""
        self._supervisor.start()

    def record(self, t0_ns: int, sink: SegmentSink) -> None:
        """Begin to encode what is captured from `t0_ns` on."""
        delivery = UnitQueue(self.name, t0_ns, sink, self._listener)
        self._track.record(t0_ns, lambda: self._make_writer(t0_ns, delivery))

    def health(self) -> SourceHealth:
        """Say how the source has been doing; call about once a second (`SourceSupervisor.look`)."""
        return self._supervisor.look()

    def ask_to_stop(self) -> None:
        """Let the source end."""
        self._supervisor.ask_to_stop()

    def join(self, timeout_s: float) -> bool:
        """Wait for the source to end; `False` when it does not in `timeout_s`."""
        return self._supervisor.join(timeout_s)

    def finish(self, at_ns: int, timeout_s: float) -> bool:
        """Deliver the rest of a recording that ends at `at_ns`; `False` when that takes longer than `timeout_s`."""
        return self._track.finish(at_ns, timeout_s)
