"""The socket that an endpoint listens on."""

import socket

from app.endpoint.server import _listening


def test_no_answer_waits_for_an_acknowledgement():
    """With Nagle's algorithm each receipt came 40 ms late where asyncio's own loop serves."""
    with _listening("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname(), timeout=10):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
