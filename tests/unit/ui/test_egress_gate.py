"""The engine's one way out: who may use it, where to, through what, and that it ends closed."""

from __future__ import annotations

import errno
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import Qt

from ui.client.exam.egress.engine_switches import SWITCHES_VARIABLE, steer_engine
from ui.client.exam.egress.gate import EgressGate
from ui.client.exam.egress.reaching import ConnectionFailure
from ui.client.exam.egress.upstream import Upstream

BOUND_S = 10
SOCKS_HELLO = b"\x05\x01\x00"


class Echo(socketserver.StreamRequestHandler):
    """Gives back what it got once that has ended."""

    def handle(self) -> None:
        self.wfile.write(b"echo:" + self.rfile.read())


@contextmanager
def serving(handler: type[socketserver.BaseRequestHandler], host: str = "127.0.0.1") -> Iterator[int]:
    class Server(socketserver.ThreadingTCPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads = True

    with Server((host, 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@contextmanager
def gate_to(*hosts: str, upstream: Callable[[str, int], Upstream | None] = lambda _host, _port: None):
    made = EgressGate(upstream=upstream)
    made.open_to(lambda host, _port: host in hosts)
    yield made
    made.stop()


def through(gate: EgressGate) -> socket.socket:
    side = socket.create_connection(("127.0.0.1", gate.port), BOUND_S)
    side.settimeout(BOUND_S)
    return side


def wait_for(what: Callable[[], bool]) -> None:
    give_up_s = time.monotonic() + BOUND_S
    while not what():
        assert time.monotonic() < give_up_s
        time.sleep(0.01)


def rest(side: socket.socket) -> bytes:
    return b"".join(iter(lambda: side.recv(65536), b""))


def connect(host: str, port: int) -> bytes:
    host = f"[{host}]" if ":" in host else host
    return f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()


def socks(host: str, port: int) -> bytes:
    if ":" in host:
        return b"\x05\x01\x00\x04" + socket.inet_pton(socket.AF_INET6, host) + port.to_bytes(2, "big")
    return b"\x05\x01\x00\x03" + bytes([len(host)]) + host.encode() + port.to_bytes(2, "big")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
@pytest.mark.parametrize("dialect", ["socks", "connect"])
def test_an_allowed_host_is_reached_and_both_ends_are_passed_on(dialect, host):
    listening = "::1" if host == "::1" else "127.0.0.1"
    with serving(Echo, listening) as port, gate_to(host) as gate, through(gate) as side:
        if dialect == "socks":
            side.sendall(SOCKS_HELLO)
            assert side.recv(2) == b"\x05\x00"
            side.sendall(socks(host, port))
            assert side.recv(10)[:2] == b"\x05\x00"
        else:
            side.sendall(connect(host, port))
            assert side.recv(100).startswith(b"HTTP/1.1 200 ")
        side.sendall(bytes(500_000))
        side.shutdown(socket.SHUT_WR)
        assert rest(side) == b"echo:" + bytes(500_000)
        assert gate.carried == 1


@pytest.mark.parametrize("asked", [connect("127.0.0.2", 80), connect("evil.example", 443)])
def test_what_is_not_allowed_is_neither_looked_up_nor_reached(asked, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_named: pytest.fail("a name was looked up"))
    told: list[str] = []
    with gate_to("127.0.0.1") as gate:
        gate.refused.connect(told.append, Qt.ConnectionType.DirectConnection)
        side = socket.socket()
        side.connect(("127.0.0.1", gate.port))
        side.sendall(asked)
        assert side.recv(100).startswith(b"HTTP/1.1 502 ")
        side.close()
        assert told == [asked.split()[1].decode().rpartition(":")[0]]
        assert gate.failure(told[0]) is ConnectionFailure.NOT_ALLOWED
        assert gate.carried == 0


def test_another_program_is_not_served():
    asks = (
        "import socket, sys; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); s.settimeout(9);"
        "s.sendall(sys.argv[2].encode())\ntry: print(s.recv(100))\nexcept ConnectionError: print(b'')"
    )
    with serving(Echo) as port, gate_to("127.0.0.1") as gate:
        told = subprocess.run(
            [sys.executable, "-c", asks, str(gate.port), connect("127.0.0.1", port).decode()],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        assert told.stdout == "b''\n"
        assert gate.carried == 0


@pytest.mark.parametrize(
    "noise",
    [
        b"GET http://127.0.0.1/ HTTP/1.1\r\n\r\n",
        b"CONNECT 127.0.0.1 HTTP/1.1\r\n\r\n",
        b"\x05\x01\x02",
        b"\x05\x01\x00\x05\x02\x00\x01\x7f\x00\x00\x01\x00\x50",
        b"\x16\x03\x01",
        bytes(range(256)) + b"\r\n\r\n",
        b"C" * 70_000,
    ],
    ids=["http", "no port", "only with a sign-in", "no such kind", "tls", "noise", "endless"],
)
def test_what_is_no_wish_gets_no_answer(noise):
    with gate_to("127.0.0.1") as gate, through(gate) as side:
        side.sendall(noise)
        side.shutdown(socket.SHUT_WR)
        try:
            assert rest(side) in {b"", b"\x05\x00"}
        except ConnectionError:
            pass
        assert gate.carried == 0
        through(gate).close()


@pytest.mark.parametrize("number", ["127.0.0.1", "127.8.8.8", "0.0.0.0", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
def test_a_name_does_not_lead_to_this_computer(number, monkeypatch):
    family = socket.AF_INET6 if ":" in number else socket.AF_INET
    monkeypatch.setattr(
        "ui.client.exam.egress.reaching.socket.getaddrinfo",
        lambda *_given, **_named: [(family, socket.SOCK_STREAM, 6, "", (number, 443))],
    )
    with gate_to("files.example.edu") as gate:
        side = socket.socket()
        side.connect(("127.0.0.1", gate.port))
        side.sendall(connect("files.example.edu", 443))
        assert side.recv(100).startswith(b"HTTP/1.1 502 ")
        side.close()
        assert gate.failure("files.example.edu") is ConnectionFailure.THIS_COMPUTER


class SigningIn(socketserver.StreamRequestHandler):
    """A proxy of a network that wants a sign-in, on the same connection, and then lets through."""

    def handle(self) -> None:
        while (head := self._head()) and b"Proxy-Authorization: Basic eHg=" not in head:
            self.wfile.write(
                b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 4\r\nX: y\r\n\r\nnope"
            )
        if head:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            self.wfile.write(b"from afar:" + self.rfile.read())

    def _head(self) -> bytes:
        head = b""
        while (line := self.rfile.readline()) not in {b"\r\n", b""}:
            head += line
        return head


def test_the_networks_proxy_asks_for_its_sign_in_through_the_gate():
    with (
        serving(SigningIn) as port,
        gate_to("exam.example", upstream=lambda _host, _port: Upstream("127.0.0.1", port)) as gate,
        through(gate) as side,
    ):
        side.sendall(connect("exam.example", 443))
        asked = side.recv(1000)
        assert asked == b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"
        side.sendall(connect("exam.example", 443)[:-2] + b"Proxy-Authorization: Basic eHg=\r\n\r\n")
        assert side.recv(100).startswith(b"HTTP/1.1 200 ")
        side.sendall(b"answers")
        side.shutdown(socket.SHUT_WR)
        assert rest(side) == b"from afar:answers"


def test_a_sign_in_for_another_host_ends_the_connection():
    with (
        serving(SigningIn) as port,
        gate_to("exam.example", upstream=lambda _host, _port: Upstream("127.0.0.1", port)) as gate,
        through(gate) as side,
    ):
        side.sendall(connect("exam.example", 443))
        side.recv(1000)
        side.sendall(connect("evil.example", 443)[:-2] + b"Proxy-Authorization: Basic eHg=\r\n\r\n")
        assert rest(side) == b""


@pytest.mark.parametrize("speaks_http", [True, False])
def test_a_proxy_that_is_dead_is_said_to_be(speaks_http):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        dead = taken.getsockname()[1]
    with (
        gate_to("exam.example", upstream=lambda _host, _port: Upstream("127.0.0.1", dead, speaks_http)) as gate,
        through(gate) as side,
    ):
        side.sendall(connect("exam.example", 443))
        assert side.recv(100).startswith(b"HTTP/1.1 502 ")
        assert gate.failure("exam.example") is ConnectionFailure.PROXY


def test_a_gate_that_ends_lets_nothing_through_any_more():
    told: list[bool] = []
    with serving(Echo) as port, gate_to("127.0.0.1") as gate, through(gate) as side:
        gate.ended.connect(lambda: told.append(True), Qt.ConnectionType.DirectConnection)
        side.sendall(connect("127.0.0.1", port))
        assert side.recv(100).startswith(b"HTTP/1.1 200 ")
        gate._door.shutdown(socket.SHUT_RDWR)  # as if the thread that listens had failed
        assert rest(side) == b"", "what went on is cut too"
        with pytest.raises(ConnectionRefusedError):
            through(gate)
        wait_for(lambda: told == [True])


class Troubled(socket.socket):
    """A port of a system that is short of files, and whose first connection is gone before it is taken."""

    errors = (errno.EMFILE, errno.ECONNABORTED)

    def accept(self):
        if self.errors:
            self.errors, error = self.errors[1:], self.errors[0]
            raise OSError(error, "")
        return super().accept()


def test_a_connection_that_is_gone_already_ends_no_gate(monkeypatch):
    """Failed before: any error of one connection ended the exam page's way to the network."""
    told: list[bool] = []
    opened, take, taken = socket.create_server, EgressGate._take, []

    def gone_first(gate: EgressGate, engine: socket.socket) -> None:
        taken.append(engine)
        if len(taken) == 1:
            engine.close()
        take(gate, engine)

    monkeypatch.setattr(EgressGate, "_take", gone_first)
    monkeypatch.setattr(socket, "create_server", lambda *at, **how: Troubled(fileno=opened(*at, **how).detach()))
    with gate_to("127.0.0.1") as gate:
        monkeypatch.undo()
        monkeypatch.setattr(EgressGate, "_take", gone_first)
        gate.ended.connect(lambda: told.append(True), Qt.ConnectionType.DirectConnection)
        with serving(Echo) as port:
            through(gate).close()
            wait_for(lambda: len(taken) == 1)
            with through(gate) as side:
                side.sendall(connect("127.0.0.1", port))
                assert side.recv(100).startswith(b"HTTP/1.1 200 ")
        assert told == []


def test_the_engine_knows_no_other_way():
    environ: dict[str, str] = {}
    steer_engine(environ, 4711)
    for switch in ("--proxy-server=", '--proxy-bypass-list="<-loopback>"', "MAP * ~NOTFOUND", "--disable-quic"):
        assert switch in environ[SWITCHES_VARIABLE]
