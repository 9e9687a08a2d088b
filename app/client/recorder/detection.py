"""Runs capture's analyser in the recorder: one life for the check-in, another for the exam."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from app.client.recorder.analysis_listener import CheckInAnalysisListener, ExamAnalysisListener
from app.events.detection import DetectionEndedEvent
from capture.analysis.analyser import Analyser

if TYPE_CHECKING:
    from app.client.ipc.pipe import RecorderPipe
    from app.client.ipc.to_recorder import BeginExam
    from app.client.recorder.event_writer import EventWriter
    from capture.analysis.calibration import Target
    from capture.analysis.settings import AnalysisSettings
    from capture.frames import SoundBlock, VideoFrame

_log = logging.getLogger(__name__)

END_S = 3.0
"""A picture on a busy machine takes a tenth of this."""


class Detection:
    """A `PipelineObserver` that hands pictures and sound to the analyser of the moment, if there is one.

    Its methods but `frame` and `sound` are called on the recorder's main thread.
    """

    def __init__(self, pipe: RecorderPipe) -> None:
        self._pipe = pipe
        self._analyser: Analyser | None = None
        self._settings: AnalysisSettings | None = None
        self._check_in: CheckInAnalysisListener | None = None
        self._exam: ExamAnalysisListener | None = None
        self._events: EventWriter | None = None

    def check_in(self, settings: AnalysisSettings | None) -> None:
        """Look at the test taker before the exam, in place of whatever looked before; None: nothing looks."""
        self.stop()
        if settings is not None:
            self._check_in = CheckInAnalysisListener(self._pipe)
            self._run(settings, Analyser(settings, self._check_in))

    def calibrate(self, target: Target | None) -> None:
        """See `CheckInAnalysisListener.calibrate`; nothing where nothing looks."""
        if self._check_in is not None:
            self._check_in.calibrate(target)

    def begin_exam(self, message: BeginExam, events: EventWriter, t0_ns: int) -> None:
        """Observe the exam as the settings ask, and seal it."""
        self.stop()
        if message.detection is None:
            return
        zero = None if message.zero is None else message.zero.zero()
        self._events = events
        self._exam = ExamAnalysisListener(self._pipe, events, message.detection.rules, t0_ns, zero)
        self._run(message.detection, Analyser(message.detection, self._exam, zero))

    def frame(self, frame: VideoFrame) -> None:
        """Offer the camera's next picture."""
        analyser, settings = self._analyser, self._settings
        if analyser is not None and settings is not None and settings.pictures:
            analyser.offer_frame(frame)

    def sound(self, block: SoundBlock) -> None:
        """Offer the microphone's next samples."""
        analyser, settings = self._analyser, self._settings
        if analyser is not None and settings is not None and settings.sounds:
            analyser.offer_sound(block)

    def stop(self) -> None:
        """End what looks now; of an exam the rest is noted, and how much could not be looked at."""
        analyser, self._analyser, self._settings = self._analyser, None, None
        if analyser is None:
            return
        ended = analyser.stop(END_S)
        if not ended:
            _log.warning("the analysis did not end in time")
        exam, self._exam, self._check_in = self._exam, None, None
        if exam is not None and self._events is not None and ended:
            exam.log.flush()
            self._events.note_now(
                DetectionEndedEvent(
                    pictures_read=exam.log.pictures,
                    sounds_heard=exam.log.sounds,
                    pictures_passed_over=analyser.frames_passed_over,
                    sounds_lost=analyser.blocks_lost,
                )
            )

    def _run(self, settings: AnalysisSettings, analyser: Analyser) -> None:
        self._settings = settings
        self._analyser = analyser
        analyser.start()
