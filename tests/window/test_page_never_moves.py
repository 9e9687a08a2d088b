"""What is under the pointer stays there: no notice, and no state of the bar, moves or covers the exam page."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from tests.fixtures.exam_page import run
from tests.fixtures.window_models import TROUBLED, exam_status
from ui import texts
from ui.client.exam.controls import ExamWindowControls
from ui.client.exam.engine.page_event import PageEvent
from ui.client.exam.notices import WindowNotices
from ui.theme import apply_theme

LONG = "The recording could not be kept and is started anew. " * 6
SIZES = [(1024, 600), (1920, 1080)]


def place_of(window: QWidget) -> QRect:
    view = window._view
    return QRect(view.mapTo(window, view.rect().topLeft()), view.size())


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_notice_and_no_state_moves_the_page(size, percent, open_exam, platform, qapp, qtbot):
    apply_theme(qapp, percent / 100)
    platform.pages["/"] = "<h1>Exam</h1><textarea id=a></textarea><script>resizes=0;onresize=()=>resizes++</script>"
    try:
        window = open_exam(size=size, controls=ExamWindowControls())
        window.set_status(exam_status())
        qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
        before, height = place_of(window), run(window, qtbot, "resizes=0;innerHeight")
        steps = [lambda kind=kind: window._refused(kind, "") for kind in PageEvent]
        steps += [
            lambda: window._notices.show_for(texts.PAGE_KEPT, 10_000),
            lambda: window.set_status(replace(exam_status(), notice=LONG)),
            lambda: window.set_status(exam_status(**TROUBLED)),
            lambda: window.set_status(exam_status()),
        ]
        for step in steps:
            step()
            qtbot.wait(20)
            assert place_of(window) == before
            assert not window._notices.geometry().intersects(before), "a notice lies over the page"
        assert run(window, qtbot, "innerHeight") == height
        assert run(window, qtbot, "resizes") == 0, "the page had another size in between"
    finally:
        apply_theme(qapp, 1.0)


def test_notice_that_is_too_long_for_its_place_can_be_read(open_exam, qtbot):
    window = open_exam(size=SIZES[0], controls=ExamWindowControls())
    window.set_status(replace(exam_status(), notice=LONG))
    sentence = window.findChild(QWidget, "noticeSentence")
    assert sentence.text().endswith(" …")
    assert LONG.startswith(sentence.text().removesuffix(" …"))
    assert sentence.accessibleName() == LONG
    qtbot.mouseClick(window.findChild(QPushButton, "noticeRestButton"), Qt.MouseButton.LeftButton)
    back = window.findChild(QPushButton, "noticeSheetOkButton")
    assert back.hasFocus()
    assert back.accessibleDescription() == LONG
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    window.set_status(exam_status())
    assert window._notices.sentence == ""
    assert not window.findChild(QPushButton, "noticeRestButton").isVisible()


@pytest.mark.parametrize("width", [1024, 1920])
def test_every_sentence_of_the_window_itself_fits_its_place(width, themed, qtbot):
    line = WindowNotices()
    qtbot.addWidget(line)
    line.resize(width, 60)
    line.show()
    for kind in PageEvent:
        line.show_refused(kind)
        assert not line.findChild(QPushButton, "noticeRestButton").isVisible(), line.sentence
    line.set_sentence(texts.PAGE_KEPT)
    assert not line.findChild(QPushButton, "noticeRestButton").isVisible()
