"""One statement: drawing, title, detail; and cards of them."""

from collections.abc import Iterable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.model import Statement
from ui.widgets.text import frame, label, picture


class StatementRow(QWidget):
    """Drawing on the left, title over detail on the right."""

    def __init__(self, statement: Statement, colour: str = theme.ACCENT) -> None:
        super().__init__()
        self.setAccessibleName(f"{statement.title}. {statement.detail}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(14))
        drawing = QVBoxLayout()
        drawing.setContentsMargins(0, theme.px(1), 0, 0)
        drawing.addWidget(picture(statement.icon, colour, 24))
        drawing.addStretch()
        row.addLayout(drawing)
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        words.addWidget(label(statement.title, "strong"))
        if statement.detail:
            words.addWidget(label(statement.detail, "quiet"))
        words.addStretch()
        row.addLayout(words, 1)


class SentenceRow(QWidget):
    """A small drawing and one sentence."""

    def __init__(self, sentence: str, icon: str, colour: str = theme.QUIET) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(10))
        drawing = QVBoxLayout()
        drawing.setContentsMargins(0, theme.px(3), 0, 0)
        drawing.addWidget(picture(icon, colour, 16))
        drawing.addStretch()
        row.addLayout(drawing)
        row.addWidget(label(sentence), 1)


def card(heading: str, rows: Iterable[QWidget], role: str = "card") -> QFrame:
    """Return a framed card of `rows` under `heading` (none where it is empty)."""
    made = frame(role)
    column = QVBoxLayout(made)
    column.setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(18))
    column.setSpacing(theme.px(14))
    if heading:
        column.addWidget(label(heading, "heading"))
    for row in rows:
        column.addWidget(row)
    return made
