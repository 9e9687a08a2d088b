"""Being told by Windows what happens to windows: SetWinEventHook, out of context, so that no code enters others."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes import wintypes

from lockdown.contract.errors import GuardError

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

from lockdown.windows.pump import Undo  # noqa: E402  (has the same assertion)

DESKTOP_SWITCH = 0x20  # the session was locked, or Ctrl-Alt-Del was pressed
FOREGROUND = 0x3  # another window came to the front
_SKIP_OWN_PROCESS = 2  # WINEVENT_SKIPOWNPROCESS
_Procedure = ctypes.WINFUNCTYPE(
    None,
    *(wintypes.HANDLE, wintypes.DWORD, wintypes.HWND),
    *(wintypes.LONG, wintypes.LONG, wintypes.DWORD, wintypes.DWORD),
)

_user = ctypes.WinDLL("user32", use_last_error=True)
_user.SetWinEventHook.argtypes = (
    *(wintypes.DWORD, wintypes.DWORD, wintypes.HMODULE),
    *(_Procedure, wintypes.DWORD, wintypes.DWORD, wintypes.DWORD),
)
_user.SetWinEventHook.restype = wintypes.HANDLE
_user.UnhookWinEvent.argtypes = (wintypes.HANDLE,)


def on_system_event(event: int, called: Callable[[], None]) -> Undo:
    """Call `called` at each `event` in another process, on the calling thread while it reads its messages.

    Raises:
        GuardError: Windows refuses.
    """
    procedure = _Procedure(lambda *_event: called())
    hook = _user.SetWinEventHook(event, event, None, procedure, 0, 0, _SKIP_OWN_PROCESS)
    if not hook:
        raise GuardError(f"Windows tells nothing of other windows (error {ctypes.get_last_error()}); start again")

    def undo(_alive: object = procedure) -> None:
        _user.UnhookWinEvent(hook)

    return undo
