"""Whether a process of this program is traced on Linux, from the kernel's own word."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

_TRACER = re.compile(rb"^TracerPid:\t(\d+)$", re.M)


def traced(process: int | None = None, proc: str = "/proc") -> bool:
    """Return whether any process traces this one (or `process`) or one that it, or those, have started.

    The recorder, the watchdog and the processes of the web engine are among them. It takes less than a millisecond.
    """
    return any(map(_is_traced, _with_children(f"{proc}/{process or os.getpid()}", proc)))


def _is_traced(process: str) -> bool:
    found = _TRACER.search(_read(f"{process}/status"))
    return found is not None and found[1] != b"0"


def _with_children(process: str, proc: str) -> Iterator[str]:
    yield process
    # Any thread of ours may start a process; the engine's start them from their first alone.
    try:
        threads = os.listdir(f"{process}/task")  # noqa: PTH208  (several times faster, as is what follows)
    except OSError:
        return
    waiting = [f"{process}/task/{thread}" for thread in threads]
    while waiting:
        for child in _read(f"{waiting.pop()}/children").split():
            number = child.decode()
            yield f"{proc}/{number}"
            waiting.append(f"{proc}/{number}/task/{number}")


def _read(file: str) -> bytes:
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:
        return b""  # it has ended
    finally:
        os.close(descriptor)
