"""Spool files: writing a file so that it is there, whole, after a power cut.

A file's data is flushed before its name appears, and its name before it is reported. The platforms
differ in how: Linux has `fsync` on the file and on the folder; macOS needs `F_FULLFSYNC` to pass the
drive's cache; Windows has no folder flush, there the renaming call itself is told to write through.
"""

import errno
import os
import sys
from pathlib import Path

PART_SUFFIX = ".part"

if sys.platform == "win32":
    import ctypes

    _REPLACE_EXISTING, _WRITE_THROUGH = 0x1, 0x8

    def _flush(descriptor: int) -> None:
        os.fsync(descriptor)

    def _flush_folder(folder: Path) -> None:
        """Nothing: NTFS journals the name, and `_rename` writes through."""

    def _rename(source: Path, target: Path) -> None:
        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        if not kernel32.MoveFileExW(str(source), str(target), _REPLACE_EXISTING | _WRITE_THROUGH):
            raise ctypes.WinError(ctypes.get_last_error())

    def _allocate(descriptor: int, size: int) -> None:
        os.ftruncate(descriptor, size)

else:
    if sys.platform == "darwin":
        import fcntl

        def _flush(descriptor: int) -> None:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)

        def _allocate(descriptor: int, size: int) -> None:
            block = bytes(1 << 20)
            for start in range(0, size, len(block)):
                os.pwrite(descriptor, block[: size - start], start)
    else:

        def _flush(descriptor: int) -> None:
            os.fsync(descriptor)

        def _allocate(descriptor: int, size: int) -> None:
            os.posix_fallocate(descriptor, 0, size)

    def _flush_folder(folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            _flush(descriptor)
        finally:
            os.close(descriptor)

    def _rename(source: Path, target: Path) -> None:
        source.replace(target)


def is_full(error: OSError) -> bool:
    """Whether the error means that the disk, or this user's share of it, is full."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def make_folder(folder: Path) -> None:
    """Make a folder, closed to other users, whose name survives a power cut; parents likewise."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _flush_folder(folder.parent)


def write_durably(target: Path, data: bytes) -> None:
    """Write a file so that after any crash it is either whole under its name or not there at all.

    A `.part` beside it is left behind only by a crash. Raises `OSError` with the part removed.
    """
    make_folder(target.parent)
    part = target.with_name(target.name + PART_SUFFIX)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            _flush(descriptor)
        finally:
            os.close(descriptor)
        _rename(part, target)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


def allocate(target: Path, size: int) -> None:
    """Make or grow a file to `size` bytes for which the disk has really set blocks aside."""
    make_folder(target.parent)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        _allocate(descriptor, size)
        _flush(descriptor)
    finally:
        os.close(descriptor)


def flush_existing(file: Path) -> None:
    """Flush a file that is already under its name, and that name, as `write_durably` would have."""
    descriptor = os.open(file, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        _flush(descriptor)
    finally:
        os.close(descriptor)
    _flush_folder(file.parent)
