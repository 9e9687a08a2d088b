"""Runs the detectors beside the recording, within a budget: one thread, the newest picture, every sound."""

from __future__ import annotations

import logging
import queue
import threading
import time
from typing import Protocol

from capture.analysis.calibration import Zero, ZeroLearner
from capture.analysis.errors import AnalysisFailure, AnalysisFault, ModelError
from capture.analysis.faces.reader import PictureReader
from capture.analysis.observations import Observation, PictureObservation
from capture.analysis.rules.incidents import Incident, IncidentRules
from capture.analysis.schedule import Schedule
from capture.analysis.settings import AnalysisSettings
from capture.analysis.voices.sound_analyser import SoundAnalyser
from capture.errors import placed
from capture.frames import SoundBlock, VideoFrame

_LOG = logging.getLogger(__name__)
_SOUND_ROOM = 200
_WAIT_S = 0.5


class AnalysisListener(Protocol):
    """Receives what the analyser finds, on its thread; implementations hand over, return at once and do not raise."""

    def analysis_ready(self) -> None:
        """The models that the settings ask for are loaded."""

    def observed(self, observation: Observation) -> None:
        """A picture was read, or half a second of sound heard."""

    def incident(self, incident: Incident) -> None:
        """A state lasted as long as its rule says, or is over."""

    def zero_learned(self, zero: Zero) -> None:
        """The person's zero was taken from the first seconds; only where no calibration gave one."""

    def analysis_failed(self, failure: AnalysisFailure) -> None:
        """Nothing is analysed from now on; the recording is not touched."""


class Analyser:
    """Takes frames and sound from the pipeline's threads at any rate; a frame that is not looked at is not kept.

    `start` and `stop` are called once each.
    """

    def __init__(self, settings: AnalysisSettings, listener: AnalysisListener, zero: Zero | None = None) -> None:
        self._settings = settings
        self._listener = listener
        self._rules = IncidentRules(settings.rules, zero)
        self._learner = None if zero else ZeroLearner(settings.learn_zero_s)
        self._schedule = Schedule(settings)
        self._frame: VideoFrame | None = None
        self._sound: queue.Queue[SoundBlock] = queue.Queue(_SOUND_ROOM)
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="analysis", daemon=True)
        self.frames_passed_over = 0
        self.blocks_lost = 0

    def start(self) -> None:
        """Load the models and begin, on the analyser's own thread; returns at once."""
        self._thread.start()

    def offer_frame(self, frame: VideoFrame) -> None:
        """Offer the newest picture; never waits."""
        if self._frame is not None:
            self.frames_passed_over += 1
        self._frame = frame
        self._wake.set()

    def offer_sound(self, block: SoundBlock) -> None:
        """Offer the next samples; never waits."""
        try:
            self._sound.put_nowait(block)
        except queue.Full:
            self.blocks_lost += 1
        self._wake.set()

    def stop(self, timeout_s: float) -> bool:
        """Hear and read what was offered, report the ends of incidents; `False` when that takes over `timeout_s`."""
        self._ending.set()
        self._wake.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            reader = PictureReader() if self._settings.pictures else None
            sound_analyser = SoundAnalyser() if self._settings.sounds else None
            self._listener.analysis_ready()
            while not self._ending.is_set():
                self._wake.wait(_WAIT_S)
                self._wake.clear()
                self._use(reader, sound_analyser)
            self._use(None, sound_analyser)
        except ModelError as error:
            _LOG.error("analysis did not begin: %s", error.failure)
            self._listener.analysis_failed(error.failure)
        except Exception as error:  # what a network does to a picture must never end the recording
            _LOG.error("analysis ended: %s", placed(error))
            self._listener.analysis_failed(AnalysisFailure(AnalysisFault.ANALYSIS_STOPPED, error=type(error).__name__))
        for incident in self._rules.finish():
            self._listener.incident(incident)

    def _use(self, reader: PictureReader | None, sound_analyser: SoundAnalyser | None) -> None:
        if sound_analyser is not None:
            self._listen(sound_analyser)
        if reader is not None:
            self._look(reader)

    def _listen(self, sound_analyser: SoundAnalyser) -> None:
        started_ns = time.thread_time_ns()
        while True:
            try:
                block = self._sound.get_nowait()
            except queue.Empty:
                break
            for heard in sound_analyser.analyse(block):
                self._found(heard)
        self._schedule.spent(time.thread_time_ns() - started_ns)

    def _look(self, reader: PictureReader) -> None:
        frame = self._frame
        if frame is None or not self._schedule.due(frame.captured_ns):
            return
        self._frame = None
        counting = self._schedule.counting(frame.captured_ns)
        cpu_ns, wall_ns = time.thread_time_ns(), time.monotonic_ns()
        seen = reader.read(frame.pixels, frame.captured_ns, counting=counting)
        self._schedule.looked(
            frame.captured_ns,
            cpu_ns=time.thread_time_ns() - cpu_ns,
            wall_ns=time.monotonic_ns() - wall_ns,
            counted=counting,
        )
        if seen is not None:  # None: nobody at the first look, which only a whole search may say
            self._learn(seen)
            self._found(seen)

    def _learn(self, seen: PictureObservation) -> None:
        learner = self._learner
        if learner is None:
            return
        learner.take(seen)
        if learner.zero is not None:
            self._learner = None
            self._rules.set_zero(learner.zero)
            self._listener.zero_learned(learner.zero)

    def _found(self, seen: Observation) -> None:
        self._listener.observed(seen)
        for incident in self._rules.feed(seen):
            self._listener.incident(incident)
