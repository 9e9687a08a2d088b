"""The guards of macOS on a fake of the system that keeps the rules Apple documents; nobody has run them there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lockdown.contract.errors import GuardError
from lockdown.contract.settings import Control, ProcessSettings, ProgramRule
from lockdown.contract.violations import Code
from lockdown.macos import presentation
from lockdown.macos.clipboard import PasteboardGuard
from lockdown.macos.facade import Presentation, RunningApplication
from lockdown.macos.focus import FrontGuard
from lockdown.macos.processes import BundleSource
from lockdown.macos.session import session_facts
from lockdown.macos.storage import VolumeSource
from lockdown.watching.debugger import DebuggerGuard
from lockdown.watching.displays import DisplayGuard
from lockdown.watching.processes import ProcessGuard
from lockdown.watching.programs import Program
from lockdown.watching.remote_session import RemoteSessionGuard
from lockdown.watching.storage import StorageGuard
from tests.contract.guards.rig import Case, Rig

NEED_HIDDEN_DOCK = (
    Presentation.HIDE_MENU_BAR
    | Presentation.DISABLE_PROCESS_SWITCHING
    | Presentation.DISABLE_FORCE_QUIT
    | Presentation.DISABLE_SESSION_TERMINATION
)
FULL_SCREEN_BY_QT = 1 << 10  # NSApplicationPresentationFullScreen, which is there before


@dataclass
class FakeMac:
    """One machine: application, pasteboard and the rest in one."""

    options: int = FULL_SCREEN_BY_QT
    front: bool = True
    count: int = 7
    marked: bool = False
    online: int = 1
    numbers: dict[str, int] = field(default_factory=dict)
    is_traced: bool = False
    dictionary: dict[str, bool] = field(default_factory=dict)
    running: list[RunningApplication] = field(default_factory=list)

    def presentation(self) -> int:
        return self.options

    def present(self, options: int) -> None:
        if options & NEED_HIDDEN_DOCK and not options & Presentation.HIDE_DOCK:
            raise GuardError("NSInvalidArgumentException")
        self.options = options

    def in_front(self) -> bool:
        return self.front

    def come_to_front(self) -> None:
        self.front = True

    def change_count(self) -> int:
        return self.count

    def from_another_device(self) -> bool:
        return self.marked

    def clear(self) -> None:
        self.count += 1
        self.marked = False
        self.holds_text = False

    holds_text: bool = False

    def copy(self) -> None:
        self.count += 1
        self.holds_text = True

    def number(self, name: str) -> int | None:
        return self.numbers.get(name)

    def traced(self) -> bool:
        return self.is_traced

    def since_boot_s(self) -> float:
        return time.monotonic()

    def displays(self) -> int | None:
        return self.online

    def session(self) -> dict[str, bool]:
        return self.dictionary

    def applications(self) -> list[RunningApplication]:
        return self.running


class Names:
    """The kernel's list: one program for each application of `mac`."""

    def __init__(self, mac: FakeMac) -> None:
        self._mac = mac

    def pids(self) -> list[int]:
        return [each.pid for each in self._mac.running]

    def sees_all(self) -> bool:
        return True

    def program(self, pid: int, identities: object) -> Program | None:
        return Program(pid, 1.0, executable="innocent", command="innocent")

    def unaltered(self, pid: int) -> bool:
        return True

    def remote_control_rules(self) -> tuple[ProgramRule, ...]:
        return ()

    def assistive_rules(self) -> tuple[ProgramRule, ...]:
        return ()


@dataclass(frozen=True)
class Volume:
    device: str
    mountpoint: str


def presented(guard, options: Presentation) -> Iterator[Rig]:
    mac = FakeMac()

    def drop() -> None:
        mac.options = FULL_SCREEN_BY_QT

    yield Rig(
        guard(mac),
        "enforced",
        provoke=lambda: None,
        held=lambda: mac.options == FULL_SCREEN_BY_QT | options,
        tamper=drop,
    )


@contextmanager
def full_screen(folder: Path) -> Iterator[Rig]:
    yield from presented(presentation.full_screen_guard, presentation.FULL_SCREEN)


@contextmanager
def system_shortcuts(folder: Path) -> Iterator[Rig]:
    yield from presented(presentation.shortcuts_guard, presentation.SHORTCUTS)


@contextmanager
def focus_return(folder: Path) -> Iterator[Rig]:
    mac = FakeMac()

    def leave() -> None:
        mac.front = False

    yield Rig(FrontGuard(mac), "enforced", provoke=leave, held=lambda: mac.front)


@contextmanager
def clipboard(folder: Path) -> Iterator[Rig]:
    mac = FakeMac()

    def copy_on_a_phone() -> None:
        mac.marked = True
        mac.copy()

    yield Rig(
        PasteboardGuard(mac, mac),
        "enforced",
        provoke=copy_on_a_phone,
        held=lambda: not mac.holds_text,
        reports=Code.CLIPBOARD_REPLACED,
    )


@contextmanager
def displays(folder: Path) -> Iterator[Rig]:
    mac = FakeMac()

    def connect() -> None:
        mac.online = 2

    yield Rig(DisplayGuard(mac.displays, 1), "observed", provoke=connect, reports=Code.DISPLAYS_COUNTED)


@contextmanager
def processes(folder: Path) -> Iterator[Rig]:
    mac = FakeMac()
    rule = ProgramRule(title="Denied", original_name="com.example.denied")
    settings = ProcessSettings(policy="warn", deny=(rule,), deny_remote_control=False)
    yield Rig(
        ProcessGuard(settings, BundleSource(mac, Names(mac))),
        "observed",
        provoke=lambda: mac.running.append(RunningApplication(42, "com.example.denied")),
        reports=Code.PROGRAM_RUNNING,
    )


@contextmanager
def debugger(folder: Path) -> Iterator[Rig]:
    mac = FakeMac()

    def attach() -> None:
        mac.is_traced = True

    yield Rig(DebuggerGuard(mac.traced), "observed", provoke=attach, reports=Code.DEBUGGER_ATTACHED)


@contextmanager
def storage(folder: Path) -> Iterator[Rig]:
    volumes = [Volume("/dev/disk1s1", "/")]

    def plug_in() -> None:
        volumes.append(Volume("/dev/disk4s1", "/Volumes/STICK"))

    yield Rig(
        StorageGuard(VolumeSource(lambda: volumes, lambda _mountpoint: 32 * 10**9)),
        "observed",
        provoke=plug_in,
        reports=Code.STORAGE_ARRIVED,
    )


@contextmanager
def remote_session(folder: Path) -> Iterator[Rig]:
    mac = FakeMac(dictionary={"kCGSSessionOnConsoleKey": True})

    def switch_user() -> None:
        mac.dictionary = {"kCGSSessionOnConsoleKey": False}

    guard = RemoteSessionGuard(lambda: session_facts(mac, {}), look_every_s=0.0)
    yield Rig(guard, "observed", provoke=switch_user, reports=Code.SESSION_REMOTE)


CASES = (
    Case(Control.FULL_SCREEN, "macos", "on a fake", full_screen, can_be_lost=True),
    Case(Control.FOCUS_RETURN, "macos", "on a fake", focus_return),
    Case(Control.SYSTEM_SHORTCUTS, "macos", "on a fake", system_shortcuts, can_be_lost=True),
    Case(Control.CLIPBOARD, "macos", "on a fake", clipboard),
    Case(Control.DISPLAYS, "macos", "on a fake", displays),
    Case(Control.PROCESSES, "macos", "on a fake", processes),
    Case(Control.DEBUGGER, "macos", "on a fake", debugger),
    Case(Control.STORAGE, "macos", "on a fake", storage),
    Case(Control.REMOTE_SESSION, "macos", "on a fake", remote_session),
)
