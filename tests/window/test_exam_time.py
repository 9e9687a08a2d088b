"""The exam's time and breaks in the real exam window: shown at every size, the page covered and uncovered again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from tests.fixtures.window_pictures import cut_off, keep, settle
from ui.model import ExamStatus, HoldModel, SourceLight, TimeLeft

LIGHTS = tuple(SourceLight(stream, "on", "It is recorded") for stream in ("webcam", "microphone", "screen"))
PLENTY = TimeLeft("1 h 12 min left", "The exam's time: 1 h 12 min left.", "plenty")
SOON = TimeLeft("4:32 left", "The exam's time: 4:32 left.", "soon")
UP = TimeLeft("Time is up", "Time is up: hand in now.", "up")
HELD = HoldModel(reasons=("Storage devices",), code="0000-1111-2222")


def status(time_left: TimeLeft | None, notice: str = "") -> ExamStatus:
    return ExamStatus("on", "Recording", LIGHTS, "connected", "Connected", 0, 0, notice, time_left)


def part(window: QWidget, name: str) -> QWidget:
    found = window.findChild(QWidget, name)
    assert found is not None
    return found


@pytest.mark.parametrize("size", [(1024, 600), (1920, 1080)])
@pytest.mark.parametrize("time_left", [None, PLENTY, SOON, UP])
def test_the_bar_has_room_for_the_time_and_every_button(open_exam, qtbot, size, time_left) -> None:
    from ui.client.exam.controls import ExamWindowControls

    window = open_exam(size=size, breaks=True, controls=ExamWindowControls())
    window.set_status(status(time_left, UP.sentence if time_left is UP else ""))
    qtbot.wait(50)
    assert window.width() == size[0]
    bar = window._bar
    shown = part(window, "timeLeftIndicator")
    assert shown.isVisible() is (time_left is not None)
    assert part(window, "clock").isVisible() is (time_left is None or size[0] == 1920)
    if time_left is not None:
        assert shown.accessibleName() == time_left.sentence
        assert shown.word.text() == time_left.word  # type: ignore[attr-defined]
        assert shown.width() >= shown.sizeHint().width()
    for button in (bar.text_size, bar.take_break, bar.leave, bar.hand_in):
        assert button.isVisible()
        assert button.geometry().right() <= bar.width()
        assert button.width() >= button.sizeHint().width()
    settle(window)
    assert cut_off(window) == []
    keep(window.grab().toImage(), f"time-{size[0]}-{time_left.state if time_left else chr(45)}")


def test_without_the_institutions_leave_there_is_no_button_for_a_break(open_exam) -> None:
    assert not part(open_exam(), "breakButton").isVisible()


def test_a_break_covers_the_page_and_the_way_back_uncovers_it(open_exam, qtbot) -> None:
    window = open_exam(breaks=True)
    with qtbot.waitSignal(window.break_requested, timeout=2000):
        qtbot.mouseClick(part(window, "breakButton"), Qt.MouseButton.LeftButton)
    assert window._view.isVisible(), "who decides on the break is not the window"
    window.show_break()
    window.show_break()
    assert not window._view.isVisible()
    assert part(window, "breakTitle").isVisible()
    assert not part(window, "breakButton").isEnabled()
    back = window.findChild(QPushButton, "breakBackButton")
    qtbot.waitUntil(back.hasFocus, timeout=2000)
    with qtbot.waitSignal(window.break_ended, timeout=2000):
        qtbot.keyClick(back, Qt.Key.Key_Space)
    window.end_break()
    window.end_break()
    assert window._view.isVisible()
    assert part(window, "breakButton").isEnabled()


def test_a_hold_goes_before_a_break_and_the_break_goes_on_after_it(open_exam, qtbot) -> None:
    window = open_exam(breaks=True)
    window.show_break()
    window.hold(HELD)
    assert part(window, "holdTitle").isVisible()
    window._crashed()
    assert part(window, "holdTitle").isVisible()
    window.end_hold()
    assert part(window, "breakTitle").isVisible()
    window.hold(HELD)
    window.end_break()
    assert part(window, "holdTitle").isVisible()
    window.end_hold()
    assert part(window, "pageMessageTitle").isVisible(), "the page had stopped meanwhile"
    window._loading.came()
    assert window._view.isVisible()


def test_what_keys_are_pressed_in_a_break_does_not_reach_the_page(open_exam, qtbot) -> None:
    window = open_exam(breaks=True)
    window.show_break()
    qtbot.keyClicks(window.focusWidget() or window, "abc")
    window.end_break()
    written: list[object] = []
    window.page.runJavaScript("document.getElementById('a').value", 0, written.append)
    qtbot.waitUntil(lambda: bool(written), timeout=5000)
    assert written == [""]
