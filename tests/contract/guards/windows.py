"""The guards of Windows, around a real window, against a real program in another process; run under Wine."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lockdown.contract.settings import Control, ProcessSettings, ProgramRule
from lockdown.contract.violations import Code
from tests.contract.guards.rig import Case, Rig

FOREIGN = Path(__file__).with_name("foreign_program.py")
TEXT = 13  # CF_UNICODETEXT
LEFT_WINDOWS, DOWN, UP = 0x5B, 0, 2


class ExamWindow:
    """A plain window with a thread that serves it, in place of the client's."""

    def __init__(self) -> None:
        self.handle = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        assert self._ready.wait(10)

    def _serve(self) -> None:
        from ctypes import wintypes

        user = ctypes.WinDLL("user32")
        user.CreateWindowExW.restype = wintypes.HWND
        self.handle = user.CreateWindowExW(0, "Static", "exam", 0x10CF0000, 100, 100, 400, 300, None, None, None, None)
        user.SetForegroundWindow(wintypes.HWND(self.handle))
        self._id = threading.get_native_id()
        self._ready.set()
        message = wintypes.MSG()
        while user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            user.DispatchMessageW(ctypes.byref(message))
        user.DestroyWindow(wintypes.HWND(self.handle))

    def close(self) -> None:
        ctypes.windll.user32.PostThreadMessageW(self._id, 0x12, 0, 0)
        self._thread.join(10)


@contextmanager
def exam_window() -> Iterator[int]:
    window = ExamWindow()
    try:
        yield window.handle
    finally:
        window.close()


@contextmanager
def foreign(action: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run another program that does `action` once for each line it is sent, and says so."""
    process = subprocess.Popen(
        [sys.executable, FOREIGN, action, str(os.getpid())], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )
    try:
        assert process.stdout.readline().strip() == b"ready"
        yield process
    finally:
        process.kill()
        process.wait(20)
        process.stdin.close()
        process.stdout.close()


def do(process: subprocess.Popen[bytes]) -> None:
    process.stdin.write(b"\n")
    assert process.stdout.readline().strip() == b"done"


@contextmanager
def full_screen(folder: Path) -> Iterator[Rig]:
    from ctypes import wintypes

    from lockdown.windows.full_screen import FullScreenGuard

    user = ctypes.WinDLL("user32")
    user.GetWindowLongW.argtypes = (wintypes.HWND, ctypes.c_int)

    with exam_window() as handle:

        def covers() -> bool:
            place = wintypes.RECT()
            user.GetWindowRect(wintypes.HWND(handle), ctypes.byref(place))
            above = bool(user.GetWindowLongW(handle, -20) & 8)
            return above and (place.left, place.top, place.right, place.bottom) == (0, 0, 1280, 800)

        yield Rig(
            FullScreenGuard(handle),
            "enforced",
            provoke=lambda: user.MoveWindow(wintypes.HWND(handle), 10, 10, 200, 200, True),
            held=covers,
        )


@contextmanager
def focus_return(folder: Path) -> Iterator[Rig]:
    from ctypes import wintypes

    from lockdown.windows.focus import ForegroundGuard

    user = ctypes.WinDLL("user32")
    user.GetForegroundWindow.restype = wintypes.HWND
    with exam_window() as handle, foreign("intrude") as intruder:
        yield Rig(
            ForegroundGuard(handle),
            "enforced",
            provoke=lambda: do(intruder),
            held=lambda: user.GetForegroundWindow() == handle,
        )


@contextmanager
def system_shortcuts(folder: Path) -> Iterator[Rig]:
    from ctypes import wintypes

    from lockdown.windows.keyboard import ShortcutGuard

    user = ctypes.WinDLL("user32")
    user.UnhookWindowsHookEx.argtypes = (wintypes.HANDLE,)
    guard = ShortcutGuard()
    pressed = []

    def press() -> None:
        user.keybd_event(LEFT_WINDOWS, 0, DOWN, 0)
        time.sleep(0.05)
        pressed.append(bool(user.GetAsyncKeyState(LEFT_WINDOWS) & 0x8000))
        user.keybd_event(LEFT_WINDOWS, 0, UP, 0)

    yield Rig(
        guard,
        "enforced",
        provoke=press,
        held=lambda: not pressed or not pressed[-1],
        tamper=lambda: user.UnhookWindowsHookEx(guard._hook),
    )


@contextmanager
def clipboard(folder: Path) -> Iterator[Rig]:
    from lockdown.windows.clipboard import WindowsClipboardGuard

    user = ctypes.WinDLL("user32")
    with foreign("copy") as copier:
        yield Rig(
            WindowsClipboardGuard(),
            "enforced",
            provoke=lambda: do(copier),
            held=lambda: not user.IsClipboardFormatAvailable(TEXT),
            reports=Code.CLIPBOARD_REPLACED,
        )


@contextmanager
def screenshot_protection(folder: Path) -> Iterator[Rig]:
    from lockdown.windows.capture import ScreenCaptureGuard

    with exam_window() as handle:  # Wine has the function and does nothing: that must not be claimed
        yield Rig(ScreenCaptureGuard(handle), "not_available", provoke=lambda: None)


@contextmanager
def console_switch(folder: Path) -> Iterator[Rig]:
    import winreg

    from lockdown.windows.policies import SecurityScreenGuard, UserPolicies

    below = r"Software\InvigiloTest\Policies"
    policies = UserPolicies(below)
    winreg.CreateKey(winreg.HKEY_CURRENT_USER, below.rpartition("\\")[0]).Close()
    try:
        yield Rig(
            SecurityScreenGuard(lab_machine=True, policies=policies),
            "enforced",
            provoke=lambda: None,  # Wine has no screen of Ctrl-Alt-Del
            held=lambda: policies.read(r"System\DisableTaskMgr") == "dword:1",
            tamper=lambda: policies.write(r"System\DisableTaskMgr", "dword:0"),
        )
    finally:
        subprocess.run(["reg", "delete", r"HKCU\Software\InvigiloTest", "/f"], check=True, capture_output=True)


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

    set_by_s: list[float] = []  # really setting it would set this machine's own
    yield Rig(
        ClockGuard(lambda: time.time() + sum(set_by_s)),
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


CASES = (
    Case(Control.FULL_SCREEN, "windows", "under Wine", full_screen),
    Case(Control.FOCUS_RETURN, "windows", "under Wine", focus_return),
    Case(Control.SYSTEM_SHORTCUTS, "windows", "under Wine", system_shortcuts, can_be_lost=True),
    Case(Control.CONSOLE_SWITCH, "windows", "under Wine", console_switch, can_be_lost=True),
    Case(Control.CLIPBOARD, "windows", "under Wine", clipboard),
    Case(Control.SCREENSHOT_PROTECTION, "windows", "type-checked only", screenshot_protection),
    Case(Control.DISPLAYS, "windows", "under Wine", displays),
    Case(Control.PROCESSES, "windows", "under Wine", processes),
    Case(Control.STORAGE, "windows", "under Wine", storage),
    Case(Control.VIRTUAL_DEVICES, "windows", "under Wine", virtual_devices),
    Case(Control.INPUT_DEVICES, "windows", "under Wine", input_devices),
    Case(Control.NETWORK, "windows", "under Wine", network),
    Case(Control.CLOCK, "windows", "under Wine", clock),
    Case(Control.DEBUGGER, "windows", "under Wine", debugger),
    Case(Control.REMOTE_SESSION, "windows", "under Wine", remote_session),
)
