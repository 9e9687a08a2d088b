"""What comes before the exam: the device check, and the check-in that follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from app.client.checkin.sequence import CheckIn
from app.client.delivery.errors import DeliveryError
from app.client.pages.delivery_words import delivery_sentence, no_room
from app.client.session.states import Checked, Identified, Informed
from app.events.session import PhaseEvent, SessionPhase
from resources.language import _

if TYPE_CHECKING:
    from app.client.delivery.problems import DeliveryProblem
    from app.client.session.collaborators import Collaborators, SessionRecording
    from app.client.session.presenter import Presenter
    from app.client.session.setup import SessionSetup
    from app.client.session.states import State
    from app.client.state.attempts import Attempt
    from ui.client.checkin.model import CheckInAction

ADMISSION_TIMEOUT_S = 8.0
"""How long the start waits for the endpoint; an exam begins without it rather than not at all."""


class PreparedSession(Protocol):
    """The session that is prepared."""

    presenter: Presenter
    recording: SessionRecording

    @property
    def state(self) -> State:
        """Where it stands."""

    @property
    def attempt(self) -> Attempt:
        """Its attempt as last known."""

    def enter(self, state: State) -> None:
        """Go on to `state`."""

    def lock(self) -> None:
        """Everything is prepared: lock the machine around the exam."""


class Preparation:
    """Looks at devices, machine, disk and connection, all of it beside the main thread; then leads to the exam."""

    def __init__(self, session: PreparedSession, setup: SessionSetup, collaborators: Collaborators) -> None:
        self._session = session
        self._setup = setup
        self._window = collaborators.window
        self._machine = collaborators.machine
        self._scheduler = collaborators.scheduler
        self._store = collaborators.store
        self._servers = collaborators.servers

    def check(self) -> None:
        """Look at everything, once more if need be."""
        show, checks = self._session.presenter.show_checks, self._session.presenter.checks
        show(checks.begin())
        self._session.recording.open()
        self._scheduler.work(self._machine.findings, lambda found: show(checks.machine(found)))
        self._scheduler.work(self._reserve, lambda problem: show(checks.disk(problem)))
        self._scheduler.work(self._servers.first_page, lambda page: show(checks.page(page)))
        if self._session.attempt.token:  # it was admitted before; whether the endpoint answers now is another question
            self._scheduler.work(self._servers.endpoint_problem, self._show_endpoint)
        else:
            self._scheduler.after(ADMISSION_TIMEOUT_S, self._stop_waiting_for_admission)

    def _show_endpoint(self, problem: DeliveryProblem | None) -> None:
        presenter = self._session.presenter
        presenter.show_checks(presenter.checks.delivery(None if problem is None else delivery_sentence(problem)))

    def close_programs(self) -> None:
        """The test taker agreed to it: close what hinders the exam, and look again."""
        self._scheduler.work(self._machine.close_denied, lambda _: self.check())

    def check_in(self) -> None:
        """The test taker starts: the steps of the check-in come first."""
        steps = CheckIn(
            self._setup.settings,
            page=self._window,
            recorder=self._session.recording,
            clock=self._scheduler,
            record=self._record_check_in,
            finished=self._identified,
            picture=self._session.presenter.board.delivers("webcam"),
        )
        self._session.enter(Checked(steps))
        if self._session.attempt.identified:
            self._identified()  # it was interrupted in the exam: the way back must be short
        else:
            steps.start()

    def act(self, action: CheckInAction) -> None:
        """A button of a step was pressed."""
        if isinstance(self._session.state, Checked):
            self._session.state.check_in.act(action)

    def _record_check_in(self) -> None:
        """Seal from now on: a step of the check-in is part of the recording."""
        self._session.recording.begin(self._session.attempt)
        self._session.recording.note(PhaseEvent(SessionPhase.CHECKED))

    def _identified(self) -> None:
        self._session.enter(Identified())
        if self._session.recording.begun:
            self._session.recording.note(PhaseEvent(SessionPhase.IDENTIFIED))
        else:
            self._session.recording.begin(self._session.attempt)
        self._session.recording.identified()
        self._session.lock()

    def _reserve(self) -> str | None:
        try:
            self._store.reserve(self._setup.reserve_bytes)
        except DeliveryError as error:
            return no_room(error)
        return None

    def _stop_waiting_for_admission(self) -> None:
        presenter = self._session.presenter
        if not self._session.attempt.token and isinstance(self._session.state, Informed):
            problem = presenter.board.connection_problem or _("Your institution's endpoint does not answer yet.")
            presenter.show_checks(presenter.checks.delivery(problem))
