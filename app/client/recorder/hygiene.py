"""Keeps the recorder's memory, which holds the session keys, out of core files and other programs' reach."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PR_SET_DUMPABLE = 4


def keep_memory_private() -> None:
    """Refuse core dumps and, on Linux, reading of this process by others of the same user.

    Windows and macOS give a program no such switch; nothing is claimed there.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - the module does not exist on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - needed on Linux alone

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def private_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Give the environment for the recorder: freed memory is overwritten at once (glibc's allocator).

    With Python's own allocator a wiped key was found again in freed memory; with these two variables none was
    (memory search of a sealing process, 90 segments).
    """
    poison = {"PYTHONMALLOC": "malloc", "MALLOC_PERTURB_": "85"} if sys.platform == "linux" else {}
    return {**environment, **poison, "PYTHONUNBUFFERED": "1"}


def drop_priority() -> None:
    """Let the exam page go first when the processor is short; no right is needed to become less important."""
    if sys.platform != "win32":
        os.nice(5)
