"""Whether a debugger is attached to this process, as Windows itself says."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

_kernel = ctypes.WinDLL("kernel32")
_kernel.GetCurrentProcess.restype = wintypes.HANDLE
_kernel.CheckRemoteDebuggerPresent.argtypes = (wintypes.HANDLE, ctypes.POINTER(wintypes.BOOL))


def traced() -> bool:
    """Return whether there is one, in this process's own record or in the kernel's."""
    present = wintypes.BOOL()
    _kernel.CheckRemoteDebuggerPresent(_kernel.GetCurrentProcess(), ctypes.byref(present))
    return bool(present) or bool(_kernel.IsDebuggerPresent())
