"""One step of the check-in, and what every step has at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.client.ipc.from_recorder import Calibrated, FaceSeen, StillTaken
    from app.client.ipc.message import Purpose
    from app.events.checkin import CheckInEvent
    from app.events.vocabulary import KnownEvent
    from capture.analysis.calibration import Target
    from ui.client.checkin.model import CheckInAction, CheckInModel


class StepRecorder(Protocol):
    """What a step asks of the recording."""

    def note(self, event: KnownEvent) -> None:
        """Seal one event."""

    def calibrate(self, target: Target | None) -> None:
        """Say what the test taker looks at."""

    def take_still(self, purpose: Purpose) -> None:
        """Take a still picture."""

    def store_still(self, purpose: Purpose) -> None:
        """Seal it."""


class CheckInView(Protocol):
    """Where a step is shown."""

    def show_check_in(self, model: CheckInModel) -> None:
        """Show the page of this model, or bring it up to date."""


class StepClock(Protocol):
    """Runs calls on the main thread, later."""

    def after(self, delay_s: float, call: Callable[[], None]) -> None:
        """Run `call` after `delay_s` seconds."""


@dataclass(frozen=True)
class Tools:
    """What every step works with; `done` is called once, at its end."""

    page: CheckInView
    recorder: StepRecorder
    clock: StepClock
    done: Callable[[], None]


class CheckInStep:
    """A step that hears nothing and whose buttons do nothing; the real ones answer to what concerns them.

    Everything happens on the main thread. After `done` nothing reaches a step any more but its own timers, which find
    that their `turn` is over.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._turn = 0

    def start(self) -> None:
        """Show the step."""
        raise NotImplementedError

    def act(self, action: CheckInAction) -> None:
        """A button was pressed."""
        raise NotImplementedError

    def end(self) -> None:
        """Let the timers run out without effect: the check-in was left."""
        self._turn += 1

    def seen(self, seen: FaceSeen) -> None:
        """The detectors looked at the test taker."""

    def calibrated(self, calibrated: Calibrated) -> None:
        """The calibration is over."""

    def still_taken(self, taken: StillTaken) -> None:
        """A still picture was taken."""

    def still_stored(self, *, stored: bool) -> None:
        """It is sealed, or it is gone."""

    def detection_lost(self) -> None:
        """The detectors cannot run on this computer."""

    def picture_changed(self, *, there: bool) -> None:
        """The camera delivers pictures, or does not; a step is told before it starts where there is none."""

    def _later(self, delay_s: float, call: Callable[[], None]) -> None:
        """Run `call` unless something else was begun or the step ended before."""
        self._turn += 1
        turn = self._turn

        def still_due() -> None:
            if turn == self._turn:
                call()

        self._tools.clock.after(delay_s, still_due)

    def _note(self, event: CheckInEvent) -> None:
        self._tools.recorder.note(event)

    def _finish(self) -> None:
        self.end()
        self._tools.done()
