"""What the web engine asks its proxy for: a connection to a host and port, by SOCKS 5 (RFC 1928) or CONNECT (RFC 9110).

The engine speaks SOCKS for http, where every request would be one of its own for a proxy, and CONNECT for https and
web sockets, so that a proxy of the network can ask for its sign-in through ours. Both end in a plain tunnel: nothing
of TLS is touched.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass

MOST_HEAD_BYTES = 64 * 1024
_SOCKS = 5
_NO_SIGN_IN = 0
_CONNECT = 1
_SOCKS_DONE = b"\x05\x00\x00\x01" + bytes(6)
_SOCKS_FAILED = b"\x05\x01\x00\x01" + bytes(6)
_TARGET = re.compile(rb"CONNECT (?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]{1,253}):(?P<port>[0-9]{1,5}) HTTP/1\.[01]")


class NoWish(Exception):
    """What came is neither of the two; whoever it was is not answered."""


@dataclass(frozen=True)
class Wish:
    """A connection that is asked for; `head` is how it was, in HTTP, empty in SOCKS."""

    host: str
    port: int
    head: bytes = b""

    def grant(self, asked_by: socket.socket) -> None:
        """Say that the connection stands."""
        asked_by.sendall(b"HTTP/1.1 200 Connected\r\n\r\n" if self.head else _SOCKS_DONE)

    def deny(self, asked_by: socket.socket) -> None:
        """Say that there is none."""
        asked_by.sendall(b"HTTP/1.1 502 No Way\r\nContent-Length: 0\r\n\r\n" if self.head else _SOCKS_FAILED)


def read_wish(asked_by: socket.socket) -> Wish:
    """Read what is asked for.

    Raises:
        NoWish: it is nothing that the engine asks.
        OSError: the connection broke off, or nothing came in time.
    """
    first = exactly(asked_by, 1)
    return _socks(asked_by) if first[0] == _SOCKS else _http(first + read_head(asked_by))


def read_head(side: socket.socket) -> bytes:
    """Read up to the empty line that ends the head of an HTTP message, and nothing behind it."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        waiting = side.recv(MOST_HEAD_BYTES, socket.MSG_PEEK)
        end = (bytes(head[-3:]) + waiting).find(b"\r\n\r\n")
        take = len(waiting) if end < 0 else end + 4 - len(head[-3:])
        head += exactly(side, max(take, 1))
        if len(head) > MOST_HEAD_BYTES:
            raise NoWish
    return bytes(head)


def exactly(side: socket.socket, count: int) -> bytes:
    """Read `count` bytes; raises `OSError` where the connection ends before."""
    read = bytearray()
    while len(read) < count:
        piece = side.recv(count - len(read))
        if not piece:
            raise ConnectionResetError("the connection ended in the middle")
        read += piece
    return bytes(read)


def _socks(asked_by: socket.socket) -> Wish:
    ways = exactly(asked_by, exactly(asked_by, 1)[0])
    if _NO_SIGN_IN not in ways:
        raise NoWish
    asked_by.sendall(bytes([_SOCKS, _NO_SIGN_IN]))
    version, command, _, kind = exactly(asked_by, 4)
    if (version, command) != (_SOCKS, _CONNECT):
        raise NoWish
    if kind == 3:
        host = exactly(asked_by, exactly(asked_by, 1)[0]).decode("ascii", "replace")
    elif kind in {1, 4}:
        host = str(ipaddress.ip_address(exactly(asked_by, 4 if kind == 1 else 16)))
    else:
        raise NoWish
    return Wish(host, int.from_bytes(exactly(asked_by, 2), "big"))


def _http(head: bytes) -> Wish:
    asked = _TARGET.match(head)
    if asked is None:
        raise NoWish
    return Wish(asked["host"].decode("ascii", "replace").strip("[]"), int(asked["port"]), head)
