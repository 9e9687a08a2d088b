"""An advisory lock on an open file that ends with the last process holding that open file."""

from __future__ import annotations

import sys
import time

_RETRY_S = 0.01

if sys.platform == "win32":
    import msvcrt

    _FAR_BYTE = 0x7FFF0000  # Windows locks keep others from reading the bytes too, so one is locked that never exists

    def _try_lock(descriptor: int) -> bool:
        import os  # noqa: PLC0415  (only this platform seeks)

        os.lseek(descriptor, _FAR_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            # flock belongs to the open file, not the process: a child that inherits the descriptor holds it too.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def lock(descriptor: int, *, timeout_s: float) -> bool:
    """Lock the open file exclusively, trying for `timeout_s`; return whether it is ours now."""
    end = time.monotonic() + timeout_s
    while not _try_lock(descriptor):
        if time.monotonic() >= end:
            return False
        time.sleep(_RETRY_S)
    return True
