"""The guards of Linux that need no window: real programs, a real keyboard map, and sysfs as it shows a stick."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lockdown.contract.settings import Control, ProcessSettings, ProgramRule
from lockdown.contract.violations import Code
from tests.contract.guards.rig import Case, Rig
from tests.fixtures.host_processes import level_here

DENIED = ProcessSettings(
    policy="warn", deny=(ProgramRule(title="Denied", executable="unwanted"),), deny_remote_control=False
)


@contextmanager
def processes(folder: Path) -> Iterator[Rig]:
    from lockdown.platforms.backend import backend
    from lockdown.watching.processes import ProcessGuard

    renamed = shutil.copy(shutil.which("sleep"), folder / "unwanted")
    started = []
    source = backend().process_source()
    events = backend().process_events(source)
    try:
        yield Rig(
            ProcessGuard(DENIED, source, events),
            level_here(),
            provoke=lambda: started.append(subprocess.Popen([renamed, "60"])),
            reports=Code.PROGRAM_RUNNING,
        )
    finally:
        for process in started:
            process.kill()
            process.wait(10)


@contextmanager
def storage(folder: Path) -> Iterator[Rig]:
    from lockdown.linux.storage import SysfsSource
    from lockdown.watching.storage import StorageGuard

    disk = folder / "devices/usb1/1-2/1-2:1.0/host4/target4:0:0/4:0:0:0/block/sdb"
    (folder / "block").mkdir()

    def plug_in() -> None:
        (disk / "device").mkdir(parents=True, exist_ok=True)
        (disk / "removable").write_text("1\n")
        (disk / "size").write_text("62000000\n")
        (folder / "block/sdb").symlink_to(disk)

    yield Rig(StorageGuard(SysfsSource(b"key", root=folder)), "observed", provoke=plug_in, reports=Code.STORAGE_ARRIVED)


@contextmanager
def console_switch(folder: Path) -> Iterator[Rig]:
    from lockdown.linux.keyboard import NO_CONSOLE_KEYS, ConsoleSwitchGuard, XkbOptions

    display, options = os.environ["DISPLAY"], XkbOptions()
    guard = ConsoleSwitchGuard(display, lab_machine=True)
    guard._CHECK_EVERY_S = 0.0
    yield Rig(
        guard,
        "enforced",
        provoke=lambda: None,  # pressing the keys would leave this machine's own desktop
        held=lambda: NO_CONSOLE_KEYS in (options.read(display) or "").split(","),
        tamper=lambda: options.write(display, None),
    )


@contextmanager
def remote_session(folder: Path) -> Iterator[Rig]:
    from lockdown.linux.session import session_facts
    from lockdown.watching.remote_session import RemoteSessionGuard

    environ: dict[str, str] = {}
    yield Rig(
        RemoteSessionGuard(lambda: session_facts(environ), look_every_s=0.0),
        "observed",
        provoke=lambda: environ.update(SSH_CONNECTION="192.0.2.1 50000 192.0.2.2 22"),
        reports=Code.SESSION_REMOTE,
    )


@contextmanager
def overlays(folder: Path) -> Iterator[Rig]:
    from lockdown.linux.overlays import OverlayGuard
    from tests.faults.opponent import x11_program
    from tests.fixtures.display import USUAL

    here = x11_program.Opponent(0)
    exam = here.window(here.root, 0, 0, *USUAL)
    take_away = here.show(exam)
    here.sync()
    started = []

    def cover() -> None:
        started.append(subprocess.Popen([sys.executable, "-B", x11_program.__file__, "part", "0"], **_QUIET))

    try:
        yield Rig(OverlayGuard(lambda: exam, lambda _: False), "observed", provoke=cover, reports=Code.EXAM_COVERED)
    finally:
        for process in started:
            process.communicate("\n", timeout=10)
        take_away()
        here.close()


_QUIET = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}

CASES = (
    Case(Control.PROCESSES, "linux-x11", "natively", processes),
    Case(Control.STORAGE, "linux-x11", "natively", storage),
    Case(Control.CONSOLE_SWITCH, "linux-x11", "natively", console_switch, can_be_lost=True),
    Case(Control.OVERLAYS, "linux-x11", "natively", overlays),
    Case(Control.REMOTE_SESSION, "linux-x11", "natively", remote_session),
)
