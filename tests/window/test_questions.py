"""A question is a part of the window that it lies over, to the end of both."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.client.questions import Confirmation


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
