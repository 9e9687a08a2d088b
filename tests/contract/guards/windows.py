"""The guards of Windows, around a real window, against a real program in another process; run under Wine."""

from __future__ import annotations

import ctypes
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lockdown.contract.settings import Control
from lockdown.contract.violations import Code
from tests.contract.guards.rig import Case, Rig
from tests.contract.guards.windows_desktop import do, exam_window, foreign
from tests.contract.guards.windows_watchers import (
    clock,
    debugger,
    displays,
    input_devices,
    network,
    processes,
    remote_session,
    storage,
    virtual_devices,
)

TEXT = 13  # CF_UNICODETEXT
LEFT_WINDOWS, DOWN, UP = 0x5B, 0, 2


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
