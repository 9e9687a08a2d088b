"""The exam's title in the bar was cut to "Intr…" beside trouble: what the title gives way to, and what to it."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from tests.fixtures.window_models import TROUBLED, exam_status
from tests.fixtures.window_pictures import SMALL, cut_off
from ui.client.exam.controls import ExamWindowControls
from ui.model import TimeLeft
from ui.theme import px

TITLE = "Introduction to Statistics"
LEFT = TimeLeft("1 h 12 min left", "The exam's time: 1 h 12 min left.", "plenty", "72 min")


def word(window, name: str) -> str:
    """The word that is to be seen beside a drawing of the bar."""
    sign = window.findChild(QWidget, name)
    assert sign is not None
    return " ".join(part.text() for part in sign.findChildren(QLabel) if part.isVisible() and part.text())


def test_title_in_the_smallest_window(open_exam, qtbot):
    window = open_exam(size=SMALL, controls=ExamWindowControls(), breaks=True)
    window.resize(*SMALL)
    bar = window._bar

    def shows(*titles: str) -> None:
        qtbot.waitUntil(lambda: bar._title.text() in titles and cut_off(bar) == [])
        assert bar.minimumSizeHint().width() <= SMALL[0] == window.width()

    window.set_status(exam_status())
    shows(TITLE)
    assert word(window, "shieldIndicator") == "Recording"

    window.set_status(exam_status(**TROUBLED))
    shows(TITLE)
    assert word(window, "shieldIndicator") == "Look here"
    assert "Your camera does not answer" in window._notices.sentence, "where the bar has no word for it"

    bar.set_page_trouble("Exam page: no answer", "The exam page cannot be reached.")
    qtbot.waitUntil(lambda: bar._title.width() >= px(130))
    assert word(window, "pageIndicator") == "Exam page: no answer", "this is said nowhere else for long"

    window.set_status(exam_status(**TROUBLED, time_left=LEFT))
    qtbot.waitUntil(lambda: bar._title.width() >= px(130))
    assert word(window, "pageIndicator") == "Exam page: no answer"
    assert word(window, "timeLeftIndicator") == "72 min"
    assert bar._title.toolTip() == bar._title.accessibleName() == TITLE


@pytest.mark.parametrize("title", ["A", "Introduction to Statistics for students of all faculties, repeated " * 5])
def test_title_of_any_length_leaves_the_buttons_where_they_are(title, open_exam, qtbot):
    window = open_exam(size=SMALL, controls=ExamWindowControls(), title=title)
    window.resize(*SMALL)
    window.set_status(replace(exam_status(**TROUBLED), time_left=LEFT))
    qtbot.waitUntil(lambda: window._bar.width() == SMALL[0] and cut_off(window._bar) == [])
    assert window._bar.hand_in.geometry().right() < SMALL[0]
