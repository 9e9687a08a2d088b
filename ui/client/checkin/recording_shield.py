"""The shield above a recorded step of the check-in: whether it really is recorded."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ui import icons, theme
from ui.model import ShieldState
from ui.widgets.text import label

_DRAWINGS: dict[ShieldState, tuple[str, str]] = {
    "on": (theme.GOOD, "shield"),
    "attention": (theme.WARNING, "shield-attention"),
    "off": (theme.QUIET, "shield-off"),
}


class RecordingShield(QWidget):
    """A shield with its sentence, which breaks where there is `little_room`."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._drawing = QLabel()
        self._sentence = label("", "small", name="recordingSentence", wrap=False)
        row.addWidget(self._drawing)
        row.addWidget(self._sentence)

    def show_state(self, state: ShieldState, sentence: str) -> None:
        """Say `sentence` beside the shield of `state`."""
        colour, drawing = _DRAWINGS[state]
        self._drawing.setPixmap(icons.pixmap(drawing, colour, theme.px(20)))
        self._sentence.setText(sentence)

    def set_little_room(self, little_room: bool) -> None:
        """Let the sentence break, or keep it in one line."""
        self._sentence.setWordWrap(little_room)
