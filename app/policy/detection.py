"""What is observed on the test taker's machine: the signed switches and limits, and what a person is granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from capture.analysis.settings import AnalysisSettings as Detectors
from capture.analysis.settings import DetectionLimits, DetectionRules

if TYPE_CHECKING:
    from app.policy.accommodations import AccommodationSettings

_LONGEST_S = 600.0
_LONGEST_WINDOW_S = 60.0


class DetectionSettings(BaseModel):
    """What is observed for people to review; each is off unless asked for.

    `limits` say how long a state has to last before it is marked. What a mark is worth (green, yellow, red) is not in
    the settings: the institution says it at review, and may change it then.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    face_presence: bool = Field(default=False, description="Whether somebody is in the camera picture")
    people_count: bool = Field(default=False, description="How many people are in the camera picture")
    gaze: bool = Field(default=False, description="Whether head and eyes are turned away from the screen")
    voice: bool = Field(default=False, description="Whether speech is heard; not whose, and not what is said")
    limits: DetectionLimits = Field(default_factory=DetectionLimits)

    @property
    def pictures(self) -> bool:
        """Whether anything is observed in the camera picture."""
        return self.face_presence or self.people_count or self.gaze

    def granted(self, accommodations: AccommodationSettings) -> DetectionSettings:
        """What remains for a person with these accommodations: switches off, times longer."""
        faces = not accommodations.without_face_detection
        factor = accommodations.detection_time_factor
        limits = self.limits
        return DetectionSettings(
            face_presence=self.face_presence and faces,
            people_count=self.people_count and faces,
            gaze=self.gaze and faces and not accommodations.without_gaze_detection,
            voice=self.voice,
            limits=limits.model_copy(
                update={
                    **{
                        name: min(_LONGEST_S, getattr(limits, name) * factor)
                        for name in ("absent_s", "away_s", "people_s", "not_read_s", "speech_s")
                    },
                    "speech_window_s": min(_LONGEST_WINDOW_S, limits.speech_window_s * factor),
                }
            ),
        )

    def detectors(self) -> Detectors | None:
        """The slice that capture takes; None where nothing is observed, so that no model is loaded."""
        if not (self.pictures or self.voice):
            return None
        rules = DetectionRules(
            **self.limits.model_dump(),
            face_presence=self.face_presence,
            people_count=self.people_count,
            gaze=self.gaze,
            voice=self.voice,
        )
        learning = {} if self.gaze else {"learn_zero_s": 0.0}  # where nobody's gaze is asked for, none is measured
        return Detectors(rules=rules, pictures=self.pictures, sounds=self.voice, **learning)

    def at_check_in(self, *, face: bool) -> Detectors | None:
        """What looks at the test taker before the exam: the same detectors, with every rule off; None: nothing.

        `face` says that a face is asked for at check-in, whatever is observed later.
        """
        if not (self.pictures or self.voice or face):
            return None
        rules = DetectionRules(face_presence=False, gaze=False, people_count=False, voice=False)
        return Detectors(rules=rules, pictures=self.pictures or face, sounds=self.voice, learn_zero_s=0)
