"""The recording of one attempt, across every life of the recorder."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from app.client.detector_trust import DetectorTrust
from app.client.liveness import TICK_S, Liveness, SignsOfLife
from app.client.messages import (
    Began,
    Begin,
    BeginExam,
    Calibrate,
    Calibrated,
    DetectionChanged,
    Ease,
    Failed,
    Finish,
    Finished,
    GapSeen,
    KeepStill,
    Level,
    NoteSealed,
    Open,
    Preview,
    QualityChanged,
    RecipientKey,
    Sealed,
    Seen,
    SourceChanged,
    StillKept,
    StillTaken,
    TakeStill,
    ZeroAngles,
)
from app.client.notes import Notes
from app.client.recorder.link import RecorderLink
from app.client.recording_listener import RecordingListener, Scheduler
from app.client.stutter import StutterWatch

if TYPE_CHECKING:
    from pathlib import Path

    from app.client.attempts import Attempt, AttemptStore
    from app.client.messages import Purpose
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
        self._attempts = attempts
        self._listener = listener
        self._scheduler = scheduler
        self._attempt: Attempt | None = None
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
        return self._attempt

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
        self._link = RecorderLink(_Ear(self, self._life, self._scheduler))
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
        if self._link is not None:
            self._link.say(Calibrate(target=target))

    def take_still(self, purpose: Purpose) -> None:
        """Take a still picture; `still_taken` follows where the camera delivers."""
        if self._link is not None:
            self._link.say(TakeStill(purpose=purpose))

    def keep_still(self, purpose: Purpose) -> None:
        """Seal the still picture that was taken; `still_kept` follows."""
        if self._link is not None:
            self._link.say(KeepStill(purpose=purpose))

    def begin(self, attempt: Attempt) -> Attempt:
        """Seal from now on as the attempt's next take; gives the attempt as saved, with its time zero."""
        resumed = attempt.next_take > 0
        attempt = attempt.begun()
        if self._link is None:
            # The device check's recorder died, and the next one is waited for: begin with one at once instead.
            self.open()
        self._begin_take(attempt)
        if resumed:
            self.note("client_restarted", {"take": attempt.next_take})
        assert self._attempt is not None  # noqa: S101 - set by _begin_take
        return self._attempt

    def _begin_take(self, attempt: Attempt) -> None:
        assert self._link is not None and attempt.t0_ns is not None  # noqa: S101, PT018 - opened before it begins
        take = attempt.next_take
        self._attempt = attempt.model_copy(update={"next_take": take + 1})
        self._attempts.save(self._attempt)
        self._link.say(
            Begin(
                spool=str(self._spool),
                institution=attempt.institution,
                exam=attempt.exam,
                settings_sha256=attempt.settings_sha256,
                attempt=attempt.attempt,
                take=take,
                previous=attempt.previous if take else None,
                candidate=attempt.candidate,
                nonce=attempt.nonce,
                t0_ns=attempt.t0_ns,
                started_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                recipients=tuple(
                    RecipientKey(kid=recipient.kid, public_b64=recipient.public_b64)
                    for recipient in self._settings.recipients
                ),
                stills=self._settings.checks.stills,
            )
        )

    @property
    def begun(self) -> bool:
        """Whether anything of this attempt is recorded by this client."""
        return self._attempt is not None

    def identified(self) -> Attempt:
        """Keep with the attempt, durably, that the check-in is behind; call after `begin`."""
        assert self._attempt is not None  # noqa: S101 - begun
        self._attempt = self._attempt.model_copy(update={"identified": True})
        self._attempts.save(self._attempt)
        return self._attempt

    def begin_exam(self) -> None:
        """End the check-in: previews end, and what the settings ask for is observed from now on."""
        detection = self._settings.observed().detectors() if self._trust.allows else None
        self._exam = BeginExam(detection=detection, zero=self._zero)
        self._tell_exam()

    def _tell_exam(self) -> None:
        if self._link is not None and self._exam is not None:
            self._link.say(self._exam)

    def admitted(self, attempt: Attempt, token: str, nonce: str) -> Attempt:
        """Keep the endpoint's token with the attempt, and save it once the attempt has begun."""
        grant = {"token": token, "nonce": nonce}
        if self._attempt is None:
            return attempt.model_copy(update=grant)
        self._attempt = self._attempt.model_copy(update=grant)
        self._attempts.save(self._attempt)
        return self._attempt

    def keep_held(self, controls: tuple[str, ...]) -> None:
        """Keep with the attempt, durably, what the exam is held for."""
        assert self._attempt is not None  # noqa: S101 - holds happen in a recorded exam only
        self._attempt = self._attempt.model_copy(update={"held": controls})
        self._attempts.save(self._attempt)

    def note(self, event: str, facts: dict[str, str | int | float | bool | None] | None = None) -> None:
        """Seal one event; one that the recorder had not sealed when it died is sealed by the next one."""
        note = self._notes.add(event, facts or {})
        if self._began and self._link is not None:
            self._link.say(note)

    def finish(self) -> None:
        """Stop and seal the rest; `recording_finished` follows."""
        self._closing = True
        if self._link is None or not self._began:
            self._end(complete=False)
            return
        self._link.say(Finish())

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
            case SourceChanged():
                self._listener.source_changed(message.stream, message.state, message.sentence)
            case QualityChanged():
                self._listener.quality_changed(message.stream, message.what, message.sentence)
            case Preview():
                self._listener.preview(message.jpeg)
            case Level():
                self._listener.level(message.dbfs)
            case Seen():
                self._listener.seen(message)
            case Calibrated():
                self._zero = message.zero
                self._listener.calibrated(message)
            case StillTaken():
                self._listener.still_taken(message)
            case StillKept():
                self._listener.still_kept(kept=message.kept)
            case DetectionChanged():
                if not message.available:
                    _log.warning("detection is not available: %s", message.sentence)
                self._listener.detection_changed(available=message.available)
            case Began():
                self._take_began(message)
            case Sealed():
                self._last_us[message.stream] = max(message.t0_us, self._last_us.get(message.stream, 0))
                self._listener.segment_sealed()
            case NoteSealed():
                self._notes.sealed(message.number)
            case GapSeen():
                _log.info("a gap in stream %s, reason %s", message.stream, message.reason)
            case Finished():
                self._end(complete=True)
            case Failed():
                self._listener.recording_troubled(message.sentence, recorder_gone=False)

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
        if self._attempt is not None:
            for stream, from_us in self._last_us.items():
                self.note(
                    "gap", {"stream": stream, "from_us": from_us, "to_us": self._now_us(), "reason": "recorder_died"}
                )
            self._begin_take(self._attempt.begun())
            self._tell_exam()

    def _take_began(self, message: Began) -> None:
        assert self._attempt is not None  # noqa: S101 - a take began, so an attempt did
        self._began = True
        self._attempt = self._attempt.model_copy(update={"previous": message.hid})
        self._attempts.save(self._attempt)
        self._listener.take_began()
        for note in self._notes:
            assert self._link is not None  # noqa: S101 - it has just spoken
            self._link.say(note)
        if self._closing and self._link is not None:
            self._link.say(Finish())

    def _now_us(self) -> int:
        assert self._attempt is not None and self._attempt.t0_ns is not None  # noqa: S101, PT018 - begun
        return (time.monotonic_ns() - self._attempt.t0_ns) // 1000

    def _end(self, *, complete: bool) -> None:
        self._finished = True
        self._close_link()
        self._listener.recording_finished(complete=complete)

    def _close_link(self) -> None:
        link, self._link = self._link, None
        self._life += 1
        if link is not None:
            link.close(timeout_s=10.0)


class _Ear:
    """Carries what one recorder says from the link's thread to the main thread, with the life it belongs to."""

    def __init__(self, recording: Recording, life: int, scheduler: Scheduler) -> None:
        self._recording = recording
        self._life = life
        self._scheduler = scheduler

    def recorder_said(self, message: object) -> None:
        self._scheduler.post(lambda: self._recording.heard(self._life, message))

    def recorder_ended(self, status: int) -> None:
        self._scheduler.post(lambda: self._recording.ended(self._life, status))
