"""Writes, makes and removes files so that what returned survives a power cut, and what did not is whole or absent.

The order is the promise: data flushed under a temporary name, then its name, then the folder that holds the name.
What a flush is on each platform stands in `posix` and `windows`. Every function raises `OSError` where the disk does
not do it; nothing may be taken for kept then. None of them is for what can be made again, such as an export.

Folders that are missing are made. `private` files and folders are closed to other users. Other files may be read by
everybody, whatever the umask; other folders are as open as the umask leaves them.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform == "win32":  # pragma: no cover
    from app.durable_files import windows as disk
else:
    from app.durable_files import posix as disk

_PART = re.compile(r"(?P<name>.+?)(?:\.[0-9a-f]{8})?\.part", re.DOTALL)
# O_BINARY: without it Windows writes a carriage return before each line feed.
_BINARY: int = getattr(os, "O_BINARY", 0)


def write_file(target: Path, data: bytes, *, private: bool = True) -> None:
    """Replace `target` by `data`, or make it: after any crash it holds either the old bytes or all of the new ones.

    A crash may leave the temporary file behind, see `part_of`; an error does not.
    """
    make_folder(target.parent, private=private)
    part = _write_part(target.parent, target.name, data, private=private)
    try:
        disk.replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    disk.flush_folder(target.parent)


def create_file(target: Path, data: bytes, *, private: bool = True, parts: Path | None = None) -> bool:
    """Make `target` with `data`, whole or not at all; False where there is such a file, which stays as it is.

    Of any number of callers for one name exactly one makes the file. Either answer says that the file survives a
    power cut. `parts` is the folder of the temporary file where `target`'s own must never hold one; it must be on
    the same file system, which must have hard links (Windows needs none).
    """
    make_folder(target.parent, private=private)
    part = _write_part(parts or target.parent, target.name, data, private=private)
    try:
        disk.give_name(part, target)
        made = True
    except FileExistsError:
        made = False
    finally:
        part.unlink(missing_ok=True)
    # Also where it was there: whoever made it may not have come to this line yet, or never did.
    disk.flush_folder(target.parent)
    return made


def append_to_file(file: Path, data: bytes) -> None:
    """Append `data` to a private log, made if absent; an error leaves it as long as it was.

    A crash may cut the last record short, so readers must tell a whole one. One writer at a time.
    """
    make_folder(file.parent)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BINARY, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        if size == 0:
            # The name first: a record that is flushed below a name that may vanish is none.
            disk.flush_folder(file.parent)
        try:
            _write_flushed(descriptor, data)
        except BaseException:
            # Whole records only: the next one must find the end where this one did.
            os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)


def truncate_file(file: Path, size: int) -> None:
    """Cut a file to its first `size` bytes."""
    descriptor = os.open(file, os.O_RDWR | _BINARY)
    try:
        os.ftruncate(descriptor, size)
        disk.flush(descriptor)
    finally:
        os.close(descriptor)


def flush_file(file: Path) -> None:
    """Flush a file that is already under its name, and that name, as `write_file` would have done."""
    descriptor = os.open(file, os.O_RDWR | _BINARY)
    try:
        disk.flush(descriptor)
    finally:
        os.close(descriptor)
    disk.flush_folder(file.parent)


def allocate_file(file: Path, size: int) -> None:
    """Make or grow a private file to `size` bytes for which the disk has really set blocks aside."""
    make_folder(file.parent)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | _BINARY, 0o600)
    try:
        disk.allocate(descriptor, size)
        disk.flush(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path, *, private: bool = True) -> None:
    """Make a folder whose name survives a power cut, and those above it that are missing; one that is there stays."""
    if folder.is_dir():
        return
    make_folder(folder.parent, private=private)
    folder.mkdir(mode=0o700 if private else 0o777, exist_ok=True)
    try:
        disk.flush_folder(folder.parent)
    except OSError:
        # The next caller would take a folder that is there for one that stays.
        with suppress(OSError):
            folder.rmdir()
        raise


def remove_file(file: Path) -> None:
    """Remove a file so that no power cut brings its name back; one that is not there is no error."""
    file.unlink(missing_ok=True)
    disk.flush_folder(file.parent)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all it holds, so that no power cut brings its name back."""
    shutil.rmtree(folder)
    disk.flush_folder(folder.parent)


def part_of(name: str) -> str | None:
    """Give the name of the file for which `name` is the temporary one, None where it is none."""
    part = _PART.fullmatch(name)
    return part["name"] if part else None


def is_full(error: OSError) -> bool:
    """Whether the error means that the disk, or this user's share of it, is full."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def _write_part(folder: Path, name: str, data: bytes, *, private: bool) -> Path:
    # A name of its own for each: two processes that write one file must not write into one part.
    part = folder / f"{name}.{secrets.token_hex(4)}.part"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    try:
        try:
            if not private:
                disk.open_to_readers(part)
            _write_flushed(descriptor, data)
        finally:
            os.close(descriptor)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part


def _write_flushed(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    disk.flush(descriptor)
