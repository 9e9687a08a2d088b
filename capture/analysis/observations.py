"""What the detectors saw and heard: numbers with times, nothing a person could be recognised by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PictureQuality(StrEnum):
    """Why less can be said about a picture. A state of the picture, never a sign of conduct."""

    UNREADABLE = "unreadable"
    """No picture at all, or smaller than 16 pixels."""
    TOO_DARK = "too_dark"
    """The face, or where there is none the picture."""
    TOO_FAR = "too_far"
    """The face is too small for its look to be read."""
    BLURRED = "blurred"
    """The face is out of focus or moved."""
    PARTLY_OUT = "partly_out"
    """The edge of the picture cuts the face."""
    FACE_NOT_READ = "face_not_read"
    """Somebody is there, but the face is turned away, covered or cut off."""


@dataclass(frozen=True, slots=True)
class FaceReading:
    """The nearest face that could be read. All angles in degrees, before a person's own zero is taken off.

    `yaw_deg` > 0: nose to the image's left, `pitch_deg` > 0: nose down, `roll_deg` > 0: clockwise. `gaze_h_deg` > 0:
    look to the image's right, `gaze_v_deg` > 0: down (see `capture.analysis.faces.gaze`); None where the eyes are too
    small. `eye_opening` is the distance of the lids in eye widths: a raw number from which nothing is concluded.
    `width_px` is the width of the face in the picture, `score` the landmark network's (0.5..1).
    """

    score: float
    width_px: float
    yaw_deg: float | None
    pitch_deg: float | None
    roll_deg: float | None
    gaze_h_deg: float | None
    gaze_v_deg: float | None
    eye_opening: float | None


@dataclass(frozen=True, slots=True)
class PictureObservation:
    """One camera picture. `at_ns` is `time.monotonic_ns()` of its capture.

    `people` is None where only presence was looked at. `face` is None when nobody is there or no face can be read.
    """

    at_ns: int
    present: bool
    people: int | None
    face: FaceReading | None
    quality: tuple[PictureQuality, ...] = ()


@dataclass(frozen=True, slots=True)
class SoundObservation:
    """Consecutive sound from `from_ns` to `to_ns` (monotonic).

    `dbfs` is its loudness (root mean square, 0 is full scale, -100 silence), `speech_s` for how many seconds of it the
    voice network heard speech, `speech_probability` the network's mean answer (0..1). Whose speech is not known.
    """

    from_ns: int
    to_ns: int
    dbfs: float
    speech_s: float
    speech_probability: float


Observation = PictureObservation | SoundObservation
