"""The recording of one attempt, across every life of the recorder."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from app.client.ipc.process import RecorderProcess
from app.client.ipc.protocol import (
    BeginExam,
    Calibrate,
    Calibrated,
    EventSealed,
    Finish,
    Finished,
    Open,
    ReduceLoad,
    SegmentSealed,
    StoreStill,
    TakeStarted,
    TakeStill,
    ZeroAngles,
)
from app.client.recording.current_attempt import CurrentAttempt
from app.client.recording.detector_breaker import DetectorBreaker
from app.client.recording.dispatch import RecorderDispatcher, dispatch
from app.client.recording.heartbeat import TICK_S, HeartbeatMonitor, HeartbeatState
from app.client.recording.lag_watch import LagWatch
from app.client.recording.pending_events import PendingEvents

if TYPE_CHECKING:
    from pathlib import Path

    from app.client.ipc.protocol import AnyToRecorder, Purpose
    from app.client.recording.listener import RecordingListener, Scheduler
    from app.client.state.attempts import Attempt, AttemptStore
    from app.policy.document import ExamSettings
    from capture.analysis.calibration import Target

_log = logging.getLogger(__name__)

RESTART_DELAYS_S = (0.0, 0.5, 1.0, 2.0)
"""A recorder that dies is started again at once; one that keeps dying, every two seconds."""


@dataclass(frozen=True)
class ChosenSources:
    """What feeds each stream: a device, another source where the signed settings allow it, or None: what there is."""

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
        listener: RecordingListener,
        scheduler: Scheduler,
    ) -> None:
        self._settings = settings
        self._sources = sources
        self._spool = spool
        self._current = CurrentAttempt(attempts)
        self._listener = listener
        self._scheduler = scheduler
        self._link: RecorderProcess | None = None
        self._generation = 0
        self._exits = 0
        self._closing = False
        self._finished = False
        self._last_us: dict[str, int] = {}
        self._pending = PendingEvents()
        self._began = False
        self._exam: BeginExam | None = None
        self._zero: ZeroAngles | None = None
        self._breaker = DetectorBreaker()
        self._heartbeat = HeartbeatMonitor()
        self._lag = LagWatch(TICK_S)
        self._responding = True

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
        return self._link.pid if self._link else None

    def open(self) -> None:
        """Open the sources for the device check; a second call starts them anew."""
        self._close_link()
        self._generation += 1
        self._link = RecorderProcess(RecorderDispatcher(self, self._generation, self._scheduler))
        self._heartbeat.opened()
        self._scheduler.after(TICK_S, partial(self._tick, self._generation))
        check_in = self._settings.looks_at_check_in() if self._exam is None and self._breaker.allows else None
        in_exam = self._exam is not None and self._exam.detection is not None
        self._breaker.opened(time.monotonic(), detecting=check_in is not None or in_exam)
        self._link.send(
            Open(
                settings=self._settings.recording,
                camera=self._sources.camera,
                microphone=self._sources.microphone,
                screen=self._sources.screen,
                check_in=check_in,
            )
        )

    def calibrate(self, target: Target | None) -> None:
        """Say what the test taker looks at; None ends the calibration, and `calibrated` follows."""
        self._send(Calibrate(target=target))

    def take_still(self, purpose: Purpose) -> None:
        """Take a still picture; `still_taken` follows where the camera delivers."""
        self._send(TakeStill(purpose=purpose))

    def store_still(self, purpose: Purpose) -> None:
        """Seal the still picture that was taken; `still_stored` follows."""
        self._send(StoreStill(purpose=purpose))

    def begin(self, attempt: Attempt) -> Attempt:
        """Seal from now on as the attempt's next take; gives the attempt as saved, with its time zero."""
        resumed = attempt.next_take > 0
        attempt = attempt.begun()
        if self._link is None:  # the device check's recorder died: do not wait for the next one
            self.open()
        self._begin_take(attempt)
        if resumed:
            self.note("client_restarted", {"take": attempt.next_take})
        return self._current.saved

    def _begin_take(self, attempt: Attempt) -> None:
        self._send(self._current.begin_take(attempt, self._settings, self._spool))

    @property
    def begun(self) -> bool:
        """Whether anything of this attempt is recorded by this client."""
        return self._current.begun

    def identified(self) -> Attempt:
        """Keep with the attempt, durably, that the check-in is behind; call after `begin`."""
        return self._current.store(identified=True)

    def begin_exam(self) -> None:
        """End the check-in: previews end, and what the settings ask for is observed from now on."""
        detection = self._settings.observed().detectors() if self._breaker.allows else None
        self._exam = BeginExam(detection=detection, zero=self._zero)
        self._send(self._exam)

    def _send(self, message: AnyToRecorder) -> None:
        if self._link is not None:
            self._link.send(message)

    def admitted(self, attempt: Attempt, token: str, nonce: str) -> Attempt:
        """Keep the endpoint's token with the attempt, and save it once the attempt has begun."""
        if not self._current.begun:
            return attempt.model_copy(update={"token": token, "nonce": nonce})
        return self._current.store(token=token, nonce=nonce)

    def store_held(self, controls: tuple[str, ...]) -> None:
        """Keep with the attempt, durably, what the exam is held for."""
        self._current.store(held=controls)

    def note(self, event: str, facts: dict[str, str | int | float | bool | None] | None = None) -> None:
        """Seal one event; one that the recorder had not sealed when it died is sealed by the next one."""
        note = self._pending.add(event, facts or {})
        if self._began:
            self._send(note)

    def finish(self) -> None:
        """Stop and seal the rest; `recording_finished` follows."""
        self._closing = True
        if self._link is not None and self._began:
            self._link.send(Finish())
        else:
            self._end(complete=False)

    def abandon(self) -> None:
        """End without a recording: the device check was left."""
        self._closing = True
        self._close_link()

    def received(self, generation: int, message: object) -> None:
        """Take one message of the recorder; those of an earlier life are stale."""
        if generation != self._generation:
            return
        self._heartbeat.received()
        self._report_responsiveness()
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
            case Finished():
                self._end(complete=True)
            case _:
                dispatch(message, self._listener)

    def ended(self, generation: int, status: int) -> None:
        """Take note that the recorder of `generation` is gone, and start the next one unless all is done."""
        if generation != self._generation or self._finished:
            return
        self._close_link()
        if self._closing:
            self._end(complete=False)
            return
        _log.warning("the recorder ended with status %d; starting another", status)
        self._began = False
        self._listener.recording_problem(
            "The recorder stopped and is being started again. Your exam goes on.", recorder_gone=True
        )
        if self._breaker.exited(time.monotonic()):
            self._disable_detectors()
        delay_s = RESTART_DELAYS_S[min(self._exits, len(RESTART_DELAYS_S) - 1)]
        self._exits += 1
        self._scheduler.after(delay_s, self._restart)

    def _tick(self, generation: int) -> None:
        if generation != self._generation or self._link is None:
            return
        self._heartbeat.tick()
        self._report_responsiveness()
        if self._lag.beat(time.monotonic()):
            self._link.send(ReduceLoad())
        if self._heartbeat.state is HeartbeatState.STUCK:
            _log.warning("the recorder has not answered for long; it is ended")
            self._link.kill()
        self._scheduler.after(TICK_S, partial(self._tick, generation))

    def _report_responsiveness(self) -> None:
        responding = self._heartbeat.state is HeartbeatState.RESPONDING
        if responding != self._responding:
            self._responding = responding
            self._listener.recorder_responding(responding=responding)

    def _disable_detectors(self) -> None:
        if self._exam is not None:
            self._exam = BeginExam(detection=None, zero=None)
        self.note("detection_failed", {"why": "The recorder ended each time while it ran the detectors."})
        self._listener.detection_changed(available=False)

    def _restart(self) -> None:
        if self._closing or self._link is not None:
            return
        self.open()
        if self.begun:
            to_us = self._current.now_us()
            for stream, from_us in self._last_us.items():
                self.note("gap", {"stream": stream, "from_us": from_us, "to_us": to_us, "reason": "recorder_died"})
            self._begin_take(self._current.saved.begun())
            if self._exam is not None:
                self._send(self._exam)

    def _take_started(self, message: TakeStarted) -> None:
        self._began = True
        self._current.store(previous=message.hid)
        self._listener.take_started()
        for note in self._pending:
            self._send(note)
        if self._closing:
            self._send(Finish())

    def _end(self, *, complete: bool) -> None:
        self._finished = True
        self._close_link()
        self._listener.recording_finished(complete=complete)

    def _close_link(self) -> None:
        link, self._link = self._link, None
        self._generation += 1
        if link is not None:
            link.close(timeout_s=10.0)
