"""What is read out of program files, once for each file as long as it does not change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

MAX_BYTES = 256 * 1024 * 1024
"""Larger files are not read: a look must not take seconds."""

_FileKey = tuple[int, int, int, int]


class FileFact:
    """One fact that `read` finds in a file, kept by the file's device, inode, time and size."""

    def __init__(self, read: Callable[[Path], str | None]) -> None:
        self._read = read
        self._cache: dict[_FileKey, str | None] = {}

    def of(self, path: Path) -> str | None:
        """Return it; None where the file has none, is too large or cannot be read."""
        try:
            stat = path.stat()
            key = (stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if key not in self._cache:
                self._cache[key] = self._read(path) if stat.st_size <= MAX_BYTES else None
            return self._cache[key]
        except OSError:
            return None


def sha256(path: Path) -> str:
    """Return the digest of the file in lower-case hexadecimal.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
