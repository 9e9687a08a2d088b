"""How the contract suite gets hold of one guard, and of what it is there against."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from lockdown.contract.platform import Platform
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code
from lockdown.engaging.guard import EnforcementLevel, Guard
from lockdown.platforms.matrix import Tested


@dataclass(frozen=True)
class Rig:
    """A guard that is not engaged yet, in a machine where what it is there against can really be done.

    Attributes:
        guard: the guard.
        level: what it has to claim here, no more and no less.
        provoke: does what the control is there against.
        held: for an enforced control whether its protection stands at this moment, after `provoke` too.
        reports: the code of what `provoke` leads to, None where it comes to nothing and is not reported.
        tamper: takes the control out of force behind the guard's back, None where nobody can.
    """

    guard: Guard
    level: EnforcementLevel
    provoke: Callable[[], None]
    held: Callable[[], bool] | None = None
    reports: Code | None = None
    tamper: Callable[[], None] | None = None


@dataclass(frozen=True)
class Case:
    """One guard on one platform, and how this suite runs it there; `can_be_lost` where its rig has a `tamper`."""

    control: Control
    platform: Platform
    tested: Tested
    rig: Callable[[Path], AbstractContextManager[Rig]]
    can_be_lost: bool = False

    def __str__(self) -> str:
        return f"{self.platform}-{self.control}"
