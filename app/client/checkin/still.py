"""A still picture of an identity document or a signature, taken again as often as the test taker likes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.client.checkin.step import CheckInStep, Tools
from app.events.checkin import StillSkippedEvent, StillSubject
from capture.still_quality import StillQuality
from resources.language import N_, _
from ui.client.checkin.model import StillModel

if TYPE_CHECKING:
    from app.client.ipc.from_recorder import StillTaken
    from app.client.ipc.message import Purpose
    from ui.client.checkin.model import CheckInAction, StillState

TAKING_S = 8.0
KEEPING_S = 4.0

AIMING = N_("Hold it still in front of the camera, as large as it fits, then take the picture.")
TAKING = N_("Hold still …")
TAKEN = N_("Can everything be read? Only your institution can open this picture.")
FAILED = N_("The camera gave no picture. Check that it is connected, then try again, or go on without.")
GONE = N_("The picture was lost before it was sealed. Please take it again.")
DOUBTS = {
    StillQuality.BLURRED: N_("It looks blurred. Hold it still, a little further away, and wipe the lens."),
    StillQuality.GLARE: N_("A reflection covers part of it. Tilt it a little."),
    StillQuality.DARK: N_("It is dark. More light would help."),
}


@dataclass(frozen=True)
class StillPlan:
    """What is asked for."""

    purpose: Purpose
    title: str
    lead: str


ID_PHOTO = StillPlan(
    "id_photo",
    N_("Show your identity document"),
    N_(
        "Hold the side with your name and photograph towards the camera. You may cover numbers your institution does "
        "not need. No software compares the photograph with you; people may."
    ),
)
SIGNATURE = StillPlan(
    "signature",
    N_("Show your signature"),
    N_("Sign a sheet of paper with a dark pen, and hold it towards the camera."),
)


class StillStep(CheckInStep):
    """Takes the picture, shows it with what speaks against it, and has it sealed when the test taker says so."""

    def __init__(self, tools: Tools, plan: StillPlan) -> None:
        super().__init__(tools)
        self._plan = plan
        self._state: StillState = "aiming"

    def start(self) -> None:
        """Show the camera's picture."""
        self._show("aiming", AIMING)

    def act(self, action: CheckInAction) -> None:
        """Take it, take it again, use it, or leave it out."""
        if action == "take" and self._state in {"aiming", "failed"}:
            self._show("taking", TAKING)
            self._tools.recorder.take_still(self._plan.purpose)
            self._later(TAKING_S, lambda: self._show("failed", FAILED))
        elif action == "again" and self._state in {"taken", "failed"}:
            self._turn += 1
            self._show("aiming", AIMING)
        elif action == "use" and self._state == "taken":
            self._tools.recorder.store_still(self._plan.purpose)
            self._later(KEEPING_S, lambda: self._show("failed", GONE))
        elif action == "leave_out":
            self._note(StillSkippedEvent(StillSubject(self._plan.purpose)))
            self._finish()

    def still_taken(self, taken: StillTaken) -> None:
        """Show what was taken."""
        if self._state == "taking" and taken.purpose == self._plan.purpose:
            self._turn += 1
            self._show("taken", TAKEN, taken.jpeg, tuple(_(DOUBTS[code]) for code in taken.quality))

    def still_stored(self, *, stored: bool) -> None:
        """Go on, or say that it is gone: the recorder that had taken it died."""
        if self._state != "taken":
            return
        if stored:
            self._finish()
        else:
            self._turn += 1
            self._show("failed", GONE)

    def _show(self, state: StillState, sentence: str, jpeg: bytes | None = None, doubts: tuple[str, ...] = ()) -> None:
        self._state = state
        plan = self._plan
        self._tools.page.show_check_in(StillModel(_(plan.title), _(plan.lead), state, _(sentence), jpeg, doubts))
