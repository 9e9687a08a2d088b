"""One sealed session as a folder on disk, or as anything else that gives objects by name."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from crypto.errors import FormatError
from crypto.faults import Fault
from crypto.names import largest

_MAX_NAMES = 1_000_000
_OBJECT_FOLDERS = ("seg", "log")
# Without a buffer and without Path: a session has tens of thousands of objects, and both cost more than the reading.
_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class SealedSource(Protocol):
    """The objects of one sealed session."""

    def names(self) -> Sequence[str]:
        """Names of all objects there are, strays included, in any order."""

    def read(self, name: str) -> bytes:
        """Give the bytes of one object.

        Raises `FormatError` when it is absent, larger than `crypto.names.largest` allows, or no plain object.
        """


class SealedFolder:
    """A folder with `header.isf`, `keys.isf`, `seg/` and either `log.isf` or `log/`.

    Everything found is listed, so that a verdict can name strays; only plain files inside are read,
    never through a symbolic link. Raises `FormatError` when `path` is no folder.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise FormatError(f"{path.name}: there is no such folder of a sealed session.")
        self._root = path.resolve()

    def names(self) -> Sequence[str]:
        """Names of everything in the folder, such as `seg/00-00000000.isg`; and of folders without a place here.

        The name of a folder without anything in it ends in `/`.
        """
        found: list[str] = []
        for name in self._walk():
            if len(found) == _MAX_NAMES:
                raise FormatError(f"{self._root.name}: more than {_MAX_NAMES} objects; this is no sealed session.")
            found.append(name)
        return sorted(found)

    def read(self, name: str) -> bytes:
        """Give the bytes of one object; `FormatError` as `SealedSource.read` says."""
        path, size = self._plain_file(name)
        limit = largest(name)
        descriptor = os.open(path, _READING)
        try:
            data = os.read(descriptor, min(size, limit) + 1)
        finally:
            os.close(descriptor)
        if len(data) > limit:
            raise FormatError(f"{name}: more than {limit} bytes.", Fault.TOO_LARGE, limit=limit)
        return data

    def _walk(self) -> Iterator[str]:
        with os.scandir(self._root) as entries:
            for entry in entries:
                if entry.name in _OBJECT_FOLDERS and entry.is_dir(follow_symlinks=False):
                    with os.scandir(entry.path) as objects:
                        yield from (f"{entry.name}/{inner.name}{_end(inner)}" for inner in objects)
                else:
                    yield f"{entry.name}{_end(entry)}"

    def _plain_file(self, name: str) -> tuple[str, int]:
        parts = name.split("/")
        if not all(parts) or len(parts) > 2 or {".", ".."} & set(parts) or "\\" in name or "\x00" in name:
            raise FormatError(f"{name!r:.80} is no object name.")
        path, size = str(self._root), 0
        for part in parts:
            path = f"{path}{os.sep}{part}"
            try:
                status = os.lstat(path)
            except OSError as error:
                raise FormatError(f"{name}: it is missing or cannot be read.", Fault.UNREADABLE) from error
            if not (stat.S_ISREG(status.st_mode) if part is parts[-1] else stat.S_ISDIR(status.st_mode)):
                raise FormatError(f"{name}: it is no plain file; links are not followed.", Fault.NO_PLAIN_FILE)
            size = status.st_size
        return path, size


def _end(entry: os.DirEntry[str]) -> str:
    if not entry.is_dir(follow_symlinks=False):
        return ""
    with os.scandir(entry.path) as inside:
        return "" if any(inside) else "/"
