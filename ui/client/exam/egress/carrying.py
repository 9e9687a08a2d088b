"""Bytes carried both ways between two sockets."""

from __future__ import annotations

import selectors
import socket
from contextlib import suppress

_PIECE = 256 * 1024


def carry(one: socket.socket, two: socket.socket) -> None:
    """Carry bytes until both ends have ended; neither way waits for the other, and the end of one is passed on.

    At most a piece of 256 KiB is held for each way: who gives waits for who takes.

    Raises:
        OSError: an end has gone, or was closed by another thread.
    """
    for side in (one, two):
        side.setblocking(False)
    ways = (_Way(one, two), _Way(two, one))
    watched: dict[socket.socket, int] = {}
    with selectors.DefaultSelector() as ready:
        try:
            while waiting := [way for way in ways if not way.ended]:
                for side in (one, two):
                    _watch(ready, watched, side, sum(way.event for way in waiting if way.side is side))
                come = {key.fileobj: events for key, events in ready.select()}
                for way in waiting:
                    if come.get(way.side, 0) & way.event:
                        way.go()
        except ValueError as closed:
            raise ConnectionAbortedError("an end was closed meanwhile") from closed


def _watch(ready: selectors.BaseSelector, watched: dict[socket.socket, int], side: socket.socket, events: int) -> None:
    before = watched.get(side, 0)
    if events == before:
        return
    watched[side] = events
    if not events:
        ready.unregister(side)
    elif not before:
        ready.register(side, events)
    else:
        ready.modify(side, events)


class _Way:
    """From `giver` to `taker`, with what the taker has not taken yet."""

    def __init__(self, giver: socket.socket, taker: socket.socket) -> None:
        self._giver, self._taker = giver, taker
        self._left = memoryview(b"")
        self.ended = False

    @property
    def side(self) -> socket.socket:
        """The socket it waits for."""
        return self._taker if self._left else self._giver

    @property
    def event(self) -> int:
        """What it waits for there."""
        return selectors.EVENT_WRITE if self._left else selectors.EVENT_READ

    def go(self) -> None:
        """Do what can be done now."""
        with suppress(BlockingIOError):
            if not self._left:
                piece = self._giver.recv(_PIECE)
                if not piece:
                    self.ended = True
                    self._taker.shutdown(socket.SHUT_WR)
                    return
                self._left = memoryview(piece)
            self._left = self._left[self._taker.send(self._left) :]
