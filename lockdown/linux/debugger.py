"""Whether a process is traced on Linux, from the kernel's own word."""

from __future__ import annotations

import re
import sys
from pathlib import Path

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

_TRACER = re.compile(rb"^TracerPid:\t(\d+)$", re.M)


def traced(status: Path = Path("/proc/self/status")) -> bool:
    """Return whether any process traces the one whose status file this is."""
    found = _TRACER.search(status.read_bytes())
    return found is not None and found[1] != b"0"
