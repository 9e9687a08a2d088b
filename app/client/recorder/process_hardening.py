"""Keeps the recorder's memory, which holds the session keys, out of core files and other programs' reach."""

from __future__ import annotations

import os
import sys

_PR_SET_DUMPABLE = 4


def harden_memory() -> None:
    """Refuse core dumps and, on Linux, reading of this process by others of the same user.

    Windows and macOS give a program no such switch; nothing is claimed there.
    """
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - the module does not exist on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - needed on Linux alone

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def drop_priority() -> None:
    """Let the exam page go first when the processor is short; no right is needed to become less important."""
    if sys.platform != "win32":
        os.nice(5)
