"""The line under the bar: what the recording has to say lasts, what the window says by itself comes and goes."""

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from resources.language import _
from ui import texts, theme
from ui.announcing import announce
from ui.client.exam import words
from ui.client.exam.engine.page_event import PageEvent
from ui.widgets.overlay import Overlay
from ui.widgets.text import button, label, picture

_WIDE_PX = 1400
REFUSAL_MS = 6000
_REFUSALS = {
    PageEvent.ADDRESS_BLOCKED: texts.ADDRESS_BLOCKED,
    PageEvent.NEW_WINDOW_BLOCKED: texts.ADDRESS_BLOCKED,
    PageEvent.DOWNLOAD_BLOCKED: texts.DOWNLOAD_BLOCKED,
    PageEvent.PRINT_BLOCKED: texts.PRINT_BLOCKED,
    PageEvent.FILE_CHOOSER_REFUSED: texts.FILE_BLOCKED,
    PageEvent.PERMISSION_REFUSED: texts.PERMISSION_REFUSED,
    PageEvent.CERTIFICATE_REFUSED: texts.CERTIFICATE_REFUSED,
    PageEvent.MEDIA_NOT_PLAYED: words.MEDIA_NOT_PLAYED,
    PageEvent.SCREEN_SHARE_REFUSED: texts.PERMISSION_REFUSED,
}


class NoticeLine(QFrame):
    """A sentence in a place of its own under the bar, as high without one: what is below never moves.

    The place is one line where the window is wide and two where it is not; a sentence that needs more ends in "…" and
    has a button that shows all of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._full = ""
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), 0, theme.px(12), 0)
        row.setSpacing(theme.px(10))
        self._drawing = picture("info", theme.WARNING, 20)
        self._shown = label("", name="noticeSentence")
        self._shown.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._rest = button(_(words.NOTICE_REST), "noticeRestButton", role="tool")
        self._rest.setAccessibleName(_(words.NOTICE_REST))
        self._rest.clicked.connect(self._show_all)
        for part in (self._drawing, self._shown, self._rest):
            row.addWidget(part, 1 if part is self._shown else 0)
        self._beside_px = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._lay_out()

    @property
    def sentence(self) -> str:
        """Return what is said, all of it."""
        return self._full

    def add_beside(self, control: QWidget) -> None:
        """Put `control` at the end of the line, where it stays whatever is said."""
        self._row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        self._beside_px += control.sizeHint().width() + self._row.spacing()

    def set_sentence(self, sentence: str) -> None:
        """Show `sentence`; an empty one leaves the place empty."""
        if sentence != self._full:
            announce(self, sentence)
        self._full = sentence
        self.setAccessibleName(sentence)
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the height by the width of the window, and cut the sentence anew."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        metrics = self._shown.fontMetrics()
        lines = 1 if self.window().width() >= theme.px(_WIDE_PX) else 2
        self.setFixedHeight(metrics.lineSpacing() * lines + theme.px(18 if lines == 1 else 8))  # as high as a tab
        theme.set_role(self, "notice" if self._full else "header")
        around = self._row.contentsMargins() if self._full else None
        room = self.width() - self._beside_px
        if around is not None:
            room -= around.left() + around.right() + self._drawing.width() + theme.px(10)
        shown = _fitted(self._full, metrics, room, lines)
        cut = shown != self._full
        if cut:
            self._name_rest(room)
            shown = _fitted(self._full, metrics, room - self._rest.sizeHint().width() - theme.px(10), lines)
        self._shown.setText(shown)
        self._shown.setAccessibleName(self._full)
        self._drawing.setVisible(bool(self._full))
        self._rest.setVisible(cut)

    def _name_rest(self, room: int) -> None:
        """Give the button its words where they leave half of the room to the sentence, and dots where they do not."""
        self._rest.setText(_(words.NOTICE_REST))
        if self._rest.sizeHint().width() > room // 2:
            self._rest.setText("…")

    def _show_all(self) -> None:
        show_all(self.window(), _(words.NOTICE_ALL), self._full)


def show_all(window: QWidget, title: str, text: str) -> None:
    """Lay all of a `text` that there is no room for over the window, until it is read."""
    overlay = Overlay(window, title, "noticeSheet")
    overlay.body.addWidget(label(text))
    back = button(_(texts.PAGE_OK), "noticeSheetOkButton", role="primary", description=text)
    back.clicked.connect(overlay.dismiss)
    overlay.add_button(back)
    overlay.present(back)


def _fitted(sentence: str, metrics: QFontMetrics, width: int, lines: int) -> str:
    """Return `sentence`, or as many of its first words as fit into `lines` of `width` pixels, and "…"."""
    most = QRect(0, 0, max(width, 1), 1)
    words = sentence.split()
    for count in range(len(words), 0, -1):
        shown = sentence if count == len(words) else " ".join(words[:count]) + " …"
        if metrics.boundingRect(most, Qt.TextFlag.TextWordWrap, shown).height() <= lines * metrics.lineSpacing():
            return shown
    return "…" if words else ""


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

    def withdraw(self, sentence: str) -> None:
        """Take `sentence` away before its time, where it is what stands there."""
        if self._own.isActive() and sentence == self.sentence:
            self._own.stop()
            self.set_sentence(self._lasting)

    def show_refused(self, kind: str) -> None:
        """Say what the exam page asked for and did not get; nothing where it needs no words."""
        self.tell(_(_REFUSALS.get(PageEvent(kind), "")))

    def tell(self, sentence: str) -> None:
        """Say for a while what became of what the page or the person asked for."""
        if sentence:
            self.show_for(sentence, REFUSAL_MS)
