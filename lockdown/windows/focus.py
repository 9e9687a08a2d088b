"""Bringing the exam window back to the front when another program's window comes there."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Sequence
from ctypes import wintypes

import win32api

from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal
from lockdown.watching.retry_limit import RetryLimit

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

from lockdown.windows.events import FOREGROUND, on_system_event  # noqa: E402  (has the same assertion)
from lockdown.windows.pump import MessagePump, Undo, hidden_window  # noqa: E402

_TIMER = 0x113  # WM_TIMER
_LOOK = 1
_RETURNS_PER_S = 5
_LOOK_EVERY_MS = 15
"""Windows announces the change; a look as well costs microseconds, and Wine does not announce it."""
_RESTORE = 9  # SW_RESTORE

_user = ctypes.WinDLL("user32", use_last_error=True)
_user.GetForegroundWindow.restype = wintypes.HWND
_user.SetForegroundWindow.argtypes = (wintypes.HWND,)
_user.BringWindowToTop.argtypes = (wintypes.HWND,)
_user.ShowWindowAsync.argtypes = (wintypes.HWND, ctypes.c_int)
_user.IsIconic.argtypes = (wintypes.HWND,)
_user.GetWindowThreadProcessId.argtypes = (wintypes.HWND, ctypes.POINTER(wintypes.DWORD))
_user.AttachThreadInput.argtypes = (wintypes.DWORD, wintypes.DWORD, wintypes.BOOL)
_user.SetTimer.argtypes = (wintypes.HWND, ctypes.c_size_t, wintypes.UINT, wintypes.LPVOID)


class ForegroundGuard:
    """Returns to `window` (its handle) at most five times a second, then stands back for one and reports it.

    A window of this program's own process is not leaving.
    """

    name = Control.FOCUS_RETURN.value

    def __init__(self, window: int) -> None:
        self._exam = window
        self._pump: MessagePump | None = None
        self._retry_limit = RetryLimit(_RETURNS_PER_S)

    def engage(self, journal: Journal) -> Engagement:
        """Return now where another window is in front, and whenever one comes there."""
        self._pump = MessagePump("lockdown-focus", self._install)
        self._pump.start()
        return Engagement("enforced")

    def check(self) -> Sequence[Violation]:
        """Report the times another window insisted since the last call."""
        return tuple(
            Violation(self.name, Code.CONTROL_LOST, at_ns, control=Control.FOCUS_RETURN)
            for at_ns in self._retry_limit.take()
        )

    def release(self) -> None:
        """Stop returning."""
        pump, self._pump = self._pump, None
        if pump is not None:
            pump.stop()

    def _install(self) -> Undo:
        timers, destroy = hidden_window(self._on_message)
        try:
            unhook = on_system_event(FOREGROUND, self._return)
        except BaseException:
            destroy()
            raise
        _user.SetTimer(timers, _LOOK, _LOOK_EVERY_MS, None)  # goes with its window
        self._return()

        def undo() -> None:
            unhook()
            destroy()

        return undo

    def _on_message(self, message: int, wparam: int, lparam: int) -> None:
        if message == _TIMER:
            self._return()

    def _return(self) -> None:
        in_front = _user.GetForegroundWindow()
        if in_front == self._exam or _process_of(in_front) == os.getpid():
            return
        # No window at all is between two of them, or while the session is locked: then nobody insists.
        if not in_front or self._retry_limit.allows_correction(time.monotonic()):
            self._bring_to_front(in_front)

    def _bring_to_front(self, in_front: int | None) -> None:
        if _user.IsIconic(self._exam):
            _user.ShowWindowAsync(self._exam, _RESTORE)
        # Windows lets a program come to the front only while it shares the input of the one that is there.
        own = win32api.GetCurrentThreadId()
        others = _user.GetWindowThreadProcessId(in_front, None) if in_front else 0
        shared = bool(others) and bool(_user.AttachThreadInput(own, others, True))
        try:
            _user.BringWindowToTop(self._exam)
            _user.SetForegroundWindow(self._exam)
        finally:
            if shared:
                _user.AttachThreadInput(own, others, False)


def _process_of(window: int | None) -> int:
    process = wintypes.DWORD()
    _user.GetWindowThreadProcessId(window, ctypes.byref(process))
    return process.value
