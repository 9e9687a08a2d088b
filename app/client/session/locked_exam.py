"""The exam window with its lock and what it reports, from opening to closing for good."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Protocol

from app.client.session.exam_clock import ExamClock
from app.client.session.page_events import PageEvents
from app.client.session.policy_reaction import PolicyReaction
from app.events.lockdown import GuardEngagedEvent, GuardNotEngagedEvent, GuardNotReleasedEvent, ViolationEvent
from app.events.session import PageIncident, WindowLeftEvent, WindowReturnedEvent
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.client.machine.lock import LockRefused
    from app.client.session.collaborators import Collaborators, ExamNotices, SessionRecording
    from app.events.lockdown import LockdownEvent
    from app.policy.document import ExamSettings
    from lockdown.contract.violations import Violation
    from ui.model import ExamStatus


class ExamCourse(Protocol):
    """What the exam window means for the course of the session."""

    recording: SessionRecording

    @property
    def notices(self) -> ExamNotices:
        """What is shown in the exam window beside its page."""

    def page_painted(self) -> None:
        """The exam's first page is to be seen."""

    def hand_in(self) -> None:
        """The exam is handed in."""

    def leave_exam(self, reason: str, text: str) -> None:
        """The test taker leaves, and says why."""

    def suspend(self) -> None:
        """A break is asked for."""

    def resume(self) -> None:
        """The break is over."""


class LockedExam:
    """One exam window, locked once; after `close` it does nothing any more. Main thread, but for `violated`."""

    def __init__(self, course: ExamCourse, settings: ExamSettings, collaborators: Collaborators) -> None:
        self._course = course
        self._recording = course.recording
        self._window = collaborators.window
        self._scheduler = collaborators.scheduler
        self._view, self._lock = collaborators.exam(self)
        self._reaction = PolicyReaction(settings, self._view, self)
        self._page_events = PageEvents(course.recording, collaborators.scheduler)
        self._clock = ExamClock(settings, course.recording, collaborators.scheduler, course.notices)
        self._breaks_allowed = settings.accommodations.breaks_allowed
        self._closed = False
        self._painted = False

    @property
    def painted(self) -> bool:
        """Whether the exam's first page is to be seen."""
        return self._painted

    def engage(self) -> LockRefused | None:
        """Show the window in place of the other one and lock the machine around it; gives why that cannot be."""
        self._view.open()
        self._window.hide()
        refused = self._lock.engage(self)
        for name, given in self._lock.statuses.items():
            self._recording.note(GuardEngagedEvent.of(name, given))
        if refused is not None:
            guard = {} if refused.guard is None else {"guard": refused.guard}
            self._recording.note(GuardNotEngagedEvent.read({"why": refused.code, **guard}))
            self._note_not_released(refused.not_released)
        return refused

    def resume(self, held: tuple[str, ...]) -> None:
        """Hold again what was held before the client was started again."""
        self._reaction.resume(held)

    @property
    def on_break(self) -> bool:
        """Whether a break lasts, possibly since before a restart."""
        return self._clock.on_break

    def start_clock(self) -> None:
        """The exam can be worked on."""
        self._clock.start()

    def begin_break(self) -> None:
        """Cover the page; the exam's time stands still, recording and lock go on."""
        self._clock.begin_break()
        self._view.show_break()

    def end_break(self) -> None:
        """Uncover the page."""
        self._clock.end_break()
        self._view.end_break()

    def set_status(self, status: ExamStatus) -> None:
        """Bring the bar up to date."""
        self._view.set_status(status)

    def close(self) -> None:
        """Put the machine back first, then close the window."""
        self._closed = True
        self._clock.stop()
        self._note_not_released(self._lock.release())
        self._page_events.close()
        self._view.close_for_good()

    def _note_not_released(self, guards: tuple[str, ...]) -> None:
        for name in guards:
            self._recording.note(GuardNotReleasedEvent.read({"guard": name}))

    # What the window reports

    def page_painted(self) -> None:
        """The exam's first page is to be seen."""
        self._painted = True
        self._course.page_painted()

    def hand_in_requested(self) -> None:
        """The exam is handed in."""
        self._course.hand_in()

    def leave_requested(self, reason: str, text: str) -> None:
        """The test taker leaves."""
        self._course.leave_exam(reason, text)

    def break_requested(self) -> None:
        """The test taker asks for a break."""
        if self._breaks_allowed:
            self._course.suspend()

    def break_ended(self) -> None:
        """The test taker is back."""
        self._course.resume()

    def page_event(self, kind: str, host: str = "") -> None:
        """The page did something, or was refused it."""
        self._page_events.seen(PageIncident(kind), time.monotonic_ns(), host)

    def hold_answered(self, typed: str) -> None:
        """A code was typed that is to end a hold."""
        self._reaction.answer(typed)

    def window_left(self) -> None:
        """Another window came to the front."""
        self._recording.note(WindowLeftEvent())
        self._reaction.reported(Control.FOCUS_RETURN)

    def window_returned(self) -> None:
        """The exam window is in front again."""
        self._recording.note(WindowReturnedEvent())

    # What the guards report

    def violated(self, violations: Sequence[Violation]) -> None:
        """Guards report what they have seen; called on the watch's thread."""
        self._scheduler.post(partial(self._note_violations, violations))

    def _note_violations(self, violations: Sequence[Violation]) -> None:
        for violation in violations:
            if violation.code is not Code.CLOCK_SET:  # the recorder seals that as `clock_moved`
                self._recording.note(ViolationEvent.of(violation), violation.seen_ns)
            if not self._closed:
                self._reaction.violated(violation)

    # What a hold asks for

    def note(self, event: LockdownEvent) -> None:
        """Seal an event of a hold."""
        self._recording.note(event)

    def store_held(self, controls: tuple[str, ...]) -> None:
        """Keep what the exam is held for, over a crash too."""
        self._recording.store_held(controls)

    def warn(self, sentence: str, for_s: float) -> None:
        """Tell the test taker what was noted."""
        self._course.notices.warn(sentence, for_s)
