"""What a guard can have seen, one class a code of `lockdown.contract.violations.Code`, with its facts typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, get_args

from app.events.event import read_fields, unknown_codes_in, written_fields
from app.events.values import Coded, Real, UnknownCode, Whole
from lockdown.contract.evidence import RemoteSign
from lockdown.contract.storage_size import StorageSize
from lockdown.contract.violations import Code
from lockdown.watching.inputs import InputBus, InputKind
from lockdown.watching.network import InterfaceKind
from lockdown.watching.programs import Identity
from lockdown.watching.storage import StorageClass
from lockdown.watching.virtual_devices import MadeBy, VirtualKind

if TYPE_CHECKING:
    from app.events.values import Json


@dataclass(frozen=True)
class ViolationFacts:
    """What comes with one code; see `lockdown.contract.violations.FACTS` for the meaning of each fact."""

    code: ClassVar[Code]

    def unknown_codes(self) -> Iterator[str]:
        """Yield the codes that this program does not know."""
        for each in fields(self):
            yield from unknown_codes_in(getattr(self, each.name))


@dataclass(frozen=True)
class ProgramRunningFacts(ViolationFacts):
    """A program of the institution's list ran; `identity` is what it was known by."""

    code = Code.PROGRAM_RUNNING

    title: str
    identity: Coded[Identity]
    since_start: bool


@dataclass(frozen=True)
class _Storage(ViolationFacts):
    storage_class: Coded[StorageClass]
    size: Coded[StorageSize]
    vendor: str | None = None
    model: str | None = None
    device: str | None = None


@dataclass(frozen=True)
class StorageArrivedFacts(_Storage):
    """A storage device was plugged in."""

    code = Code.STORAGE_ARRIVED


@dataclass(frozen=True)
class StorageRemovedFacts(_Storage):
    """A storage device was taken out."""

    code = Code.STORAGE_REMOVED


@dataclass(frozen=True)
class ExamCoveredFacts(ViolationFacts):
    """So much of the exam window, or more, was hidden for a second altogether."""

    code = Code.EXAM_COVERED

    percent: Real


@dataclass(frozen=True)
class ExamUncoveredFacts(ViolationFacts):
    """The exam window is clear again, after `for_s` seconds altogether."""

    code = Code.EXAM_UNCOVERED

    percent: Real
    for_s: Whole


@dataclass(frozen=True)
class DisplaysCountedFacts(ViolationFacts):
    """Another number of displays is connected."""

    code = Code.DISPLAYS_COUNTED

    displays: Whole
    at_most: Whole


@dataclass(frozen=True)
class ClipboardReplacedFacts(ViolationFacts):
    """What was copied outside the exam was emptied from the clipboard, unread, so many times."""

    code = Code.CLIPBOARD_REPLACED

    times: Whole


@dataclass(frozen=True)
class SessionRemoteFacts(ViolationFacts):
    """The session is shown or used elsewhere; `sign` says so."""

    code = Code.SESSION_REMOTE

    sign: Coded[RemoteSign]
    since_start: bool


@dataclass(frozen=True)
class VirtualDeviceArrivedFacts(ViolationFacts):
    """A camera or microphone came that a program makes."""

    code = Code.VIRTUAL_DEVICE_ARRIVED

    kind: Coded[VirtualKind]
    made_by: Coded[MadeBy]
    since_start: bool


@dataclass(frozen=True)
class VirtualDeviceRemovedFacts(ViolationFacts):
    """A camera or microphone went that a program made."""

    code = Code.VIRTUAL_DEVICE_REMOVED

    kind: Coded[VirtualKind]
    made_by: Coded[MadeBy]


@dataclass(frozen=True)
class InputArrivedFacts(ViolationFacts):
    """A keyboard or pointer came."""

    code = Code.INPUT_ARRIVED

    kind: Coded[InputKind]
    bus: Coded[InputBus]
    since_start: bool


@dataclass(frozen=True)
class InputRemovedFacts(ViolationFacts):
    """A keyboard or pointer went."""

    code = Code.INPUT_REMOVED

    kind: Coded[InputKind]
    bus: Coded[InputBus]


@dataclass(frozen=True)
class SeatsCountedFacts(ViolationFacts):
    """So many pairs of keyboard and pointer are kept apart by the window system."""

    code = Code.SEATS_COUNTED

    seats: Whole


@dataclass(frozen=True)
class NetworkUpFacts(ViolationFacts):
    """A network connection came."""

    code = Code.NETWORK_UP

    kind: Coded[InterfaceKind]
    since_start: bool


@dataclass(frozen=True)
class NetworkDownFacts(ViolationFacts):
    """A network connection went."""

    code = Code.NETWORK_DOWN

    kind: Coded[InterfaceKind]


@dataclass(frozen=True)
class DebuggerAttachedFacts(ViolationFacts):
    """Another program attached itself to the exam's program."""

    code = Code.DEBUGGER_ATTACHED


@dataclass(frozen=True)
class ClockSetFacts(ViolationFacts):
    """The computer's clock was set by whole seconds, back where negative."""

    code = Code.CLOCK_SET

    by_s: Whole


@dataclass(frozen=True)
class PowerChangedFacts(ViolationFacts):
    """The computer runs on its battery, or no longer; `percent` is how full it is."""

    code = Code.POWER_CHANGED

    on_battery: bool
    percent: Whole


@dataclass(frozen=True)
class ControlLostFacts(ViolationFacts):
    """What was engaged is not in force any longer."""

    code = Code.CONTROL_LOST


@dataclass(frozen=True)
class WatchdogLostFacts(ViolationFacts):
    """The helper that restores the computer after a crash was gone; whether another one watches now."""

    code = Code.WATCHDOG_LOST

    restarted: bool


@dataclass(frozen=True)
class GuardFailedFacts(ViolationFacts):
    """A guard could not look; `error` is the class name of what it raised."""

    code = Code.GUARD_FAILED

    error: str


KnownViolation = (
    ProgramRunningFacts
    | StorageArrivedFacts
    | StorageRemovedFacts
    | ExamCoveredFacts
    | ExamUncoveredFacts
    | DisplaysCountedFacts
    | ClipboardReplacedFacts
    | SessionRemoteFacts
    | VirtualDeviceArrivedFacts
    | VirtualDeviceRemovedFacts
    | InputArrivedFacts
    | InputRemovedFacts
    | SeatsCountedFacts
    | NetworkUpFacts
    | NetworkDownFacts
    | DebuggerAttachedFacts
    | ClockSetFacts
    | PowerChangedFacts
    | ControlLostFacts
    | WatchdogLostFacts
    | GuardFailedFacts
)
KNOWN_VIOLATIONS: tuple[type[KnownViolation], ...] = get_args(KnownViolation)


@dataclass(frozen=True)
class UnknownViolation:
    """A code that this program does not know, with its facts as they were sealed."""

    code: UnknownCode
    facts: Mapping[str, Any] = field(default_factory=dict)

    def unknown_codes(self) -> Iterator[str]:
        """Yield the code."""
        yield self.code


Seen: TypeAlias = KnownViolation | UnknownViolation

_BY_CODE: Mapping[str, type[KnownViolation]] = {each.code: each for each in KNOWN_VIOLATIONS}


def read_seen(facts: Mapping[str, Any]) -> Seen:
    """Read a code with its facts; raises ValueError where they do not fit the code."""
    code, rest = facts.get("code"), {name: fact for name, fact in facts.items() if name != "code"}
    if not isinstance(code, str):
        raise ValueError("a violation without a code")  # noqa: TRY004 - what cannot be read is a ValueError
    known = _BY_CODE.get(code)
    return UnknownViolation(UnknownCode(code), rest) if known is None else read_fields(known, rest)


def written_seen(seen: Seen) -> dict[str, Json]:
    """Give the code and its facts as plain JSON values."""
    facts = dict(seen.facts) if isinstance(seen, UnknownViolation) else written_fields(seen)
    return {**facts, "code": str(seen.code)}
