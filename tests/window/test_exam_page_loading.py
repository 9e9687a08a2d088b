"""How the exam's page is loaded, lost and loaded again, and how its address says that the exam is handed in."""

import os
import signal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from tests.fixtures.exam_page import BOUND_MS, events_of, run


def test_hand_in_address_is_told_once_after_it_arrived(open_exam, platform, qtbot):
    platform.pages["/"] = "<h1>Exam</h1><form method=post action=/handed-in><input name=a value=forty-two></form>"
    window = open_exam()
    told = []
    window.hand_in_requested.connect(lambda: told.append(list(platform.requests)))
    run(window, qtbot, "document.forms[0].submit();1")
    qtbot.waitUntil(lambda: bool(told), timeout=BOUND_MS)
    assert ("POST", "/handed-in", b"a=forty-two") in told[0], "it was told before the answers had arrived"
    run(window, qtbot, "history.replaceState(0,'','/handed-in?again');1")
    qtbot.wait(100)
    assert len(told) == 1


def test_hand_in_address_of_a_single_page_application(open_exam, qtbot):
    window = open_exam()
    with qtbot.waitSignal(window.hand_in_requested, timeout=BOUND_MS):
        run(window, qtbot, "history.pushState(0,'','/handed-in');1")


def test_crashed_page_says_so_and_is_loaded_again(open_exam, qtbot):
    window = open_exam()
    seen = events_of(window)
    os.kill(window.page.renderProcessPid(), signal.SIGKILL)
    qtbot.waitUntil(lambda: seen == ["page_crashed"], timeout=BOUND_MS)
    again = window.findChild(QPushButton, "reloadPageButton")
    assert again.isVisible()
    with qtbot.waitSignal(window.page.loadFinished, timeout=BOUND_MS):
        qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window._stack.currentWidget() is window._view, timeout=BOUND_MS)
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "Exam"


def test_answer_sent_while_the_network_is_gone_is_kept_and_sent_at_the_next_press(open_exam, platform, qtbot):
    platform.pages["/"] = "<h1>Exam</h1><form method=post action=/save><textarea name=a></textarea></form>"
    platform.pages["/save"] = "<h1>Saved</h1>"
    window = open_exam()
    seen = events_of(window)
    run(window, qtbot, "document.querySelector('textarea').value='my long answer';1")
    platform.stop()
    run(window, qtbot, "document.forms[0].submit();1")
    qtbot.waitUntil(lambda: seen == ["page_not_loaded"], timeout=BOUND_MS)
    qtbot.waitUntil(lambda: "This page is still the same" in window._notices.sentence, timeout=BOUND_MS)
    assert window._stack.currentWidget() is window._view
    assert run(window, qtbot, "document.querySelector('textarea').value") == "my long answer"
    platform.start()
    run(window, qtbot, "document.forms[0].submit();1")
    qtbot.waitUntil(lambda: seen == ["page_not_loaded", "page_came_back"], timeout=BOUND_MS)
    assert ("POST", "/save", b"a=my+long+answer") in platform.requests
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "Saved"
    assert window._notices.sentence == ""


def test_loaded_page_stays_when_the_network_goes(open_exam, platform, qtbot):
    window = open_exam()
    run(window, qtbot, "document.querySelector('#a').value='half an answer';1")
    platform.stop()
    run(window, qtbot, "fetch('/x').catch(()=>{window.gone=1});1")
    qtbot.waitUntil(lambda: run(window, qtbot, "window.gone") == 1, timeout=BOUND_MS)
    assert window._stack.currentWidget() is window._view
    assert run(window, qtbot, "document.querySelector('#a').value") == "half an answer"


def test_page_that_cannot_be_reached_at_first_comes_by_itself(open_exam, platform, qtbot):
    platform.stop()
    window = open_exam(wait=False)
    qtbot.waitUntil(lambda: window._stack.currentWidget() is window._stack.message, timeout=BOUND_MS)
    platform.start()
    with qtbot.waitSignal(window.page_painted, timeout=BOUND_MS):
        pass
    assert window._stack.currentWidget() is window._view


def test_window_says_why_a_start_address_is_wrong(open_exam, qtbot):
    window = open_exam(wait=False, start_url="file:///etc/passwd")
    qtbot.waitUntil(lambda: window._stack.currentWidget() is window._stack.message, timeout=BOUND_MS)


def test_wrong_certificate_file_is_refused(open_exam):
    with pytest.raises(ValueError, match="no certificate"):
        open_exam(extra_ca_pem=b"not a certificate")
