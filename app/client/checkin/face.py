"""A face is found in the camera's picture: three tries, and always a way on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.client.checkin.step import CheckInStep, Tools
from app.events.checkin import FaceCheckEvent
from capture.analysis.observations import PictureQuality
from resources.language import N_, _
from ui.client.checkin.model import FaceModel

if TYPE_CHECKING:
    from app.client.ipc.from_recorder import FaceSeen
    from ui.client.checkin.model import CheckInAction

TRIES = 3
TRY_S = 8.0
SIGHTINGS = 3
"""Pictures in a row that a face has to be read in."""

LOOKING = N_("Look towards the camera for a moment.")
FOUND = N_("Your face can be seen well.")
NOT_FOUND = N_("Your face was not found this time. That happens, with any face, and is nothing to worry about.")
GIVEN_UP = N_(
    "Your face was not found. You can go on: it is noted that the program could not find it, and people of your "
    "institution look at the picture themselves."
)
UNAVAILABLE = N_(
    "Finding a face is not available on this computer. This is not your fault. You can go on; it is noted."
)
NO_PICTURE = N_(
    "The camera gives no picture, so your face cannot be looked for. Connect the camera, and this page looks at once; "
    "or go on without it: that is noted, and your institution decides."
)

HINTS = {
    PictureQuality.TOO_DARK: N_("It is dark: switch on a light in front of you, or turn towards the window."),
    PictureQuality.TOO_FAR: N_("Come a little closer to the camera."),
    PictureQuality.PARTLY_OUT: N_("Your face is partly outside the picture: move the camera or your seat."),
    PictureQuality.BLURRED: N_("The picture is blurred: wipe the lens with a soft cloth."),
    PictureQuality.FACE_NOT_READ: N_("Turn towards the camera, and take away what covers your face if you can."),
}
NOBODY = N_("Sit in front of the camera, so that you see your whole face in the picture.")


class FaceStep(CheckInStep):
    """Waits for a face; nothing about it is kept but whether it was found, and at which try."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._try = 0
        self._in_a_row = 0
        self._state = ""
        self._hint = ""
        self._unavailable = False
        self._picture = True
        self._awaits_picture = False

    def start(self) -> None:
        """Begin the first try."""
        if self._unavailable:
            self._show("given_up", UNAVAILABLE)
        else:
            self._look()

    def seen(self, seen: FaceSeen) -> None:
        """Count the pictures in a row that show a face, and say what would help."""
        if self._state != "looking":
            return
        self._in_a_row = self._in_a_row + 1 if seen.face else 0
        if self._in_a_row >= SIGHTINGS:
            self._turn += 1
            self._show("found", FOUND)
            return
        hint = next((HINTS[code] for code in seen.quality if code in HINTS), "") if seen.present else NOBODY
        if hint != self._hint:
            self._hint = hint
            self._show("looking", LOOKING)

    def detection_lost(self) -> None:
        """Nobody can look: go on."""
        self._unavailable = True
        if self._state == "looking":
            self._turn += 1
            self._show("given_up", UNAVAILABLE)

    def picture_changed(self, *, there: bool) -> None:
        """Where there is no picture nobody looks; once there is one again, a try begins."""
        self._picture = there
        if self._state == "looking" and not there:
            self._turn += 1
            self._try -= 1  # it was none
            self._look()
        elif self._awaits_picture and there and not self._unavailable:
            self._look()

    def act(self, action: CheckInAction) -> None:
        """Try again, or go on."""
        if action == "again" and self._state == "not_found":
            self._look()
        elif action in {"continue", "leave_out"} and self._state in {"found", "given_up", "not_found"}:
            found = self._state == "found"
            self._note(
                FaceCheckEvent(found=found, tries=self._try, unavailable=self._unavailable or self._awaits_picture)
            )
            self._finish()

    def _look(self) -> None:
        self._awaits_picture = not self._picture
        if self._awaits_picture:
            self._show("given_up", NO_PICTURE)
            return
        self._try += 1
        self._in_a_row = 0
        self._hint = ""
        self._show("looking", LOOKING)
        self._later(TRY_S, self._miss)

    def _miss(self) -> None:
        if self._try < TRIES:
            self._show("not_found", NOT_FOUND)
        else:
            self._show("given_up", GIVEN_UP)

    def _show(self, state: str, sentence: str) -> None:
        self._state = state
        hint = self._hint if state in {"looking", "not_found"} else ""
        self._tools.page.show_check_in(FaceModel(state, _(sentence), _(hint)))  # type: ignore[arg-type]  # one of the literals
