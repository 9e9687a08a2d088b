"""One connection of the engine: from what it asks to bytes that go both ways, or to nothing."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress

from ui.client.exam.egress.carrying import carry
from ui.client.exam.egress.reaching import ConnectionFailure, NotReached, is_here, reach, reach_upstream
from ui.client.exam.egress.upstream import Upstream
from ui.client.exam.egress.wish import NoWish, Wish, exactly, read_head, read_wish

WISH_TIMEOUT_S = 30.0
_MOST_BODY = 1024 * 1024
_SOCKS_HOST = 3


class Tunnel:
    """Serves one connection that the engine has made, on a thread of its own, until either side ends it.

    `allowed(host, port)` is asked before anything is looked up or connected. `met(wish, failure)` is told what became
    of each wish, None for a connection that stands.
    """

    def __init__(
        self,
        engine: socket.socket,
        *,
        allowed: Callable[[str, int], bool],
        upstream: Callable[[str, int], Upstream | None],
        met: Callable[[Wish, ConnectionFailure | None], None],
    ) -> None:
        self._engine = engine
        self._allowed = allowed
        self._upstream = upstream
        self._met = met
        self._other: socket.socket | None = None
        self._cut = False

    def serve(self) -> None:
        """Do all of it; nothing is raised."""
        try:
            self._engine.settimeout(WISH_TIMEOUT_S)
            self._answer(read_wish(self._engine))
        except (OSError, NoWish):
            pass  # one side has gone, or it was not the engine; there is nobody to tell
        finally:
            self.cut()

    def cut(self) -> None:
        """End it at once, from any thread."""
        self._cut = True
        for side in (self._engine, self._other):
            if side is not None:
                with suppress(OSError):
                    side.shutdown(socket.SHUT_RDWR)
                side.close()

    def _answer(self, wish: Wish) -> None:
        try:
            if not self._allowed(wish.host, wish.port):
                raise NotReached(ConnectionFailure.NOT_ALLOWED)
            proxy = None if is_here(wish.host) else self._upstream(wish.host, wish.port)
            if proxy is None:
                self._hold(reach(wish.host, wish.port))
                wish.grant(self._engine)
            elif proxy.http:
                self._through_http(wish, proxy)
            else:
                self._through_socks(wish, self._hold(reach_upstream(proxy)))
        except NotReached as missed:
            self._met(wish, missed.failure)
            wish.deny(self._engine)
        else:
            self._met(wish, None)
            if self._other is not None:
                carry(self._engine, self._other)

    def _hold(self, other: socket.socket) -> socket.socket:
        self._other = other
        if self._cut:
            other.close()
            raise ConnectionAbortedError
        other.settimeout(WISH_TIMEOUT_S)
        other.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return other

    def _through_http(self, wish: Wish, proxy: Upstream) -> None:
        """Ask the network's proxy as the engine asked us; its wish for a sign-in goes to the engine."""
        asked = wish
        target = (f"[{wish.host}]:{wish.port}" if ":" in wish.host else f"{wish.host}:{wish.port}").encode()
        while True:
            other = self._other or self._hold(reach_upstream(proxy))
            try:
                other.sendall(asked.head or b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n\r\n" % (target, target))
                head = read_head(other)
            except (OSError, NoWish) as gone:
                raise NotReached(ConnectionFailure.PROXY_REFUSES) from gone
            status = head.split(b" ", 2)[1:2]
            if status and status[0][:1] == b"2":
                wish.grant(self._engine)
                return
            if status != [b"407"] or not asked.head:
                raise NotReached(ConnectionFailure.PROXY_REFUSES)
            self._pass_on_sign_in(head, other)
            self._engine.settimeout(None)  # a person is asked
            asked = read_wish(self._engine)
            if (asked.host, asked.port) != (wish.host, wish.port):
                raise NoWish

    def _pass_on_sign_in(self, head: bytes, other: socket.socket) -> None:
        lines = head.split(b"\r\n")
        names = [(line.partition(b":")[0].strip().lower(), line) for line in lines[1:]]
        ways = [line for name, line in names if name == b"proxy-authenticate"]
        sizes = [line.partition(b":")[2].strip() for name, line in names if name == b"content-length"]
        closing = any(name in {b"connection", b"proxy-connection"} and b"close" in line.lower() for name, line in names)
        if closing or len(sizes) != 1 or not sizes[0].isdigit() or int(sizes[0]) > _MOST_BODY:
            other.close()
            self._other = None
        else:
            exactly(other, int(sizes[0]))
        self._engine.sendall(b"\r\n".join([lines[0], *ways, b"Content-Length: 0", b"", b""]))

    def _through_socks(self, wish: Wish, other: socket.socket) -> None:
        name = wish.host.encode("ascii", "replace")
        try:
            other.sendall(b"\x05\x01\x00")
            if exactly(other, 2) != b"\x05\x00":
                raise NotReached(ConnectionFailure.PROXY_REFUSES)
            other.sendall(bytes([5, 1, 0, _SOCKS_HOST, len(name)]) + name + wish.port.to_bytes(2, "big"))
            _, refused, _, kind = exactly(other, 4)
            exactly(other, {1: 4, 4: 16}.get(kind) or exactly(other, 1)[0])
            exactly(other, 2)
        except OSError as gone:
            raise NotReached(ConnectionFailure.PROXY_REFUSES) from gone
        if refused:
            raise NotReached(ConnectionFailure.PROXY_REFUSES)
        wish.grant(self._engine)
