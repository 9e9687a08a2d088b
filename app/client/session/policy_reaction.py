"""What follows from what a control reports, as its policy says: nothing more, a word at once, or a hold for staff."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Protocol

from app.client.pages.control_words import control_words, warning
from app.events.lockdown import ExamHeldEvent, ExamReleasedEvent, ReleaseCodeRefusedEvent, ReleaseReason
from app.policy.release import RELEASE_REASONS
from crypto.release import Challenge
from lockdown.contract.settings import Control, Policy
from lockdown.contract.violations import CORRECTED, Code
from lockdown.watching.coverage import is_large
from resources.language import _, isolate
from ui.model import HoldModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.events.lockdown import LockdownEvent
    from app.policy.document import ExamSettings
    from lockdown.contract.violations import Violation

_log = logging.getLogger(__name__)

WARNING_LASTS_S = 20.0
FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 60.0
"""After a wrong code the next is heard later, twice as late each time, up to this."""


class HoldView(Protocol):
    """The exam window, as far as holds go."""

    def hold(self, model: HoldModel) -> None:
        """Cover the exam page and show the hold, or bring the one that is shown up to date."""

    def end_hold(self) -> None:
        """Take the cover away; the page is as it was."""


class HoldActions(Protocol):
    """What a hold needs of the rest of the client; called on the main thread."""

    def note(self, event: LockdownEvent) -> None:
        """Seal an event."""

    def store_held(self, controls: tuple[str, ...]) -> None:
        """Keep with the attempt, durably, what the exam is held for; empty: it is not."""

    def warn(self, sentence: str, for_s: float) -> None:
        """Tell the test taker something under the bar."""


class PolicyReaction:
    """Follows the settings' policies around one exam window; lives on the main thread.

    ``refuse`` counts as ``hold`` once the exam runs. Without a key to release it, which only ``refuse`` can be, it
    counts as ``warn``: nobody is held whom nobody could release. A hold is never left by a restart of the client:
    it comes back, with a new code.
    """

    def __init__(
        self,
        settings: ExamSettings,
        view: HoldView,
        actions: HoldActions,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lockdown = settings.lockdown
        self._keys = settings.release_keys
        self._view = view
        self._actions = actions
        self._clock = clock
        self._held: tuple[str, ...] = ()
        self._challenge: Challenge | None = None
        self._wrong = 0
        self._next_answer_at_s = 0.0

    @property
    def held(self) -> tuple[str, ...]:
        """The controls that the exam is held for."""
        return self._held

    def resume(self, controls: tuple[str, ...]) -> None:
        """Hold again what was held before the client was started again."""
        for control in controls:
            self._hold(Control(control))

    def reported(self, control: Control | None) -> None:
        """React to what `control` reported; what is off, or serves no control, has no policy."""
        policy = None if control is None else self._lockdown.policy(control)
        if control is None or policy is None or policy is Policy.OBSERVE:
            return
        if policy is Policy.WARN or not self._keys:
            self._actions.warn(warning(control), WARNING_LASTS_S)
        else:
            self._hold(control)

    def violated(self, violation: Violation) -> None:
        """React to what a guard reported, unless it is that something was put right."""
        if violation.code in CORRECTED:
            return
        if violation.code is Code.POWER_CHANGED and not violation.facts["on_battery"]:
            return
        if violation.code is Code.EXAM_COVERED and not is_large(violation):
            return
        if violation.code is Code.DISPLAYS_COUNTED:
            allowed = self._lockdown.displays
            counted = violation.facts["displays"]
            if allowed is None or not isinstance(counted, int) or counted <= allowed.at_most:
                return
        self.reported(violation.control)

    def answer(self, typed: str) -> None:
        """Take the code that staff gave; a right one ends the hold, and is worth nothing afterwards."""
        if self._challenge is None:
            return
        wait_s = self._next_answer_at_s - self._clock()
        if wait_s > 0:
            self._show(_("Please wait {seconds} s, then try again.").format(seconds=isolate(round(wait_s) or 1)))
            return
        released = self._challenge.answered(typed, [key.public() for key in self._keys])
        if released is None:
            self._wrong += 1
            delay_s = min(FIRST_DELAY_S * 2 ** min(self._wrong - 1, 10), LONGEST_DELAY_S)
            self._next_answer_at_s = self._clock() + delay_s
            self._actions.note(ReleaseCodeRefusedEvent(self._wrong))
            self._show(_("This is not the code for this hold. Ask staff to read it out again."))
            return
        key, reason = released
        known = ReleaseReason(RELEASE_REASONS[reason] if reason < len(RELEASE_REASONS) else "other")
        _log.info("a hold was released, reason %s", known)
        self._actions.note(ExamReleasedEvent(self._keys[key].kid, known))
        self._challenge, self._held = None, ()
        self._wrong, self._next_answer_at_s = 0, 0.0
        self._actions.store_held(())
        self._view.end_hold()

    def _hold(self, control: Control) -> None:
        if control.value in self._held:
            return
        self._held = (*self._held, control.value)
        # Something new happened: a code that staff were given before it came must not cover it.
        self._challenge = Challenge()
        self._actions.store_held(self._held)
        self._actions.note(ExamHeldEvent(control))
        self._show("")

    def _show(self, problem: str) -> None:
        assert self._challenge is not None  # noqa: S101 - shown only while held
        titles = tuple(control_words(Control(each)).title for each in self._held)
        self._view.hold(HoldModel(reasons=titles, code=self._challenge.code, problem=problem))
