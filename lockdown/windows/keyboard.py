"""Keeps keys that leave the exam from the system, through a low-level keyboard hook that records nothing.

Windows calls the hook with every key event; it answers at once what `Shortcuts` decides and keeps no key and no
count. Ctrl-Alt-Del and Windows-L are handled below every hook.

Windows takes a hook away without a word when it answers too late (`LowLevelHooksTimeout`). So each look sends a press
of a key that no keyboard has, marked as ours; a hook that is there swallows it, before any program sees it.
"""

from __future__ import annotations

import ctypes
import secrets
import sys
import time
from collections.abc import Sequence
from ctypes import wintypes

import win32api

from lockdown.contract.errors import GuardError
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal
from lockdown.windows.shortcuts import Shortcuts

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

from lockdown.windows.events import DESKTOP_SWITCH, on_system_event  # noqa: E402  (has the same assertion)
from lockdown.windows.pump import MessagePump, Undo  # noqa: E402

_KEYBOARD_LL = 13  # WH_KEYBOARD_LL
_PRESSES = frozenset({0x100, 0x104})  # WM_KEYDOWN, WM_SYSKEYDOWN
_INJECTED, _ALT_DOWN = 0x10, 0x20  # LLKHF_*
_KEYBOARD_INPUT, _KEY_UP = 1, 2  # INPUT_KEYBOARD, KEYEVENTF_KEYUP
_NO_KEY = 0xE8  # an unassigned virtual key
_WINDOWS_KEY = 0x5B
_SWALLOWED = 1
_ANSWER_WITHIN_S = 0.5
_HookProcedure = ctypes.WINFUNCTYPE(wintypes.LPARAM, ctypes.c_int, wintypes.WPARAM, wintypes.LPARAM)


class _Key(ctypes.Structure):
    """KBDLLHOOKSTRUCT."""

    _fields_ = (
        ("key", wintypes.DWORD),
        ("scan_code", wintypes.DWORD),
        ("flags", wintypes.DWORD),
        ("time_ms", wintypes.DWORD),
        ("extra", ctypes.c_size_t),
    )


class _KeyInput(ctypes.Structure):
    """KEYBDINPUT, and the padding that its union with MOUSEINPUT has."""

    _fields_ = (
        ("key", wintypes.WORD),
        ("scan_code", wintypes.WORD),
        ("flags", wintypes.DWORD),
        ("time_ms", wintypes.DWORD),
        ("extra", ctypes.c_size_t),
        ("padding", ctypes.c_ubyte * 8),
    )


class _Input(ctypes.Structure):
    """INPUT of a key."""

    _fields_ = (("kind", wintypes.DWORD), ("key", _KeyInput))


_user = ctypes.WinDLL("user32", use_last_error=True)
_user.SetWindowsHookExW.argtypes = (ctypes.c_int, _HookProcedure, wintypes.HINSTANCE, wintypes.DWORD)
_user.SetWindowsHookExW.restype = wintypes.HANDLE
_user.UnhookWindowsHookEx.argtypes = (wintypes.HANDLE,)
_user.CallNextHookEx.argtypes = (wintypes.HANDLE, ctypes.c_int, wintypes.WPARAM, wintypes.LPARAM)
_user.CallNextHookEx.restype = wintypes.LPARAM
_user.SendInput.argtypes = (wintypes.UINT, ctypes.POINTER(_Input), ctypes.c_int)


class ShortcutGuard:
    """Swallows Alt-Tab and its like while it is engaged; keys of assistive programs pass."""

    name = Control.SYSTEM_SHORTCUTS.value

    def __init__(self) -> None:
        self._mark = secrets.randbits(31) | 1  # tells our own key events from those of everybody else
        self._shortcuts = Shortcuts()
        self._pump: MessagePump | None = None
        self._hook: int | None = None
        self._asked = self._heard = 0
        self._answer_due_s = 0.0

    def engage(self, journal: Journal) -> Engagement:
        """Hook the keyboard; Windows takes the hook away by itself when this process ends."""
        self._pump = MessagePump("lockdown-keyboard", self._install, self._give)
        self._pump.start()
        return Engagement("enforced")

    def check(self) -> Sequence[Violation]:
        """Report when the hook did not hear the last look's own key, and hook anew; then ask it again."""
        pump = self._pump
        now_s = time.monotonic()
        if pump is None or now_s < self._answer_due_s:
            return ()
        lost = self._heard < self._asked
        if lost:
            pump.stop()
            self._pump = MessagePump("lockdown-keyboard", self._install, self._give)
            self._pump.start()
        self._heard = self._asked = 0
        # While the session is locked nothing can be sent, and nobody is asked.
        self._asked = self._send((_NO_KEY, _KEY_UP))
        self._answer_due_s = now_s + _ANSWER_WITHIN_S
        lost_now = Violation(self.name, Code.CONTROL_LOST, time.monotonic_ns(), control=Control.SYSTEM_SHORTCUTS)
        return (lost_now,) if lost else ()

    def release(self) -> None:
        """Take the hook away."""
        pump, self._pump = self._pump, None
        if pump is not None:
            pump.stop()

    def _install(self) -> Undo:
        self._shortcuts.reset()
        hooked = _HookProcedure(self._decide)
        self._hook = _user.SetWindowsHookExW(_KEYBOARD_LL, hooked, win32api.GetModuleHandle(None), 0)
        if not self._hook:
            raise GuardError(f"Windows takes no keyboard hook (error {ctypes.get_last_error()}); start the exam again")
        # Releases are not told while another desktop has the keyboard.
        try:
            end_events = on_system_event(DESKTOP_SWITCH, self._shortcuts.reset)
        except GuardError:
            _user.UnhookWindowsHookEx(self._hook)
            raise

        def undo(_alive: object = hooked) -> None:
            _user.UnhookWindowsHookEx(self._hook)
            end_events()

        return undo

    def _decide(self, code: int, event: int, at: int) -> int:
        if code != 0:
            return int(_user.CallNextHookEx(None, code, event, at))
        key = _Key.from_address(at)
        if key.extra == self._mark and key.flags & _INJECTED:
            if key.key != _NO_KEY:
                return int(_user.CallNextHookEx(None, code, event, at))
            self._heard += 1
            return _SWALLOWED
        decision = self._shortcuts.decide(
            key.key, down=event in _PRESSES, alt=bool(key.flags & _ALT_DOWN), time_ms=key.time_ms
        )
        if decision == "pass":
            return int(_user.CallNextHookEx(None, code, event, at))
        if decision == "replay" and self._pump is not None:
            self._pump.call(key.key)  # not from in here: Windows would call the hook inside the hook
        return _SWALLOWED

    def _give(self, key: int) -> None:
        self._send((_WINDOWS_KEY, 0), (key, 0), (key, _KEY_UP), (_WINDOWS_KEY, _KEY_UP))

    def _send(self, *keys: tuple[int, int]) -> int:
        """Put key events into the system's queue, marked as ours, and return how many it took."""
        made = [_Input(_KEYBOARD_INPUT, _KeyInput(key=key, flags=flags, extra=self._mark)) for key, flags in keys]
        events = (_Input * len(made))(*made)
        return int(_user.SendInput(len(keys), events, ctypes.sizeof(_Input)))
