"""Presents the state of the recorder and of delivery in the windows."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import TYPE_CHECKING, Protocol

from app.client.findings.device_check import DeviceCheck
from app.client.pages.camera_hints import CameraHints
from app.client.pages.delivery_words import delivery_sentence
from app.client.pages.status_words import PROBLEMS
from app.client.session.states import Checked, Informed, Locked, Opened, Running, Suspended
from app.client.session.status_board import StatusBoard
from capture.sources.screen_limits import screen_limits
from resources.language import _

if TYPE_CHECKING:
    from app.client.checkin.sequence import CheckIn
    from app.client.delivery.problems import DeliveryProblem
    from app.client.delivery.uploader import DeliveryState
    from app.client.ipc.from_recorder import Calibrated, FaceSeen, StillTaken
    from app.client.ipc.problems import RecordingProblem
    from app.client.recording.listener import Scheduler
    from app.client.session.collaborators import SessionWindow
    from app.client.session.locked_exam import LockedExam
    from app.client.session.states import State
    from app.policy.document import ExamSettings
    from capture.errors import SourceFault
    from capture.reports import Condition, Impairment, StreamName
    from ui.model import ChecksModel, TimeLeft

CALM_AFTER_S = 60.0
"""So long recordings may wait without a word: shorter breaks of a network are nobody's concern."""


class PresenterHooks(Protocol):
    """How recorder and delivery reports affect the session; called on the main thread."""

    def token_granted(self, token: str, nonce: str) -> None:
        """The endpoint knows the attempt."""

    def object_queued(self) -> None:
        """Another object is in the outbox."""

    def delivery_progressed(self) -> None:
        """Something was delivered, or the connection changed."""

    def recording_finished(self, *, complete: bool) -> None:
        """Everything is sealed; `complete` is False when the recorder died while closing."""


class Presenter:
    """Shows what recorder and delivery report; a `RecordingListener` and, on worker threads, a `DeliveryListener`.

    Where it is shown, and who else hears of it, follows from the state of the session, which `show` is told of.
    """

    def __init__(
        self, *, settings: ExamSettings, window: SessionWindow, scheduler: Scheduler, hooks: PresenterHooks
    ) -> None:
        recording = settings.recording
        asked: dict[StreamName, object] = {
            "webcam": recording.camera,
            "microphone": recording.microphone,
            "screen": recording.screen,
        }
        self.board = StatusBoard(expected=tuple(stream for stream, wanted in asked.items() if wanted is not None))
        self.checks = DeviceCheck(settings, screen_limits(os.environ))
        self._hints = CameraHints()
        self._unsent: object | None = None
        self._state: State = Opened()
        self._window = window
        self._scheduler = scheduler
        self._hooks = hooks

    def show(self, state: State) -> None:
        """The session has come to `state`."""
        self._state = state
        self.refresh()

    def show_checks(self, model: ChecksModel) -> None:
        """Bring the device check up to date while it is shown."""
        if isinstance(self._state, Informed):
            self._window.show_checks(model)

    def refresh(self) -> None:
        """Bring the exam window's bar up to date, or the shield above a recorded step of the check-in."""
        status = self.board.status()
        if self._wait_for_delivery(sent=status.connection == "connected"):
            status = self.board.status()
        if (exam := self._exam) is not None:
            exam.set_status(status)
        else:
            self._window.show_shield(status.shield, status.shield_sentence)

    def _wait_for_delivery(self, *, sent: bool) -> bool:
        """Begin or end waiting for the storage; whether the notice that it takes long is over."""
        if not sent:
            if self._unsent is None:
                self._unsent = object()
                self._scheduler.after(CALM_AFTER_S, partial(self._unsent_long, self._unsent))
            return False
        self._unsent = None
        was, self.board.unsent_long = self.board.unsent_long, False
        return was

    def _unsent_long(self, since: object) -> None:
        if self._unsent is since:
            self.board.unsent_long = True
            self.refresh()

    @property
    def _exam(self) -> LockedExam | None:
        return self._state.exam if isinstance(self._state, Locked | Running | Suspended) else None

    @property
    def _check_in(self) -> CheckIn | None:
        return self._state.check_in if isinstance(self._state, Checked) else None

    def source_changed(self, stream: StreamName, state: Condition, fault: SourceFault | None) -> None:
        """A source opened, was lost, came back or ended."""
        self.board.source(stream, state, fault)
        self.show_checks(self.checks.source(stream, state, fault))
        self._tell_of_picture()
        self.refresh()

    def quality_changed(self, stream: StreamName, impairment: Impairment | None) -> None:
        """A source delivers nothing worth having, or does again."""
        self.board.quality(stream, impairment)
        self.show_checks(self.checks.quality(stream, impairment))
        self.refresh()

    def _tell_of_picture(self) -> None:
        if self._check_in is not None:
            self._check_in.picture_changed(there=self.board.delivers("webcam"))

    def preview(self, jpeg: bytes) -> None:
        """A camera picture for the device check."""
        self._window.show_preview(jpeg)

    def level(self, dbfs: float) -> None:
        """The microphone's level for the device check."""
        self._window.show_level(dbfs)

    def seen(self, seen: FaceSeen) -> None:
        """The detectors looked at the test taker."""
        if self._exam is not None:
            if self._hints.take(seen, time.monotonic()):
                self.board.hint = self._hints.sentence
                self.refresh()
        elif self._check_in is not None:
            self._check_in.seen(seen)

    def calibrated(self, calibrated: Calibrated) -> None:
        """The calibration is over."""
        if self._check_in is not None:
            self._check_in.calibrated(calibrated)

    def still_taken(self, taken: StillTaken) -> None:
        """A still picture was taken, to be looked at."""
        if self._check_in is not None:
            self._check_in.still_taken(taken)

    def still_stored(self, *, stored: bool) -> None:
        """The still picture is sealed, or is gone."""
        if self._check_in is not None:
            self._check_in.still_stored(stored=stored)

    def detection_changed(self, *, available: bool) -> None:
        """The detectors run, or cannot; the exam goes on either way."""
        self.show_checks(self.checks.detection(available=available))
        if self._check_in is not None:
            self._check_in.detection_changed(available=available)

    def warn(self, sentence: str, for_s: float) -> None:
        """Tell the test taker what a control reported, for `for_s` seconds or until the next such word."""
        self.board.warning = sentence
        self.refresh()
        self._scheduler.after(for_s, partial(self._end_warning, sentence))

    def _end_warning(self, sentence: str) -> None:
        if self.board.warning == sentence:
            self.board.warning = ""
            self.refresh()

    def show_time(self, left: TimeLeft | None) -> None:
        """Show the exam's time; what has not changed is not painted anew."""
        if left != self.board.time_left:
            self.board.time_left = left
            self.refresh()

    def segment_sealed(self) -> None:
        """Another object waits for delivery; whatever kept the recording up is over."""
        if self.board.notice and self.board.recording:
            self.board.notice = ""
            self.refresh()
        self._hooks.object_queued()

    def take_started(self) -> None:
        """A recorder seals: the first, or one that replaced another."""
        self.board.recording = True
        self.board.notice = ""
        self.refresh()

    def recorder_responding(self, *, responding: bool) -> None:
        """The recorder has been silent for seconds, or is back."""
        self.board.responding = responding
        self.refresh()

    def recording_problem(self, problem: RecordingProblem, *, recorder_gone: bool) -> None:
        """Something stops the recording for the moment; the exam goes on."""
        if recorder_gone:
            self.board.recorder_gone()
            self.show_checks(self.checks.sources_unknown())
            self._tell_of_picture()
        self.board.notice = _(PROBLEMS[problem])
        self.refresh()

    def recording_finished(self, *, complete: bool) -> None:
        """Everything is sealed."""
        self.board.recorder_gone()
        self.refresh()
        self._hooks.recording_finished(complete=complete)

    def admitted(self, attempt: str, token: str, nonce: str) -> None:
        """The endpoint knows the attempt; called on a worker thread."""
        self._scheduler.post(partial(self._show_admission, token, nonce))

    def admission_failed(self, attempt: str, problem: DeliveryProblem) -> None:
        """The endpoint cannot be asked or says no for now; called on a worker thread."""
        self._scheduler.post(partial(self._show_connection_problem, delivery_sentence(problem)))

    def delivery_changed(self, attempt: str, state: DeliveryState) -> None:
        """Something was delivered, or the connection changed; called on a worker thread."""
        self._scheduler.post(partial(self._show_delivery, state))

    def _show_admission(self, token: str, nonce: str) -> None:
        self.board.connection_problem = None
        self._hooks.token_granted(token, nonce)
        self.show_checks(self.checks.delivery(None))
        self.refresh()

    def _show_connection_problem(self, sentence: str) -> None:
        self.board.connection_problem = sentence
        self.show_checks(self.checks.delivery(sentence))
        self.refresh()

    def _show_delivery(self, state: DeliveryState) -> None:
        self.board.delivery = state
        self.refresh()
        self._hooks.delivery_progressed()
