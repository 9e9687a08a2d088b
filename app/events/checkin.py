"""Events of the check-in: face, calibration, still pictures and scans."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.events.event import Event
from app.events.values import Coded, Real, Whole
from capture.still_quality import StillQuality


class StillSubject(StrEnum):
    """What a still picture shows."""

    ID_PHOTO = "id_photo"
    SIGNATURE = "signature"


class CalibrationOutcome(StrEnum):
    """How the look at the screen's middle and corners ended."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class ScanSubject(StrEnum):
    """What a scan shows."""

    ROOM = "room"
    DESK = "desk"


class ScanProgress(StrEnum):
    """How far a scan has come.

    `asked`: a place is asked for, `stopped`: it was left before its end, `skipped`: it was never begun.
    """

    BEGUN = "begun"
    ASKED = "asked"
    ENDED = "ended"
    STOPPED = "stopped"
    SKIPPED = "skipped"


class ScanPlace(StrEnum):
    """The places that a scan asks for, in the order of each scan."""

    WALL_FRONT = "wall_front"
    WALL_LEFT = "wall_left"
    WALL_BEHIND = "wall_behind"
    WALL_RIGHT = "wall_right"
    DESK_TOP = "desk_top"
    DESK_AROUND = "desk_around"
    DESK_BELOW = "desk_below"


@dataclass(frozen=True)
class FaceCheckEvent(Event):
    """Whether a face was found at check-in, at which try.

    `unavailable`: nothing could be looked at, for want of detectors or of a picture.
    """

    kind = "face_check"

    found: bool
    tries: Whole
    unavailable: bool


@dataclass(frozen=True)
class CalibrationEvent(Event):
    """The calibration of the gaze ended; `spread_deg` is how far the looks at left and right corners lie apart."""

    kind = "calibration"

    outcome: Coded[CalibrationOutcome]
    spread_deg: Real | None = None


@dataclass(frozen=True)
class ScanEvent(Event):
    """A scan came to a state; `place` is what is asked for, `tries` how often it was begun so far."""

    kind = "scan"

    what: Coded[ScanSubject]
    state: Coded[ScanProgress]
    tries: Whole
    place: Coded[ScanPlace] | None = None


@dataclass(frozen=True)
class StillTakenEvent(Event):
    """A still picture was sealed: its number in this recorder, size in pixels, measurements, and its JPEG's SHA-256.

    The picture lies in the stream `stills`. `quality` is what speaks against it.
    """

    kind = "still_taken"

    what: Coded[StillSubject]
    number: Whole
    width: Whole
    height: Whole
    sharpness: Real
    glare_share: Real
    brightness: Real
    sha256: str
    quality: tuple[Coded[StillQuality], ...] = ()


@dataclass(frozen=True)
class StillSkippedEvent(Event):
    """The test taker went on without a still picture."""

    kind = "still_skipped"

    what: Coded[StillSubject]


CheckInEvent = FaceCheckEvent | CalibrationEvent | ScanEvent | StillTakenEvent | StillSkippedEvent
