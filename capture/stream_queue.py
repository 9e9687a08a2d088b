"""One stream on its way from the source's thread to the encoder's."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from capture.clock import SECOND_NS, Clock
from capture.encoding.change_gate import Gate
from capture.encoding.writers import Writer
from capture.errors import EncoderError, SourceFault, placed
from capture.frames import SoundBlock, VideoFrame
from capture.reports import (
    Condition,
    Gap,
    PipelineListener,
    Quality,
    RecordingFault,
    SourceState,
    StreamName,
    StreamNotice,
)
from capture.watching.gaps import GapWatch
from capture.watching.impairments import ImpairmentWatch

_LOG = logging.getLogger(__name__)
_IDLE_S = 0.5
_TOLERATED_PICTURE_NS = SECOND_NS
_TOLERATED_SOUND_NS = SECOND_NS // 10

ItemT = TypeVar("ItemT", bound=VideoFrame | SoundBlock)
ReadyT = TypeVar("ReadyT")


class _Lost:
    """In the queue: the source is lost since `at_ns`."""

    def __init__(self, at_ns: int) -> None:
        self.at_ns = at_ns


class _End:
    """In the queue: nothing follows."""


class StreamQueue(Generic[ItemT, ReadyT]):
    """Takes what a source delivers, shows it to the monitor and, while recording, queues it for the encoder thread.

    `ready` makes of an item what the encoder takes; it is called for those alone that go into the queue, which holds at
    most `room`. What finds it full is left out, and that is a gap; nothing is left out without
    one.
    """

    def __init__(
        self,
        stream: StreamName,
        *,
        room: int,
        ready: Callable[[ItemT], ReadyT],
        monitor: Callable[[ItemT], None] | None,
        gate: Gate | None,
        listener: PipelineListener,
        clock: Clock,
        watch: ImpairmentWatch[ItemT] | None = None,
    ) -> None:
        self._stream: StreamName = stream
        self._ready = ready
        self._monitor = monitor
        self._watch = watch
        self._gate = gate
        self._listener = listener
        self._clock = clock
        self._queue: queue.Queue[ReadyT | _Lost | _End] = queue.Queue(room + 2)
        self._room = room
        self._lock = threading.Lock()
        self._state: SourceState | None = None
        self._gaps: GapWatch | None = None
        self._t0_ns = 0
        self._full = False
        self._thread: threading.Thread | None = None
        self._broken = threading.Event()

    def record(self, t0_ns: int, make_writer: Callable[[], Writer[ReadyT]]) -> None:
        """Begin to record what is captured from `t0_ns` on; `make_writer` is called on the encoder thread."""
        tolerated_ns = _TOLERATED_SOUND_NS if self._stream == "microphone" else _TOLERATED_PICTURE_NS
        with self._lock:
            self._t0_ns = t0_ns
            # A recorder that takes over has a T0 long past; what lies between is not this one's gap.
            self._gaps = GapWatch(self._stream, max(t0_ns, self._clock.now_ns()), tolerated_ns)
            if self._state is not None and self._state.state in (Condition.ABSENT, Condition.LOST):
                self._gaps.blame(self._state.fault or SourceFault.FAILED, self._state.error)
        name = f"capture-{self._stream}-encoder"
        self._thread = threading.Thread(target=self._encode, args=(make_writer,), name=name, daemon=True)
        self._thread.start()

    def finish(self, at_ns: int, timeout_s: float) -> bool:
        """Let the encoder thread deliver the rest; `False` when that takes longer than `timeout_s`.

        Call when the source's thread has ended. `at_ns` is the end of the recording.
        """
        with self._lock:
            gap = self._gaps.finish(at_ns) if self._gaps is not None else None
            self._gaps = None
        self._report(gap)
        if self._thread is None:
            return True
        try:
            self._queue.put(_End(), timeout=timeout_s)
        except queue.Full:
            return False
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def accept(self, item: ItemT) -> None:
        """Take an item; called by the source's thread."""
        if self._monitor is not None:
            self._monitor(item)
        if self._watch is not None:
            self._watch.take(item)
        with self._lock:
            gap, dropped = self._enqueue(item) if self._gaps is not None else (None, False)
        self._report(gap)
        if dropped:
            self._listener.quality(Quality(self._stream, StreamNotice.FRAMES_DROPPED, item.captured_ns))

    def source_changed(self, state: SourceState) -> None:
        """Take a new state of the source; called by its thread."""
        with self._lock:
            self._state = state
            if state.state in (Condition.ABSENT, Condition.LOST) and self._gaps is not None:
                self._gaps.blame(state.fault or SourceFault.FAILED, state.error)
                if state.state is Condition.LOST and self._queue.qsize() <= self._room:
                    self._queue.put_nowait(_Lost(self._clock.now_ns()))
        self._listener.source_changed(state)
        if self._watch is not None and state.state not in (Condition.OPENING, Condition.RUNNING):
            self._watch.lost(self._clock.now_ns())

    def _enqueue(self, item: ItemT) -> tuple[Gap | None, bool]:
        gaps, end_ns = self._gaps, item.end_ns
        if gaps is None or end_ns < self._t0_ns:
            return None, False
        if self._broken.is_set():
            gaps.blame(RecordingFault.ENCODING_FAILED)
            return None, False
        if self._gate is not None and isinstance(item, VideoFrame) and not self._gate.admits(item):
            return gaps.covered(item.captured_ns, end_ns), False
        if self._queue.qsize() >= self._room:
            first, self._full = not self._full, True
            gaps.blame(RecordingFault.MACHINE_BUSY)
            if self._gate is not None:
                self._gate.forget()
            return None, first
        self._full = False
        self._queue.put_nowait(self._ready(item))
        return gaps.covered(item.captured_ns, end_ns), False

    def _report(self, gap: Gap | None) -> None:
        if gap is not None:
            self._listener.gap(gap)

    def _encode(self, make_writer: Callable[[], Writer[ReadyT]]) -> None:
        try:
            writer = make_writer()
            while not self._next_done_by(writer):
                pass
            writer.close(self._clock.now_ns())
        except Exception as error:  # one stream's encoder must not take the others along
            _LOG.warning("%s encoder failed: %s", self._stream, placed(error))
            self._broken.set()
            facts = {"error": type(error).__name__}
            if isinstance(error, EncoderError) and error.encoder is not None:
                facts["encoder"] = error.encoder
            self._listener.quality(
                Quality(self._stream, StreamNotice.ENCODING_FAILED, self._clock.now_ns(), facts=facts)
            )
            self._throw_away()

    def _next_done_by(self, writer: Writer[ReadyT]) -> bool:
        try:
            item = self._queue.get(timeout=_IDLE_S)
        except queue.Empty:
            writer.idle(self._clock.now_ns())
            return False
        if isinstance(item, _End):
            return True
        if isinstance(item, _Lost):
            writer.lost(item.at_ns)
        else:
            writer.write(item)
        return False

    def _throw_away(self) -> None:
        """Empty the queue, so that nobody waits for room in it."""
        while not isinstance(self._queue.get(), _End):
            pass
