"""Keeps one source running, whatever happens to its device."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from typing import Generic, Protocol, TypeVar

from capture.clock import SECOND_NS, Clock
from capture.errors import SourceError, SourceFault, SourceLost, placed
from capture.frames import SoundBlock, VideoFrame
from capture.reports import Condition, SourceState, StreamName
from capture.source import Source, SourceHealth

_LOG = logging.getLogger(__name__)
_RETRY_S = 1.0
_RETRY_ABSENT_S = 2.0
"""Asking a sound system that has no microphone costs 35 ms of the processor each time."""
_READ_TIMEOUT_S = 0.25
_SILENT_NS = 2 * SECOND_NS
_STUCK_NS = 3 * SECOND_NS
_SILENT_AT_FIRST_NS = 5 * SECOND_NS
"""A sound server takes up to two seconds to wake an idle source, a webcam about as long to adjust."""
_STOOD_STILL_NS = SECOND_NS
"""Longer than a read, or the time between two looks, takes on a machine that runs: nothing could arrive meanwhile."""
_BETWEEN_LOOKS_NS = SECOND_NS

ItemT = TypeVar("ItemT", bound=VideoFrame | SoundBlock)
ItemT_contra = TypeVar("ItemT_contra", contravariant=True)


class SourceConsumer(Protocol[ItemT_contra]):
    """Where the supervisor puts what the source delivers. All calls come from the supervisor's thread."""

    def accept(self, item: ItemT_contra) -> None:
        """Take the next picture or piece of sound."""

    def source_changed(self, state: SourceState) -> None:
        """Take notice of a new state."""


class SourceSupervisor(Generic[ItemT]):
    """One thread that opens a source, reads it, notices its loss and opens it again every second, or every
    two where it was never there.

    A source counts as lost when it says so, when nothing came for two seconds, or when its driver does not return for
    three, which `look` finds out from another thread. A machine that stood still (it slept, or had no time for us) is
    no fault of its devices: what they have to say is awaited once more before one counts as lost.
    """

    def __init__(
        self, stream: StreamName, source: Source[ItemT], consumer: SourceConsumer[ItemT], clock: Clock
    ) -> None:
        self._stream: StreamName = stream
        self._source = source
        self._consumer = consumer
        self._clock = clock
        self._stopping = threading.Event()
        self._stopped_ns = 0
        self._thread = threading.Thread(target=self._run, name=f"capture-{stream}-source", daemon=True)
        self._state: SourceState | None = None
        self._has_run = False
        self._taken_ns = 0
        self._looked_ns = 0
        self._cpu_ns = 0

    def start(self) -> None:
        """Start the thread; returns at once."""
        self._thread.start()

    def look(self) -> SourceHealth:
        """Say how the source has been doing, and report it as lost where its driver holds the thread."""
        now_ns = self._clock.now_ns()
        stood_still = now_ns - self._looked_ns > _BETWEEN_LOOKS_NS + _STOOD_STILL_NS
        self._looked_ns = now_ns
        stuck = now_ns - self._taken_ns > _STUCK_NS and not stood_still
        if stuck and self._state is not None and self._state.state is Condition.RUNNING:
            self._report(Condition.LOST, SourceFault.STOPPED)
        return replace(self._source.health(), cpu_ns=self._cpu_ns)

    def ask_to_stop(self) -> None:
        """Let the thread end, once what the source captured until now has been taken."""
        self._stopped_ns = self._clock.now_ns()
        self._stopping.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread; `False` when a driver holds it longer than `timeout_s` (it ends with the process)."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        self._report(Condition.OPENING)
        while not self._stopping.is_set():
            try:
                self._attempt()
            except SourceError as error:
                self._report(Condition.LOST if self._has_run else Condition.ABSENT, error.fault)
            except Exception as error:  # a driver's surprise must not end the exam's recording
                _LOG.warning("%s source failed: %s", self._stream, placed(error))
                self._report(
                    Condition.LOST if self._has_run else Condition.ABSENT, SourceFault.FAILED, type(error).__name__
                )
            self._stopping.wait(_RETRY_S if self._has_run else _RETRY_ABSENT_S)
        self._report(Condition.STOPPED)

    def _attempt(self) -> None:
        try:
            self._source.open()
            self._read()
        finally:
            self._source.close()

    def _read(self) -> None:
        heard_ns, allowed_ns = self._clock.now_ns(), _SILENT_AT_FIRST_NS
        excused = False
        while not self._stopping.is_set():
            asked_ns = self._clock.now_ns()
            item = self._source.read(_READ_TIMEOUT_S)
            now_ns = self._clock.now_ns()
            if item is not None:
                self._take(item)
                heard_ns, allowed_ns, excused = now_ns, _SILENT_NS, False
            elif now_ns - asked_ns > _STOOD_STILL_NS and not excused:
                heard_ns, excused = now_ns, True
            elif now_ns - heard_ns > allowed_ns:
                raise SourceLost("nothing comes any more", SourceFault.STOPPED)
        while (item := self._source.read(0)) is not None and item.captured_ns < self._stopped_ns:
            self._take(item)

    def _take(self, item: ItemT) -> None:
        self._has_run = True
        self._taken_ns = self._clock.now_ns()
        self._report(Condition.RUNNING)
        self._consumer.accept(item)
        self._cpu_ns = time.thread_time_ns()

    def _report(self, state: Condition, fault: SourceFault | None = None, error: str | None = None) -> None:
        changed = SourceState(self._stream, state, fault, error)
        if changed != self._state:
            self._state = changed
            self._consumer.source_changed(changed)
