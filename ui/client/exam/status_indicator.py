"""One drawing of the exam window's bar, with a word beside it where there is room."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ui import icons, theme
from ui.widgets.text import label


class StatusIndicator(QWidget):
    """A drawing with a word beside it; the whole sentence on hover and for a screen reader."""

    def __init__(self, name: str, *, hidden: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        if hidden:
            self.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(7))
        self._drawing = QLabel()
        self._drawing.setFixedSize(theme.px(22), theme.px(22))
        self.word = label("", "strong", wrap=False)
        row.addWidget(self._drawing)
        row.addWidget(self.word)

    def show_state(self, drawing: str, colour: str, word: str, role: str, sentence: str) -> None:
        """Show `word` in the look `role`; `sentence` says it in full."""
        self._drawing.setPixmap(icons.pixmap(drawing, colour, theme.px(22)))
        theme.set_role(self.word, role)
        self.say(word)
        self.setToolTip(sentence)
        self.setAccessibleName(sentence or word)
        self._drawing.setAccessibleName(sentence or word)
        self._drawing.setToolTip(sentence)

    def say(self, word: str) -> None:
        """Let `word` stand beside the drawing, or nothing; the sentence stays."""
        self.word.setText(word)
        self.word.setVisible(bool(word))
