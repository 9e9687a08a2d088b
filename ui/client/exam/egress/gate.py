"""The gate: everything that the web engine sends to a network goes through it, or nowhere."""

from __future__ import annotations

import errno
import logging
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from ui.client.exam.egress.own_peer import is_own
from ui.client.exam.egress.reaching import ConnectionFailure
from ui.client.exam.egress.tunnel import Tunnel
from ui.client.exam.egress.upstream import Upstream, system_upstream
from ui.client.exam.egress.wish import Wish

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 256
"""The engine keeps to 32 connections through one proxy, and as many web sockets; more is no page's need."""

AGAIN_AFTER_S = 0.05
_PASSING = frozenset({errno.ECONNABORTED, errno.EPROTO, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""The connection has gone already, or the system is short of something for a while: another try is made."""


def _nowhere(_host: str, _port: int) -> bool:
    return False


class EgressGate(QObject):
    """A proxy on loopback for the engine of this process alone; it refuses everything until `open_to` says otherwise.

    `refused(host)`: a connection was asked for that is not allowed; nothing was looked up or sent. `ended`: the gate
    has stopped though nobody asked it to. Then its port is closed, so that the engine reaches nothing any more.
    All may come from any thread: connect methods of objects of Qt.
    """

    refused = Signal(str)
    ended = Signal()

    def __init__(
        self, parent: QObject | None = None, *, upstream: Callable[[str, int], Upstream | None] = system_upstream
    ) -> None:
        super().__init__(parent)
        self._upstream = upstream
        self._allowed: Callable[[str, int], bool] = _nowhere
        self._failures: dict[str, ConnectionFailure] = {}
        self._tunnels: set[Tunnel] = set()
        self._changing = threading.Lock()
        self._stopping = False
        self._carried = 0
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._door.getsockname()[1]
        self._begin()

    @property
    def carried(self) -> int:
        """How many connections were let through so far: a page that came without one came around the gate."""
        return self._carried

    def open_to(self, allowed: Callable[[str, int], bool]) -> None:
        """Let through what `allowed(host, port)` allows from now on; it is called on several threads."""
        self.close()
        self._allowed = allowed

    def close(self) -> None:
        """Let nothing through any more, and end what goes on."""
        self._allowed = _nowhere
        self._failures.clear()
        with self._changing:
            going = tuple(self._tunnels)
        for tunnel in going:
            tunnel.cut()

    def stop(self) -> None:
        """Close for good."""
        self._stopping = True
        self._shut()

    def failure(self, host: str) -> ConnectionFailure | None:
        """Return why the last connection to `host` failed, None where it stood."""
        return self._failures.get(host)

    def _begin(self) -> None:
        threading.Thread(target=self._listen, name="egress-gate", daemon=True).start()

    def _shut(self) -> None:
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)  # wakes who waits for a connection
        self._door.close()
        self.close()

    def _listen(self) -> None:
        try:
            while not self._stopping:
                try:
                    engine, _ = self._door.accept()
                except OSError as error:
                    if error.errno not in _PASSING:
                        break  # the port was closed
                    time.sleep(AGAIN_AFTER_S)
                    continue
                with suppress(OSError):  # the connection has gone already
                    self._take(engine)
        finally:
            self._shut()
            if not self._stopping:
                logger.error("The exam page's way to the network has ended; nothing is let through any more.")
                self.ended.emit()

    def _take(self, engine: socket.socket) -> None:
        engine.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        tunnel = Tunnel(engine, allowed=self._decide, upstream=self._upstream, met=self._met)
        with self._changing:
            if len(self._tunnels) >= MOST_AT_ONCE:
                engine.close()
                return
            self._tunnels.add(tunnel)
        threading.Thread(target=self._serve, args=(tunnel, engine), name="egress-tunnel", daemon=True).start()

    def _serve(self, tunnel: Tunnel, engine: socket.socket) -> None:
        try:
            if is_own(engine):
                tunnel.serve()
        except OSError:
            pass  # gone before it was looked at
        finally:
            tunnel.cut()
            with self._changing:
                self._tunnels.discard(tunnel)

    def _decide(self, host: str, port: int) -> bool:
        return self._allowed(host, port)

    def _met(self, wish: Wish, failure: ConnectionFailure | None) -> None:
        if failure is None:
            self._carried += 1
            self._failures.pop(wish.host, None)
            return
        self._failures[wish.host] = failure
        if failure is ConnectionFailure.NOT_ALLOWED:
            self.refused.emit(wish.host)
