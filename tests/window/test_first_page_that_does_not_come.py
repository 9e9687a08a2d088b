"""A dead end: an exam whose first page is refused, fails, is no page or does not answer, under a green shield.

Every such page has a page of its own: what happened, which host, a code, try again.
"""

import ssl

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from tests.fixtures.exam_certificate import certificates
from tests.fixtures.exam_page import BOUND_MS, events_of, run
from tests.window.test_exam_tls import open_over_tls
from ui.client.exam.loading import page_loading
from ui.client.exam.loading.retry_clock import RetryClock

OUTSIDE = "http://login.invalid/sign-in"


def said(window, name: str) -> str:
    return window.findChild(QLabel, name).text()


def message_with(window, qtbot, code: str, host: str) -> None:
    """Wait for the message in the page's place, and look at what it says."""
    shown = window._stack.message
    qtbot.waitUntil(lambda: window._stack.currentWidget() is shown, timeout=BOUND_MS)
    qtbot.waitUntil(lambda: code in said(window, "pageMessageFacts"), timeout=BOUND_MS)
    assert host in said(window, "pageMessageFacts")
    assert said(window, "pageMessageTitle")
    assert shown.retry_button.isVisible()
    assert shown.retry_button.hasFocus() or not window.isActiveWindow()
    assert "connection to the exam is gone" not in said(window, "pageMessageSentence")


def strip_with(window, qtbot, code: str, host: str) -> None:
    """Wait for the strip over what the server sent, and look at what it says."""
    qtbot.waitUntil(window._banner.isVisible, timeout=BOUND_MS)
    assert code in said(window, "pageBannerFacts")
    assert host in said(window, "pageBannerFacts")
    assert window._stack.currentWidget() is window._view
    assert window._banner.retry_button.isVisible()


def retried(window, platform, qtbot) -> None:
    """The page is all right again: trying again brings it."""
    button = next(
        b for b in window.findChildren(QPushButton) if b.isVisible() and b.objectName() in RETRIES and b.isEnabled()
    )
    with qtbot.waitSignal(window.page_painted, timeout=BOUND_MS):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window._stack.currentWidget() is window._view, timeout=BOUND_MS)
    assert not window._banner.isVisible()
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "Exam"


RETRIES = {"retryPageButton", "retryShownPageButton"}


def test_first_page_that_redirects_to_an_address_that_is_not_allowed(open_exam, platform, qtbot):
    platform.redirects["/"] = OUTSIDE
    window = open_exam(wait=False)
    seen = events_of(window)
    message_with(window, qtbot, "U-01", "login.invalid")
    assert "page_not_loaded" in seen
    del platform.redirects["/"]
    retried(window, platform, qtbot)
    assert seen[-1] == "page_came_back"


@pytest.mark.parametrize(
    "page",
    [
        f"<body onload='document.forms[0].submit()'><form method=post action='{OUTSIDE}'></form>",
        f"<script>location.replace('{OUTSIDE}')</script>",
        f"<meta http-equiv=refresh content='0;url={OUTSIDE}'>",
    ],
    ids=["form", "script", "refresh"],
)
def test_first_page_that_leads_there_by_itself(page, open_exam, platform, qtbot):
    platform.pages["/"], exam = page, platform.pages["/"]
    window = open_exam(wait=False)
    message_with(window, qtbot, "U-01", "login.invalid")
    platform.pages["/"] = exam
    qtbot.mouseClick(window._stack.message.retry_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window._stack.currentWidget() is window._view, timeout=BOUND_MS)


def test_first_page_that_leads_there_and_shows_something_stays_in_sight(open_exam, platform, qtbot):
    platform.pages["/"] = f"<h1>Exam</h1><script>location.replace('{OUTSIDE}')</script>"
    window = open_exam(wait=False)
    strip_with(window, qtbot, "U-01", "login.invalid")


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_first_page_that_is_an_error_is_shown_as_the_servers_own(status, open_exam, platform, qtbot):
    exam = platform.pages["/"]
    platform.pages["/"], platform.statuses["/"] = "<h1>This quiz is closed until noon</h1>", status
    window = open_exam(wait=False)
    painted = []
    window.page_painted.connect(lambda: painted.append(1))
    strip_with(window, qtbot, str(status), "127.0.0.1")
    assert "quiz is closed" in str(run(window, qtbot, "document.body.innerText"))
    assert not painted, "an error is no exam that can be worked on"
    platform.pages["/"] = exam
    del platform.statuses["/"]
    retried(window, platform, qtbot)


def test_first_page_that_is_an_empty_error(open_exam, platform, qtbot):
    platform.pages["/"], platform.statuses["/"] = "", 503
    window = open_exam(wait=False)
    message_with(window, qtbot, "U-02 503", "127.0.0.1")
    assert "503" in said(window, "pageMessageSentence")


def test_first_page_that_is_a_file(open_exam, platform, qtbot):
    platform.extra_headers["/"] = {"Content-Disposition": "attachment; filename=exam.docx"}
    window = open_exam(wait=False)
    message_with(window, qtbot, "U-06", "127.0.0.1")
    del platform.extra_headers["/"]
    retried(window, platform, qtbot)


def test_first_page_that_is_nothing(open_exam, platform, qtbot):
    platform.statuses["/"], platform.pages["/"] = 204, ""
    window = open_exam(wait=False)
    message_with(window, qtbot, "U-07", "127.0.0.1")


def test_first_page_that_is_not_answered(open_exam, platform, qtbot, monkeypatch):
    monkeypatch.setattr(page_loading, "UNANSWERED_MS", 300)
    platform.silent.add("/")
    window = open_exam(wait=False)
    message_with(window, qtbot, "U-04", "127.0.0.1")
    with qtbot.waitSignal(window.page_painted, timeout=BOUND_MS):
        platform.speak.set()
    assert window._stack.currentWidget() is window._view, "the slow answer is not thrown away"
    assert [path for _method, path, _body in platform.requests].count("/") == 1


def test_first_page_with_a_part_that_is_not_answered_is_there(open_exam, platform, qtbot):
    platform.pages["/"] = "<h1>Exam</h1><textarea></textarea><img src=/never.png>"
    platform.silent.add("/never.png")
    open_exam()  # waits until it is painted


def test_first_page_of_a_server_with_a_bad_certificate(open_exam, platform, authority, qtbot):
    window = open_over_tls(open_exam, platform, wait=False)
    message_with(window, qtbot, "U-05 ERR_CERT", "127.0.0.1")
    assert platform.requests == []


def test_first_page_of_a_server_that_wants_a_client_certificate(open_exam, platform, tmp_path, qtbot):
    pem, server = certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=pem.decode())
    platform.server.socket = context.wrap_socket(platform.server.socket, server_side=True)
    window = open_over_tls(open_exam, platform, wait=False, extra_ca_pem=pem)
    message_with(window, qtbot, "U-10", "127.0.0.1")


def test_tries_by_themselves_become_seldom(qtbot):
    clock = RetryClock(None)
    clock._clock.setInterval(0)
    waits: list[int] = []
    for _ in range(8):
        counted: list[int] = []
        clock.counted.connect(counted.append)
        with qtbot.waitSignal(clock.due, timeout=BOUND_MS):
            clock.begin()
        clock.counted.disconnect()
        waits.append(counted[0])
        assert counted == list(range(counted[0], 0, -1))
    assert waits[0] <= 4
    assert all(60 <= each <= 78 for each in waits[5:])
    clock.rest()
    clock.counted.connect(waits.append)
    clock.begin()
    clock.pause()
    assert waits[-1] <= 4


def test_first_page_of_a_server_that_is_not_there(open_exam, platform, qtbot):
    platform.stop()
    window = open_exam(wait=False)
    message_with(window, qtbot, "U-03 ERR_CONNECTION_REFUSED", "127.0.0.1")
    assert window._stack.message._next.text(), "when it is tried again by itself is said"


def test_start_address_that_is_not_allowed(open_exam, platform, qtbot):
    window = open_exam(wait=False, start_url="http://elsewhere.invalid/")
    message_with(window, qtbot, "U-01", "elsewhere.invalid")
