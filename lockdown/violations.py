"""What a guard has seen: a code from a closed list and raw facts, never free text from the machine.

The app turns violations into incidents of the timeline. No fact is a window title, a command line, a volume label,
a serial number, a path, a network name or an address: `FACTS` is the whole list, and a violation takes no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from lockdown.settings import Control

Fact = str | int | float | bool | None


class Code(StrEnum):
    """Everything lockdown itself can report during an exam; `FACTS` says what comes with each."""

    PROGRAM_RUNNING = "program-running"
    STORAGE_ARRIVED = "storage-arrived"
    STORAGE_REMOVED = "storage-removed"
    DISPLAYS_COUNTED = "displays-counted"
    CLIPBOARD_REPLACED = "clipboard-replaced"
    CONTROL_LOST = "control-lost"
    WATCHDOG_LOST = "watchdog-lost"
    GUARD_FAILED = "guard-failed"


_STORAGE = frozenset({"storage_class", "vendor", "model", "size", "device"})

FACTS: Mapping[Code, frozenset[str]] = MappingProxyType(
    {
        # title: of the institution's rule. identity: which one matched. since_start: it ran before the exam.
        Code.PROGRAM_RUNNING: frozenset({"title", "identity", "since_start"}),
        # size: a rough range. device: pseudonym that holds within this exam only.
        Code.STORAGE_ARRIVED: _STORAGE,
        Code.STORAGE_REMOVED: _STORAGE,
        # displays: how many there are now. at_most: how many the exam settings allow.
        Code.DISPLAYS_COUNTED: frozenset({"displays", "at_most"}),
        # times: how often since the last look.
        Code.CLIPBOARD_REPLACED: frozenset({"times"}),
        # What was engaged is not in force any longer.
        Code.CONTROL_LOST: frozenset(),
        # The watchdog process was gone. restarted: whether a new one watches now.
        Code.WATCHDOG_LOST: frozenset({"restarted"}),
        # error: class name of what the guard raised.
        Code.GUARD_FAILED: frozenset({"error"}),
    }
)


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
