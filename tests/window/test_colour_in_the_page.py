"""A colour that the page asks for is chosen inside the exam window: no other window comes, and none is left for it."""

import subprocess

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QColorDialog, QLineEdit, QPushButton, QSpinBox, QWidget

from tests.fixtures.exam_page import BOUND_MS, click, run
from tests.fixtures.window_pictures import keep
from ui.client.exam.controls import ExamWindowControls
from ui.theme import apply_theme
from ui.widgets.overlay import Overlay

PAGE = """<!doctype html><h1>Exam</h1><label>Colour of the line <input type=color id=c value=#336699></label>
<script>seen = []; for (const kind of ['input', 'change']) c.addEventListener(kind, () => seen.push(kind))</script>"""


def asked(open_exam, platform, qtbot, **chosen):
    """An exam window whose page has asked for a colour, and what is laid over it."""
    platform.pages |= {"/": PAGE}
    window = open_exam(**chosen)
    click(window, qtbot, "#c")
    qtbot.waitUntil(lambda: window.findChild(Overlay, "colourChoice") is not None, timeout=BOUND_MS)
    return window, window.findChild(Overlay, "colourChoice")


def windows_of(display: str) -> int:
    """How many windows the window manager has."""
    asked = subprocess.run(["xprop", "-display", display, "-root", "_NET_CLIENT_LIST"], check=True, capture_output=True)
    return asked.stdout.count(b"0x")


def test_colour_is_chosen_in_the_window(open_exam, platform, qtbot, display):
    window, overlay = asked(
        open_exam, platform, qtbot, controls=ExamWindowControls(full_screen=True, focus_return=True)
    )
    left: list[bool] = []
    window.left_window.connect(lambda: left.append(True))
    assert windows_of(display) == 1, "a second window came"
    choice = overlay.findChild(QColorDialog)
    assert choice.currentColor().name() == "#336699"
    choice.setCurrentColor(QColor("#cc0000"))
    keep(window.grab().toImage(), "exam-colour")
    qtbot.mouseClick(overlay.findChild(QPushButton, "colourTakeButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: run(window, qtbot, "c.value") == "#cc0000", timeout=BOUND_MS)
    assert run(window, qtbot, "seen.join()") == "input,change"
    qtbot.waitUntil(lambda: window.findChild(QColorDialog) is None, timeout=BOUND_MS)
    assert not left


def test_colour_stays_where_none_is_chosen_and_can_be_asked_for_again(open_exam, platform, qtbot, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr("ui.widgets.overlay.announce", lambda _source, sentence, **_how: said.append(sentence))
    window, overlay = asked(open_exam, platform, qtbot, size=(1024, 600), controls=ExamWindowControls())
    keep(window.grab().toImage(), "exam-colour-small")
    assert said == ["Choose a colour."], "the names of its fields are read when the keyboard comes to them"
    offered = {each.text() for each in overlay.findChildren(QPushButton) if each.isVisible()}
    assert offered == {"Cancel", "Use this colour", "&Add to Custom Colors"}, "none reaches beyond the window"
    qtbot.keyClick(overlay, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(QColorDialog) is None, timeout=BOUND_MS)
    assert run(window, qtbot, "c.value + seen.join()") == "#336699"
    click(window, qtbot, "#c")
    qtbot.waitUntil(lambda: window.findChild(Overlay, "colourChoice") is not None, timeout=BOUND_MS)


def test_everything_can_be_reached_in_large_text(qapp, open_exam, platform, qtbot):
    """Failed before: at 200 % fields lay beyond the edge, and the keyboard never came further than the first."""
    apply_theme(qapp, 2.0)
    platform.pages |= {"/": PAGE + "<style>input { position: fixed; inset: 0; width: 99%; height: 99% }</style>"}
    window = open_exam(size=(1024, 600), controls=ExamWindowControls())
    click(window, qtbot, "#c")
    qtbot.waitUntil(lambda: window.findChild(Overlay, "colourChoice") is not None, timeout=BOUND_MS)
    seen: list[QWidget] = []
    while (focused := QApplication.focusWidget()) not in seen:
        seen.append(focused)
        if isinstance(focused, QSpinBox | QLineEdit):
            assert focused.visibleRegion().boundingRect() == focused.rect(), f"{focused} is out of sight"
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert sum(isinstance(each, QSpinBox) for each in seen) == 6, "hue, saturation, value, red, green, blue"
    keep(window.grab().toImage(), "exam-colour-large")
