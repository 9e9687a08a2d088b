"""Empties the clipboard whenever another program fills it; it is replaced, never read."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Sequence
from ctypes import wintypes

from lockdown.contract.errors import GuardError
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal
from lockdown.watching.retry_limit import RetryLimit

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

from lockdown.windows.pump import MessagePump, Undo, hidden_window  # noqa: E402  (has the same assertion)

_CLIPBOARD_UPDATE, _TIMER = 0x31D, 0x113  # WM_CLIPBOARDUPDATE, WM_TIMER
_AGAIN = 1
_BUSY_MS, _PAUSE_MS = 15, 1000
_REPLACEMENTS_PER_S = 20
"""More often in a second, another program insists: then it is left alone for a second, and reported."""

_user = ctypes.WinDLL("user32", use_last_error=True)
_user.AddClipboardFormatListener.argtypes = (wintypes.HWND,)
_user.RemoveClipboardFormatListener.argtypes = (wintypes.HWND,)
_user.GetClipboardOwner.restype = wintypes.HWND
_user.GetClipboardSequenceNumber.restype = wintypes.DWORD
_user.GetWindowThreadProcessId.argtypes = (wintypes.HWND, ctypes.POINTER(wintypes.DWORD))
_user.OpenClipboard.argtypes = (wintypes.HWND,)
_user.SetTimer.argtypes = (wintypes.HWND, ctypes.c_size_t, wintypes.UINT, wintypes.LPVOID)
_user.KillTimer.argtypes = (wintypes.HWND, ctypes.c_size_t)


class WindowsClipboardGuard:
    """Empties it on entering and after each change by another program.

    What this program copied itself, the exam page included, stays: its owner is a window of this process. The number
    that Windows gives each content keeps our own emptying from being taken for a change.
    """

    name = Control.CLIPBOARD.value

    def __init__(self) -> None:
        self._pump: MessagePump | None = None
        self._window = 0
        self._own_number = 0
        self._replaced = 0
        self._waiting = False
        self._retry_limit = RetryLimit(_REPLACEMENTS_PER_S)

    def engage(self, journal: Journal) -> Engagement:
        """Empty it now and from now on; what was in it is gone afterwards."""
        self._pump = MessagePump("lockdown-clipboard", self._install)
        self._pump.start()
        return Engagement("enforced")

    def check(self) -> Sequence[Violation]:
        """Report how often it was replaced since the last call, and whether another program insisted."""
        replaced, self._replaced = self._replaced, 0
        now_ns, control = time.monotonic_ns(), Control.CLIPBOARD
        seen = [Violation(self.name, Code.CONTROL_LOST, at_ns, control=control) for at_ns in self._retry_limit.take()]
        if replaced:
            seen.append(Violation(self.name, Code.CLIPBOARD_REPLACED, now_ns, {"times": replaced}, control))
        return seen

    def release(self) -> None:
        """Stop; what the exam page copied is emptied."""
        pump, self._pump = self._pump, None
        if pump is not None:
            pump.stop()

    def _install(self) -> Undo:
        self._window, destroy = hidden_window(self._on_message)
        if not _user.AddClipboardFormatListener(self._window):
            error = ctypes.get_last_error()
            destroy()
            raise GuardError(f"Windows tells nothing of the clipboard (error {error}); start the exam again")
        self._empty()

        def undo() -> None:
            _user.RemoveClipboardFormatListener(self._window)
            if self._is_ours():
                self._empty()
            destroy()

        return undo

    def _on_message(self, message: int, wparam: int, lparam: int) -> None:
        if message == _TIMER:
            _user.KillTimer(self._window, _AGAIN)
            self._waiting = False
        elif message != _CLIPBOARD_UPDATE:
            return
        if self._is_ours():
            return
        if not self._retry_limit.allows_correction(time.monotonic()):
            self._again_in(_PAUSE_MS)
        elif self._empty():
            self._replaced += 1

    def _is_ours(self) -> bool:
        if _user.GetClipboardSequenceNumber() == self._own_number:
            return True
        process = wintypes.DWORD()
        _user.GetWindowThreadProcessId(_user.GetClipboardOwner(), ctypes.byref(process))
        return process.value == os.getpid()

    def _empty(self) -> bool:
        """Make our window its owner with nothing in it; where another program has it open, try again soon."""
        if not _user.OpenClipboard(self._window):
            self._again_in(_BUSY_MS)
            return False
        try:
            emptied = bool(_user.EmptyClipboard())
        finally:
            _user.CloseClipboard()
        self._own_number = _user.GetClipboardSequenceNumber()
        return emptied

    def _again_in(self, milliseconds: int) -> None:
        if not self._waiting:  # a timer that is set anew with each change would never come
            self._waiting = True
            _user.SetTimer(self._window, _AGAIN, milliseconds, None)
