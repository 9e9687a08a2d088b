"""The watchers of Windows, which report and hold nothing back; run under Wine."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lockdown.contract.settings import ProcessSettings, ProgramRule
from lockdown.contract.violations import Code
from tests.contract.guards.rig import Rig
from tests.contract.guards.windows_desktop import do, foreign


@contextmanager
def displays(folder: Path) -> Iterator[Rig]:
    from lockdown.watching.displays import DisplayGuard
    from lockdown.windows.displays import number_of_displays

    connected = number_of_displays()  # Wine's own answer; that another one comes is put in here
    more: list[int] = []
    assert connected == 1
    yield Rig(
        DisplayGuard(lambda: number_of_displays() + len(more), connected),
        "observed",
        provoke=lambda: more.append(1),
        reports=Code.DISPLAYS_COUNTED,
    )


@contextmanager
def input_devices(folder: Path) -> Iterator[Rig]:
    from lockdown.watching.inputs import input_guard
    from lockdown.windows.inputs import RawInputs, _raw_devices

    plugged_in: list[tuple[int, str]] = []  # beside Wine's own keyboard and mouse
    assert {device.kind for device in RawInputs().present().values()} == {"keyboard", "pointer"}
    stick = r"\\?\HID#VID_046D&PID_C52B&MI_00#7&1&0&0000#{884b96c3-56ef-11d1-bc8c-00a0c91405dd}"
    yield Rig(
        input_guard(RawInputs(lambda: [*_raw_devices(), *plugged_in])),
        "observed",
        provoke=lambda: plugged_in.append((1, stick)),
        reports=Code.INPUT_ARRIVED,
    )


@contextmanager
def network(folder: Path) -> Iterator[Rig]:
    from lockdown.watching.network import network_guard
    from lockdown.windows.network import AdapterSource, _system_adapters

    connected: list[tuple[str, int, int]] = []  # beside the adapters that Wine shows of this machine
    yield Rig(
        network_guard(AdapterSource(lambda: [*_system_adapters(), *connected])),
        "observed",
        provoke=lambda: connected.append(("{tunnel}", 53, 1)),
        reports=Code.NETWORK_UP,
    )


@contextmanager
def clock(folder: Path) -> Iterator[Rig]:
    from lockdown.watching.clock import ClockGuard
    from lockdown.windows.backend import WindowsBackend

    set_by_s: list[float] = []  # really setting it would set this machine's own
    yield Rig(
        ClockGuard(WindowsBackend().since_boot_s, lambda: time.time() + sum(set_by_s)),
        "observed",
        provoke=lambda: set_by_s.append(-3600.0),
        reports=Code.CLOCK_SET,
    )


@contextmanager
def debugger(folder: Path) -> Iterator[Rig]:
    from lockdown.watching.debugger import DebuggerGuard
    from lockdown.windows.debugger import traced

    with foreign("debug") as other:
        yield Rig(DebuggerGuard(traced), "observed", provoke=lambda: do(other), reports=Code.DEBUGGER_ATTACHED)


@contextmanager
def storage(folder: Path) -> Iterator[Rig]:
    from lockdown.watching.storage import StorageGuard
    from lockdown.windows.storage import DriveSource
    from tests.windows.device_list import plug_in

    stick = r"USBSTOR\Disk&Ven_SanDisk&Prod_Ultra&Rev_1.00\4C530001230101&0"
    taken_out = []
    try:
        yield Rig(
            StorageGuard(DriveSource(b"key")),
            "observed",
            provoke=lambda: taken_out.append(plug_in(stick)),
            reports=Code.STORAGE_ARRIVED,
        )
    finally:
        for take_out in taken_out:
            take_out()


@contextmanager
def virtual_devices(folder: Path) -> Iterator[Rig]:
    import winreg

    from lockdown.watching.virtual_devices import virtual_device_guard
    from lockdown.windows.virtual_devices import RegisteredDevices

    below = r"Software\InvigiloTest"

    def install() -> None:
        winreg.CreateKey(winreg.HKEY_CURRENT_USER, below + r"\cameras\{A3FCE0F5-3493-419F-958A-ABA1250EC20B}").Close()

    try:
        yield Rig(
            virtual_device_guard(
                RegisteredDevices(below + r"\cameras", below + r"\microphones", hive=winreg.HKEY_CURRENT_USER)
            ),
            "observed",
            provoke=install,
            reports=Code.VIRTUAL_DEVICE_ARRIVED,
        )
    finally:
        subprocess.run(["reg", "delete", r"HKCU\Software\InvigiloTest", "/f"], check=False, capture_output=True)


@contextmanager
def processes(folder: Path) -> Iterator[Rig]:
    from lockdown.platforms.backend import backend
    from lockdown.watching.processes import ProcessGuard

    renamed = Path(shutil.copy(sys.executable, Path(sys.executable).with_name("innocent.exe")))
    rule = ProgramRule(title="Denied", original_name="python.exe", executable="innocent")
    allowed = ProgramRule(title="This one", executable=Path(sys.executable).name)
    settings = ProcessSettings(policy="warn", deny=(rule,), allow=(allowed,), deny_remote_control=False)
    started = []

    def start() -> None:
        process = subprocess.Popen(
            [renamed, "-S", "-c", "print('x', flush=True); input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        started.append(process)
        assert process.stdout.readline().strip() == b"x"

    try:
        yield Rig(
            ProcessGuard(settings, backend().process_source()), "observed", provoke=start, reports=Code.PROGRAM_RUNNING
        )
    finally:
        for process in started:
            process.kill()
            process.wait(20)
            process.stdin.close()
            process.stdout.close()
        for _ in range(50):
            try:
                renamed.unlink()
                break
            except PermissionError:  # its process is still going
                time.sleep(0.1)


@contextmanager
def remote_session(folder: Path) -> Iterator[Rig]:
    import dataclasses

    from lockdown.watching.remote_session import RemoteSessionGuard
    from lockdown.windows.session import session_facts

    taken_over: list[str] = []  # beside what Wine says of this session
    yield Rig(
        RemoteSessionGuard(
            lambda: dataclasses.replace(session_facts(), remote=(*session_facts().remote, *taken_over)),
            look_every_s=0.0,
        ),
        "observed",
        provoke=lambda: taken_over.append("remote-desktop"),
        reports=Code.SESSION_REMOTE,
    )
