"""Keeping the exam window over the whole of its display, above others and never minimised."""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Sequence
from ctypes import wintypes

from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

from lockdown.windows.pump import MessagePump, Undo, hidden_window  # noqa: E402  (has the same assertion)

_NEAREST = 2  # MONITOR_DEFAULTTONEAREST
_TOPMOST, _NOT_TOPMOST = wintypes.HWND(-1), wintypes.HWND(-2)  # HWND_*
_NO_ACTIVATE, _ASYNC = 0x10, 0x4000  # SWP_NOACTIVATE, SWP_ASYNCWINDOWPOS
_NO_MOVE_NO_SIZE = 0x3  # SWP_NOSIZE | SWP_NOMOVE
_EXTENDED_STYLE, _STYLE_TOPMOST = -20, 0x8  # GWL_EXSTYLE, WS_EX_TOPMOST
_RESTORE = 9  # SW_RESTORE
_TIMER = 0x113  # WM_TIMER
_LOOK = 1
_LOOK_EVERY_MS = 100


class _Monitor(ctypes.Structure):
    """MONITORINFO."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("bounds", wintypes.RECT),
        ("work", wintypes.RECT),
        ("flags", wintypes.DWORD),
    )


_user = ctypes.WinDLL("user32", use_last_error=True)
_user.MonitorFromWindow.argtypes = (wintypes.HWND, wintypes.DWORD)
_user.MonitorFromWindow.restype = wintypes.HANDLE
_user.GetMonitorInfoW.argtypes = (wintypes.HANDLE, ctypes.POINTER(_Monitor))
_user.GetWindowRect.argtypes = (wintypes.HWND, ctypes.POINTER(wintypes.RECT))
_user.SetWindowPos.argtypes = (wintypes.HWND, wintypes.HWND, *[ctypes.c_int] * 4, wintypes.UINT)
_user.GetWindowLongW.argtypes = (wintypes.HWND, ctypes.c_int)
_user.ShowWindowAsync.argtypes = (wintypes.HWND, ctypes.c_int)
_user.IsIconic.argtypes = (wintypes.HWND,)
_user.IsWindow.argtypes = (wintypes.HWND,)
_user.SetTimer.argtypes = (wintypes.HWND, ctypes.c_size_t, wintypes.UINT, wintypes.LPVOID)


class FullScreenGuard:
    """Puts `window` (its handle) right ten times a second where it was moved, made smaller, lowered or minimised.

    It reports where it cannot. The window itself goes to full screen first; this guard only keeps it there.
    """

    name = Control.FULL_SCREEN.value

    def __init__(self, window: int) -> None:
        self._exam = window
        self._pump: MessagePump | None = None
        self._was_topmost = False
        self._wrong = False

    def engage(self, journal: Journal) -> Engagement:
        """Put it over its whole display, above other windows, and keep it there."""
        if not _user.IsWindow(self._exam):
            return Engagement("not_available", Limit.WINDOW_NOT_FOUND)
        self._was_topmost = self._is_topmost()
        self._pump = MessagePump("lockdown-full-screen", self._install)
        self._pump.start()
        return Engagement("enforced")

    def check(self) -> Sequence[Violation]:
        """Put it right once more, and report once when it was not right two looks running."""
        if self._pump is None or self._keep():
            self._wrong = False
            return ()
        if not self._wrong:
            self._wrong = True
            return ()
        self._wrong = False
        return (Violation(self.name, Code.CONTROL_LOST, time.monotonic_ns(), control=Control.FULL_SCREEN),)

    def release(self) -> None:
        """Stop; the window is no longer above others, unless it was before."""
        pump, self._pump = self._pump, None
        if pump is None:
            return
        pump.stop()
        if not self._was_topmost:
            _user.SetWindowPos(self._exam, _NOT_TOPMOST, 0, 0, 0, 0, _NO_MOVE_NO_SIZE | _NO_ACTIVATE | _ASYNC)

    def _install(self) -> Undo:
        timers, undo = hidden_window(self._on_message)
        _user.SetTimer(timers, _LOOK, _LOOK_EVERY_MS, None)  # goes with its window
        self._keep()
        return undo

    def _on_message(self, message: int, wparam: int, lparam: int) -> None:
        if message == _TIMER:
            self._keep()

    def _keep(self) -> bool:
        """Return whether it is right already; where not, ask for it to be put right."""
        if _user.IsIconic(self._exam):
            _user.ShowWindowAsync(self._exam, _RESTORE)
            return False
        place, display = wintypes.RECT(), _Monitor(size=ctypes.sizeof(_Monitor))
        _user.GetWindowRect(self._exam, ctypes.byref(place))
        _user.GetMonitorInfoW(_user.MonitorFromWindow(self._exam, _NEAREST), ctypes.byref(display))
        bounds = display.bounds
        covered = (place.left <= bounds.left and place.top <= bounds.top) and (
            place.right >= bounds.right and place.bottom >= bounds.bottom
        )
        if covered and self._is_topmost():
            return True
        width, height = bounds.right - bounds.left, bounds.bottom - bounds.top
        _user.SetWindowPos(self._exam, _TOPMOST, bounds.left, bounds.top, width, height, _NO_ACTIVATE | _ASYNC)
        return False

    def _is_topmost(self) -> bool:
        return bool(_user.GetWindowLongW(self._exam, _EXTENDED_STYLE) & _STYLE_TOPMOST)
