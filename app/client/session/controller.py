"""The exam session of one test taker, from the consent page to the farewell page."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from app.client.checkin.sequence import CheckIn
from app.client.delivery.attempt_delivery import AttemptDelivery, close_attempt
from app.client.delivery.errors import DeliveryError
from app.client.pages import farewell
from app.client.pages.consent import consent_model
from app.client.pages.delivery_words import no_room
from app.client.pages.handing_in import handing_in_model
from app.client.recording.recording import Recording
from app.client.session.phases import Phase, Session
from app.client.session.policy_reaction import PolicyReaction
from app.client.session.presenter import Presenter
from app.events.lockdown import GuardEngagedEvent, GuardNotReleasedEvent, ViolationEvent
from app.events.session import (
    ClientClosedEvent,
    ExamLeftEvent,
    ExamPageEvent,
    HandedInEvent,
    LeftReason,
    PageIncident,
    PhaseEvent,
    SessionPhase,
    WindowLeftEvent,
    WindowReturnedEvent,
)
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.client.bridge import Bridge
    from app.client.delivery.outbox import Outbox
    from app.client.machine.lock import MachineLock
    from app.client.session.setup import MachineControl, SessionSetup
    from app.client.state.attempts import AttemptStore
    from app.client.state.paths import ClientPaths
    from app.events.lockdown import LockdownEvent
    from lockdown.contract.violations import Violation
    from ui.client.checkin.model import CheckInAction
    from ui.client.exam.window import ExamWindow
    from ui.client.window import ClientWindow

_log = logging.getLogger(__name__)

ADMISSION_TIMEOUT_S = 8.0
"""How long the start waits for the endpoint; an exam begins without it rather than not at all."""
FINISH_TIMEOUT_S = 20.0
RECORDER_GONE_TIMEOUT_S = 12.0


class Controller:
    """Drives the session through its phases on the main thread; worker threads reach it through the bridge."""

    def __init__(
        self,
        *,
        setup: SessionSetup,
        window: ClientWindow,
        exam_window: Callable[[], ExamWindow],
        machine: MachineControl,
        bridge: Bridge,
        paths: ClientPaths,
        outbox: Outbox,
        attempts: AttemptStore,
        done: Callable[[int], None],
    ) -> None:
        self._setup = setup
        self._attempt = setup.attempt
        self._window = window
        self._make_exam_window = exam_window
        self._exam: ExamWindow | None = None
        self._machine = machine
        self._lock: MachineLock | None = None
        self._bridge = bridge
        self._outbox = outbox
        self._attempts = attempts
        self._receipts = paths.receipts
        self._done = done
        self._session = Session()
        self._presenter = Presenter(settings=setup.settings, window=window, bridge=bridge, hooks=self)
        self._recording = Recording(
            settings=setup.settings,
            sources=setup.sources,
            spool=paths.spool,
            attempts=attempts,
            listener=self._presenter,
            scheduler=bridge,
        )
        self._delivery: AttemptDelivery | None = None
        self._reaction: PolicyReaction | None = None
        self._complete = True
        self._left = False
        self._connect()

    @property
    def phase(self) -> Phase:
        """Where the session stands."""
        return self._session.phase

    @property
    def exam_window(self) -> ExamWindow | None:
        """The locked window while there is one."""
        return self._exam

    def start(self) -> None:
        """Show what will be recorded; nothing is opened before the test taker agrees."""
        settings = self._setup.settings
        self._window.show_consent(consent_model(settings, self._attempt.endpoint, resumed=self._setup.resumed))
        self._window.show()
        if self._setup.resumed:
            self._start_delivery()

    def _start_delivery(self) -> None:
        if self._delivery is None:
            self._delivery = AttemptDelivery(self._attempt, self._outbox, self._presenter)
            self._delivery.start()

    def _connect(self) -> None:
        window = self._window
        window.accepted.connect(self._accepted)
        window.declined.connect(self._declined)
        window.recheck_requested.connect(self._check)
        window.close_programs_confirmed.connect(self._close_programs)
        window.start_requested.connect(self._check_in)
        window.check_in_acted.connect(self._check_in_acted)
        window.leave_requested.connect(partial(self._leave, LeftReason.BEFORE_EXAM))
        window.close_requested.connect(self._close)

    # From information to the device check

    def _accepted(self) -> None:
        self._go(Phase.INFORMED)
        self._presenter.checking = True
        self._start_delivery()
        self._check()

    def _declined(self) -> None:
        self._go(Phase.ABORTING)
        self._go(Phase.RELEASED)
        self._window.show_farewell(farewell.not_resumed() if self._setup.resumed else farewell.declined())

    def _check(self) -> None:
        self._presenter.show_checks(self._presenter.checks.begin())
        self._recording.open()
        self._bridge.work(
            self._machine.findings, lambda found: self._presenter.show_checks(self._presenter.checks.machine(found))
        )
        self._bridge.work(
            self._reserve, lambda problem: self._presenter.show_checks(self._presenter.checks.disk(problem))
        )
        if self._attempt.token:
            self._presenter.show_checks(self._presenter.checks.delivery(None))
        else:
            self._bridge.after(ADMISSION_TIMEOUT_S, self._stop_waiting_for_admission)

    def _close_programs(self) -> None:
        """The test taker agreed to it: close what hinders the exam, and look again."""
        self._bridge.work(self._machine.close_denied, lambda _: self._check())

    def _reserve(self) -> str | None:
        try:
            self._outbox.reserve(self._setup.reserve_bytes)
        except DeliveryError as error:
            return no_room(error)
        return None

    def _stop_waiting_for_admission(self) -> None:
        if not self._attempt.token and self.phase is Phase.INFORMED:
            problem = self._presenter.board.connection_problem or "Your institution's endpoint does not answer yet."
            self._presenter.show_checks(self._presenter.checks.delivery(problem))

    # Check-in

    def _check_in(self) -> None:
        self._presenter.checking = False
        self._go(Phase.CHECKED)
        self._presenter.check_in = CheckIn(
            self._setup.settings,
            page=self._window,
            recorder=self._recording,
            clock=self._bridge,
            record=self._record_check_in,
            finished=self._identified,
        )
        if self._attempt.identified:
            self._identified()  # it was interrupted in the exam: the way back must be short
        else:
            self._presenter.check_in.start()

    def _check_in_acted(self, action: CheckInAction) -> None:
        if self._presenter.check_in is not None:
            self._presenter.check_in.act(action)

    def _record_check_in(self) -> None:
        """Seal from now on: a step of the check-in is part of the recording."""
        self._attempt = self._recording.begin(self._attempt)
        self._recording.note(PhaseEvent(SessionPhase.CHECKED))

    def _identified(self) -> None:
        self._presenter.check_in = None
        self._go(Phase.IDENTIFIED)
        if self._recording.begun:
            self._recording.note(PhaseEvent(SessionPhase.IDENTIFIED))
        else:
            self._attempt = self._recording.begin(self._attempt)
        self._attempt = self._recording.identified()
        self._lock_and_run()

    # The exam

    def _lock_and_run(self) -> None:
        self._go(Phase.LOCKED)
        self._recording.begin_exam()
        self._recording.note(PhaseEvent(SessionPhase.LOCKED))
        exam = self._exam = self._presenter.exam = self._make_exam_window()
        exam.page_painted.connect(self._page_painted)
        exam.hand_in_requested.connect(self._hand_in)
        exam.leave_requested.connect(self._leave)
        exam.page_event.connect(self._page_event)
        self._reaction = PolicyReaction(self._setup.settings, exam, self)
        exam.hold_answered.connect(self._reaction.answer)
        exam.left_window.connect(self._window_left)
        exam.returned_to_window.connect(partial(self._recording.note, WindowReturnedEvent()))
        exam.open()
        self._window.hide()
        self._lock = self._machine.lock_for(exam)
        refusal = self._lock.engage(self)
        for name, level in self._lock.statuses:
            self._recording.note(GuardEngagedEvent.read({"guard": name, "level": level}))
        if refusal is not None:
            self._leave(LeftReason.NOT_LOCKED, refusal.code)
            return
        self._reaction.resume(self._attempt.held)
        self._presenter.refresh()

    def _window_left(self) -> None:
        self._recording.note(WindowLeftEvent())
        if self._reaction is not None:
            self._reaction.reported(Control.FOCUS_RETURN)

    def _page_painted(self) -> None:
        if self.phase is Phase.LOCKED:
            self._go(Phase.RUNNING)
            self._recording.note(PhaseEvent(SessionPhase.RUNNING))

    def _page_event(self, kind: str) -> None:
        self._recording.note(ExamPageEvent(PageIncident(kind)))

    def violated(self, violations: Sequence[Violation]) -> None:
        """Guards report what happened; called on the watch's thread."""
        self._bridge.post(partial(self._note_violations, violations))

    def _note_violations(self, violations: Sequence[Violation]) -> None:
        for violation in violations:
            if violation.code is not Code.CLOCK_SET:  # the recorder seals that as `clock_moved`
                self._recording.note(ViolationEvent.of(violation), violation.seen_ns)
            if self._reaction is not None:
                self._reaction.violated(violation)

    # What a hold asks for

    def note(self, event: LockdownEvent) -> None:
        """Seal an event of a hold."""
        self._recording.note(event)

    def store_held(self, controls: tuple[str, ...]) -> None:
        """Store what the exam is held for, so that it survives a crash."""
        self._recording.store_held(controls)

    def warn(self, sentence: str, for_s: float) -> None:
        """Tell the test taker what was noted."""
        self._presenter.warn(sentence, for_s)

    # The end

    def _hand_in(self) -> None:
        if self.phase is Phase.LOCKED:
            self._go(Phase.RUNNING)
        if self.phase is not Phase.RUNNING:
            return
        self._recording.note(HandedInEvent())
        self._go(Phase.SUBMITTING)
        self._close_exam()

    def _leave(self, reason: str, text: str = "") -> None:
        if self.phase in {Phase.RELEASED, Phase.SUBMITTING, Phase.ABORTING}:
            return
        began = self._recording.begun
        if self._presenter.check_in is not None:
            self._presenter.check_in.end()
            self._presenter.check_in = None
        self._left = True
        self._recording.note(ExamLeftEvent(LeftReason(reason), text or None))
        self._go(Phase.ABORTING)
        if began:
            self._close_exam()
        else:
            self._recording.abandon()
            self._finish_without_recording()

    def _close_exam(self) -> None:
        """Restore the machine first, then let the recorder finish: nobody waits locked for an upload."""
        if self._lock is not None:
            failures = self._lock.release()
            for name in failures:
                self._recording.note(GuardNotReleasedEvent.read({"guard": name}))
        if self._exam is not None:
            self._reaction = None
            self._exam.close_for_good()
            self._exam = self._presenter.exam = None
        self._window.show_waiting("Closing the recording …")
        self._window.show()
        self._recording.finish()
        self._bridge.after(FINISH_TIMEOUT_S, self._finish_overdue)

    def _finish_overdue(self) -> None:
        if self.phase in {Phase.SUBMITTING, Phase.ABORTING}:
            _log.warning("the recorder did not finish in time; it is ended")
            self._recording.finish_now()

    def _finish_without_recording(self) -> None:
        self._stop_delivery()
        self._go(Phase.RELEASED)
        self._window.show_farewell(farewell.left_before_start())

    def recording_finished(self, *, complete: bool) -> None:
        """Everything is sealed: deliver the rest."""
        if self.phase not in {Phase.SUBMITTING, Phase.ABORTING}:
            return
        self._complete = complete
        self._attempt = (self._recording.attempt or self._attempt).model_copy(update={"ended": True})
        self._attempts.save(self._attempt)
        self._go(Phase.RELEASED)
        if self._delivery is not None:
            self._delivery.retry_now()
        self._show_progress()

    def _show_progress(self) -> None:
        if self.phase is not Phase.RELEASED or self._window.page_name == "farewell":
            return
        counts = self._outbox.counts(self._attempt.attempt)
        model = handing_in_model(counts, self._presenter.board.delivery, handed_in=not self._left)
        self._window.show_handing_in(model)
        if model.finished:
            self._stop_delivery()
            close_attempt(self._attempt.attempt, self._attempts, self._outbox, self._receipts)
            self._window.show_farewell(
                farewell.delivered(counts.delivered_objects, complete=self._complete, left=self._left)
            )

    def _close(self) -> None:
        if self.phase in {Phase.OPENED, Phase.INFORMED}:
            self._recording.abandon()
        self._stop_delivery()
        self._done(0)

    def shut_down(self) -> None:
        """End in an orderly way whatever the phase: the program is asked to quit."""
        if self._recording.begun and self._session.records:
            # Not the test taker's wish: the attempt stays open, and the next start goes on with it.
            if self._lock is not None:
                self._lock.release()
            self._recording.note(ClientClosedEvent())
            self._recording.abandon()
        elif self.phase in {Phase.OPENED, Phase.INFORMED, Phase.CHECKED}:
            self._recording.abandon()
        self._recording.join(RECORDER_GONE_TIMEOUT_S)  # no window waits any more, and the recorder's objects count
        self._stop_delivery()

    def _stop_delivery(self) -> None:
        delivery, self._delivery = self._delivery, None
        if delivery is not None:
            delivery.stop(timeout_s=5.0)

    # What the presenter asks for

    def token_granted(self, token: str, nonce: str) -> None:
        """The endpoint knows the attempt."""
        self._attempt = self._recording.admitted(self._attempt, token, nonce)

    def object_queued(self) -> None:
        """Another object is in the outbox."""
        if self._delivery is not None:
            self._delivery.wake()

    def delivery_progressed(self) -> None:
        """Something was delivered, or the connection changed."""
        self._show_progress()

    def _go(self, phase: Phase) -> None:
        self._session = self._session.step(phase)
