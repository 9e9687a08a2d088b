"""The recording of one attempt, across every life of the recorder."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from app.client.ipc.process import RecorderLink
from app.client.ipc.protocol import (
    Began,
    BeginExam,
    Calibrate,
    Calibrated,
    Ease,
    Finish,
    Finished,
    KeepStill,
    NoteSealed,
    Open,
    Sealed,
    TakeStill,
    ZeroAngles,
)
from app.client.recording.current_attempt import KeptAttempt
from app.client.recording.detector_breaker import DetectorTrust
from app.client.recording.dispatch import RecorderEar, pass_on
from app.client.recording.heartbeat import TICK_S, Liveness, SignsOfLife
from app.client.recording.lag_watch import StutterWatch
from app.client.recording.pending_events import Notes

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
        self._kept = KeptAttempt(attempts)
        self._listener = listener
        self._scheduler = scheduler
        self._link: RecorderLink | None = None
        self._life = 0
        self._deaths = 0
        self._closing = False
        self._finished = False
        self._last_us: dict[str, int] = {}
        self._notes = Notes()
        self._began = False
        self._exam: BeginExam | None = None
        self._zero: ZeroAngles | None = None
        self._trust = DetectorTrust()
        self._signs = SignsOfLife()
        self._stutter = StutterWatch(TICK_S)
        self._answers = True

    @property
    def attempt(self) -> Attempt | None:
        """The attempt being recorded, as last saved; None before `begin`."""
        return self._kept.saved if self._kept.begun else None

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
        self._life += 1
        self._link = RecorderLink(RecorderEar(self, self._life, self._scheduler))
        self._signs.opened()
        self._scheduler.after(TICK_S, partial(self._tick, self._life))
        check_in = self._settings.looks_at_check_in() if self._exam is None and self._trust.allows else None
        in_exam = self._exam is not None and self._exam.detection is not None
        self._trust.opened(time.monotonic(), detecting=check_in is not None or in_exam)
        self._link.say(
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
        self._say(Calibrate(target=target))

    def take_still(self, purpose: Purpose) -> None:
        """Take a still picture; `still_taken` follows where the camera delivers."""
        self._say(TakeStill(purpose=purpose))

    def keep_still(self, purpose: Purpose) -> None:
        """Seal the still picture that was taken; `still_kept` follows."""
        self._say(KeepStill(purpose=purpose))

    def begin(self, attempt: Attempt) -> Attempt:
        """Seal from now on as the attempt's next take; gives the attempt as saved, with its time zero."""
        resumed = attempt.next_take > 0
        attempt = attempt.begun()
        if self._link is None:  # the device check's recorder died: do not wait for the next one
            self.open()
        self._begin_take(attempt)
        if resumed:
            self.note("client_restarted", {"take": attempt.next_take})
        return self._kept.saved

    def _begin_take(self, attempt: Attempt) -> None:
        self._say(self._kept.begin_take(attempt, self._settings, self._spool))

    @property
    def begun(self) -> bool:
        """Whether anything of this attempt is recorded by this client."""
        return self._kept.begun

    def identified(self) -> Attempt:
        """Keep with the attempt, durably, that the check-in is behind; call after `begin`."""
        return self._kept.keep(identified=True)

    def begin_exam(self) -> None:
        """End the check-in: previews end, and what the settings ask for is observed from now on."""
        detection = self._settings.observed().detectors() if self._trust.allows else None
        self._exam = BeginExam(detection=detection, zero=self._zero)
        self._say(self._exam)

    def _say(self, message: AnyToRecorder) -> None:
        if self._link is not None:
            self._link.say(message)

    def admitted(self, attempt: Attempt, token: str, nonce: str) -> Attempt:
        """Keep the endpoint's token with the attempt, and save it once the attempt has begun."""
        if not self._kept.begun:
            return attempt.model_copy(update={"token": token, "nonce": nonce})
        return self._kept.keep(token=token, nonce=nonce)

    def keep_held(self, controls: tuple[str, ...]) -> None:
        """Keep with the attempt, durably, what the exam is held for."""
        self._kept.keep(held=controls)

    def note(self, event: str, facts: dict[str, str | int | float | bool | None] | None = None) -> None:
        """Seal one event; one that the recorder had not sealed when it died is sealed by the next one."""
        note = self._notes.add(event, facts or {})
        if self._began:
            self._say(note)

    def finish(self) -> None:
        """Stop and seal the rest; `recording_finished` follows."""
        self._closing = True
        if self._link is not None and self._began:
            self._link.say(Finish())
        else:
            self._end(complete=False)

    def abandon(self) -> None:
        """End without a recording: the device check was left."""
        self._closing = True
        self._close_link()

    def heard(self, life: int, message: object) -> None:
        """Take one message of the recorder; those of an earlier life are stale."""
        if life != self._life:
            return
        self._signs.heard()
        self._tell_whether_it_answers()
        match message:
            case Calibrated():
                self._zero = message.zero
                self._listener.calibrated(message)
            case Began():
                self._take_began(message)
            case Sealed():
                self._last_us[message.stream] = max(message.t0_us, self._last_us.get(message.stream, 0))
                self._listener.segment_sealed()
            case NoteSealed():
                self._notes.sealed(message.number)
            case Finished():
                self._end(complete=True)
            case _:
                pass_on(message, self._listener)

    def ended(self, life: int, status: int) -> None:
        """Take note that the recorder of `life` is gone, and start the next one unless all is done."""
        if life != self._life or self._finished:
            return
        self._close_link()
        if self._closing:
            self._end(complete=False)
            return
        _log.warning("the recorder ended with status %d; starting another", status)
        self._began = False
        self._listener.recording_troubled(
            "The recorder stopped and is being started again. Your exam goes on.", recorder_gone=True
        )
        if self._trust.died(time.monotonic()):
            self._go_on_without_detectors()
        delay_s = RESTART_DELAYS_S[min(self._deaths, len(RESTART_DELAYS_S) - 1)]
        self._deaths += 1
        self._scheduler.after(delay_s, self._restart)

    def _tick(self, life: int) -> None:
        if life != self._life or self._link is None:
            return
        self._signs.tick()
        self._tell_whether_it_answers()
        if self._stutter.beat(time.monotonic()):
            self._link.say(Ease())
        if self._signs.liveness is Liveness.STUCK:
            _log.warning("the recorder has not answered for long; it is ended")
            self._link.kill()
        self._scheduler.after(TICK_S, partial(self._tick, life))

    def _tell_whether_it_answers(self) -> None:
        answers = self._signs.liveness is Liveness.ANSWERS
        if answers != self._answers:
            self._answers = answers
            self._listener.recorder_answers(answers=answers)

    def _go_on_without_detectors(self) -> None:
        if self._exam is not None:
            self._exam = BeginExam(detection=None, zero=None)
        self.note("detection_failed", {"why": "The recorder ended each time while it ran the detectors."})
        self._listener.detection_changed(available=False)

    def _restart(self) -> None:
        if self._closing or self._link is not None:
            return
        self.open()
        if self.begun:
            to_us = self._kept.now_us()
            for stream, from_us in self._last_us.items():
                self.note("gap", {"stream": stream, "from_us": from_us, "to_us": to_us, "reason": "recorder_died"})
            self._begin_take(self._kept.saved.begun())
            if self._exam is not None:
                self._say(self._exam)

    def _take_began(self, message: Began) -> None:
        self._began = True
        self._kept.keep(previous=message.hid)
        self._listener.take_began()
        for note in self._notes:
            self._say(note)
        if self._closing:
            self._say(Finish())

    def _end(self, *, complete: bool) -> None:
        self._finished = True
        self._close_link()
        self._listener.recording_finished(complete=complete)

    def _close_link(self) -> None:
        link, self._link = self._link, None
        self._life += 1
        if link is not None:
            link.close(timeout_s=10.0)
