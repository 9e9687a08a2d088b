"""When an observation becomes an incident: the institution's thresholds, part of the signed exam settings."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(ge=0.2, le=600)]
Degrees = Annotated[float, Field(ge=5, le=90)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DetectionLimits(_Section):
    """How long each state has to last, and from which numbers on it holds.

    `away_deg` holds for a person whose zero is not known; `away_with_zero_deg`, finer, for one who has looked at the
    screen's centre before (`capture.analysis.calibration`). `release_share` is the hysteresis of the angle: a look
    counts as back below that share of the threshold. A state that pauses for less than `pause_s` goes on.
    """

    absent_s: Seconds = 3.0
    away_s: Seconds = 4.0
    people_s: Seconds = 1.0
    not_read_s: Seconds = 20.0
    speech_s: Seconds = 0.8
    speech_window_s: Annotated[float, Field(ge=1, le=60)] = 2.0
    away_deg: Degrees = 30.0
    away_with_zero_deg: Degrees = 18.0
    release_share: Annotated[float, Field(ge=0.3, le=1)] = 0.75
    pause_s: Annotated[float, Field(ge=0, le=10)] = 0.7
    most_per_hour: Annotated[int, Field(ge=1, le=1000)] = 30
    """For each rule; what comes on top is counted and not reported."""


class DetectionRules(DetectionLimits):
    """Which rules are on, and their limits. Levels are applied at review, not here.

    A person's accommodations are a copy with other values: `gaze=False`, a longer `away_s`.
    """

    face_presence: bool = True
    gaze: bool = True
    people_count: bool = True
    voice: bool = True


class AnalysisSettings(_Section):
    """How often the detectors look, and what they may spend.

    `pictures_per_s` is how often the look is measured, `counts_per_s` how often people are counted. `cpu_share` is the
    share of one processor core for pictures and sound together; when it is exceeded, or the machine is busy with other
    things, pictures are looked at less often, at least once a second.
    """

    rules: DetectionRules = Field(default_factory=DetectionRules)
    pictures: bool = True
    """Whether pictures are looked at; without, no picture model is loaded."""
    sounds: bool = True
    """Whether sound is listened to; without, the voice model is not loaded."""
    pictures_per_s: Annotated[float, Field(ge=1, le=10)] = 5.0
    counts_per_s: Annotated[float, Field(ge=0.5, le=5)] = 1.5
    cpu_share: Annotated[float, Field(ge=0.02, le=1)] = 0.10
    learn_zero_s: Annotated[float, Field(ge=0, le=120)] = 5.0
    """Without calibration the middle look of the first seconds, this many, becomes the person's zero; 0: none does."""
