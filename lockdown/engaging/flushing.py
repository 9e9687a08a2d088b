"""Waits until the journal, and what a watchdog leaves beside it, are on the medium: before a change, not after it.

The programs write by `app.durable_files`, which stands above this package. A machine must be put back without them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform == "darwin":
    import fcntl

    def flush(descriptor: int) -> None:
        """Wait until the data of an open file is on the medium, past the cache of the drive, where `fsync` stops."""
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)

else:

    def flush(descriptor: int) -> None:
        """Wait until the data of an open file is on the medium."""
        os.fsync(descriptor)


if sys.platform == "win32":

    def flush_folder(folder: Path) -> None:
        """Nothing: a folder cannot be flushed there; NTFS journals its names itself."""

else:

    def flush_folder(folder: Path) -> None:
        """Wait until the names in a folder are on the medium."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            flush(descriptor)
        finally:
            os.close(descriptor)
