"""Programs on Windows: the list from a Toolhelp snapshot, each one's file from the process itself.

psutil is not used here, because it asks for more of a process than it needs and fails as a whole where one question
is refused. Opened with the least right there is (limited information), a process can neither be read nor changed.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from ctypes import wintypes
from pathlib import Path, PureWindowsPath

import pywintypes
import win32api
import win32event

from lockdown.contract.settings import ProgramRule
from lockdown.watching.program_file import FileFact, sha256
from lockdown.watching.programs import Identity, Program
from lockdown.watching.remote_control import remote_control_rules
from lockdown.windows.assistive import ASSISTIVE_RULES

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

from lockdown.windows.signatures import original_name, signer  # noqa: E402  (has the same assertion)

_SNAPSHOT_PROCESSES = 0x2
_LIMITED_INFORMATION = 0x1000
_SYNCHRONIZE = 0x100000
_ENDED = 0  # WAIT_OBJECT_0
_ACCESS_DENIED = 5
_INVALID_HANDLE = ctypes.c_void_p(-1).value
_MAX_PATH_CHARS = 32768
_TICKS_PER_S = 10_000_000  # of FILETIME


class _Entry(ctypes.Structure):
    """PROCESSENTRY32W of tlhelp32.h."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("usage", wintypes.DWORD),
        ("pid", wintypes.DWORD),
        ("heap", ctypes.c_size_t),
        ("module", wintypes.DWORD),
        ("threads", wintypes.DWORD),
        ("parent", wintypes.DWORD),
        ("priority", wintypes.LONG),
        ("flags", wintypes.DWORD),
        ("file", wintypes.WCHAR * 260),
    )


_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel.CreateToolhelp32Snapshot.argtypes = (wintypes.DWORD, wintypes.DWORD)
_kernel.CreateToolhelp32Snapshot.restype = wintypes.HANDLE
_kernel.Process32FirstW.argtypes = (wintypes.HANDLE, ctypes.POINTER(_Entry))
_kernel.Process32NextW.argtypes = (wintypes.HANDLE, ctypes.POINTER(_Entry))
_kernel.GetProcessTimes.argtypes = (wintypes.HANDLE, *[ctypes.POINTER(wintypes.FILETIME)] * 4)
_kernel.QueryFullProcessImageNameW.argtypes = (
    wintypes.HANDLE,
    wintypes.DWORD,
    wintypes.LPWSTR,
    ctypes.POINTER(wintypes.DWORD),
)
_kernel.CloseHandle.argtypes = (wintypes.HANDLE,)


class ToolhelpSource:
    """Lists the processes of a snapshot; what is known of a program's file is kept."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._digest = FileFact(sha256)
        self._signer = FileFact(signer)
        self._original_name = FileFact(original_name)

    def pids(self) -> Sequence[int]:
        """Return all process ids but that of the idle process, 0.

        Raises:
            OSError: Windows gives no snapshot.
        """
        self._names = _snapshot()
        return tuple(self._names)

    def sees_all(self) -> bool:
        """Return that it does: a snapshot lists what runs in every session."""
        return True

    def names(self) -> Sequence[str]:
        """Return the file names of all processes.

        Raises:
            OSError: Windows gives no snapshot.
        """
        return tuple(_snapshot().values())

    def program(self, pid: int, identities: frozenset[Identity]) -> Program | None:
        """Return what is known of `pid`; of a process of another user only its name, as of the last `pids`."""
        try:
            process = win32api.OpenProcess(_LIMITED_INFORMATION | _SYNCHRONIZE, False, pid)
        except pywintypes.error as error:
            name = self._names.get(pid)
            if error.winerror != _ACCESS_DENIED or name is None:
                return None
            return Program(pid, 0.0, executable=name, command=name)
        try:
            # A process that somebody still holds a handle of can be opened after its end.
            if win32event.WaitForSingleObject(process, 0) == _ENDED:
                return None
            started = _started(int(process))
            path = _path(int(process))
        finally:
            win32api.CloseHandle(process)
        if path is None:
            name = self._names.get(pid)
            return Program(pid, started, executable=name, command=name)
        name = PureWindowsPath(path).name
        file = Path(path)
        return Program(
            pid,
            started,
            executable=name,
            command=name,
            sha256=self._digest.of(file) if "sha256" in identities else None,
            signer=self._signer.of(file) if "signer" in identities else None,
            original_name=self._original_name.of(file) if "original_name" in identities else None,
        )

    def unaltered(self, pid: int) -> bool:
        """Return that it may be: what a program loads is not looked at."""
        return True

    def remote_control_rules(self) -> Sequence[ProgramRule]:
        """Return those that go by names."""
        return remote_control_rules()

    def assistive_rules(self) -> Sequence[ProgramRule]:
        """Return those of the makers' signatures."""
        return ASSISTIVE_RULES


def _snapshot() -> dict[int, str]:
    snapshot = _kernel.CreateToolhelp32Snapshot(_SNAPSHOT_PROCESSES, 0)
    if snapshot == _INVALID_HANDLE:
        raise ctypes.WinError(ctypes.get_last_error())
    names: dict[int, str] = {}
    try:
        entry = _Entry(size=ctypes.sizeof(_Entry))
        more = _kernel.Process32FirstW(snapshot, ctypes.byref(entry))
        while more:
            names[entry.pid] = entry.file
            more = _kernel.Process32NextW(snapshot, ctypes.byref(entry))
    finally:
        _kernel.CloseHandle(snapshot)
    names.pop(0, None)
    return names


def _started(process: int) -> float:
    times = [wintypes.FILETIME() for _ in range(4)]
    if not _kernel.GetProcessTimes(process, *map(ctypes.byref, times)):
        return 0.0
    return ((times[0].dwHighDateTime << 32) + times[0].dwLowDateTime) / _TICKS_PER_S


def _path(process: int) -> str | None:
    text = ctypes.create_unicode_buffer(_MAX_PATH_CHARS)
    length = wintypes.DWORD(_MAX_PATH_CHARS)
    if not _kernel.QueryFullProcessImageNameW(process, 0, text, ctypes.byref(length)):
        return None
    return text.value or None
