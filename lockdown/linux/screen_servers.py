"""Programs that hand this screen to somebody elsewhere, by what they do and not by what they are called.

The X server says of each of its clients which process it is, whether it has windows, and whether it follows what is
drawn or typed; the kernel says which sockets that process has. A compositor follows what is drawn, a browser listens, a
settings daemon has no window: only two of it together are a sign. Who builds a server for this can still hide it.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lockdown.contract.errors import LockdownError

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

from lockdown.linux.text_file import read_text  # noqa: E402  (empty to the type checker on other platforms)
from lockdown.linux.x11 import XServer  # noqa: E402

FIRST_LOOK_S, LATER_LOOK_S = 2.0, 0.25
"""So long is waited for a look; a program that holds the X server for itself holds it up."""
_FOLLOWING = frozenset({"DamageExt", "RecordContext"})
"""What the server calls the resources of who is told of each change of the screen, and of each key."""
_PICTURES = "ShmSeg"
"""Memory shared with the server: who has no window to draw does not need it but to take pictures."""
_COMPOSITOR = "_NET_WM_CM_S0"
_ESTABLISHED, _LISTENING = "01", "0A"
_ACCEPTS = 1 << 16
_HEAD_BYTES = 32


@dataclass(frozen=True)
class DisplayClient:
    """A process that is connected to the X server, and what it does there and on the network."""

    pid: int
    follows: bool = False
    shows: bool = False
    composites: bool = False
    listens: bool = False
    listens_here: bool = False
    is_connected: bool = False

    @property
    def serves_screen(self) -> bool:
        """Whether it is likely that it shows this display to somebody elsewhere.

        `follows`: it is told of what is drawn or typed, or takes pictures; `shows`: it has windows; `listens`: for
        connections by network, `listens_here`: by a socket of this computer's; `is_connected`: by network, as
        compositors with weather are.
        """
        if self.listens:
            return self.follows or not self.shows
        return self.follows and ((self.is_connected and not self.composites) or (self.listens_here and not self.shows))


class ScreenServers:
    """Looks at the clients of the display again and again, on a thread: a held X server must not hold up the watch."""

    def __init__(self, display: str) -> None:
        self._display = display
        self._found = False
        self._thread: threading.Thread | None = None

    def present(self) -> bool:
        """Look, and return whether there is one; whether there was, where the X server does not answer in time."""
        wait_s = FIRST_LOOK_S if self._thread is None else LATER_LOOK_S
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._look, name="lockdown-display-clients", daemon=True)
            self._thread.start()
        self._thread.join(wait_s)
        return self._found

    def _look(self) -> None:
        try:
            self._found = any(each.serves_screen for each in display_clients(self._display))
        except LockdownError:
            self._found = False


def display_clients(display: str, root: Path = Path("/proc")) -> tuple[DisplayClient, ...]:
    """Ask the server of `display` for its clients, those of this process left out.

    Raises:
        LockdownError: the server cannot be asked.
    """
    server = _ClientList(display)
    try:
        asked = tuple(server.clients())
    finally:
        server.close()
    return tuple(_with_sockets(each, root) for each in asked if each.pid != os.getpid())


class _ClientList(XServer):
    def __init__(self, display: str) -> None:
        super().__init__(display)
        number = ctypes.c_uint32
        self._declare_question(self._res, "xcb_res_query_clients", ())
        self._declare_question(self._res, "xcb_res_query_client_resources", (number,))
        self._following = {self.atom(name) for name in _FOLLOWING}

    def clients(self) -> Iterator[DisplayClient]:
        """Yield each local process once, whatever number of connections it has."""
        listed = self._ask(self._res, "xcb_res_query_clients")
        number = 0 if listed is None else struct.unpack_from("<I", listed, 8)[0]
        connections = struct.iter_unpack("<II", (listed or b"")[_HEAD_BYTES : _HEAD_BYTES + 8 * number])
        compositor = self.owner_of(_COMPOSITOR)
        window, pictures = self.atom("WINDOW"), self.atom(_PICTURES)
        resources: dict[int, set[int]] = {}
        composites: set[int] = set()
        for base, _mask in connections:
            pid = self.pid(base) if base else None  # the first one is the server itself
            if pid is None:
                continue
            resources.setdefault(pid, set()).update(self._resources(base))
            if compositor and self.same_client(base, compositor):
                composites.add(pid)
        for pid, kinds in resources.items():
            shows = window in kinds
            follows = not kinds.isdisjoint(self._following) or (pictures in kinds and not shows)
            yield DisplayClient(pid, follows=follows, shows=shows, composites=pid in composites)

    def _resources(self, client: int) -> Iterator[int]:
        answer = self._ask(self._res, "xcb_res_query_client_resources", client)
        number = 0 if answer is None else struct.unpack_from("<I", answer, 8)[0]
        kinds = struct.iter_unpack("<II", (answer or b"")[_HEAD_BYTES : _HEAD_BYTES + 8 * number])
        return (kind for kind, count in kinds if count)


def _with_sockets(client: DisplayClient, root: Path) -> DisplayClient:
    """Add the sockets of one that may be a server by the rest; of most programs none is looked at."""
    if client.shows and not client.follows:
        return client
    folder = root / str(client.pid)
    own = _socket_numbers(folder)
    if not own:
        return client
    states = {state for state, number in _network_sockets(folder) if number in own}
    return DisplayClient(
        client.pid,
        client.follows,
        client.shows,
        client.composites,
        listens=_LISTENING in states,
        listens_here=any(number in own for number in _accepting_here(folder)),
        is_connected=_ESTABLISHED in states,
    )


def _socket_numbers(folder: Path) -> frozenset[str]:
    try:
        targets = [str(each.readlink()) for each in (folder / "fd").iterdir()]
    except OSError:
        return frozenset()  # it has ended, or is another user's
    return frozenset(each[8:-1] for each in targets if each.startswith("socket:["))


def _network_sockets(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield state and number of each TCP socket in the network that the process is in."""
    for family in ("tcp", "tcp6"):
        for line in read_text(folder / "net" / family).splitlines()[1:]:
            fields = line.split()
            yield fields[3], fields[9]


def _accepting_here(folder: Path) -> Iterator[str]:
    for line in read_text(folder / "net/unix").splitlines()[1:]:
        fields = line.split()
        if int(fields[3], 16) & _ACCEPTS:
            yield fields[6]
