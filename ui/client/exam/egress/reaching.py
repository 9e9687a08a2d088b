"""Connections to hosts: looked up, looked at, and tried address by address."""

from __future__ import annotations

import errno
import ipaddress
import selectors
import socket
import time
from collections.abc import Sequence
from enum import StrEnum

from ui.client.exam.egress.upstream import Upstream

CONNECT_TIMEOUT_S = 60.0
NEXT_AFTER_S = 0.25
"""So long has one address the start of the next: a host's IPv6 may lead nowhere."""
_LOOPBACK = ("127.0.0.1", "::1")
_UNDER_WAY = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK, 10035})  # the last is Windows' own number


class ConnectionFailure(StrEnum):
    """Why there is no connection; most as Chromium names them, which support knows."""

    NOT_ALLOWED = "ADDRESS_NOT_ALLOWED"
    THIS_COMPUTER = "NAME_LEADS_TO_THIS_COMPUTER"
    NAME = "ERR_NAME_NOT_RESOLVED"
    REFUSED = "ERR_CONNECTION_REFUSED"
    UNREACHABLE = "ERR_ADDRESS_UNREACHABLE"
    TIMED_OUT = "ERR_CONNECTION_TIMED_OUT"
    PROXY = "ERR_PROXY_CONNECTION_FAILED"
    PROXY_REFUSES = "ERR_TUNNEL_CONNECTION_FAILED"


class NotReached(Exception):
    """There is no connection, because of `failure`."""

    def __init__(self, failure: ConnectionFailure) -> None:
        super().__init__(failure.value)
        self.failure = failure


def is_here(host: str) -> bool:
    """Return whether `host` means this very computer by its name or number."""
    host = host.rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def reach(host: str, port: int) -> socket.socket:
    """Connect to `host`.

    A name may not lead to this computer, nor to what is no single host: whoever can give out names below an allowed
    one would show pages of programs that run here. Numbers and `localhost` are what they say.

    Raises:
        NotReached: there is no such host, it does not answer, or it is one of those.
    """
    return _race(_addresses(host, port))


def reach_upstream(proxy: Upstream) -> socket.socket:
    """Connect to the network's proxy; raises `NotReached`."""
    try:
        return _race(_looked_up(proxy.host, proxy.port))
    except NotReached as missed:
        raise NotReached(ConnectionFailure.PROXY) from missed


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    if is_here(host) and not host[0].isdigit() and ":" not in host:
        return [a for name in _LOOPBACK for a in _looked_up(name, port)]
    found = _looked_up(host, port)
    if is_here(host) or not any(_leads_here(end[0]) for _, end in found):
        return found
    raise NotReached(ConnectionFailure.THIS_COMPUTER)


def _looked_up(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReached(ConnectionFailure.NAME) from error
    return [(family, (str(end[0]), port)) for family, _, _, _, end in found]


def _leads_here(number: str) -> bool:
    found = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.is_loopback or found.is_unspecified or found.is_link_local or found.is_multicast


def _race(ends: Sequence[tuple[socket.AddressFamily, tuple[str, int]]]) -> socket.socket:
    """Return the first connection that stands; each address is begun a little after the one before it."""
    give_up_s = time.monotonic() + CONNECT_TIMEOUT_S
    waiting = list(ends)
    met = ConnectionFailure.UNREACHABLE
    with selectors.DefaultSelector() as running:
        try:
            while waiting or running.get_map():
                if waiting:
                    family, end = waiting.pop(0)
                    tried = socket.socket(family, socket.SOCK_STREAM)
                    tried.setblocking(False)
                    error = tried.connect_ex(end)
                    if error in _UNDER_WAY:
                        running.register(tried, selectors.EVENT_WRITE, tried)
                    else:
                        met = _failure(error)
                        tried.close()
                        continue
                left_s = give_up_s - time.monotonic()
                if left_s <= 0:
                    raise NotReached(ConnectionFailure.TIMED_OUT)
                for key, _ in running.select(min(left_s, NEXT_AFTER_S) if waiting else left_s):
                    candidate: socket.socket = key.data
                    running.unregister(candidate)
                    error = candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if not error:
                        candidate.setblocking(True)
                        return candidate
                    met = _failure(error)
                    candidate.close()
        finally:
            for key in list(running.get_map().values()):
                key.data.close()
    raise NotReached(met)


def _failure(error: int) -> ConnectionFailure:
    known = OSError(error, "")
    if isinstance(known, ConnectionRefusedError):
        return ConnectionFailure.REFUSED
    return ConnectionFailure.TIMED_OUT if isinstance(known, TimeoutError) else ConnectionFailure.UNREACHABLE
