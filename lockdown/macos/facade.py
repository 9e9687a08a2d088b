"""What the guards of macOS ask of the system, in our words: `lockdown.macos.system` asks the real one.

PyObjC brings no type information, so this is also where types begin. The contract suite runs the guards on a recorded
fake that keeps the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import Protocol


class Presentation(IntFlag):
    """NSApplicationPresentationOptions, as far as they are used here."""

    HIDE_DOCK = 1 << 1
    HIDE_MENU_BAR = 1 << 3
    DISABLE_APPLE_MENU = 1 << 4
    DISABLE_PROCESS_SWITCHING = 1 << 5
    DISABLE_FORCE_QUIT = 1 << 6
    DISABLE_SESSION_TERMINATION = 1 << 7
    DISABLE_HIDE_APPLICATION = 1 << 8


class Application(Protocol):
    """This program as AppKit sees it; calls from other threads wait for the main thread, not for long."""

    def presentation(self) -> int:
        """Return the presentation options in force for this program, unknown ones included."""
        ...

    def present(self, options: int) -> None:
        """Set them; they hold while this program is in front, and end with it.

        Raises:
            GuardError: the combination is none that AppKit takes.
        """
        ...

    def in_front(self) -> bool:
        """Return whether this program is the one that is worked in."""
        ...

    def come_to_front(self) -> None:
        """Ask to be it."""
        ...


class Pasteboard(Protocol):
    """The general pasteboard, of which only numbers and kinds are ever asked, so that no paste alert comes up."""

    def change_count(self) -> int:
        """Return a number that grows with every change by anybody."""
        ...

    def from_another_device(self) -> bool:
        """Return whether it came over from another device (Universal Clipboard marks that with a kind of its own)."""
        ...

    def clear(self) -> None:
        """Empty it, unread."""
        ...


@dataclass(frozen=True)
class RunningApplication:
    """One program that Launch Services knows: its process id, and its bundle identifier where it has one."""

    pid: int
    bundle: str | None


class MacSystem(Protocol):
    """The rest of the system."""

    def number(self, name: str) -> int | None:
        """Return the number that `sysctl name` tells, None where there is none."""
        ...

    def traced(self) -> bool:
        """Return whether a debugger is attached to this process (P_TRACED)."""
        ...

    def since_boot_s(self) -> float:
        """Return the seconds of the clock that goes on in sleep (CLOCK_MONOTONIC)."""
        ...

    def displays(self) -> int | None:
        """Return how many displays are online, mirrored ones included; None where it is not told."""
        ...

    def session(self) -> Mapping[str, bool]:
        """Return what the window server says of this session, empty where there is none."""
        ...

    def applications(self) -> Sequence[RunningApplication]:
        """Return the programs that run."""
        ...
