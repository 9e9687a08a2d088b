"""What the recorder does every second: it sends a heartbeat to the client and reads the machine's clocks."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from app.client.ipc.from_recorder import Heartbeat, SourceCounters
from capture.watching.time_watch import TimeWatch, read_clocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.client.ipc.pipe import RecorderPipe
    from capture.pipeline import Pipeline
    from capture.watching.time_watch import ClockMoved, Slept

EVERY_S = 1.0


class HeartbeatSender:
    """One thread that looks at the pipeline of the moment and speaks, from `start` until the process ends.

    `clock_event` hears of a wall clock that was set and of a machine that slept.
    """

    def __init__(self, pipe: RecorderPipe, clock_event: Callable[[ClockMoved | Slept], None]) -> None:
        self._pipe = pipe
        self._clock_event = clock_event
        self._pipeline: Pipeline | None = None

    def start(self) -> None:
        """Speak from now on."""
        threading.Thread(target=self._run, name="vital-signs", daemon=True).start()

    def watch(self, pipeline: Pipeline) -> None:
        """Look at `pipeline` from now on."""
        self._pipeline = pipeline

    def _run(self) -> None:
        clocks = TimeWatch(read_clocks())
        while True:
            time.sleep(EVERY_S)
            for what in clocks.look(read_clocks()):
                self._clock_event(what)
            health = self._pipeline.health() if self._pipeline is not None else {}
            sources = tuple(
                SourceCounters(stream=stream, delivered=of.delivered, overruns=of.overruns, cpu_s=of.cpu_ns / 1e9)
                for stream, of in health.items()
            )
            self._pipe.send(Heartbeat(at_ns=time.monotonic_ns(), cpu_s=time.process_time(), sources=sources))
