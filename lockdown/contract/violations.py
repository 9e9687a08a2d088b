"""What a guard has seen: a code from a closed list and raw facts, never free text from the machine.

The app turns violations into incidents of the timeline. No fact is a window title, a command line, a volume label,
a serial number, a path, a network name or an address: `FACTS` is the whole list, and a violation takes no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from lockdown.contract.settings import Control

Fact = str | int | float | bool | None


class Code(StrEnum):
    """Everything lockdown itself can report during an exam; `FACTS` says what comes with each."""

    PROGRAM_RUNNING = "program-running"
    STORAGE_ARRIVED = "storage-arrived"
    STORAGE_REMOVED = "storage-removed"
    EXAM_COVERED = "exam-covered"
    EXAM_UNCOVERED = "exam-uncovered"
    DISPLAYS_COUNTED = "displays-counted"
    CLIPBOARD_REPLACED = "clipboard-replaced"
    SESSION_REMOTE = "session-remote"
    VIRTUAL_DEVICE_ARRIVED = "virtual-device-arrived"
    VIRTUAL_DEVICE_REMOVED = "virtual-device-removed"
    INPUT_ARRIVED = "input-arrived"
    INPUT_REMOVED = "input-removed"
    SEATS_COUNTED = "seats-counted"
    NETWORK_UP = "network-up"
    NETWORK_DOWN = "network-down"
    DEBUGGER_ATTACHED = "debugger-attached"
    CLOCK_SET = "clock-set"
    POWER_CHANGED = "power-changed"
    CONTROL_LOST = "control-lost"
    WATCHDOG_LOST = "watchdog-lost"
    GUARD_FAILED = "guard-failed"


_STORAGE = frozenset({"storage_class", "vendor", "model", "size", "device"})

FACTS: Mapping[Code, frozenset[str]] = MappingProxyType(
    {
        # title: of the institution's rule. identity: which one matched. since_start: it ran before the exam.
        Code.PROGRAM_RUNNING: frozenset({"title", "identity", "since_start"}),
        # size: of `lockdown.contract.storage_size`. device: pseudonym that holds within this exam only.
        Code.STORAGE_ARRIVED: _STORAGE,
        Code.STORAGE_REMOVED: _STORAGE,
        # percent: so much of the exam window, or more, was hidden for a second altogether.
        Code.EXAM_COVERED: frozenset({"percent"}),
        # for_s: whole seconds that any of it was covered, altogether.
        Code.EXAM_UNCOVERED: frozenset({"percent", "for_s"}),
        # displays: how many there are now. at_most: how many the exam settings allow.
        Code.DISPLAYS_COUNTED: frozenset({"displays", "at_most"}),
        # times: how often since the last look.
        Code.CLIPBOARD_REPLACED: frozenset({"times"}),
        # sign: see `lockdown.contract.evidence.RemoteSign`. since_start: it was there before the exam; so below.
        Code.SESSION_REMOTE: frozenset({"sign", "since_start"}),
        # kind, made_by: see `lockdown.watching.virtual_devices`.
        Code.VIRTUAL_DEVICE_ARRIVED: frozenset({"kind", "made_by", "since_start"}),
        Code.VIRTUAL_DEVICE_REMOVED: frozenset({"kind", "made_by"}),
        # kind, bus: see `lockdown.watching.inputs`.
        Code.INPUT_ARRIVED: frozenset({"kind", "bus", "since_start"}),
        Code.INPUT_REMOVED: frozenset({"kind", "bus"}),
        # seats: pairs of keyboard and pointer that the window system keeps apart.
        Code.SEATS_COUNTED: frozenset({"seats"}),
        # kind: see `lockdown.watching.network`.
        Code.NETWORK_UP: frozenset({"kind", "since_start"}),
        Code.NETWORK_DOWN: frozenset({"kind"}),
        Code.DEBUGGER_ATTACHED: frozenset(),
        # by_s: whole seconds, negative where the clock was set back.
        Code.CLOCK_SET: frozenset({"by_s"}),
        # on_battery: the computer lives on it. percent: how full it is.
        Code.POWER_CHANGED: frozenset({"on_battery", "percent"}),
        # What was engaged is not in force any longer.
        Code.CONTROL_LOST: frozenset(),
        # The watchdog process was gone. restarted: whether a new one watches now.
        Code.WATCHDOG_LOST: frozenset({"restarted"}),
        # error: class name of what the guard raised.
        Code.GUARD_FAILED: frozenset({"error"}),
    }
)

CORRECTED = frozenset(
    {
        Code.EXAM_UNCOVERED,
        Code.STORAGE_REMOVED,
        Code.VIRTUAL_DEVICE_REMOVED,
        Code.INPUT_REMOVED,
        Code.NETWORK_DOWN,
    }
)
"""What tells that something is gone again: it is recorded, and nobody is warned or held for it."""


@dataclass(frozen=True)
class Violation:
    """One thing a guard has seen.

    Attributes:
        guard: name of the guard, for most guards the name of their control.
        code: what it is.
        seen_ns: `time.monotonic_ns` when it was seen (not when it began).
        facts: raw facts, exactly those of `FACTS`; the reviewers weigh them, not this program.
        control: whose policy applies; None where the guard serves no single control.
    """

    guard: str
    code: Code
    seen_ns: int
    facts: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    control: Control | None = None

    def __post_init__(self) -> None:
        if set(self.facts) != FACTS[self.code]:
            raise ValueError(f"{self.code} takes the facts {sorted(FACTS[self.code])}, not {sorted(self.facts)}")
