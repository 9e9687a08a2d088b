"""Labels and buttons: plain text only, never markup, so that no institution's text can change a window."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from ui import icons, theme


def label(text: str = "", role: str = "", *, name: str = "", wrap: bool = True) -> QLabel:
    """Return a label with the look `role` (see `ui.theme`); it breaks its lines unless `wrap` is False."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        made.setMinimumWidth(theme.px(60))
    if role:
        made.setProperty("role", role)
    if name:
        made.setObjectName(name)
    return made


class ElidedLabel(QLabel):
    """One line that takes the room there is and ends in "…" where that is too little; hovering shows all of it."""

    def __init__(self, text: str, role: str) -> None:
        super().__init__()
        self._full_text = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def whole_px(self) -> int:
        """How wide it is with all of its text."""
        self.ensurePolished()
        return self.fontMetrics().horizontalAdvance(self._full_text) + 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        shown = self.fontMetrics().elidedText(self._full_text, Qt.TextElideMode.ElideRight, event.size().width())
        self.setText(shown)
        self.setToolTip(self._full_text if shown != self._full_text else "")


def button(text: str, name: str, *, role: str = "", icon: str = "", description: str = "") -> QPushButton:
    """Return a button; `name` is its object name (stable: automated runs press by it), `description` is read aloud."""
    made = QPushButton(f" {text}" if icon and text else text)  # the space keeps the drawing off the word
    made.setObjectName(name)
    made.setAccessibleName(text)
    made.setAccessibleDescription(description)
    made.setAutoDefault(True)
    if role:
        made.setProperty("role", role)
    if icon:
        on_accent = role in {"primary", "bar-primary"}
        colour = theme.ON_ACCENT if on_accent else theme.ACCENT
        made.setIcon(icons.icon(icon, colour, theme.px(20), theme.QUIET))
        made.setIconSize(QSize(theme.px(20), theme.px(20)))
    return made


def picture(name: str, colour: str, size: float) -> QLabel:
    """Return a drawing of `resources/icons`, `size` pixels at usual text size; it says nothing to a screen reader."""
    made = QLabel()
    made.setPixmap(icons.pixmap(name, colour, theme.px(size)))
    made.setFixedSize(theme.px(size), theme.px(size))
    return made


def frame(role: str, parent: QWidget | None = None) -> QFrame:
    """Return a frame with the look `role`."""
    made = QFrame(parent)
    made.setProperty("role", role)
    return made
