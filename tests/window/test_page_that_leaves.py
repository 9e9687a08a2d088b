"""A page that goes where no page of the exam is, without anybody being asked: it is brought back, and told."""

import pytest
from PySide6.QtWidgets import QLabel

from tests.fixtures.exam_page import BOUND_MS, events_of, run

ESSAY = "<title>Exam</title><h1>Exam</h1><form><textarea id=a name=a></textarea></form>"


@pytest.mark.parametrize(
    "going",
    [
        "location = 'about:blank'",
        "location.replace('about:blank')",
        "location = 'about:blank#nothing'",
        "location = 'chrome-untrusted://print'",
        "document.body.insertAdjacentHTML('beforeend', '<a target=_top href=about:blank id=out>x</a>'); out.click()",
    ],
)
def test_the_exam_comes_back_with_what_was_typed(going, open_exam, platform, qtbot):
    """Failed before: a blank page under the green shield, no way back, and no event."""
    platform.pages |= {"/": ESSAY, "/second": ESSAY.replace("<h1>Exam", "<h1>Second")}
    window = open_exam()
    with qtbot.waitSignal(window.page.loadFinished, timeout=BOUND_MS):
        window.page.open(platform.url + "/second")
    seen = events_of(window)
    run(window, qtbot, f"document.querySelector('#a').value = 'my essay'; setTimeout(() => {{ {going} }}, 0); 1")
    qtbot.waitUntil(lambda: "page_left_exam" in seen, timeout=BOUND_MS)
    qtbot.waitUntil(lambda: window.page.url().path() == "/second" and not window.page.isLoading(), timeout=BOUND_MS)
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "Second"
    if "replace" not in going:  # the page took its own place in the history away
        qtbot.waitUntil(
            lambda: run(window, qtbot, "document.querySelector('#a').value") == "my essay", timeout=BOUND_MS
        )
    assert window._stack.currentWidget() is window._view
    assert seen.count("page_left_exam") == 1


def test_a_page_that_leaves_each_time_is_not_brought_back_for_ever(open_exam, platform, qtbot):
    platform.pages["/off"] = (
        "<h1>Off</h1><script>onload = () => setTimeout(() => location = 'about:blank', 20)</script>"
    )
    window = open_exam()
    seen = events_of(window)
    window.page.open(platform.url + "/off")
    message = window._stack.message
    qtbot.waitUntil(lambda: window._stack.currentWidget() is message, timeout=BOUND_MS)
    assert "U-01" in window.findChild(QLabel, "pageMessageFacts").text()
    assert 1 < seen.count("page_left_exam") <= 5
    message.retry_button.click()
    qtbot.waitUntil(lambda: window._stack.currentWidget() is window._view, timeout=BOUND_MS)
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "Exam"
