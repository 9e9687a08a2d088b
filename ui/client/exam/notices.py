"""The line under the bar: what the recording has to say lasts, what the window says by itself comes and goes."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from resources.language import _
from ui import icons, texts, theme
from ui.announcing import announce
from ui.client.exam.browser import PageEvent
from ui.widgets.text import label

REFUSAL_MS = 6000
_REFUSALS = {
    PageEvent.ADDRESS_BLOCKED: texts.ADDRESS_BLOCKED,
    PageEvent.NEW_WINDOW_BLOCKED: texts.ADDRESS_BLOCKED,
    PageEvent.DOWNLOAD_BLOCKED: texts.DOWNLOAD_BLOCKED,
    PageEvent.PRINT_BLOCKED: texts.PRINT_BLOCKED,
    PageEvent.FILE_CHOOSER_REFUSED: texts.FILE_BLOCKED,
    PageEvent.PERMISSION_REFUSED: texts.PERMISSION_REFUSED,
    PageEvent.CERTIFICATE_REFUSED: texts.CERTIFICATE_REFUSED,
    PageEvent.SCREEN_SHARE_REFUSED: texts.PERMISSION_REFUSED,
}


class NoticeLine(QFrame):
    """One sentence under the bar."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        row.setSpacing(theme.px(10))
        drawing = QLabel()
        drawing.setPixmap(icons.pixmap("info", theme.WARNING, theme.px(20)))
        self._sentence = label("", name="noticeSentence")
        row.addWidget(drawing)
        row.addWidget(self._sentence, 1)
        self.hide()

    @property
    def sentence(self) -> str:
        """Return what is shown."""
        return self._sentence.text()

    def set_sentence(self, sentence: str) -> None:
        """Show `sentence`; an empty one takes the line away."""
        self._sentence.setText(sentence)
        if sentence != self.accessibleName():
            announce(self, sentence)
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))


class WindowNotices(NoticeLine):
    """Shows the sentence that lasts, unless one of the window's own stands in its place for a while."""

    def __init__(self) -> None:
        super().__init__()
        self._lasting = ""
        self._own = QTimer(self)
        self._own.setSingleShot(True)
        self._own.timeout.connect(lambda: self.set_sentence(self._lasting))

    def set_lasting(self, sentence: str) -> None:
        """Show `sentence` until the next call; an empty one takes it away."""
        self._lasting = sentence
        if not self._own.isActive():
            self.set_sentence(sentence)

    def show_for(self, sentence: str, for_ms: int) -> None:
        """Show `sentence` for `for_ms` milliseconds in place of the lasting one."""
        self.set_sentence(sentence or self._lasting)
        self._own.start(for_ms)

    def tell_refused(self, kind: str) -> None:
        """Say what the exam page asked for and did not get; nothing where it needs no words."""
        sentence = _(_REFUSALS.get(PageEvent(kind), ""))
        if sentence:
            self.show_for(sentence, REFUSAL_MS)
