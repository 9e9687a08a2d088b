"""One client at a time in one folder: two would write into each other's attempts."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.client.errors import AlreadyRunning, FolderUnusable
from lockdown.engaging.file_lock import lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START_TIMEOUT_S = 2.0
"""How long a start waits for one that is just ending."""


@contextmanager
def instance_lock(file: Path) -> Iterator[None]:
    """Hold `file` locked for the block; the lock goes with the process, however it ends.

    Raises:
        AlreadyRunning: when another client of this folder runs.
        FolderUnusable: `file` cannot be made or opened.
    """
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOINHERIT", 0), 0o600)
    except OSError as error:
        raise FolderUnusable.of(error, file) from error
    try:
        if not lock(descriptor, timeout_s=START_TIMEOUT_S):
            raise AlreadyRunning
        yield
    finally:
        os.close(descriptor)
