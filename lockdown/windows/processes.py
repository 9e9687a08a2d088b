"""Programs on Windows: the list from a Toolhelp snapshot, each one's file from the process itself.

psutil is not used here, because it asks for more of a process than it needs and fails as a whole where one question
is refused. Opened with the least right there is (limited information), a process can neither be read nor changed.
"""

from __future__ import annotations

import ctypes
import hashlib
import sys
from collections.abc import Callable, Sequence
from ctypes import wintypes
from pathlib import Path, PureWindowsPath

from lockdown.watching.programs import Identity, Program

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

from lockdown.windows.signatures import original_name, signer  # noqa: E402  (has the same assertion)

_SNAPSHOT_PROCESSES = 0x2
_LIMITED_INFORMATION = 0x1000
_SYNCHRONIZE = 0x100000
_ENDED = 0  # WAIT_OBJECT_0
_ACCESS_DENIED = 5
_INVALID_HANDLE = ctypes.c_void_p(-1).value
_MAX_PATH_CHARS = 32768
_MAX_HASHED_BYTES = 256 * 1024 * 1024
_TICKS_PER_S = 10_000_000  # of FILETIME

FileKey = tuple[int, int, int, int]


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
_kernel.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
_kernel.OpenProcess.restype = wintypes.HANDLE
_kernel.WaitForSingleObject.argtypes = (wintypes.HANDLE, wintypes.DWORD)
_kernel.WaitForSingleObject.restype = wintypes.DWORD
_kernel.GetProcessTimes.argtypes = (wintypes.HANDLE, *[ctypes.POINTER(wintypes.FILETIME)] * 4)
_kernel.QueryFullProcessImageNameW.argtypes = (
    wintypes.HANDLE,
    wintypes.DWORD,
    wintypes.LPWSTR,
    ctypes.POINTER(wintypes.DWORD),
)
_kernel.CloseHandle.argtypes = (wintypes.HANDLE,)


class ToolhelpSource:
    """Lists the processes of a snapshot; what is known of a program file is kept by its place, time and size."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._digests: dict[FileKey, str | None] = {}
        self._signers: dict[FileKey, str | None] = {}
        self._original_names: dict[FileKey, str | None] = {}

    def pids(self) -> Sequence[int]:
        """Return all process ids but that of the idle process, 0.

        Raises:
            OSError: Windows gives no snapshot.
        """
        self._names = _snapshot()
        return tuple(self._names)

    def names(self) -> Sequence[str]:
        """Return the file names of all processes.

        Raises:
            OSError: Windows gives no snapshot.
        """
        return tuple(_snapshot().values())

    def program(self, pid: int, identities: frozenset[Identity]) -> Program | None:
        """Return what is known of `pid`; of a process of another user only its name, as of the last `pids`."""
        process = _kernel.OpenProcess(_LIMITED_INFORMATION | _SYNCHRONIZE, False, pid)
        if not process:
            name = self._names.get(pid)
            if ctypes.get_last_error() != _ACCESS_DENIED or name is None:
                return None
            return Program(pid, 0.0, executable=name, command=name)
        try:
            # A process that somebody still holds a handle of can be opened after its end.
            if _kernel.WaitForSingleObject(process, 0) == _ENDED:
                return None
            started = _started(process)
            path = _path(process)
        finally:
            _kernel.CloseHandle(process)
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
            sha256=_of_file(file, self._digests, _sha256) if "sha256" in identities else None,
            signer=_of_file(file, self._signers, signer) if "signer" in identities else None,
            original_name=(
                _of_file(file, self._original_names, original_name) if "original_name" in identities else None
            ),
        )


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


def _of_file(path: Path, cache: dict[FileKey, str | None], read: Callable[[Path], str | None]) -> str | None:
    try:
        stat = path.stat()
        key = (stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if key not in cache:
            cache[key] = read(path) if stat.st_size <= _MAX_HASHED_BYTES else None
        return cache[key]
    except OSError:
        return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
