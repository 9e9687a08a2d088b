"""What a guard has seen: a code from a closed list and raw facts, never free text from the machine.

The app turns violations into incidents of the timeline. No fact is a window title, a command line, a volume label,
a serial number, a path, a network name or an address; `tests/unit/lockdown/test_violations.py` holds the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from lockdown.settings import Control

Fact = str | int | float | bool | None


class Code(StrEnum):
    """Everything lockdown can report during an exam, and the facts that come with it.

    * ``program-running``: title (of the rule), identity (which one matched), since_start (ran before the exam)
    * ``program-ended``: title
    * ``storage-arrived``: storage_class, vendor, model, size, device (keyed pseudonym or None)
    * ``storage-removed``: the same
    * ``remote-session``: evidence (codes of `lockdown.linux.session` and its siblings)
    * ``control-lost``: nothing more; what was engaged is not in force any longer
    * ``watchdog-lost``: restarted
    * ``guard-failed``: error (class name of what the guard raised)
    """

    PROGRAM_RUNNING = "program-running"
    PROGRAM_ENDED = "program-ended"
    STORAGE_ARRIVED = "storage-arrived"
    STORAGE_REMOVED = "storage-removed"
    REMOTE_SESSION = "remote-session"
    CONTROL_LOST = "control-lost"
    WATCHDOG_LOST = "watchdog-lost"
    GUARD_FAILED = "guard-failed"


@dataclass(frozen=True)
class Violation:
    """One thing a guard has seen.

    Attributes:
        guard: name of the guard, for most guards the name of their control.
        code: what it is.
        seen_ns: `time.monotonic_ns` when it was seen (not when it began).
        facts: raw facts as listed at `Code`; the reviewers weigh them, not this program.
        control: whose policy applies; None where the guard serves no single control.
    """

    guard: str
    code: Code
    seen_ns: int
    facts: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    control: Control | None = None
