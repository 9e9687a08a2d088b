"""What the detectors find, on its way: to the test taker at check-in, into the sealed log during the exam."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from app.client.ipc.from_recorder import Calibrated, DetectionChanged, FaceSeen
from app.client.ipc.message import ZeroAngles
from app.client.recorder.observation_writer import ObservationWriter
from app.events.detection import DetectionFailedEvent, GazeZeroEvent, IncidentEvent
from capture.analysis.calibration import Calibration
from capture.analysis.observations import PictureObservation
from capture.clock import RateLimit

if TYPE_CHECKING:
    from app.client.ipc.pipe import RecorderPipe
    from app.client.recorder.event_writer import EventWriter
    from capture.analysis.calibration import Target, Zero
    from capture.analysis.errors import AnalysisFailure
    from capture.analysis.observations import Observation
    from capture.analysis.rules.incidents import Incident
    from capture.analysis.settings import DetectionRules

SEEN_PER_S = 1.0
"""How often the client gets an observation during the exam, for hints about light and distance."""


class CheckInAnalysisListener:
    """An `AnalysisListener` for the time before the exam: nothing is sealed, and no rule is applied."""

    def __init__(self, pipe: RecorderPipe) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()
        self._target: Target | None = None
        self._calibration = Calibration()

    def calibrate(self, target: Target | None) -> None:
        """Take the looks from now on as looks at `target`; None: tell what they gave, and forget them."""
        with self._lock:
            self._target = target
            if target is not None:
                return
            done, self._calibration = self._calibration, Calibration()
        zero = done.zero()
        self._pipe.send(
            Calibrated(
                zero=None if zero is None else ZeroAngles(gaze_h_deg=zero.gaze_h_deg, gaze_v_deg=zero.gaze_v_deg),
                spread_deg=done.spread_deg(),
            )
        )

    def analysis_ready(self) -> None:
        """The models are loaded."""
        self._pipe.send(DetectionChanged(available=True))

    def observed(self, observation: Observation) -> None:
        """A picture was read."""
        if not isinstance(observation, PictureObservation):
            return
        with self._lock:
            if self._target is not None:
                self._calibration.take(self._target, observation)
        self._pipe.send(seen_message(observation))

    def incident(self, incident: Incident) -> None:
        """No rule is on before the exam."""

    def zero_learned(self, zero: Zero) -> None:
        """Nothing is learned before the exam."""

    def analysis_failed(self, failure: AnalysisFailure) -> None:
        """The detectors cannot run."""
        self._pipe.send(DetectionChanged(available=False, failure=failure.code))


class ExamAnalysisListener:
    """An `AnalysisListener` for the exam: observations, incidents and the zero are sealed."""

    def __init__(
        self, pipe: RecorderPipe, events: EventWriter, rules: DetectionRules, t0_ns: int, zero: Zero | None
    ) -> None:
        self._pipe = pipe
        self._events = events
        self._t0_ns = t0_ns
        self._report_limit = RateLimit(SEEN_PER_S)
        self.log = ObservationWriter(events, rules, t0_ns)
        self._zero = zero

    def analysis_ready(self) -> None:
        """The models are loaded."""
        if self._zero is not None:
            self._note_zero(self._zero)

    def observed(self, observation: Observation) -> None:
        """A picture was read, or half a second of sound heard."""
        self.log.take(observation)
        if isinstance(observation, PictureObservation) and self._report_limit.admits(observation.at_ns):
            self._pipe.send(seen_message(observation))

    def incident(self, incident: Incident) -> None:
        """A state lasted as long as its rule says, or is over."""
        at_ns = incident.to_ns if incident.ended else incident.noticed_ns
        self._events.note(IncidentEvent.of(incident, self._t0_ns), at_ns)

    def zero_learned(self, zero: Zero) -> None:
        """The zero was taken from the first seconds of the exam."""
        self._note_zero(zero)

    def analysis_failed(self, failure: AnalysisFailure) -> None:
        """Nothing is observed from now on; the exam and its recording go on."""
        self._events.note_now(DetectionFailedEvent(failure.code, failure.model, failure.error))
        self._pipe.send(DetectionChanged(available=False, failure=failure.code))

    def _note_zero(self, zero: Zero) -> None:
        self.log.flush()  # what was observed before stands before it in the log, and is replayed without it
        self._events.note_now(GazeZeroEvent.of(zero))


def seen_message(seen: PictureObservation) -> FaceSeen:
    """The message to the client about one picture."""
    return FaceSeen(present=seen.present, people=seen.people, face=seen.face is not None, quality=seen.quality)
