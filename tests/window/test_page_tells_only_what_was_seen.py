"""False reassurance: over a server's own error page stood that nothing is lost and everything is still here."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.fixtures.exam_page import BOUND_MS, click, events_of, run


@pytest.mark.parametrize("status", [403, 404, 500, 503])
@pytest.mark.parametrize("way", ["link", "form", "reload"])
def test_error_in_place_of_the_page_claims_nothing_of_the_page_before(status, way, open_exam, platform, qtbot):
    platform.pages["/"] = (
        "<h1>Exam</h1><a id=next href=/next>next</a>"
        "<form method=post action=/next><textarea name=a>mine</textarea><button id=save>save</button></form>"
    )
    window = open_exam()
    seen = events_of(window)
    failing = "/" if way == "reload" else "/next"
    platform.pages[failing], platform.statuses[failing] = "<h1>closed until noon</h1>", status
    if way == "reload":
        run(window, qtbot, "location.reload();1")
    else:
        click(window, qtbot, "#next" if way == "link" else "#save")
    qtbot.waitUntil(window._banner.isVisible, timeout=BOUND_MS)
    assert "still" not in window._notices.sentence
    assert "Nothing is lost" not in window._notices.sentence
    assert str(status) in window.findChild(QLabel, "pageBannerSentence").text()
    assert "not known" in window.findChild(QLabel, "pageBannerSentence").text()
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "closed until noon"
    assert seen == ["page_not_loaded"]
    if way == "link":
        assert window._banner.back_button.isVisible()
        qtbot.mouseClick(window._banner.back_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not window._banner.isVisible(), timeout=BOUND_MS)
        assert run(window, qtbot, "document.querySelector('h1').textContent") == "Exam"
        assert seen == ["page_not_loaded", "page_came_back"]


def test_page_that_breaks_off_in_the_middle_claims_nothing(open_exam, platform, qtbot):
    window = open_exam()
    platform.protocol = "HTTP/1.1"  # of which the engine takes no short answer
    platform.pages["/half"], platform.extra_headers["/half"] = "<h1>half", {"Content-Length": "100000"}
    run(window, qtbot, "location.href='/half';1")
    shown = window._stack.message
    qtbot.waitUntil(lambda: window._banner.isVisible() or window._stack.currentWidget() is shown, timeout=BOUND_MS)
    title = "pageBannerTitle" if window._banner.isVisible() else "pageMessageTitle"
    assert "in part" in window.findChild(QLabel, title).text()
    assert window._notices.sentence == ""


def test_page_that_stayed_is_said_to_have_stayed(open_exam, platform, qtbot):
    window = open_exam()
    platform.stop()
    run(window, qtbot, "location.href='/next';1")
    qtbot.waitUntil(lambda: "still the same" in window._notices.sentence, timeout=BOUND_MS)
    assert not window._banner.isVisible()
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "Exam"


def test_error_of_the_server_is_not_tried_again_by_itself_in_an_exam(open_exam, platform, qtbot):
    window = open_exam()
    platform.pages["/next"], platform.statuses["/next"] = "<h1>busy</h1>", 503
    run(window, qtbot, "location.href='/next';1")
    qtbot.waitUntil(window._banner.isVisible, timeout=BOUND_MS)
    assert not window._banner._clock._clock.isActive()
