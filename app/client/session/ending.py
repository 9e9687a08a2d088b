"""The end of a session: the recorder finishes, the rest is delivered, and the last page says how it ended."""

from __future__ import annotations

import errno
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from app.client.pages import farewell
from app.client.pages.handing_in import handing_in_model
from app.client.session.states import Aborting, CouldNotLock, Declined, HandedIn, RecordingEnd, Released, Submitting
from resources.language import _

if TYPE_CHECKING:
    from pathlib import Path

    from app.client.session.collaborators import Collaborators, SessionDelivery, SessionRecording
    from app.client.session.presenter import Presenter
    from app.client.session.states import Outcome, State
    from app.client.state.attempts import Attempt
    from ui.model import FarewellModel

_log = logging.getLogger(__name__)

FINISH_TIMEOUT_S = 20.0
"""So long may a recorder seal its last seconds; nobody waits longer for one that does not answer."""
DELIVERY_STOP_TIMEOUT_S = 5.0
_WAYS = {HandedIn: farewell.ExamEnding.HANDED_IN, CouldNotLock: farewell.ExamEnding.NOT_LOCKED}
_LAST = {
    RecordingEnd.COMPLETE: farewell.LastSeconds.SEALED,
    RecordingEnd.CUT_SHORT: farewell.LastSeconds.CUT_SHORT,
    RecordingEnd.OVERDUE: farewell.LastSeconds.OVERDUE,
}


class EndingSession(Protocol):
    """The session that ends."""

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

    def token_granted(self, token: str, nonce: str) -> None:
        """The endpoint knows the attempt."""


class Ending:
    """Leads from the last word of the exam to the last page; what it may do next follows from the session's state.

    Delivery begins long before the end: it is here because it outlasts everything else. A `PresenterHooks`.
    """

    def __init__(self, session: EndingSession, collaborators: Collaborators, *, resumed: bool) -> None:
        self._session = session
        self._window = collaborators.window
        self._scheduler = collaborators.scheduler
        self._store = collaborators.store
        self._resumed = resumed
        self._overdue = False
        self._delivery: SessionDelivery | None = None
        self._said: FarewellModel | None = None

    def deliver(self, delivery: SessionDelivery) -> None:
        """Deliver from now on."""
        if self._delivery is None:
            self._delivery = delivery
            delivery.start()

    def token_granted(self, token: str, nonce: str) -> None:
        """The endpoint knows the attempt."""
        self._session.token_granted(token, nonce)

    def object_queued(self) -> None:
        """Another object waits for delivery."""
        if self._delivery is not None:
            self._delivery.wake()

    def stop_delivery(self) -> None:
        """What is not delivered stays for the next start."""
        delivery, self._delivery = self._delivery, None
        if delivery is not None:
            delivery.stop(DELIVERY_STOP_TIMEOUT_S)

    def without_recording(self, outcome: Outcome) -> None:
        """End a session of which nothing was recorded by this client."""
        self._session.recording.abandon()
        self.stop_delivery()
        self._session.enter(Released(outcome, RecordingEnd.NEVER_BEGAN))
        self._window.show_farewell(self._unrecorded(outcome))

    def finish_recording(self) -> None:
        """Let the recorder seal the rest; the machine is as it was before, so nobody waits locked for it."""
        self._window.show_waiting(_("Closing the recording …"))
        self._window.show()
        self._scheduler.post(self._session.recording.finish)  # after what guards reported until now
        self._scheduler.after(FINISH_TIMEOUT_S, self._finish_overdue)

    def _finish_overdue(self) -> None:
        if isinstance(self._session.state, Submitting | Aborting):
            _log.warning("the recorder did not finish in time; it is ended")
            self._overdue = True
            self._session.recording.finish_now()

    def recording_finished(self, *, complete: bool) -> None:
        """Everything is sealed: deliver the rest."""
        state = self._session.state
        if not isinstance(state, Submitting | Aborting):
            return
        self._store.save(self._session.attempt.model_copy(update={"ended": True}))
        cut = RecordingEnd.OVERDUE if self._overdue else RecordingEnd.CUT_SHORT
        self._session.enter(Released(state.outcome, RecordingEnd.COMPLETE if complete else cut))
        if self._delivery is not None:
            self._delivery.retry_now()
        self.delivery_progressed()

    def delivery_progressed(self) -> None:
        """Bring the page of progress up to date, or say farewell once everything is delivered."""
        state = self._session.state
        if not isinstance(state, Released) or self._window.page_name == "farewell":
            return
        attempt = self._session.attempt.attempt
        counts = self._store.counts(attempt)
        way = _WAYS.get(type(state.outcome), farewell.ExamEnding.LEFT)
        model = handing_in_model(counts, self._session.presenter.board.delivery, way)
        self._window.show_handing_in(model)
        if model.finished:
            self.stop_delivery()
            self._store.close(attempt)
            self._said = farewell.delivered(way, _LAST[state.recording], counts.delivered_objects)
            self._window.show_farewell(self._said)

    def save_receipts(self, file: Path) -> None:
        """Copy the receipts to where the test taker wants them, and say on the last page what came of it."""
        if self._said is None:
            return
        try:
            self._store.save_receipts(self._session.attempt.attempt, file)
            saved = farewell.receipts_saved(file)
        except OSError as error:
            _log.warning("the receipts could not be saved: %s", errno.errorcode.get(error.errno or 0, "unknown"))
            saved = farewell.receipts_not_saved(file, error)
        self._window.show_farewell(replace(self._said, saved=saved))

    def _unrecorded(self, outcome: Outcome) -> FarewellModel:
        if not isinstance(outcome, Declined):
            return farewell.left_before_start()
        return farewell.not_resumed() if self._resumed else farewell.declined()
