"""Whether a connection to a port on loopback comes from this very process, in which the engine's network runs."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from pathlib import Path

import psutil

_TABLE = Path("/proc/self/net/tcp")
_OPEN = Path("/proc/self/fd")


def is_own(accepted: socket.socket) -> bool:
    """Return whether the other end of `accepted`, an IPv4 connection, is a socket of this process.

    The system is asked who has it, so there is no secret that another program of the same user could find out.
    """
    near, far = accepted.getsockname(), accepted.getpeername()
    if sys.platform == "linux":
        return _holds(_inode(far, near))
    else:
        ours = psutil.Process().net_connections("tcp4")
        return any((each.laddr, each.raddr) == (far, near) for each in ours)


def _inode(end: tuple[str, int], other: tuple[str, int]) -> str | None:
    wanted = f" {_in_table(end)} {_in_table(other)} "
    with _TABLE.open(encoding="ascii") as table:
        for line in table:
            if wanted in line:
                return line.split()[9]
    return None


def _in_table(end: tuple[str, int]) -> str:
    number = int.from_bytes(socket.inet_aton(end[0]), sys.byteorder)
    return f"{number:08X}:{end[1]:04X}"


def _holds(inode: str | None) -> bool:
    """Look for a socket among the open files, what was opened last first: there it is found soon."""
    if inode is None:
        return False
    wanted = Path(f"socket:[{inode}]")
    for number in sorted((int(each.name) for each in _OPEN.iterdir()), reverse=True):
        with suppress(OSError):  # closed meanwhile
            if (_OPEN / str(number)).readlink() == wanted:
                return True
    return False
