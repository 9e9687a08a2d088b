"""What makes data and names durable on Windows.

`os.fsync` is `FlushFileBuffers` there. A folder has no flush: NTFS journals its names in order, and a move that writes
through returns when the journal is on the disk up to that move. So a name given here is durable, and with it every
folder made before. A removal is durable with the next such move, or when NTFS writes its journal, within seconds.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

import pywintypes  # noqa: E402  (not there elsewhere)
import win32file  # noqa: E402


def flush(descriptor: int) -> None:
    """Wait until the data of an open file is on the medium."""
    os.fsync(descriptor)


def allocate(descriptor: int, size: int) -> None:
    """Give an open file `size` bytes of blocks, which the C library fills with zeros."""
    os.ftruncate(descriptor, size)


def flush_folder(folder: Path) -> None:
    """Nothing: `replace` and `give_name` write through."""


def open_to_readers(file: Path) -> None:
    """Nothing: who may read a file follows from its folder there."""


def replace(source: Path, target: Path) -> None:
    """Rename a file over another, in one step for whoever looks; durable when it returns."""
    _move(source, target, win32file.MOVEFILE_REPLACE_EXISTING | win32file.MOVEFILE_WRITE_THROUGH)


def give_name(source: Path, target: Path) -> None:
    """Rename a file; raises `FileExistsError` where the name is taken. Durable when it returns."""
    _move(source, target, win32file.MOVEFILE_WRITE_THROUGH)


def _move(source: Path, target: Path, flags: int) -> None:
    try:
        win32file.MoveFileExW(str(source), str(target), flags)
    except pywintypes.error as error:
        # With the number of Windows, Python picks the class: FileExistsError, PermissionError and so on.
        raise OSError(0, error.strerror, str(source), error.winerror, str(target)) from error
