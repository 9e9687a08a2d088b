"""One test taker's way through one exam, from the page of information to the farewell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.client.pages.consent import consent_model
from app.client.pages.machine_refusals import lock_refused
from app.client.session import states
from app.client.session.ending import Ending
from app.client.session.locked_exam import LockedExam
from app.client.session.phases import STEPS, Phase, check_step
from app.client.session.preparation import Preparation
from app.client.session.presenter import Presenter
from app.client.session.states import CouldNotLock, Declined, HandedIn, Left, ProgramClosed, RecordingEnd
from app.events.session import ClientClosedEvent, ExamLeftEvent, HandedInEvent, LeftReason, PhaseEvent, SessionPhase

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.client.session.collaborators import Collaborators
    from app.client.session.setup import SessionSetup
    from app.client.session.states import Outcome, State
    from app.client.state.attempts import Attempt

RECORDER_GONE_TIMEOUT_S = 12.0


class Controller:
    """Leads through the states of a session; lives on the main thread, and whatever it does returns at once.

    What people do arrives through the public methods (`app.client.session.signals` connects the windows to them), what
    recorder and delivery report through the presenter. The state is one value of `app.client.session.states`.
    """

    def __init__(self, setup: SessionSetup, collaborators: Collaborators, done: Callable[[int], None]) -> None:
        self._setup = setup
        self._attempt = setup.attempt
        self._with = collaborators
        self._done = done
        self._state: State = states.Opened()
        self._ending = Ending(self, collaborators, resumed=setup.resumed)
        self.presenter = Presenter(
            settings=setup.settings,
            window=collaborators.window,
            scheduler=collaborators.scheduler,
            hooks=self._ending,
        )
        self.recording = collaborators.recording(self.presenter)
        self.preparation = Preparation(self, setup, collaborators)

    @property
    def state(self) -> State:
        """Where the session stands."""
        return self._state

    @property
    def notices(self) -> Presenter:
        """What is shown in the exam window beside its page."""
        return self.presenter

    @property
    def phase(self) -> Phase:
        """The phase of that state."""
        return self._state.phase

    @property
    def attempt(self) -> Attempt:
        """The attempt as last known; it is kept durably once the recording has begun."""
        return self.recording.attempt or self._attempt

    def enter(self, state: State) -> None:
        """Go on to `state`, if the table of phases allows it."""
        check_step(self.phase, state.phase)
        self._state = state
        self.presenter.show(state)

    def start(self) -> None:
        """Show what will be recorded; nothing is opened before the test taker agrees."""
        resumed = self._setup.resumed
        given = self._with.machine.given()
        model = consent_model(self._setup.settings, self._attempt.endpoint, given, resumed=resumed)
        self._with.window.show_consent(model)
        self._with.window.show()
        if resumed:
            self._deliver()

    def accepted(self) -> None:
        """The test taker agreed to the recording."""
        self.enter(states.Informed())
        self._deliver()
        self.preparation.check()

    def declined(self) -> None:
        """The test taker did not agree."""
        self.enter(states.Aborting(Declined()))
        self._ending.without_recording(Declined())

    def _deliver(self) -> None:
        self._ending.deliver(self._with.delivery(self._attempt, self.presenter))

    def token_granted(self, token: str, nonce: str) -> None:
        """The endpoint knows the attempt."""
        self._attempt = self.recording.admitted(self._attempt, token, nonce)

    # The exam

    def lock(self) -> None:
        """Lock the machine around the exam window, or try once more."""
        if not self._may_lock():
            return
        exam = LockedExam(self, self._setup.settings, self._with)
        refused = exam.engage()
        if not self._may_lock():
            exam.close()  # it was left meanwhile: a guard that waits for the window system lets other things happen
            return
        if refused is not None:
            self.enter(states.NotLocked(refused))
            self._with.window.show_not_locked(lock_refused(refused))
            self._with.window.show()
            exam.close()
            return
        self.enter(states.Locked(exam))
        self.recording.begin_exam()
        self.recording.note(PhaseEvent(SessionPhase.LOCKED))
        exam.resume(self.attempt.held)
        if exam.painted:
            self.page_painted()

    def _may_lock(self) -> bool:
        return isinstance(self._state, states.Identified | states.NotLocked)

    def page_painted(self) -> None:
        """The exam can be worked on."""
        if isinstance(self._state, states.Locked):
            exam = self._state.exam
            self.enter(states.Running(exam))
            self.recording.note(PhaseEvent(SessionPhase.RUNNING))
            exam.start_clock()
            if exam.on_break:  # since before a restart
                self.suspend()

    def suspend(self) -> None:
        """The test taker takes a break."""
        if isinstance(self._state, states.Running):
            exam = self._state.exam
            self.enter(states.Suspended(exam))
            exam.begin_break()

    def resume(self) -> None:
        """The test taker is back."""
        if isinstance(self._state, states.Suspended):
            exam = self._state.exam
            self.enter(states.Running(exam))
            exam.end_break()

    # The end

    def hand_in(self) -> None:
        """The exam is handed in: by the button, or by the page that says so."""
        self.page_painted()
        self.resume()
        if isinstance(self._state, states.Running):
            self.recording.note(HandedInEvent())
            self._end(states.Submitting(HandedIn()))
            self._ending.finish_recording()

    def leave(self) -> None:
        """The test taker leaves before the exam could be worked on."""
        if isinstance(self._state, states.NotLocked):
            self._abort(CouldNotLock(self._state.refused), ExamLeftEvent(LeftReason.NOT_LOCKED))
        else:
            self._abort(Left(LeftReason.BEFORE_EXAM), ExamLeftEvent(LeftReason.BEFORE_EXAM))

    def leave_exam(self, reason: str, text: str) -> None:
        """The test taker leaves the exam, and says why."""
        self._abort(Left(LeftReason(reason), text), ExamLeftEvent(LeftReason(reason), text or None))

    def _abort(self, outcome: Outcome, event: ExamLeftEvent) -> None:
        if Phase.ABORTING not in STEPS[self.phase]:
            return
        self.recording.note(event)
        self._end(states.Aborting(outcome))
        if self.recording.begun:
            self._ending.finish_recording()
        else:
            self._ending.without_recording(outcome)

    def _end(self, to: states.Submitting | states.Aborting) -> None:
        """Leave the present state for the end; the machine is put back on the way, before anything else."""
        left = self._state
        self.enter(to)
        if isinstance(left, states.Checked):
            left.check_in.end()
        if isinstance(left, states.InExam):
            left.exam.close()

    def save_receipts(self, file: str) -> None:
        """The test taker wants the receipts of what was delivered in `file`."""
        self._ending.save_receipts(Path(file))

    def close(self) -> None:
        """Close the program from a page of the window."""
        self._done(0)

    def shut_down(self) -> None:
        """End in an orderly way whatever the phase: the program is asked to quit.

        It is not the test taker's wish: an attempt that has begun stays open, and the next start goes on with it.
        """
        if not isinstance(self._state, states.Ended):
            begun = self.recording.begun
            self._end(states.Aborting(ProgramClosed()))
            self.recording.note(ClientClosedEvent())
            self.recording.abandon()
            end = RecordingEnd.INTERRUPTED if begun else RecordingEnd.NEVER_BEGAN
            self.enter(states.Released(ProgramClosed(), end))
        self.recording.join(RECORDER_GONE_TIMEOUT_S)  # no window waits any more, and what it seals counts
        self._ending.stop_delivery()
