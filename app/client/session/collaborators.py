"""What a session works with: the windows, this machine, the recorder, delivery and what is kept, as small contracts.

`app.client.composition` gives the real ones. Everything here is called on the main thread unless it says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from app.client.checkin.step import CheckInView, StepRecorder
from app.client.recording.listener import Scheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from app.client.delivery.attempt_delivery import AttemptDeliveryListener
    from app.client.delivery.outbox import OutboxState
    from app.client.delivery.problems import DeliveryProblem
    from app.client.entry.servers import FirstPage
    from app.client.machine.lock import LockRefused
    from app.client.machine.policy_findings import MachineFinding
    from app.client.recording.listener import RecordingListener
    from app.client.state.attempts import Attempt
    from app.client.state.exam_time import ExamTime
    from app.events.vocabulary import KnownEvent
    from lockdown.contract.settings import Control
    from lockdown.engaging.guard import EnforcementLevel, Engagement
    from lockdown.engaging.watch import WatchListener
    from ui.model import (
        ChecksModel,
        ConsentModel,
        ExamStatus,
        FarewellModel,
        HandingInModel,
        HoldModel,
        ShieldState,
        TimeLeft,
        TroubleModel,
    )


class SessionScheduler(Scheduler, Protocol):
    """Runs calls on the main thread, and work beside it."""

    def work(self, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Run `job` on a thread of its own and hand its result to `then` on the main thread."""


class SessionWindow(CheckInView, Protocol):
    """The window before and after the exam; see `ui.client.window.ClientWindow`."""

    @property
    def page_name(self) -> str:
        """The page shown now."""

    def show(self) -> None:
        """Come to the front."""

    def hide(self) -> None:
        """Make room for the exam window."""

    def show_consent(self, model: ConsentModel) -> None:
        """Say what will be recorded."""

    def show_checks(self, model: ChecksModel) -> None:
        """Show the device check, or bring it up to date."""

    def show_preview(self, jpeg: bytes) -> None:
        """Show a picture of the camera."""

    def show_level(self, dbfs: float) -> None:
        """Show the microphone's level."""

    def show_shield(self, shield: ShieldState, sentence: str) -> None:
        """Say whether it is recorded."""

    def show_not_locked(self, model: TroubleModel) -> None:
        """Say why the exam could not be locked; try again, or leave."""

    def show_waiting(self, sentence: str) -> None:
        """Say that something is being done."""

    def show_handing_in(self, model: HandingInModel) -> None:
        """Show how much is delivered."""

    def show_farewell(self, model: FarewellModel) -> None:
        """Show the last page."""


class ExamView(Protocol):
    """The exam window; see `ui.client.exam.window.ExamWindow`."""

    def open(self) -> None:
        """Show it and load the exam."""

    def hold(self, model: HoldModel) -> None:
        """Cover the page and show the hold, or bring the one that is shown up to date."""

    def end_hold(self) -> None:
        """Take the cover away; the page is as it was."""

    def show_break(self) -> None:
        """Cover the page for a break."""

    def end_break(self) -> None:
        """Take that cover away."""

    def set_status(self, status: ExamStatus) -> None:
        """Show how recording and delivery stand."""

    def close_for_good(self) -> None:
        """Close it without a question."""


class ExamLock(Protocol):
    """Lockdown around one exam window; see `app.client.machine.lock.MachineLock`."""

    @property
    def statuses(self) -> Mapping[str, Engagement]:
        """What each guard that was engaged gives here, by its name."""

    def engage(self, listener: WatchListener) -> LockRefused | None:
        """Engage every guard, or none of them and say which one could not."""

    def release(self) -> tuple[str, ...]:
        """Put everything back; the guards that could not."""


class MachineControl(Protocol):
    """What the session needs of this computer before it is locked."""

    def given(self) -> Mapping[Control, EnforcementLevel]:
        """Return at once what each control that is on gives on this computer."""

    def findings(self) -> tuple[MachineFinding, ...]:
        """Look at the machine for the device check; may take seconds, called on a worker thread."""

    def close_denied(self) -> None:
        """Close the programs that hinder the exam; the test taker has agreed. Takes seconds, on a worker thread."""


class EventRecorder(Protocol):
    """Seals what happens."""

    def note(self, event: KnownEvent, seen_ns: int | None = None) -> None:
        """Seal one event with the time at which it was seen (`time.monotonic_ns`), or now."""


class SessionRecording(EventRecorder, StepRecorder, Protocol):
    """The recording of the attempt; see `app.client.recording.recording.Recording`."""

    @property
    def attempt(self) -> Attempt | None:
        """The attempt as last saved; None before `begin`."""

    @property
    def begun(self) -> bool:
        """Whether anything of it is recorded by this client."""

    def open(self) -> None:
        """Open the sources for the device check."""

    def begin(self, attempt: Attempt) -> Attempt:
        """Seal from now on."""

    def identified(self) -> None:
        """Keep durably that the check-in is behind, once what was noted of it is sealed."""

    def begin_exam(self) -> None:
        """End the check-in."""

    def admitted(self, attempt: Attempt, token: str, nonce: str) -> Attempt:
        """Keep the endpoint's token."""

    def store_held(self, controls: tuple[str, ...]) -> None:
        """Keep durably what the exam is held for."""

    def now_us(self) -> int:
        """Microseconds since the attempt's time zero."""

    def store_time(self, used: ExamTime) -> None:
        """Keep durably how much of the exam's time is used."""

    def finish(self) -> None:
        """Stop and seal the rest; `recording_finished` follows."""

    def finish_now(self) -> None:
        """Wait no longer for the recorder; `recording_finished` follows."""

    def abandon(self) -> None:
        """End without waiting for anything."""

    def join(self, timeout_s: float) -> None:
        """Wait until every recorder is gone."""


class ExamListener(Protocol):
    """What the exam window reports; `app.client.session.signals` connects its signals."""

    def page_painted(self) -> None:
        """The exam's first page is to be seen."""

    def hand_in_requested(self) -> None:
        """The exam is handed in."""

    def leave_requested(self, reason: str, text: str) -> None:
        """The test taker leaves; `reason` is a code."""

    def break_requested(self) -> None:
        """The test taker asks for a break."""

    def break_ended(self) -> None:
        """The test taker is back."""

    def page_event(self, kind: str, host: str = "") -> None:
        """The page did something, or was refused it; `host` is what was blocked, where it has one."""

    def hold_answered(self, typed: str) -> None:
        """A code was typed that is to end a hold."""

    def window_left(self) -> None:
        """Another window came to the front."""

    def window_returned(self) -> None:
        """The exam window is in front again."""


class ExamNotices(Protocol):
    """What is shown in the exam window beside its page."""

    def show_time(self, left: TimeLeft | None) -> None:
        """Show the exam's time."""

    def warn(self, sentence: str, for_s: float) -> None:
        """Show a sentence under the bar for `for_s` seconds."""


class SessionDelivery(Protocol):
    """Brings the attempt to its endpoint; see `app.client.delivery.attempt_delivery.AttemptDelivery`."""

    def start(self) -> None:
        """Begin."""

    def wake(self) -> None:
        """Something new waits."""

    def retry_now(self) -> None:
        """The exam is over: send the rest at once."""

    def stop(self, timeout_s: float) -> None:
        """End; what is not delivered stays."""


class SessionStore(Protocol):
    """What is kept on this computer of the attempt: its state and its sealed objects."""

    def reserve(self, needed_bytes: int) -> None:
        """Set room on the disk aside; raises `DeliveryError`. Called on a worker thread."""

    def counts(self, attempt: str) -> OutboxState:
        """How much of it is delivered."""

    def save(self, attempt: Attempt) -> None:
        """Keep its state durably."""

    def close(self, attempt: str) -> None:
        """Everything of it is delivered: keep the receipts and forget the rest."""

    def save_receipts(self, attempt: str, file: Path) -> None:
        """Copy the receipts of a closed attempt to `file`, which may be replaced; raises `OSError`."""


class SessionServers(Protocol):
    """The servers that the exam needs; see `app.client.entry.servers.ExamServers`. Called on worker threads."""

    def endpoint_problem(self) -> DeliveryProblem | None:
        """Ask the endpoint whether it takes recordings."""

    def first_page(self) -> FirstPage:
        """Try the exam's first page."""


@dataclass(frozen=True)
class Collaborators:
    """Everything a session works with.

    `exam` makes an exam window and its lock and connects the window's signals, `recording` and `delivery` are given
    who hears of them.
    """

    window: SessionWindow
    machine: MachineControl
    scheduler: SessionScheduler
    store: SessionStore
    servers: SessionServers
    exam: Callable[[ExamListener], tuple[ExamView, ExamLock]]
    recording: Callable[[RecordingListener], SessionRecording]
    delivery: Callable[[Attempt, AttemptDeliveryListener], SessionDelivery]
