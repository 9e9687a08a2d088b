"""Asking Windows to leave the exam window out of pictures of the screen, unless an assistive program needs to see it.

The wish holds for every program, the recording of the exam's own screen included: there the window is missing too.
"""

from __future__ import annotations

import ctypes
import logging
import sys
import time
from collections.abc import Callable, Sequence
from ctypes import wintypes

from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

from lockdown.windows.processes import ToolhelpSource  # noqa: E402  (has the same assertion)

_log = logging.getLogger(__name__)

_SHOWN, _EXCLUDED = 0x0, 0x11  # WDA_NONE, WDA_EXCLUDEFROMCAPTURE (Windows 10 2004 and later)
_SCREEN_READER = 0x46  # SPI_GETSCREENREADER
_ASSISTIVE = frozenset({"magnify.exe", "narrator.exe", "nvda.exe", "jfw.exe", "zt.exe", "zoomtext.exe", "fusion.exe"})
"""Magnifier, Narrator, NVDA, JAWS, ZoomText, Fusion: they show or read the screen to somebody who sees it badly."""

_user = ctypes.WinDLL("user32", use_last_error=True)
_user.SetWindowDisplayAffinity.argtypes = (wintypes.HWND, wintypes.DWORD)
_user.GetWindowDisplayAffinity.argtypes = (wintypes.HWND, ctypes.POINTER(wintypes.DWORD))
_user.SystemParametersInfoW.argtypes = (wintypes.UINT, wintypes.UINT, wintypes.LPVOID, wintypes.UINT)


def assistive_program_sees_screen() -> bool:
    """Return whether a screen reader or magnifier runs: one that tells Windows so, or one known by its file name."""
    reader = wintypes.BOOL()
    _user.SystemParametersInfoW(_SCREEN_READER, 0, ctypes.byref(reader), 0)
    return bool(reader) or not _ASSISTIVE.isdisjoint(name.lower() for name in ToolhelpSource().names())


class ScreenCaptureGuard:
    """Protects `window` (its handle); gives the protection up at the first look that finds an assistive program."""

    name = Control.SCREENSHOT_PROTECTION.value

    def __init__(self, window: int, assistive: Callable[[], bool] = assistive_program_sees_screen) -> None:
        self._exam = window
        self._assistive = assistive
        self._protected = False

    def engage(self, journal: Journal) -> Engagement:
        """Ask for it, and claim it only where Windows says afterwards that it is so."""
        if self._assistive():
            return Engagement("not_available", Limit.ASSISTIVE_PROGRAM)
        _user.SetWindowDisplayAffinity(self._exam, _EXCLUDED)
        error = ctypes.get_last_error()
        self._protected = self._affinity() == _EXCLUDED
        if self._protected:
            return Engagement("enforced")
        _user.SetWindowDisplayAffinity(self._exam, _SHOWN)
        _log.warning("Windows does not leave the exam window out of pictures: error %d", error)
        return Engagement("not_available", Limit.SYSTEM_REFUSED)

    def check(self) -> Sequence[Violation]:
        """Report once where the protection is gone, also where it was given up for an assistive program."""
        if not self._protected:
            return ()
        if self._assistive():
            _user.SetWindowDisplayAffinity(self._exam, _SHOWN)
        elif self._affinity() == _EXCLUDED:
            return ()
        self._protected = False
        return (Violation(self.name, Code.CONTROL_LOST, time.monotonic_ns(), control=Control.SCREENSHOT_PROTECTION),)

    def release(self) -> None:
        """Show the window to others again."""
        if self._protected:
            self._protected = False
            _user.SetWindowDisplayAffinity(self._exam, _SHOWN)

    def _affinity(self) -> int | None:
        affinity = wintypes.DWORD()
        return affinity.value if _user.GetWindowDisplayAffinity(self._exam, ctypes.byref(affinity)) else None
