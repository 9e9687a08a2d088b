"""Whether /proc shows the processes of the desktop, or those of a box alone in which this program was started.

Any user can start a program in a namespace of its own (``unshare -Urpf --mount-proc``): all that runs outside it, a
tracer included, is then not there for that program. A container is one too, however honest.
"""

from __future__ import annotations

import os
import re
import socket
import struct
import sys
from collections.abc import Mapping
from pathlib import Path

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

from lockdown.linux.text_file import read_text  # noqa: E402  (empty to the type checker on other platforms)

_FIRST_PID_NAMESPACE = "pid:[4026531836]"  # PROC_PID_INIT_INO, the same since Linux 3.8
_LOCAL_DISPLAY = re.compile(r"^(?:unix)?:(\d+)(?:\.\d+)?$")
_TIMEOUT_S = 1.0


def sees_every_process(environ: Mapping[str, str], proc: Path = Path("/proc")) -> bool:
    """Return whether `proc` lists all processes, as far as that can be told.

    It does not where this program is in a process namespace of its own, where something lies over a part of it, and
    where the server of the display in `environ` runs outside of what is seen: the kernel gives such a one no number.
    """
    try:
        own = (proc / "self").readlink() == Path(str(os.getpid()))
        first = str((proc / "self/ns/pid").readlink()) == _FIRST_PID_NAMESPACE
    except OSError:
        return False
    return (
        own and first and not _covered(read_text(proc / "self/mountinfo"), proc) and not _served_from_outside(environ)
    )


def _covered(mounts: str, proc: Path) -> bool:
    """Return whether something other than the kernel's list is mounted at `proc`, or over a process in it."""
    inside = re.compile(rf"{re.escape(str(proc))}/(?:\d+|self)(?:/|$)")
    kinds = []
    for line in mounts.splitlines():
        place, _, source = line.partition(" - ")
        root, point = place.split()[3:5]
        if inside.match(point):
            return True
        if point == str(proc):
            kinds.append((root, source.split()[0]))
    return not kinds or kinds[-1] != ("/", "proc")


def _served_from_outside(environ: Mapping[str, str]) -> bool:
    """Return whether the display's server is a process without a number here; one that cannot be asked is not."""
    return any(_peer(address) == 0 for address in _addresses(environ))


def _addresses(environ: Mapping[str, str]) -> list[str]:
    found = []
    if (local := _LOCAL_DISPLAY.match(environ.get("DISPLAY", ""))) is not None:
        found += [f"\0/tmp/.X11-unix/X{local[1]}", f"/tmp/.X11-unix/X{local[1]}"]  # noqa: S108  (where X servers listen)
    if display := environ.get("WAYLAND_DISPLAY"):
        found.append(os.path.join(environ.get("XDG_RUNTIME_DIR", ""), display))  # noqa: PTH118  (absolute ones stay)
    return found


def _peer(address: str) -> int | None:
    """Return the process that listens at `address`, 0 where it has no number here, None where nobody listens."""
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(_TIMEOUT_S)
        try:
            asking.connect(address)
        except OSError:
            return None
        credentials = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", credentials)[0])
