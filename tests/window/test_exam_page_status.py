"""False reassurance: a green shield that said "Protected", and nothing beside it, over a page that did not come.

The exam's server is real, and stopped and started while the window is open.
"""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from tests.fixtures.exam_page import BOUND_MS, click, run
from tests.fixtures.window_models import exam_status
from ui.client.exam.loading import server_answers

NO_ANSWER, NOT_LOADED = "Exam page: no answer", "Exam page: not loaded"
SEND = "fetch('/save', {method: 'POST', body: 'a'}).catch(() => 0); 1"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again at once."""
    monkeypatch.setattr(server_answers, "WAITS_S", (0.05,))


def sign(window) -> QWidget:
    found = window.findChild(QWidget, "pageIndicator")
    assert found is not None
    return found


def said(window) -> str:
    """What the bar says of the page, nothing where the sign is not there."""
    return " ".join(part.text() for part in sign(window).findChildren(QLabel) if part.isVisible() and part.text())


def says(window, qtbot, words: str) -> None:
    qtbot.waitUntil(lambda: said(window) == words, timeout=BOUND_MS)
    if words:
        assert sign(window).toolTip() == sign(window).accessibleName() != ""


def give_up(window, platform, qtbot) -> None:
    """Let the page send a request, and take it back while it waits for the answer."""
    platform.silent.add("/slow")
    run(window, qtbot, "c = new AbortController(); fetch('/slow', {signal: c.signal}).catch(() => 0); 1")
    qtbot.waitUntil(lambda: ("GET", "/slow", b"") in platform.requests, timeout=BOUND_MS)
    run(window, qtbot, "c.abort(); 1")


def asked(platform, method: str) -> int:
    return [how for how, _path, _body in platform.requests].count(method)


def test_first_page_that_cannot_be_reached_is_said_in_the_bar_until_it_comes(open_exam, platform, qtbot):
    platform.stop()
    window = open_exam(wait=False)
    window.set_status(exam_status())
    says(window, qtbot, NO_ANSWER)
    assert "cannot be reached" in sign(window).accessibleName()
    platform.start()
    qtbot.mouseClick(window._stack.message.retry_button, Qt.MouseButton.LeftButton)
    says(window, qtbot, "")


def test_error_in_place_of_a_page_and_a_page_that_stopped_are_said_in_the_bar(open_exam, platform, qtbot):
    platform.pages["/"] = "<h1>Exam</h1><a id=next href=/next>next</a>"
    window = open_exam()
    platform.pages["/next"], platform.statuses["/next"] = "<h1>closed</h1>", 404
    click(window, qtbot, "#next")
    says(window, qtbot, NOT_LOADED)
    qtbot.mouseClick(window._banner.back_button, Qt.MouseButton.LeftButton)
    says(window, qtbot, "")
    window._crashed()
    says(window, qtbot, "Exam page: stopped")
    qtbot.mouseClick(window._stack.message.reload_button, Qt.MouseButton.LeftButton)
    says(window, qtbot, "")


def test_page_that_stayed_when_the_next_did_not_come(open_exam, platform, qtbot):
    window = open_exam()
    platform.stop()
    run(window, qtbot, "location.href='/next';1")
    says(window, qtbot, NO_ANSWER)
    platform.start()
    says(window, qtbot, "")
    assert asked(platform, "HEAD") == 1
    assert asked(platform, "GET") <= 2, "the next page is for the person to open again"


def test_answer_that_cannot_be_saved_in_the_background(open_exam, platform, qtbot):
    window = open_exam()
    platform.stop()
    run(window, qtbot, "x = new XMLHttpRequest(); x.open('POST', '/save'); x.send('a'); 1")
    says(window, qtbot, NO_ANSWER)
    assert "your last answers are saved" in window._notices.sentence
    platform.start()
    says(window, qtbot, "")
    assert window._notices.sentence == "The exam's server answers again."


def test_server_that_the_page_itself_hears_again(open_exam, platform, qtbot, monkeypatch):
    monkeypatch.setattr(server_answers, "WAITS_S", (0.05, 60))
    window = open_exam()
    platform.stop()
    run(window, qtbot, SEND)
    says(window, qtbot, NO_ANSWER)
    platform.start()
    run(window, qtbot, SEND)
    says(window, qtbot, "")
    assert asked(platform, "HEAD") == 0


def test_request_that_the_page_itself_gave_up_is_no_silence(open_exam, platform, qtbot):
    window = open_exam()
    give_up(window, platform, qtbot)
    qtbot.waitUntil(lambda: asked(platform, "HEAD") == 1, timeout=BOUND_MS)
    run(window, qtbot, SEND)
    qtbot.waitUntil(lambda: asked(platform, "POST") == 1, timeout=BOUND_MS)
    assert said(window) == ""


def test_page_that_forbids_the_window_to_ask_says_nothing_of_the_server(open_exam, platform, qtbot):
    platform.extra_headers["/"] = {"Content-Security-Policy": f"connect-src {platform.url}/slow"}
    window = open_exam()
    heard: list[bool] = []
    window._loading.status._answers.changed.connect(heard.append)
    run(window, qtbot, "n = 0; document.addEventListener('securitypolicyviolation', () => n++); 1")
    give_up(window, platform, qtbot)
    qtbot.waitUntil(lambda: run(window, qtbot, "n") == 1, timeout=BOUND_MS)
    run(window, qtbot, "setTimeout(() => n++, 200); 1")
    qtbot.waitUntil(lambda: run(window, qtbot, "n") == 2, timeout=BOUND_MS)
    assert heard == []


def test_server_that_answers_is_asked_nothing_whatever_the_page_writes(open_exam, platform, qtbot):
    window = open_exam()
    window.set_status(exam_status())
    heard: list[str] = []
    window.page.written.connect(heard.append)
    run(window, qtbot, "console.debug('silent'); console.debug('WORDsilent'); " + SEND)
    qtbot.waitUntil(lambda: len(heard) == 2 and asked(platform, "POST") == 1, timeout=BOUND_MS)
    assert run(window, qtbot, "typeof window.invigiloAsk") == "undefined"
    assert said(window) == ""
    assert asked(platform, "HEAD") == 0
    shield = window.findChild(QWidget, "shieldIndicator")
    assert [part.text() for part in shield.findChildren(QLabel) if part.text()] == ["Recording"]


def test_what_is_said_of_a_page_that_stayed_goes_with_it(open_exam, platform, qtbot, monkeypatch):
    monkeypatch.setattr(server_answers, "WAITS_S", (60,))
    platform.pages["/"] = "<h1>Exam</h1><a id=next href=/next>next</a>"
    window = open_exam()

    def stays() -> None:
        platform.stop()
        click(window, qtbot, "#next")
        qtbot.waitUntil(lambda: "still the same" in window._notices.sentence, timeout=BOUND_MS)

    stays()
    platform.pages["/next"], platform.statuses["/next"] = "<h1>closed</h1>", 503
    platform.start()
    click(window, qtbot, "#next")
    qtbot.waitUntil(window._banner.isVisible, timeout=BOUND_MS)
    assert window._notices.sentence == ""
    qtbot.mouseClick(window._banner.back_button, Qt.MouseButton.LeftButton)
    says(window, qtbot, "")
    stays()
    window._crashed()
    assert window._notices.sentence == ""
