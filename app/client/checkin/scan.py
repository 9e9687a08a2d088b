"""A guided scan of the room or the desk: part of the recording, with its beginning and end sealed as events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.client.checkin.step import CheckInStep, Tools
from app.events.checkin import ScanEvent, ScanPlace, ScanProgress, ScanSubject
from resources.language import N_, _
from ui.client.checkin.model import ScanModel

if TYPE_CHECKING:
    from ui.client.checkin.model import CheckInAction, ScanState

TICK_S = 0.2
RUNNING = N_("Slowly is best. Nothing has to be perfect.")
DONE = N_("Thank you. You can go on, or do it again.")


@dataclass(frozen=True)
class ScanPlan:
    """What a scan shows, and for how long each place: codes for the record, and sentences for the test taker."""

    what: ScanSubject
    title: str
    lead: str
    place_s: float
    places: tuple[tuple[ScanPlace, str], ...]


ROOM = ScanPlan(
    ScanSubject.ROOM,
    N_("Show the room"),
    N_("Turn the camera, or the whole laptop, slowly. Each place has a few seconds, and you can do it again."),
    6.0,
    (
        (ScanPlace.WALL_FRONT, N_("Behind the screen: the wall in front of you")),
        (ScanPlace.WALL_LEFT, N_("The wall to your left")),
        (ScanPlace.WALL_BEHIND, N_("The wall behind you")),
        (ScanPlace.WALL_RIGHT, N_("The wall to your right")),
    ),
)
DESK = ScanPlan(
    ScanSubject.DESK,
    N_("Show the desk"),
    N_("Tilt the camera, or the screen, down. It shows whatever lies there: papers that you may use can stay."),
    5.0,
    (
        (ScanPlace.DESK_TOP, N_("The top of the desk, with the keyboard")),
        (ScanPlace.DESK_AROUND, N_("What lies left and right of you")),
        (ScanPlace.DESK_BELOW, N_("The space under the desk")),
    ),
)


class ScanStep(CheckInStep):
    """Leads from place to place by time; the test taker may go on sooner, do it again, or leave it out."""

    def __init__(self, tools: Tools, plan: ScanPlan) -> None:
        super().__init__(tools)
        self._plan = plan
        self._state: ScanState = "ready"
        self._place = 0
        self._ticks = 0
        self._tries = 0

    def start(self) -> None:
        """Explain."""
        self._show()

    def act(self, action: CheckInAction) -> None:
        """Begin, go to the next place, do it again, go on, or leave it out."""
        if action in {"begin", "again"} and self._state != "running":
            self._tries += 1
            self._event(ScanProgress.BEGUN)
            self._to(0)
        elif action == "next" and self._state == "running":
            self._to(self._place + 1)
        elif action == "continue" and self._state == "done":
            self._finish()
        elif action == "leave_out" and self._state != "done":
            self._event(ScanProgress.STOPPED if self._state == "running" else ScanProgress.SKIPPED)
            self._finish()

    def _to(self, place: int) -> None:
        if place == len(self._plan.places):
            self.end()
            self._state = "done"
            self._event(ScanProgress.ENDED)
            self._show()
            return
        self._state, self._place, self._ticks = "running", place, 0
        self._event(ScanProgress.ASKED, self._plan.places[place][0])
        self._tick()

    def _tick(self) -> None:
        if self._ticks * TICK_S >= self._plan.place_s:
            self._to(self._place + 1)
            return
        self._show()
        self._ticks += 1
        self._later(TICK_S, self._tick)

    def _event(self, state: ScanProgress, place: ScanPlace | None = None) -> None:
        self._note(ScanEvent(self._plan.what, state, self._tries, place))

    def _show(self) -> None:
        plan = self._plan
        self._tools.page.show_check_in(
            ScanModel(
                title=_(plan.title),
                lead=_(plan.lead),
                state=self._state,
                places=tuple(_(words) for _place, words in plan.places),
                place=self._place if self._state == "running" else -1,
                progress=min(1.0, self._ticks * TICK_S / plan.place_s) if self._state == "running" else 0.0,
                sentence=_(DONE if self._state == "done" else RUNNING),
            )
        )
