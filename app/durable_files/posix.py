"""What makes data and names durable on Linux and macOS.

On Linux `fsync` of a file waits until its data is on the medium, `fsync` of a folder until its names are. On macOS
`fsync` stops at the drive's cache, which a power cut empties; `F_FULLFSYNC` goes through it. Network volumes there do
not know `F_FULLFSYNC`: their server is asked by `fsync`, which is all that can be asked of it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

assert sys.platform != "win32"  # noqa: S101  (for the type checker)

if sys.platform == "darwin":
    import errno
    import fcntl

    _NOT_KNOWN = {errno.ENOTSUP, errno.ENOTTY, errno.EINVAL}

    def flush(descriptor: int) -> None:
        """Wait until the data of an open file is on the medium."""
        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError as error:
            if error.errno not in _NOT_KNOWN:
                raise
            os.fsync(descriptor)

    def allocate(descriptor: int, size: int) -> None:
        """Give an open file `size` bytes of blocks; by writing them, because APFS only promises others."""
        block = bytes(1 << 20)
        for start in range(0, size, len(block)):
            os.pwrite(descriptor, block[: size - start], start)

else:

    def flush(descriptor: int) -> None:
        """Wait until the data of an open file is on the medium."""
        os.fsync(descriptor)

    def allocate(descriptor: int, size: int) -> None:
        """Give an open file `size` bytes of blocks."""
        os.posix_fallocate(descriptor, 0, size)


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the medium."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        flush(descriptor)
    finally:
        os.close(descriptor)


def open_to_readers(file: Path) -> None:
    """Let everybody read a file."""
    file.chmod(0o644)


def replace(source: Path, target: Path) -> None:
    """Rename a file over another, in one step for whoever looks."""
    source.replace(target)


def give_name(source: Path, target: Path) -> None:
    """Give a file a second name; raises `FileExistsError` where that is taken."""
    os.link(source, target)
