"""A start page behind HTTP sign-in was told as a lost connection, with 128 requests in 28 s; now it is asked for."""

import base64
import logging
import socket
import socketserver
import threading
from contextlib import suppress

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from tests.fixtures.exam_page import BOUND_MS, run
from ui.client.exam.egress.upstream import Upstream


class Person:
    """Answers each sign-in that is asked for, as it comes: the engine waits in a loop of its own meanwhile."""

    def __init__(self, *answers: tuple[str, str] | None) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.refused = 0
        self._clock = QTimer(interval=30)
        self._clock.timeout.connect(self._look)
        self._clock.start()

    def _look(self) -> None:
        window = next((w for w in QApplication.topLevelWidgets() if w.findChild(QPushButton, "signInButton")), None)
        if window is None or not self.answers:
            return
        sheet = window.findChild(QPushButton, "signInButton").window().findChild(object, "signInQuestion")
        user, password = (sheet.findChild(QLineEdit, name) for name in ("signInUser", "signInPassword"))
        self.asked.append(user.accessibleDescription())
        self.refused += sheet.findChild(QLabel, "signInRefused") is not None
        assert password.echoMode() == QLineEdit.EchoMode.Password
        assert user.accessibleName()
        assert password.accessibleName()
        assert len([w for w in QApplication.topLevelWidgets() if w.isVisible()]) == 1
        answer = self.answers.pop(0)
        sheet.setObjectName("answered")
        if answer is None:
            sheet.findChild(QPushButton, "signInCancelButton").click()
            return
        user.setText(answer[0])
        password.setText(answer[1])
        sheet.findChild(QPushButton, "signInButton").setObjectName("pressed")
        sheet.findChild(QPushButton, "pressed").click()


@pytest.fixture
def signed(platform):
    platform.sign_ins["/"] = "student:secret"
    return platform


def asked_for(platform) -> int:
    return [path for _method, path, _body in platform.requests].count("/")


def test_sign_in_is_asked_for_and_wrong_ones_again(open_exam, signed, qtbot, caplog):
    caplog.set_level(logging.DEBUG)
    person = Person(("student", "wrong"), ("student", "secret"))
    window = open_exam()
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "Exam"
    assert "127.0.0.1" in person.asked[0]
    assert "exam room" in person.asked[0]
    assert (len(person.asked), person.refused) == (2, 1)
    assert asked_for(signed) == 3
    assert "secret" not in caplog.text
    assert "student" not in caplog.text


def test_declined_sign_in_says_so_with_few_requests_and_asks_again_when_tried_again(open_exam, signed, qtbot):
    person = Person(None)
    window = open_exam(wait=False)
    qtbot.waitUntil(lambda: window._stack.currentWidget() is window._stack.message, timeout=BOUND_MS)
    assert "U-08" in window.findChild(QLabel, "pageMessageFacts").text()
    assert "connection" not in window.findChild(QLabel, "pageMessageSentence").text()
    qtbot.wait(500)
    assert asked_for(signed) == 1
    person.answers = [("student", "secret")]
    with qtbot.waitSignal(window.page_painted, timeout=BOUND_MS):
        qtbot.mouseClick(window._stack.message.retry_button, Qt.MouseButton.LeftButton)


def test_declined_sign_in_in_an_exam_leaves_its_page(open_exam, platform, qtbot):
    platform.sign_ins["/next"] = "student:secret"
    platform.pages["/next"] = "next"
    person = Person(None)
    window = open_exam()
    run(window, qtbot, "document.querySelector('#a').value='mine';location.href='/next';1")
    qtbot.waitUntil(lambda: "sign-in" in window._notices.sentence, timeout=BOUND_MS)
    assert run(window, qtbot, "document.querySelector('#a').value") == "mine"
    assert len(person.asked) == 1


def test_sign_in_of_the_networks_proxy_is_asked_for(open_exam, platform, authority, network_proxy, qtbot):
    seen: list[str] = []

    class Proxy(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while lines := list(iter(lambda: self.rfile.readline().decode().strip(), "")):
                seen.append(lines[0])
                given = next((each.split()[-1] for each in lines if each.lower().startswith("proxy-authorization")), "")
                if given and base64.b64decode(given) == b"student:secret":
                    break
                self.wfile.write(
                    b'HTTP/1.1 407 Proxy\r\nProxy-Authenticate: Basic realm="campus"\r\nContent-Length: 2\r\n\r\nno'
                )
            else:
                return
            with socket.create_connection(("127.0.0.1", platform.port)) as server:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                threading.Thread(target=pour, args=(self.connection, server), daemon=True).start()
                pour(server, self.connection)

    def pour(source: socket.socket, into: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                into.sendall(piece)
            into.shutdown(socket.SHUT_WR)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    network_proxy.at = Upstream("127.0.0.1", server.server_address[1])
    try:
        person = Person(None)
        window = open_exam(
            wait=False,
            start_url="https://exam.example/",
            address_allowed=lambda _url: True,
            resource_allowed=lambda _url: True,
            host_allowed=lambda _host, _port: True,
            extra_ca_pem=authority,
        )
        qtbot.waitUntil(lambda: window._stack.currentWidget() is window._stack.message, timeout=BOUND_MS)
        assert "U-09" in window.findChild(QLabel, "pageMessageFacts").text()
        assert len(seen) <= 3
        person.answers = [("student", "secret")]
        with qtbot.waitSignal(window.page_painted, timeout=BOUND_MS):
            qtbot.mouseClick(window._stack.message.retry_button, Qt.MouseButton.LeftButton)
        assert "proxy" in person.asked[-1]
        assert run(window, qtbot, "location.hostname") == "exam.example"
    finally:
        network_proxy.at = None
        server.shutdown()
        server.server_close()
