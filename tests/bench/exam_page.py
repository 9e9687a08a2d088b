"""A window that changes as an exam page does: four typed characters a second, a scroll every six, a clock."""

from __future__ import annotations

import itertools
import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

QUESTION = "Explain in your own words why the sky is blue at noon and red in the evening. Give two reasons.\n"
ANSWER = "Light of short waves is scattered more strongly by the air than light of long waves, so that "


def main() -> None:
    app = QApplication([])
    page = QWidget()
    page.setFont(QFont("DejaVu Sans", 11))
    clock = QLabel()
    questions = QPlainTextEdit("\n".join(f"{n}. {QUESTION}" for n in range(1, 80)))
    answer = QPlainTextEdit()
    layout = QVBoxLayout(page)
    for part, stretch in ((clock, 0), (questions, 2), (answer, 1)):
        layout.addWidget(part, stretch)
    letters = itertools.cycle(ANSWER)
    typing, scrolling, ticking = QTimer(page), QTimer(page), QTimer(page)
    typing.timeout.connect(lambda: answer.insertPlainText(next(letters)))
    bar = questions.verticalScrollBar()
    scrolling.timeout.connect(lambda: bar.setValue((bar.value() + 7) % max(bar.maximum(), 1)))
    ticking.timeout.connect(lambda: clock.setText(time.strftime("%H:%M:%S")))
    typing.start(250)
    scrolling.start(6000)
    ticking.start(1000)
    page.showFullScreen()
    app.exec()


if __name__ == "__main__":
    main()
