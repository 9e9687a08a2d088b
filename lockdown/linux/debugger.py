"""Whether a process of this program is traced on Linux, from the kernel's own word."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

_TRACER = re.compile(rb"^TracerPid:\t(\d+)$", re.M)


def traced(process: int | None = None, proc: Path = Path("/proc")) -> bool:
    """Return whether any process traces this one (or `process`) or one that it, or those, have started.

    The recorder, the watchdog and the processes of the web engine are among them.
    """
    return any(map(_is_traced, _with_children(proc / str(process or os.getpid()))))


def _is_traced(process: Path) -> bool:
    found = _TRACER.search(_read(process / "status"))
    return found is not None and found[1] != b"0"


def _with_children(process: Path) -> Iterator[Path]:
    waiting = [process]
    while waiting:
        found = waiting.pop()
        yield found
        # Any thread of ours may start a process; the engine's start them from their first alone.
        threads = list((found / "task").iterdir()) if found is process else [found / "task" / found.name]
        waiting += [
            process.with_name(child.decode()) for thread in threads for child in _read(thread / "children").split()
        ]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
