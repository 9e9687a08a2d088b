"""One recorder process after another: started, watched, ended where it is stuck, and started again when it dies."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Protocol

from app.client.errors import RecorderFailed
from app.client.ipc.process import RecorderProcess
from app.client.ipc.to_recorder import ReduceLoad
from app.client.recording.dispatch import RecorderDispatcher
from app.client.recording.heartbeat import TICK_S, HeartbeatMonitor, HeartbeatState
from app.client.recording.lag_watch import LagWatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.client.ipc.process import RecorderListener
    from app.client.ipc.to_recorder import AnyToRecorder
    from app.client.recording.listener import Scheduler

_log = logging.getLogger(__name__)

RESTART_DELAYS_S = (0.0, 0.5, 1.0, 2.0)
"""A recorder that dies is started again at once; one that keeps dying, every two seconds."""
CLOSE_TIMEOUT_S = 10.0
"""So long may a recorder seal what it still has after its pipe is closed."""


class Recorder(Protocol):
    """One recorder process, as `app.client.ipc.process.RecorderProcess` starts it."""

    @property
    def pid(self) -> int:
        """Process id."""

    def send(self, message: AnyToRecorder) -> bool:
        """Queue one message; False when it is refused."""

    def kill(self) -> None:
        """End it at once."""

    def close(self, timeout_s: float) -> None:
        """Let it end, at the latest after `timeout_s`."""

    def join(self, timeout_s: float) -> bool:
        """Wait until it is gone."""


class SupervisorObserver(Protocol):
    """Hears of the recorder that is in use, on the main thread."""

    def recorder_opened(self) -> None:
        """Another process was started and waits for its first message."""

    def recorder_message(self, message: object) -> None:
        """It said something."""

    def recorder_lost(self, status: int) -> None:
        """It is gone without having been closed; another is started after this, unless `stop` is called."""

    def recorder_responding(self, *, responding: bool) -> None:
        """It has been silent for seconds, or is back."""


class RecorderSupervisor:
    """Keeps one recorder running between `open` and `stop`; lives on the main thread, which it never keeps waiting.

    `generation` counts the processes, so that the last words of one that was replaced are not taken for the next one's.
    """

    def __init__(
        self,
        observer: SupervisorObserver,
        scheduler: Scheduler,
        start: Callable[[RecorderListener], Recorder] = RecorderProcess,
    ) -> None:
        self._observer = observer
        self._scheduler = scheduler
        self._start_process = start
        self._process: Recorder | None = None
        self._generation = 0
        self._ending: dict[int, tuple[Recorder, Callable[[], None]]] = {}
        self._losses = 0
        self._stopped = False
        self._heartbeat = HeartbeatMonitor()
        self._lag = LagWatch(TICK_S)
        self._responding = True

    @property
    def pid(self) -> int | None:
        """Process id of the recorder in use."""
        return self._process.pid if self._process is not None else None

    def open(self) -> None:
        """Start a recorder; one that runs is closed first, and followed once it has let go of the devices."""
        self._close(then=self.ensure)

    def ensure(self) -> None:
        """Start a recorder at once if none is in use."""
        if self._process is None and not self._stopped:
            self._start()

    def send(self, message: AnyToRecorder) -> bool:
        """Send one message to the recorder in use; False where there is none or it refuses."""
        return self._process is not None and self._process.send(message)

    def stop(self, then: Callable[[], None] = lambda: None) -> None:
        """Close the recorder for good and call `then` once it is gone; at once where none is."""
        self._stopped = True
        self._close(then)

    def join(self, timeout_s: float) -> None:
        """Wait for recorders that were closed: only where no window waits any more."""
        deadline_s = time.monotonic() + timeout_s
        for process, _ in tuple(self._ending.values()):
            process.join(max(0.0, deadline_s - time.monotonic()))

    def received(self, generation: int, message: object) -> None:
        """Take one message of the process of `generation`; those of an earlier one are stale."""
        if generation != self._generation:
            return
        self._heartbeat.received()
        self._report_responsiveness()
        self._observer.recorder_message(message)

    def ended(self, generation: int, status: int) -> None:
        """Take note that the process of `generation` is gone, and start the next one unless that was asked for."""
        if generation in self._ending:
            self._ending.pop(generation)[1]()
        else:
            _log.warning("the recorder ended with status %d; starting another", status)
            self._lost(status)

    def _start(self) -> None:
        self._generation += 1
        try:
            self._process = self._start_process(RecorderDispatcher(self, self._generation, self._scheduler))
        except RecorderFailed as error:
            _log.error("%s", error)
            self._lost(-1)
            return
        self._heartbeat.opened()
        self._scheduler.after(TICK_S, partial(self._tick, self._generation))
        self._observer.recorder_opened()

    def _lost(self, status: int) -> None:
        self._process = None
        delay_s = RESTART_DELAYS_S[min(self._losses, len(RESTART_DELAYS_S) - 1)]
        self._losses += 1
        self._scheduler.after(delay_s, self.ensure)
        self._observer.recorder_lost(status)

    def _close(self, then: Callable[[], None]) -> None:
        process, self._process = self._process, None
        if process is None:
            then()
            return
        self._ending[self._generation] = (process, then)
        self._generation += 1
        process.close(CLOSE_TIMEOUT_S)

    def _tick(self, generation: int) -> None:
        if generation != self._generation or self._process is None:
            return
        self._heartbeat.tick()
        self._report_responsiveness()
        if self._lag.beat(time.monotonic()):
            self._process.send(ReduceLoad())
        if self._heartbeat.state is HeartbeatState.STUCK:
            _log.warning("the recorder has not answered for long; it is ended")
            self._heartbeat.ended()
            self._process.kill()
            return
        self._scheduler.after(TICK_S, partial(self._tick, generation))

    def _report_responsiveness(self) -> None:
        responding = self._heartbeat.state is HeartbeatState.RESPONDING
        if responding != self._responding:
            self._responding = responding
            self._observer.recorder_responding(responding=responding)
