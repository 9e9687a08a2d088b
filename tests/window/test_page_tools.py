"""The page in sight is loaded again, led back to the first page, and searched, by mouse and by keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from tests.fixtures.exam_page import BOUND_MS, run
from ui.client.exam.features import PageFeatures
from ui.model import HoldModel

TEXT = "<title>Exam</title><h1>Second</h1><p>mean and median, mean again</p><textarea id=a></textarea>"


def shown(window, name: str) -> QPushButton | None:
    return next((each for each in window.findChildren(QPushButton, name) if each.isVisible()), None)


def press(window, qtbot, name: str) -> None:
    qtbot.waitUntil(lambda: shown(window, name) is not None, timeout=BOUND_MS)
    qtbot.mouseClick(shown(window, name), Qt.MouseButton.LeftButton)


@pytest.fixture
def second(open_exam, platform, qtbot):
    platform.pages["/second"] = TEXT
    window = open_exam(features=PageFeatures(find=True))
    with qtbot.waitSignal(window.page.loadFinished, timeout=BOUND_MS):
        window.page.open(platform.url + "/second")
    run(window, qtbot, "document.querySelector('#a').value = 'mine'")
    return window


def test_loaded_again_and_back_to_the_first_page(second, platform, qtbot):
    button = second.findChild(QPushButton, "pageButton")
    assert button.accessibleName()
    assert button.accessibleDescription()
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    press(second, qtbot, "pageStayButton")
    assert run(second, qtbot, "document.querySelector('#a').value") == "mine"
    qtbot.keyClick(second, Qt.Key.Key_F5)
    with qtbot.waitSignal(second.page.loadFinished, timeout=BOUND_MS):
        press(second, qtbot, "pageReloadButton")
    assert [path for _, path, _ in platform.requests].count("/second") == 2
    assert run(second, qtbot, "document.querySelector('#a').value") == ""
    qtbot.keyClick(second, Qt.Key.Key_Home, Qt.KeyboardModifier.AltModifier)
    with qtbot.waitSignal(second.page.loadFinished, timeout=BOUND_MS):
        press(second, qtbot, "pageStartButton")
    assert second.page.url().path() == "/"


def test_nothing_of_it_beneath_a_cover(second, qtbot):
    second.hold(HoldModel(("Storage devices",), "KQ7M-2XWD-9T4R-HBN6-5CJA", ""))
    qtbot.keyClick(second, Qt.Key.Key_F5)
    qtbot.keyClick(second, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert shown(second, "pageReloadButton") is None
    assert not second.findChild(QLineEdit, "findText").isVisible()


def test_the_page_is_searched(second, qtbot):
    found = second.findChild(QLabel, "findFound")
    line = second.findChild(QLineEdit, "findText")
    qtbot.keyClick(second, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(line.hasFocus, timeout=BOUND_MS)
    qtbot.keyClicks(line, "mean")
    qtbot.waitUntil(lambda: found.text() == "1 of 2", timeout=BOUND_MS)
    qtbot.keyClick(second, Qt.Key.Key_F3)
    qtbot.waitUntil(lambda: found.text() == "2 of 2", timeout=BOUND_MS)
    press(second, qtbot, "findPreviousButton")
    qtbot.waitUntil(lambda: found.text() == "1 of 2", timeout=BOUND_MS)
    qtbot.keyClicks(line, "x")
    qtbot.waitUntil(lambda: found.text() == "Not on this page", timeout=BOUND_MS)
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not line.isVisible(), timeout=BOUND_MS)
    assert run(second, qtbot, "document.querySelector('#a').value") == "mine"


def test_without_the_setting_nothing_searches(open_exam, qtbot):
    window = open_exam()
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: shown(window, "pageReloadButton") is not None, timeout=BOUND_MS)
    assert shown(window, "pageFindButton") is None
    assert window.findChild(QLineEdit, "findText") is None
