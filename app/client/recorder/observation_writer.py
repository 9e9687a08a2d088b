"""Seals what the detectors observe: only what the settings ask for, a second at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.events.detection import ObservedEvent
from capture.analysis.observations import FaceReading, PictureObservation, SoundObservation

if TYPE_CHECKING:
    from app.client.recorder.event_writer import EventWriter
    from capture.analysis.observations import Observation
    from capture.analysis.settings import DetectionRules

BATCH_NS = 1_000_000_000


class ObservationWriter:
    """Collects observations and notes them once a second; used by the analyser's thread, and after its end.

    The networks measure more than every exam asks for. What is not asked for is not written down: no angles without
    `gaze`, no number of people without `people_count`.
    """

    def __init__(self, events: EventWriter, rules: DetectionRules, t0_ns: int) -> None:
        self._events = events
        self._rules = rules
        self._t0_ns = t0_ns
        self._waiting: list[Observation] = []
        self._from_ns = 0
        self.pictures = 0
        self.sounds = 0

    def take(self, seen: Observation) -> None:
        """Add the next observation."""
        at_ns = seen.to_ns if isinstance(seen, SoundObservation) else seen.at_ns
        if self._waiting and at_ns - self._from_ns >= BATCH_NS:
            self.flush()
        if not self._waiting:
            self._from_ns = at_ns
        if isinstance(seen, PictureObservation):
            self.pictures += 1
            seen = self._wanted(seen)
        else:
            self.sounds += 1
        self._waiting.append(seen)

    def flush(self) -> None:
        """Note what waits."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._events.note(ObservedEvent.of(waiting, self._t0_ns), self._from_ns)

    def _wanted(self, seen: PictureObservation) -> PictureObservation:
        face = seen.face
        if face is not None and not self._rules.gaze:
            face = FaceReading(face.score, face.width_px, None, None, None, None, None, None)
        return replace(seen, face=face, people=seen.people if self._rules.people_count else None)
