"""A question is a part of the window that it lies over, to the end of both."""

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QRadioButton, QWidget

from tests.fixtures.window_pictures import pixels
from ui.client.questions import Confirmation, LeaveQuestion
from ui.theme import apply_theme


def question_over(window: QWidget) -> Confirmation:
    return Confirmation(window, title="Sure?", sentence="It cannot be undone.", confirm="Yes", back="No", name="sure")


def test_it_covers_its_window_whatever_size_that_takes(themed, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 400)
    question = question_over(window)
    window.show()
    window.resize(820, 610)
    qtbot.waitUntil(lambda: question.geometry() == window.rect())


def test_a_window_that_is_collected_together_with_its_question_goes_quietly(themed, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    question = question_over(window)
    vars(question).clear()  # as Python's collector does, in whatever order, before Qt's half of the window goes
    QApplication.sendEvent(window, QEvent(QEvent.Type.Move))


@pytest.mark.parametrize("high_contrast", [False, True])
def test_a_choice_is_seen_and_seen_to_be_made(high_contrast: bool, qapp, qtbot):
    apply_theme(qapp, 1.0, high_contrast=high_contrast)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(820, 610)
    choice = LeaveQuestion(window).findChildren(QRadioButton)[0]
    window.show()
    qtbot.waitExposed(window)
    looks = []
    for made in (False, True):
        choice.setChecked(made)
        circle = pixels(choice.grab().toImage())[:, :22].astype(int)
        assert abs(circle - circle[0, 0]).max() > 100, "it stands out from the sheet"
        looks.append(circle.tobytes())
    assert looks[0] != looks[1]
    apply_theme(qapp, 1.0)
