"""Full screen, focus and keyboard against other programs on a real X server, and how an exam is left and handed in."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QRadioButton

from lockdown.contract.limit import Limit
from tests.fixtures.locked_exam import BOUND_MS, active_title, locked, tell
from ui.client.exam.controls import ExamWindowControls

INTRUDER = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication(sys.argv)
w = QLabel("another program"); w.setWindowTitle("intruder"); w.resize(400, 200); w.show()
def again(): w.raise_(); w.activateWindow()
t = QTimer(interval=int(sys.argv[1]))
t.timeout.connect(again)
t.start()
print("shown", flush=True)
app.exec()
"""


HOLDER = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
w = QWidget()
w.show()
QTimer.singleShot(300, lambda: print(w.windowHandle().setKeyboardGrabEnabled(True), flush=True))
app.exec()
"""


@pytest.fixture
def outsider(display: str) -> Iterator[Callable[[int], subprocess.Popen[str]]]:
    """Starts another program that brings its window to the front every `every_ms`."""
    running: list[subprocess.Popen[str]] = []

    def start(every_ms: int) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", INTRUDER, str(every_ms)], stdout=subprocess.PIPE, text=True, env={**os.environ}
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


def test_window_fills_the_screen_and_goes_back_to_it(open_exam, qtbot):
    window = open_exam()
    screen = window.screen().geometry()
    qtbot.waitUntil(lambda: window.geometry() == screen, timeout=BOUND_MS)
    window.showNormal()
    qtbot.waitUntil(lambda: window.isFullScreen() and window.geometry() == screen, timeout=BOUND_MS)


def test_guards_say_what_they_give(open_exam):
    _, given = locked(open_exam)
    assert {name: standing.level for name, standing in given.items()} == {
        "full_screen": "enforced",
        "focus_return": "enforced",
        "clipboard": "enforced",
        "system_shortcuts": "enforced",
    }
    assert all(standing.limit is None or Limit(standing.limit) for standing in given.values())


def test_no_guard_without_the_institutions_wish(open_exam):
    assert open_exam(controls=ExamWindowControls()).guards == ()


def test_exam_comes_back_when_another_window_takes_the_keyboard(open_exam, outsider, qtbot):
    window, _ = locked(open_exam, ExamWindowControls(full_screen=True, focus_return=True))
    qtbot.waitUntil(lambda: active_title() == "Exam", timeout=BOUND_MS)
    told: list[str] = []
    window.left_window.connect(lambda: told.append("left"))
    window.returned_to_window.connect(lambda: told.append("returned"))
    outsider(60_000)
    qtbot.waitUntil(lambda: told[:2] == ["left", "returned"], timeout=BOUND_MS)
    qtbot.waitUntil(lambda: active_title() == "Exam", timeout=BOUND_MS)
    assert window.isActiveWindow()


def test_window_that_insists_is_not_fought(open_exam, outsider, qtbot):
    window, _ = locked(open_exam, ExamWindowControls(full_screen=True, focus_return=True))
    told: list[str] = []
    window.left_window.connect(lambda: told.append("left"))
    (guard,) = (each for each in window.guards if each.name == "focus_return")
    outsider(20)
    met: list[object] = []
    qtbot.waitUntil(lambda: bool(met.extend(guard.check()) or met), timeout=BOUND_MS)
    told.clear()
    began_s = time.monotonic()
    qtbot.wait(900)
    assert len(told) <= 6 * (time.monotonic() - began_s) + 1
    assert [loss.code for loss in met][:1] == ["control-lost"]


def test_leaving_is_told_but_not_undone_without_the_control(open_exam, outsider, qtbot):
    window = open_exam(controls=ExamWindowControls())
    with qtbot.waitSignal(window.left_window, timeout=BOUND_MS):
        outsider(60_000)
    qtbot.wait(300)
    assert active_title() == "intruder"


def test_system_shortcuts_stay_in_the_exam(open_exam, outsider, qtbot):
    """Without the grab the same keys switch away: openbox has Alt+Tab and Alt+F4."""
    window = open_exam(controls=ExamWindowControls(full_screen=True, system_shortcuts=True))
    assert outsider(60_000).stdout.readline() == "shown\n"
    tell("xdotool", "search", "--sync", "--name", "^intruder$", "windowactivate")
    qtbot.waitUntil(lambda: active_title() == "intruder", timeout=BOUND_MS)
    tell("xdotool", "key", "alt+Tab")
    qtbot.waitUntil(lambda: active_title() == "Exam", timeout=BOUND_MS)  # the keys work, outside the grab

    _, grab = window.guards
    assert grab.engage(None).level == "enforced"
    for keys in ("alt+Tab", "alt+F4", "super+d", "alt+Escape"):
        tell("xdotool", "key", keys)
        qtbot.wait(60)
    assert active_title() == "Exam"
    assert tell("xprop", "-root", "_NET_SHOWING_DESKTOP").endswith("= 0")
    assert window.isVisible()
    assert grab.check() == ()

    grab.release()
    qtbot.wait(100)  # Xlib sends the release with the next turn of the event loop
    tell("xdotool", "key", "alt+Tab")
    qtbot.waitUntil(lambda: active_title() == "intruder", timeout=BOUND_MS)


def test_a_list_of_our_own_is_no_loss_of_the_keyboard(open_exam, qtbot):
    """It takes the keyboard over and gives it up, of which the X server tells as of a loss."""
    window = open_exam(controls=ExamWindowControls(full_screen=True, system_shortcuts=True))
    _, grab = window.guards
    assert grab.engage(None).level == "enforced"
    for _ in range(2):
        menu = QMenu(window)
        menu.addAction("one")
        menu.popup(window.geometry().center())
        qtbot.waitUntil(menu.isVisible, timeout=BOUND_MS)
        qtbot.wait(100)
        menu.close()
        qtbot.wait(200)
    assert grab.held
    assert grab.check() == ()


def test_keyboard_that_another_program_holds_is_said_honestly(open_exam, display, qtbot):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        _, given = locked(open_exam, ExamWindowControls(full_screen=True, system_shortcuts=True))
        assert given["system_shortcuts"].level == "not_available"
        assert given["system_shortcuts"].limit == Limit.HELD_BY_PROGRAM
    finally:
        holder.kill()
        holder.wait(10)
        holder.stdout.close()


def test_page_is_used_by_mouse_and_keyboard_while_everything_is_locked(open_exam, platform, qtbot):
    platform.pages["/"] = (
        "<body style='margin:0'><textarea id=a style='position:absolute;left:100px;top:100px'></textarea>"
        "<select id=s style='position:absolute;left:100px;top:300px;font-size:30px'><option>one<option>two</select>"
    )
    window, _ = locked(open_exam)
    left: list[int] = []
    window.left_window.connect(lambda: left.append(1))
    top = window._view.mapToGlobal(window._view.rect().topLeft())
    tell("xdotool", "mousemove", str(top.x() + 130), str(top.y() + 120), "click", "1")
    qtbot.wait(150)
    tell("xdotool", "type", "hello")

    def value(what: str) -> object:
        answers: list[object] = []
        window.page.runJavaScript(what, 0, answers.append)
        qtbot.waitUntil(lambda: bool(answers), timeout=BOUND_MS)
        return answers[0]

    qtbot.waitUntil(lambda: value("document.querySelector('#a').value") == "hello", timeout=BOUND_MS)
    tell("xdotool", "mousemove", str(top.x() + 130), str(top.y() + 320), "click", "1")
    qtbot.wait(400)
    tell("xdotool", "key", "Down")
    tell("xdotool", "key", "Return")
    qtbot.waitUntil(lambda: value("document.querySelector('#s').value") == "two", timeout=BOUND_MS)
    qtbot.wait(300)
    assert left == [], "a list of the page counted as leaving the exam"
    tell("xdotool", "key", "alt+Tab")
    qtbot.wait(100)
    assert active_title() == "Exam"
    assert window.guards[-1].held


def test_closing_asks_and_leaving_gives_the_reason(open_exam, qtbot):
    window, _ = locked(open_exam)
    window.close()
    assert window.isVisible()
    leave = window.findChild(QPushButton, "leaveConfirmButton")
    assert not leave.isEnabled()
    window.findChild(QRadioButton, "leaveReason1").click()
    window.findChild(object, "leaveMore").setPlainText("headache\nsince ten")
    with qtbot.waitSignal(window.leave_requested, timeout=BOUND_MS) as told:
        qtbot.mouseClick(leave, Qt.MouseButton.LeftButton)
    assert told.args == ["unwell", "headache since ten"]


def test_closing_is_told_whoever_asks_for_it(open_exam, platform, qtbot):
    platform.pages["/"] = "<script>onbeforeunload = e => e.preventDefault()</script><button onclick=close()>x</button>"
    window = open_exam()
    told: list[str] = []
    window.page_event.connect(lambda kind, _host: told.append(kind))
    window.page.runJavaScript("window.close()")
    tell("wmctrl", "-c", "Exam")
    qtbot.waitUntil(lambda: "close_asked" in told, timeout=BOUND_MS)
    assert window.isVisible()
    assert set(told) == {"close_asked"}


def test_hand_in_button_asks_first(open_exam, qtbot):
    window, _ = locked(open_exam)
    told: list[int] = []
    window.hand_in_requested.connect(lambda: told.append(1))
    press = window.findChild(QPushButton, "handInButton")
    press.click()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert told == []
    qtbot.wait(20)
    press.click()
    assert QApplication.focusWidget().objectName() == "handInBackButton", "Enter must not hand in by accident"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget().objectName() == "handInConfirmButton"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget().objectName() == "handInBackButton", "the keyboard stays in the question"
    qtbot.mouseClick(window.findChild(QPushButton, "handInConfirmButton"), Qt.MouseButton.LeftButton)
    assert told == [1]
