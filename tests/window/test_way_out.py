"""Where the exam's pages find no way to the network, it is said what is missing, in words."""

import socket

import pytest
from PySide6.QtWidgets import QLabel

from tests.fixtures.exam_page import BOUND_MS, events_of, run
from ui.client.exam.egress.upstream import Upstream


def message_of(window, qtbot, code: str) -> str:
    qtbot.waitUntil(lambda: window._stack.currentWidget() is window._stack.message, timeout=BOUND_MS)
    assert code in window.findChild(QLabel, "pageMessageFacts").text()
    return window.findChild(QLabel, "pageMessageSentence").text()


@pytest.fixture
def dead_proxy(network_proxy):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    network_proxy.at = Upstream("127.0.0.1", port)
    yield network_proxy
    network_proxy.at = None


def test_a_proxy_that_does_not_answer_is_named(open_exam, dead_proxy, platform, qtbot):
    """Failed before: U-03, no connection to the server, with nothing about a proxy."""
    everything = {"address_allowed": lambda _url: True, "host_allowed": lambda _host, _port: True}
    window = open_exam(wait=False, start_url="https://exam.example/", **everything)
    assert "proxy" in message_of(window, qtbot, "U-12 ERR_PROXY_CONNECTION_FAILED")
    window = open_exam()  # what is on this computer needs no proxy
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "Exam"


def test_a_name_that_leads_to_this_computer_is_not_opened(open_exam, platform, monkeypatch, qtbot):
    monkeypatch.setattr(
        "ui.client.exam.egress.reaching.socket.getaddrinfo",
        lambda *_given, **_named: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", platform.port))],
    )
    everything = {"address_allowed": lambda _url: True, "host_allowed": lambda _host, _port: True}
    window = open_exam(wait=False, start_url=f"http://exam.example:{platform.port}/", **everything)
    assert "own computer" in message_of(window, qtbot, "U-13")
    assert platform.requests == []


@pytest.fixture
def gate_again(gate):
    """The gate of this process, to be ended: the engine knows no other, so afterwards its port is opened anew."""
    yield gate
    gate._door = socket.create_server(("127.0.0.1", gate.port), backlog=128)
    gate._begin()


def test_nothing_goes_out_once_the_gate_has_ended_and_it_is_said(open_exam, gate_again, platform, qtbot):
    window = open_exam()
    seen = events_of(window)
    gate_again._door.shutdown(socket.SHUT_RDWR)  # as if the thread that listens had failed
    qtbot.waitUntil(lambda: "gate_ended" in seen, timeout=BOUND_MS)
    asked = len(platform.requests)
    run(window, qtbot, "document.querySelector('#a').value = 'mine'; fetch('/x').catch(() => {}); 1")
    run(window, qtbot, "location.href = '/next'; 1")
    qtbot.waitUntil(lambda: "page_not_loaded" in seen, timeout=BOUND_MS)
    assert run(window, qtbot, "document.querySelector('#a').value") == "mine", "the page stays as it is"
    assert window._notices.sentence
    assert len(platform.requests) == asked
    other = open_exam(wait=False)
    assert "nothing is sent" in message_of(other, qtbot, "U-14")
