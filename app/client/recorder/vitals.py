"""The recorder's sign of life: once a second the client hears that it is there, and how its sources do."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from app.client.messages import SourceVitals, Vitals

if TYPE_CHECKING:
    from app.client.recorder.speaker import Speaker
    from capture.pipeline import Pipeline

EVERY_S = 1.0


class VitalSigns:
    """One thread that looks at the pipeline of the moment and speaks, from `start` until the process ends."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._pipeline: Pipeline | None = None

    def start(self) -> None:
        """Speak from now on."""
        threading.Thread(target=self._run, name="vital-signs", daemon=True).start()

    def watch(self, pipeline: Pipeline) -> None:
        """Look at `pipeline` from now on."""
        self._pipeline = pipeline

    def _run(self) -> None:
        while True:
            time.sleep(EVERY_S)
            health = self._pipeline.health() if self._pipeline is not None else {}
            sources = tuple(
                SourceVitals(stream=stream, delivered=of.delivered, overruns=of.overruns, cpu_s=of.cpu_ns / 1e9)
                for stream, of in health.items()
            )
            self._speaker.say(Vitals(at_ns=time.monotonic_ns(), cpu_s=time.process_time(), sources=sources))
