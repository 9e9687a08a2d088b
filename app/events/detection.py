"""Events of detection: what was observed, the incidents that rules made of it, and whether anything was observed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

from app.events.event import Event
from app.events.values import Coded, Real, Whole
from capture.analysis.errors import AnalysisFault
from capture.analysis.notation import incident_facts, observations, rows
from capture.analysis.observations import PictureQuality
from capture.analysis.rules.incidents import Rule

if TYPE_CHECKING:
    from capture.analysis.calibration import Zero
    from capture.analysis.observations import Observation
    from capture.analysis.rules.incidents import Incident

DetectionFailure = AnalysisFault | Literal["recorder_kept_ending"]
"""Why nothing is observed: what the analyser found, or that the recorder ended each time while it ran."""


class PictureRow(NamedTuple):
    """One picture as `capture.analysis.notation` writes it; everything from `score` on is None without a face."""

    t_us: Whole
    present: Literal[0, 1]
    people: Whole | None
    score: Real | None
    width_px: Real | None
    yaw_deg: Real | None
    pitch_deg: Real | None
    roll_deg: Real | None
    gaze_h_deg: Real | None
    gaze_v_deg: Real | None
    eye_opening: Real | None
    quality: tuple[Coded[PictureQuality], ...]


class SoundRow(NamedTuple):
    """Half a second of sound as `capture.analysis.notation` writes it."""

    from_us: Whole
    to_us: Whole
    dbfs: Real
    speech_s: Real
    speech_probability: Real


@dataclass(frozen=True)
class ObservedEvent(Event):
    """About a second of observations, as numbers."""

    kind = "observed"

    pictures: tuple[PictureRow, ...] = ()
    sounds: tuple[SoundRow, ...] = ()

    @classmethod
    def of(cls, seen: Iterable[Observation], t0_ns: int) -> Self:
        """Write down what was seen, with times from time zero."""
        return cls.read(rows(seen, t0_ns))

    def observations(self) -> list[Observation]:
        """Give them back, times in nanoseconds from time zero, in their order.

        Raises:
            NotationInvalid: a program of another version wrote them.
        """
        return observations(self.write())


@dataclass(frozen=True)
class GazeZeroEvent(Event):
    """Where head and eyes point when this person looks at the middle of the screen; `learned` in the first seconds."""

    kind = "gaze_zero"

    gaze_h_deg: Real
    gaze_v_deg: Real
    learned: bool

    @classmethod
    def of(cls, zero: Zero) -> Self:
        """Write down a zero."""
        return cls(round(zero.gaze_h_deg, 3), round(zero.gaze_v_deg, 3), zero.learned)


@dataclass(frozen=True)
class IncidentEvent(Event):
    """A state lasted as long as its rule says (`ended` is False), or is over; times in microseconds from time zero.

    `numbers` are the rule's measurements and limits. See `capture.analysis.rules.incidents.Incident`.
    """

    kind = "incident"

    rule: Coded[Rule]
    number: Whole
    from_us: Whole
    to_us: Whole
    noticed_us: Whole
    ended: bool
    numbers: Mapping[str, Real]
    rules_version: Whole
    withheld: Whole = 0
    models: tuple[str, ...] = ()

    @classmethod
    def of(cls, incident: Incident, t0_ns: int) -> Self:
        """Write down an incident."""
        return cls.read(incident_facts(incident, t0_ns))


@dataclass(frozen=True)
class DetectionFailedEvent(Event):
    """Nothing is observed from here on; `model` is a model's name, `error` the class name of what was raised."""

    kind = "detection_failed"

    why: Coded[DetectionFailure]
    model: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class DetectionEndedEvent(Event):
    """Observation ended with the exam: how much was looked at and heard, and how much could not be."""

    kind = "detection_ended"

    pictures_read: Whole
    sounds_heard: Whole
    pictures_passed_over: Whole
    sounds_lost: Whole


DetectionEvent = ObservedEvent | GazeZeroEvent | IncidentEvent | DetectionFailedEvent | DetectionEndedEvent
