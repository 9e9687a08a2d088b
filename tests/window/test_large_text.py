"""Every page of the client in high contrast and with text at 200 % on a small screen: nothing cut off or covered.

On a large one `test_screenshots` looks at large text."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget

from tests.fixtures.window_models import EXAM_PAGE, exam_status
from tests.fixtures.window_pictures import SMALL, cut_off, keep, settle
from tests.window import test_check_in_screenshots, test_screenshots
from ui.client.exam.controls import ExamWindowControls
from ui.client.window import ClientWindow
from ui.model import HoldModel, TimeLeft
from ui.theme import apply_theme
from ui.widgets.overlay import Overlay

PAGES = {**test_screenshots.PAGES, **test_check_in_screenshots.PAGES}
HOLD = HoldModel(
    ("Other programs", "Storage devices"),
    "BCDF-2345-GHJK-6789-LMNP-2345-QRST-6789-VWXY-2345-BCDF-6789-GHJK-2345",
    "This is not the code for this hold. Ask staff to read it out again.",
)
LONG = TimeLeft("1 h 12 min left", "The exam's time: 1 h 12 min left.", "plenty", "72 min")
EXAMS: dict[str, Callable[[QWidget], object]] = {
    **test_screenshots.EXAMS,
    "exam-held": lambda w: (w.set_status(exam_status()), w.hold(HOLD)),
    "exam-offline": lambda w: (
        w.set_status(exam_status()),
        w._stack.show_obstacle(test_screenshots.UNREACHED, by_itself=True),
    ),
    "exam-break": lambda w: (w.set_status(replace(exam_status(), time_left=LONG)), w.show_break()),
    "exam-time": lambda w: w.set_status(replace(exam_status(), time_left=LONG)),
}


@pytest.fixture
def large(themed: QApplication) -> Iterator[None]:
    """High contrast, text at 200 %; the usual look afterwards."""
    apply_theme(themed, 2.0, high_contrast=True)
    yield
    apply_theme(themed, 1.0)


def looked_at(window: QWidget, name: str) -> list[str]:
    settle(window, badly_shown)
    keep(window.grab().toImage(), f"{name}-contrast-text-200")
    assert (window.width(), window.height()) == SMALL, name
    return [f"{name}: {each}" for each in badly_shown(window)]


def badly_shown(window: QWidget) -> list[str]:
    """Names what is cut off, or lies over something else. What has to be scrolled to can be: at this size, it may."""
    found = [each for each in cut_off(window) if "have to be scrolled to" not in each]
    for area in window.findChildren(QScrollArea):
        inside = area.widget()
        if area.isVisible() and inside.width() > area.viewport().width():
            found.append(f"{area.objectName()}: wider than its window by {inside.width() - area.viewport().width()}")
    parts = [
        part
        for kind in (QLabel, QAbstractButton)
        for part in window.findChildren(kind)
        if part.isVisible() and part.text()
    ]
    found += [
        f"{one.text()!r} lies over {other.text()!r}"
        for one, other in itertools.combinations(parts, 2)
        if one.parentWidget() is other.parentWidget() and one.geometry().intersects(other.geometry())
    ]
    whole = QRect(0, 0, window.width(), window.height())
    for press in window.findChildren(QAbstractButton):
        scrolls = any(area.isAncestorOf(press) for area in window.findChildren(QScrollArea))
        place = QRect(press.mapTo(window, press.rect().topLeft()), press.size())
        if press.isVisible() and not scrolls and not whole.contains(place):
            found.append(f"button {press.text() or press.accessibleName()!r} is outside the window")
    return found


def test_pages(large: None, qtbot) -> None:
    found: list[str] = []
    for name, show in PAGES.items():
        window = ClientWindow()
        qtbot.addWidget(window, before_close_func=lambda w: setattr(w, "_closing", True))
        window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        window.resize(*SMALL)
        with qtbot.waitExposed(window):
            window.show()
        show(window)
        found += looked_at(window, name)
        window.close_for_good()
    assert not found, "\n".join(found)


def test_exam_window(large: None, open_exam, platform, qtbot) -> None:
    platform.pages["/"] = EXAM_PAGE
    found: list[str] = []
    window = open_exam(size=SMALL, wait=False, controls=ExamWindowControls(), breaks=True)
    with qtbot.waitSignal(window.page_painted, timeout=20_000):
        pass
    assert window._view.zoomFactor() == 2.0, "the exam's page follows the size of all text"
    for name, show in EXAMS.items():
        window.resize(*SMALL)
        test_screenshots.as_begun(window)
        show(window)
        found += looked_at(window, name)
        if name == "exam-server-error":
            all_of_it = window._banner.findChild(QAbstractButton, "pageBannerRestButton")
            assert all_of_it.isVisible()
            all_of_it.click()
            said = " ".join(part.text() for part in window.findChild(Overlay).findChildren(QLabel))
            assert "Trying again also sends again" in said
            assert "U-02 503" in said
        if window.findChild(Overlay) is not None:
            focused = QApplication.focusWidget()
            assert not focused.visibleRegion().isEmpty(), f"{name}: the keyboard is out of sight"
    window.close_for_good()
    assert not found, "\n".join(found)
