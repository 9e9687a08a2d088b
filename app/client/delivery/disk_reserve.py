"""The reserve: disk space set aside before the exam, given back piece by piece when the disk is full."""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from app.client.delivery.errors import SpoolFull, SpoolUnusable
from app.durable_files.writing import allocate_file, is_full

logger = logging.getLogger(__name__)

T = TypeVar("T")

RESERVE_BYTES = 1_500_000_000
"""Four hours of recording with sound, twice: measured streams need 0.6 GB."""
INDEX_ROOM_BYTES = 1 << 20
"""What promises leave of the reserve, so that on a full disk receipts can still be recorded."""
_STEP_BYTES = 4 << 20


class DiskReserve:
    """One file that holds blocks for nothing but to let them go; all processes share it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def size(self) -> int:
        """Bytes still set aside."""
        return self._file.stat().st_size if self._file.exists() else 0

    def hold(self, size: int) -> None:
        """Set aside `size` bytes in all; fewer than there are already changes nothing, 0 gives all back.

        Raises:
            SpoolFull: the disk has not so much room; the reserve is as before.
            SpoolUnusable: the disk failed.
        """
        before = self.size
        if size == 0:
            self._file.unlink(missing_ok=True)
        elif size > before:
            try:
                allocate_file(self._file, size)
            except OSError as error:
                os.truncate(self._file, before)
                if is_full(error):
                    raise SpoolFull("there is no room for the reserve", needed_bytes=size) from error
                raise SpoolUnusable(f"Disk space cannot be reserved ({error.strerror}).") from error

    def with_room(self, step: Callable[[], T], *, keep: int = 0) -> T:
        """Do `step`, again with more room each time the disk is full, as long as over `keep` bytes are left."""
        while True:
            try:
                return step()
            except SpoolFull:
                if not self._release(keep):
                    raise

    def _release(self, keep: int) -> bool:
        left = self.size
        if left <= keep:
            return False
        os.truncate(self._file, max(keep, left - _STEP_BYTES))
        logger.warning("the disk is full: using the reserve, %d bytes are left of it", self.size)
        return True
