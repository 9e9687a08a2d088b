"""What the pages of the check-in show, as plain frozen values; `ui.model` says what holds for all of them."""

from dataclasses import dataclass
from typing import Literal

FaceState = Literal["looking", "found", "not_found", "given_up"]
CalibrationState = Literal["ready", "running", "done", "failed"]
ScanState = Literal["ready", "running", "done"]
StillState = Literal["aiming", "taking", "taken", "failed"]


@dataclass(frozen=True)
class FaceModel:
    """The page "Your face in the picture". `hint` says what would help, and is empty where nothing is known."""

    state: FaceState
    sentence: str
    hint: str = ""


@dataclass(frozen=True)
class CalibrationModel:
    """The page "Where your screen is". While it runs, a dot is shown at `x`, `y` (0 to 1 of the window).

    `progress` (0 to 1) is how much of the time is over.
    """

    state: CalibrationState
    sentence: str
    x: float = 0.5
    y: float = 0.5
    progress: float = 0.0


@dataclass(frozen=True)
class ScanModel:
    """A guided scan. `places` are what to show, in order; `place` is the one to show now, from 0.

    `progress` (0 to 1) belongs to that place.
    """

    title: str
    lead: str
    state: ScanState
    places: tuple[str, ...]
    place: int
    progress: float
    sentence: str


@dataclass(frozen=True)
class StillModel:
    """A still picture of a document. `jpeg` is the picture that was taken; None while the camera's own is shown.

    `doubts` are sentences on what speaks against it.
    """

    title: str
    lead: str
    state: StillState
    sentence: str
    jpeg: bytes | None = None
    doubts: tuple[str, ...] = ()


CheckInModel = FaceModel | CalibrationModel | ScanModel | StillModel
CheckInAction = Literal["begin", "next", "again", "take", "use", "continue", "leave_out"]
"""What a button of these pages says."""
