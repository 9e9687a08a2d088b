"""The recording of one attempt, across every restart of the recorder."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from app.client.ipc.from_recorder import Calibrated, EventSealed, Finished, SegmentSealed, TakeStarted
from app.client.ipc.message import ZeroAngles
from app.client.ipc.problems import RecordingProblem
from app.client.ipc.process import RecorderProcess
from app.client.ipc.to_recorder import BeginExam, Calibrate, Finish, Open, StoreStill, TakeStill
from app.client.recording.current_attempt import CurrentAttempt
from app.client.recording.detector_breaker import DetectorBreaker
from app.client.recording.dispatch import dispatch
from app.client.recording.pending_events import PendingEvents
from app.client.recording.supervisor import RecorderSupervisor
from app.events.detection import DetectionFailedEvent
from app.events.recording import GapEvent
from app.events.session import ClientRestartedEvent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.client.ipc.message import Purpose
    from app.client.ipc.process import RecorderListener
    from app.client.recording.listener import RecordingListener, Scheduler
    from app.client.recording.supervisor import Recorder
    from app.client.state.attempts import Attempt, AttemptStore
    from app.client.state.exam_time import ExamTime
    from app.events.vocabulary import KnownEvent
    from app.policy.document import ExamSettings
    from capture.analysis.calibration import Target

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ChosenSources:
    """The source of each stream: a device, another source where the signed settings allow it, None for the default."""

    camera: str | None
    microphone: str | None
    screen: str | None


class Recording:
    """Keeps a recorder alive from device check to the last sealed byte; lives on the main thread.

    When a recorder dies another one is started as the next take, with the same time zero, and the gap is sealed
    as an event with its edges. When the client itself restarts, the saved attempt makes the same happen.
    """

    def __init__(
        self,
        *,
        settings: ExamSettings,
        sources: ChosenSources,
        spool: Path,
        attempts: AttemptStore,
        exam_file: bytes,
        listener: RecordingListener,
        scheduler: Scheduler,
        start: Callable[[RecorderListener], Recorder] = RecorderProcess,
    ) -> None:
        self._settings = settings
        self._sources = sources
        self._spool = spool
        self._current = CurrentAttempt(attempts)
        self._exam_file = exam_file
        self._listener = listener
        self._supervisor = RecorderSupervisor(self, scheduler, start)
        self._closing = False
        self._finish_sent = False
        self._cut_short = False
        self._finished = False
        self._last_us: dict[str, int] = {}
        self._pending = PendingEvents()
        self._once_sealed: dict[str, tuple[int, object]] = {}
        self._began = False
        self._exam: BeginExam | None = None
        self._zero: ZeroAngles | None = None
        self._breaker = DetectorBreaker()

    @property
    def attempt(self) -> Attempt | None:
        """The attempt being recorded, as last saved; None before `begin`."""
        return self._current.saved if self._current.begun else None

    @property
    def running(self) -> bool:
        """Whether a recorder is sealing now."""
        return self._began and not self._finished

    @property
    def recorder_pid(self) -> int | None:
        """Process id of the present recorder."""
        return self._supervisor.pid

    def open(self) -> None:
        """Open the sources for the device check; a second call starts them anew."""
        self._supervisor.open()

    def recorder_opened(self) -> None:
        """Say to another recorder what it is to do; in a recording that has begun, it is the next take."""
        check_in = self._settings.looks_at_check_in() if self._exam is None and self._breaker.allows else None
        in_exam = self._exam is not None and self._exam.detection is not None
        self._breaker.opened(time.monotonic(), detecting=check_in is not None or in_exam)
        self._supervisor.send(
            Open(
                settings=self._settings.recording,
                camera=self._sources.camera,
                microphone=self._sources.microphone,
                screen=self._sources.screen,
                check_in=check_in,
            )
        )
        if self.begun:
            to_us = self._current.now_us()
            for stream, from_us in self._last_us.items():
                gap = {"stream": stream, "from_us": from_us, "to_us": to_us, "reason": "recorder_exited"}
                self.note(GapEvent.read(gap))
            self._begin_take(self._current.saved.begun())
            if self._exam is not None:
                self._supervisor.send(self._exam)

    def calibrate(self, target: Target | None) -> None:
        """Say what the test taker looks at; None ends the calibration, and `calibrated` follows."""
        self._supervisor.send(Calibrate(target=target))

    def take_still(self, purpose: Purpose) -> None:
        """Take a still picture; `still_taken` follows where the camera delivers."""
        self._supervisor.send(TakeStill(purpose=purpose))

    def store_still(self, purpose: Purpose) -> None:
        """Seal the still picture that was taken; `still_stored` follows."""
        self._supervisor.send(StoreStill(purpose=purpose))

    def begin(self, attempt: Attempt) -> Attempt:
        """Seal from now on as the attempt's next take; gives the attempt as saved, with its time zero."""
        resumed = attempt.next_take > 0
        attempt = attempt.begun()
        self._supervisor.ensure()  # where the device check's recorder died: do not wait for the next one
        self._begin_take(attempt)
        self._current.keep_exam(self._exam_file)
        if resumed:
            self.note(ClientRestartedEvent(attempt.next_take))
        return self._current.saved

    def _begin_take(self, attempt: Attempt) -> None:
        self._supervisor.send(self._current.begin_take(attempt, self._settings, self._spool))

    @property
    def begun(self) -> bool:
        """Whether anything of this attempt is recorded by this client."""
        return self._current.begun

    def identified(self) -> None:
        """Store with the attempt that the check-in is complete, once all that was noted of it is sealed."""
        self._store_once_sealed("identified", value=True)

    def begin_exam(self) -> None:
        """End the check-in: previews end, and what the settings ask for is observed from now on."""
        detection = self._settings.observed().detectors() if self._breaker.allows else None
        self._exam = BeginExam(detection=detection, zero=self._zero)
        self._supervisor.send(self._exam)

    def admitted(self, attempt: Attempt, token: str, nonce: str) -> Attempt:
        """Store the endpoint's token with the attempt, and save it once the attempt has begun."""
        if not self._current.begun:
            return attempt.model_copy(update={"token": token, "nonce": nonce})
        return self._current.store(token=token, nonce=nonce)

    def store_held(self, controls: tuple[str, ...]) -> None:
        """Store durably with the attempt what the exam is held for: a hold at once, its end once that is sealed."""
        if controls:
            self._once_sealed.pop("held", None)
            self._current.store(held=controls)
        else:
            self._store_once_sealed("held", value=())

    def _store_once_sealed(self, name: str, *, value: object) -> None:
        """Nothing of the attempt's file is ahead of what was sealed: a crash in between would leave it out for good."""
        self._once_sealed[name] = (self._pending.last, value)
        self._store_sealed()

    def _store_sealed(self) -> None:
        due = {name: value for name, (last, value) in self._once_sealed.items() if last <= self._pending.last_sealed}
        if due:
            self._once_sealed = {name: each for name, each in self._once_sealed.items() if name not in due}
            self._current.store(**due)

    def now_us(self) -> int:
        """Microseconds since the attempt's time zero."""
        return self._current.now_us()

    def store_time(self, used: ExamTime) -> None:
        """Keep with the attempt, durably, how much of the exam's time is used."""
        self._current.store(time=used)

    def note(self, event: KnownEvent, seen_ns: int | None = None) -> None:
        """Seal one event with the time at which it was seen (`time.monotonic_ns`), or now.

        One that the recorder had not sealed when it died is sealed by the next one.
        """
        self._pending.add(event, time.monotonic_ns() if seen_ns is None else seen_ns)
        self._send_events()

    def finish(self) -> None:
        """Stop and seal the rest; `recording_finished` follows.

        A recorder that is only just being started is waited for: the last events are still to be sealed.
        """
        self._closing = True
        self._pending.sum_up()
        self._send_events()

    def finish_now(self) -> None:
        """Wait no longer for a recorder that was told to finish; `recording_finished` follows once it is gone."""
        self._end(complete=False)

    def abandon(self) -> None:
        """End without waiting for anything: the device check was left, or the program is closed."""
        self._closing = True
        self._supervisor.stop()

    def join(self, timeout_s: float) -> None:
        """Wait until every recorder is gone: only where no window waits any more."""
        self._supervisor.join(timeout_s)

    def recorder_message(self, message: object) -> None:
        """Take one message of the recorder in use."""
        match message:
            case Calibrated():
                self._zero = message.zero
                self._listener.calibrated(message)
            case TakeStarted():
                self._take_started(message)
            case SegmentSealed():
                self._last_us[message.stream] = max(message.t0_us, self._last_us.get(message.stream, 0))
                self._listener.segment_sealed()
            case EventSealed():
                self._pending.sealed(message.number)
                self._store_sealed()
                self._send_events()
            case Finished():
                self._end(complete=not self._cut_short)
            case _:
                dispatch(message, self._listener)

    def recorder_lost(self, status: int) -> None:
        """Take note that the recorder is gone; the next one is on its way unless all is done."""
        self._began = self._finish_sent = False
        self._cut_short = self._closing
        self._listener.recording_problem(RecordingProblem.RECORDER_EXITED, recorder_gone=True)
        if self._breaker.exited(time.monotonic()):
            self._disable_detectors()

    def recorder_responding(self, *, responding: bool) -> None:
        """The recorder has been silent for seconds, or is back."""
        self._listener.recorder_responding(responding=responding)

    def _disable_detectors(self) -> None:
        if self._exam is not None:
            self._exam = BeginExam(detection=None, zero=None)
        self.note(DetectionFailedEvent("recorder_kept_ending"))
        self._listener.detection_changed(available=False)

    def _take_started(self, message: TakeStarted) -> None:
        self._began = True
        self._current.store(previous=message.hid)
        self._listener.take_started()
        self._pending.recorder_changed()
        self._send_events()

    def _send_events(self) -> None:
        """Send what may go now and, at the end, that it was all."""
        if not self._began:
            return
        for event in self._pending.to_send():
            self._supervisor.send(event)
        if self._closing and self._pending.all_sent and not self._finish_sent:
            self._finish_sent = self._supervisor.send(Finish())

    def _end(self, *, complete: bool) -> None:
        if not self._finished:
            self._finished = True
            self._supervisor.stop(partial(self._listener.recording_finished, complete=complete))
