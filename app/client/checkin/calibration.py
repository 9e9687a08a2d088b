"""Looks at the middle and the four corners of the screen: ten seconds, and anybody may leave it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.client.checkin.step import CheckInStep, Tools
from app.events.checkin import CalibrationEvent, CalibrationOutcome
from resources.language import N_, _
from ui.client.checkin.model import CalibrationModel

if TYPE_CHECKING:
    from app.client.ipc.from_recorder import Calibrated
    from capture.analysis.calibration import Target
    from ui.client.checkin.model import CalibrationState, CheckInAction

SETTLE_S = 0.6
"""Eyes reach a new place within this time; what is seen before it is not counted."""
STEPS: tuple[tuple[Target, float, float, float], ...] = (
    ("centre", 0.5, 0.5, 2.8),
    ("top_left", 0.04, 0.06, 1.8),
    ("top_right", 0.96, 0.06, 1.8),
    ("bottom_right", 0.96, 0.94, 1.8),
    ("bottom_left", 0.04, 0.94, 1.8),
)
"""Where to look, as shares of the window, and for how many seconds: ten in all."""
TOTAL_S = sum(step[3] for step in STEPS)
ANSWER_S = 3.0

READY = N_(
    "Cameras stand in different places, and everybody holds their head differently. If you look at "
    "five dots for ten seconds, the program learns where your screen is, and is less likely to think "
    "that you are looking away. Only two angles are kept, in this computer's memory and in the sealed"
    " recording."
)
RUNNING = N_("Look at the dot. You may move your head.")
DONE = N_("Thank you. The program knows where your screen is.")
FAILED = N_("Where you looked could not be measured well enough. That is no problem: go on, or try once more.")
NO_PICTURE = N_("The camera gives no picture any more, so your looks cannot be read. Go on, or try once it is back.")


class CalibrationStep(CheckInStep):
    """Moves the dot and tells the recorder where it is."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._state: CalibrationState = "ready"
        self._spread_deg: float | None = None
        self._unavailable = False
        self._picture = True

    def start(self) -> None:
        """Explain; without detectors or a picture there is nothing to learn, and nothing to press."""
        if self._unavailable or not self._picture:
            self._note(CalibrationEvent(CalibrationOutcome.FAILED))
            self._finish()
        else:
            self._show("ready", READY)

    def detection_lost(self) -> None:
        """Nobody can look at the looks."""
        self._unavailable = True
        if self._state == "running":
            self._show("failed", FAILED)

    def picture_changed(self, *, there: bool) -> None:
        """No look is read without a picture."""
        self._picture = there
        if self._state == "running" and not there:
            self._tools.recorder.calibrate(None)
            self._show("failed", NO_PICTURE)

    def act(self, action: CheckInAction) -> None:
        """Begin, go on, or leave it out; leaving out works at any time, also while the dot moves."""
        if action in {"begin", "again"} and self._state != "running":
            if self._picture:
                self._dot(0)
            else:
                self._show("failed", NO_PICTURE)
        elif action == "leave_out":
            if self._state == "running":
                self._tools.recorder.calibrate(None)
            self._note(CalibrationEvent(CalibrationOutcome.SKIPPED))
            self._finish()
        elif action == "continue" and self._state in {"done", "failed"}:
            self._note(CalibrationEvent(CalibrationOutcome(self._state), self._spread_deg))
            self._finish()

    def calibrated(self, calibrated: Calibrated) -> None:
        """Say how it went."""
        if self._state == "running":
            spread = calibrated.spread_deg
            self._spread_deg = None if spread is None else round(spread, 1)
            self._show(*(("done", DONE) if calibrated.zero is not None else ("failed", FAILED)))

    def _dot(self, number: int) -> None:
        if number == len(STEPS):
            self._tools.recorder.calibrate(None)
            self._later(ANSWER_S, self._no_answer)
            return
        target, x, y, seconds = STEPS[number]
        before_s = sum(each[3] for each in STEPS[:number])
        self._state = "running"
        self._tools.page.show_check_in(CalibrationModel("running", _(RUNNING), x, y, before_s / TOTAL_S))
        self._later(SETTLE_S, lambda: self._look(number, target, seconds))

    def _look(self, number: int, target: Target, seconds: float) -> None:
        self._tools.recorder.calibrate(target)
        self._later(seconds - SETTLE_S, lambda: self._dot(number + 1))

    def _no_answer(self) -> None:
        self._show("failed", FAILED)

    def _show(self, state: CalibrationState, sentence: str) -> None:
        self._state = state
        self._turn += 1
        self._tools.page.show_check_in(CalibrationModel(state, _(sentence)))
