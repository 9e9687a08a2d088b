"""Where a session stands (its phase, and what there is in that phase only), and how it can end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from app.client.session.phases import Phase

if TYPE_CHECKING:
    from app.client.checkin.sequence import CheckIn
    from app.client.machine.lock import LockRefused
    from app.client.session.locked_exam import LockedExam
    from app.events.session import LeftReason


@dataclass(frozen=True)
class Declined:
    """The test taker did not agree to the recording, or did not go on after an interruption."""


@dataclass(frozen=True)
class HandedIn:
    """The exam was handed in."""


@dataclass(frozen=True)
class Left:
    """The test taker left without handing in, and said why; `text` is what they added."""

    reason: LeftReason
    text: str = ""


@dataclass(frozen=True)
class CouldNotLock:
    """The exam never began, because a guard could not engage, and the test taker did not try again."""

    refused: LockRefused


@dataclass(frozen=True)
class ProgramClosed:
    """The program was asked to quit in the middle: the attempt stays open, and the next start goes on with it."""


Outcome: TypeAlias = Declined | HandedIn | Left | CouldNotLock | ProgramClosed


class RecordingEnd(StrEnum):
    """How the recording ended."""

    NEVER_BEGAN = "never_began"
    COMPLETE = "complete"
    CUT_SHORT = "cut_short"
    """A recorder died while it closed, and another one sealed the rest."""
    OVERDUE = "overdue"
    """The recorder did not finish in time, and was ended."""
    INTERRUPTED = "interrupted"
    """The program was closed; the next start goes on."""


@dataclass(frozen=True)
class Opened:
    """The test taker reads what will be recorded."""

    phase: ClassVar = Phase.OPENED


@dataclass(frozen=True)
class Informed:
    """The test taker agreed; the device check is shown."""

    phase: ClassVar = Phase.INFORMED


@dataclass(frozen=True)
class Checked:
    """The device check is passed; the check-in leads through its steps."""

    phase: ClassVar = Phase.CHECKED
    check_in: CheckIn


@dataclass(frozen=True)
class Identified:
    """The check-in is behind; the exam is being locked."""

    phase: ClassVar = Phase.IDENTIFIED


@dataclass(frozen=True)
class NotLocked:
    """A guard could not engage; nothing is locked, and the test taker tries again or leaves."""

    phase: ClassVar = Phase.NOT_LOCKED
    refused: LockRefused


@dataclass(frozen=True)
class Locked:
    """Every guard is engaged; the exam page is on its way."""

    phase: ClassVar = Phase.LOCKED
    exam: LockedExam


@dataclass(frozen=True)
class Running:
    """The exam can be worked on."""

    phase: ClassVar = Phase.RUNNING
    exam: LockedExam


@dataclass(frozen=True)
class Suspended:
    """The test taker takes a break; the page is covered, and recording goes on."""

    phase: ClassVar = Phase.SUSPENDED
    exam: LockedExam


@dataclass(frozen=True)
class Submitting:
    """The exam is handed in; the recording is being closed."""

    phase: ClassVar = Phase.SUBMITTING
    outcome: Outcome


@dataclass(frozen=True)
class Aborting:
    """The session ends without handing in; what is recorded is being closed."""

    phase: ClassVar = Phase.ABORTING
    outcome: Outcome


@dataclass(frozen=True)
class Released:
    """Everything is sealed and the machine is as before; what is left is delivery."""

    phase: ClassVar = Phase.RELEASED
    outcome: Outcome
    recording: RecordingEnd


State: TypeAlias = (
    Opened
    | Informed
    | Checked
    | Identified
    | NotLocked
    | Locked
    | Running
    | Suspended
    | Submitting
    | Aborting
    | Released
)
InExam: TypeAlias = Locked | Running | Suspended
"""The exam window is there, and locked."""
Ended: TypeAlias = Submitting | Aborting | Released
"""Nothing leads back to the exam."""
