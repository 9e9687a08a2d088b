"""Bytes both ways: whole, in order, and neither way waits for the other."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from ui.client.exam.egress.carrying import carry

BOUND_S = 10
FLOOD = 16 * 1024 * 1024
"""Bytes, more than any buffer between two programs holds."""


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket, threading.Thread, list[OSError]]]:
    """What the engine and the server have of a connection that is carried, on which thread, and what ended it badly."""
    (engine, one), (two, server) = socket.socketpair(), socket.socketpair()
    errors: list[OSError] = []

    def carrying() -> None:
        try:
            carry(one, two)
        except OSError as error:
            errors.append(error)
            for side in (one, two):  # as a tunnel does with what ended badly
                side.close()

    thread = threading.Thread(target=carrying, daemon=True)
    thread.start()
    with engine, one, two, server:
        for side in (engine, server):
            side.settimeout(BOUND_S)
        yield engine, server, thread, errors


def rest(side: socket.socket) -> bytes:
    return b"".join(iter(lambda: side.recv(65536), b""))


def test_neither_way_waits_for_the_other(ends):
    """Failed before: where both sides spoke before they read, both stood still, and the exam page with them."""
    engine, server, thread, errors = ends
    spoken = [threading.Thread(target=side.sendall, args=(bytes(FLOOD),), daemon=True) for side in (engine, server)]
    for each in spoken:
        each.start()
    assert engine.recv(1) + server.recv(1) == bytes(2)
    got = {engine: 1, server: 1}
    for each in spoken:
        while each.is_alive():
            for side in got:
                side.settimeout(0.01)
                try:
                    got[side] += len(side.recv(FLOOD))
                except TimeoutError:
                    continue
    for side, far in ((engine, server), (server, engine)):
        side.shutdown(socket.SHUT_WR)
        far.settimeout(BOUND_S)
    assert {got[side] + len(rest(side)) for side in got} == {FLOOD}
    thread.join(BOUND_S)
    assert (thread.is_alive(), errors) == (False, [])


def test_the_end_of_one_way_is_passed_on_and_the_other_goes_on(ends):
    engine, server, thread, errors = ends
    engine.sendall(b"asked")
    engine.shutdown(socket.SHUT_WR)
    assert rest(server) == b"asked"
    assert thread.is_alive()
    server.sendall(bytes(50_000))
    server.close()
    assert rest(engine) == bytes(50_000)
    thread.join(BOUND_S)
    assert (thread.is_alive(), errors) == (False, [])


def test_who_takes_no_more_ends_both_ways(ends):
    engine, server, thread, errors = ends
    server.close()
    assert rest(engine) == b""
    with pytest.raises(BrokenPipeError):
        engine.sendall(bytes(FLOOD))
    thread.join(BOUND_S)
    assert not thread.is_alive()
    assert [type(error) for error in errors] == [BrokenPipeError]
