"""A page that asks and asks: its questions leave the bar free, and it can be told to stop."""

import time

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QRadioButton

from tests.fixtures.busy_machine import slowness
from tests.fixtures.exam_page import BOUND_MS, events_of, run
from tests.fixtures.locked_exam import tell

ENDLESS = "setTimeout(() => { for (;;) { window.n = (window.n || 0) + 1; alert('Stay ' + window.n) } }, 0); 1"
IN_TIME_S = 2.0


def shown(window, name: str) -> QPushButton | None:
    return next((each for each in window.findChildren(QPushButton, name) if each.isVisible()), None)


def press(qtbot, button: QPushButton) -> None:
    """Click on the glass, as a hand does."""
    at = button.mapToGlobal(QPoint(button.width() // 2, button.height() // 2))
    tell("xdotool", "mousemove", str(at.x()), str(at.y()), "click", "1")


class Steps:
    """Runs each step when it can be done: the page waits in a loop of its own, in which only timers are heard."""

    def __init__(self, *steps) -> None:
        self._left = list(steps)
        self._clock = QTimer(interval=30)
        self._clock.timeout.connect(self._look)
        self._clock.start()

    def _look(self) -> None:
        if self._left and self._left[0]():
            self._left.pop(0)

    @property
    def done(self) -> bool:
        return not self._left


@pytest.mark.clock
@pytest.mark.parametrize("by", ["mouse", "keyboard"])
@pytest.mark.parametrize("way", ["leave", "hand in"])
def test_leaving_and_handing_in_stay_within_reach(way, by, open_exam, qtbot):
    """Failed before: the questions lay over bar, Leave question and Hand in."""
    window = open_exam()
    ended: list[float] = []
    opener, confirm = (
        ("leaveButton", "leaveConfirmButton") if way == "leave" else ("handInButton", "handInConfirmButton")
    )
    began: list[float] = []

    def leave_or_hand_in(*_given: object) -> None:
        ended.append(time.monotonic())
        window.close_for_good()

    window.leave_requested.connect(leave_or_hand_in)
    window.hand_in_requested.connect(leave_or_hand_in)

    def asked() -> bool:
        if shown(window, "pageDialogOkButton") is None:
            return False
        began.append(time.monotonic())
        if by == "keyboard":
            tell("xdotool", "key", "F6")
        else:
            press(qtbot, window.findChild(QPushButton, opener))
        return True

    def opened_by_key() -> bool:
        if by == "mouse":
            return True
        if QApplication.focusWidget() is None or QApplication.focusWidget().objectName() != "handInButton":
            return False
        button = window.findChild(QPushButton, opener)
        button.setFocus(Qt.FocusReason.TabFocusReason)
        tell("xdotool", "key", "space")
        return True

    def chosen() -> bool:
        if shown(window, confirm) is None:
            return False
        if way == "leave":
            window.findChild(QRadioButton, "leaveReason0").click()
        return True

    def confirmed() -> bool:
        button = shown(window, confirm)
        if button is None or not button.isEnabled():
            return False
        if by == "mouse":
            press(qtbot, button)
        else:
            button.setFocus(Qt.FocusReason.TabFocusReason)
            tell("xdotool", "key", "space")
        return True

    steps = Steps(asked, opened_by_key, chosen, confirmed)
    window.page.runJavaScript(ENDLESS)
    qtbot.waitUntil(lambda: bool(ended), timeout=BOUND_MS)
    assert steps.done
    assert ended[0] - began[0] < IN_TIME_S * slowness()
    assert not window.isVisible()


def test_a_page_is_told_to_ask_no_more_until_it_is_loaded_again(open_exam, platform, qtbot):
    window = open_exam()
    seen = events_of(window)
    first: list[bool] = []

    def read() -> bool:
        ok = shown(window, "pageDialogOkButton")
        if ok is None:
            return False
        first.append(shown(window, "pageDialogNoMoreButton") is None)
        assert window._bar.geometry().bottom() < ok.mapTo(window, QPoint(0, 0)).y()
        ok.click()
        return True

    def no_more() -> bool:
        button = shown(window, "pageDialogNoMoreButton")
        if button is None:
            return False
        button.click()
        return True

    steps = Steps(read, no_more)
    window.page.runJavaScript(
        "let n = 0; setTimeout(() => { while (n < 6) { alert(++n) } window.given = [confirm('?'), prompt('?')] }, 0)"
    )
    qtbot.waitUntil(lambda: steps.done, timeout=BOUND_MS)
    assert first == [True]
    qtbot.waitUntil(lambda: run(window, qtbot, "JSON.stringify(window.given || 0)") == "[false,null]", timeout=BOUND_MS)
    assert seen == ["dialogs_ended"]
    with qtbot.waitSignal(window.page.loadFinished, timeout=BOUND_MS):
        window.page.open(platform.url + "/")
    again = Steps(read)
    window.page.runJavaScript("alert('again')")
    qtbot.waitUntil(lambda: again.done, timeout=BOUND_MS)
