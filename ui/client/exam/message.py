"""What stands in the place of the exam page while it cannot be shown."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from resources.language import _
from ui import texts, theme
from ui.widgets.meter import Spinner
from ui.widgets.page import Page
from ui.widgets.text import button, label, picture

RETRY_AFTER_S = (3, 5, 10, 15)


class PageMessage(Page):
    """Two messages: the page cannot be reached (it tries again by itself), the page has stopped (a button)."""

    retry = Signal()
    reload = Signal()

    def __init__(self) -> None:
        super().__init__(width=680, centred=True)
        head = QHBoxLayout()
        head.setSpacing(theme.px(16))
        head.addWidget(picture("attention", theme.WARNING, 36), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        self._title = label("", "title", name="pageMessageTitle")
        self._sentence = label("", "lead")
        words.addWidget(self._title)
        words.addWidget(self._sentence)
        head.addLayout(words, 1)
        self.body.addLayout(head)
        row = QHBoxLayout()
        self._wheel = Spinner(28)
        self._next = label("", "quiet", wrap=False)
        self.retry_button = button(_(texts.PAGE_RETRY), "retryPageButton", role="primary", icon="retry")
        self.retry_button.clicked.connect(self._now)
        self.reload_button = button(_(texts.PAGE_RELOAD), "reloadPageButton", role="primary", icon="retry")
        self.reload_button.clicked.connect(self.reload)
        for part in (self.retry_button, self.reload_button, self._wheel):
            row.addWidget(part)
        row.addWidget(self._next)
        row.addStretch(1)
        self.body.addLayout(row)
        self._tries = 0
        self._left_s = 0
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._count)

    def show_offline(self) -> None:
        """Say that the page cannot be reached, and begin to count down to the next try."""
        self._say(_(texts.PAGE_OFFLINE_TITLE), _(texts.PAGE_OFFLINE), crashed=False)
        self._left_s = RETRY_AFTER_S[min(self._tries, len(RETRY_AFTER_S) - 1)]
        self._tries += 1
        self._next.setText(_(texts.PAGE_OFFLINE_NEXT).format(seconds=self._left_s))
        self._clock.start()

    def show_crashed(self) -> None:
        """Say that the page has stopped."""
        self.rest()
        self._say(_(texts.PAGE_CRASHED_TITLE), _(texts.PAGE_CRASHED), crashed=True)

    def rest(self) -> None:
        """The page is there again: stop counting."""
        self._clock.stop()
        self._tries = 0

    def take_keyboard(self) -> None:
        """Put the keyboard on the button that is offered."""
        (self.reload_button if self.retry_button.isHidden() else self.retry_button).setFocus()

    def _say(self, title: str, sentence: str, *, crashed: bool) -> None:
        already_shown = self.isVisible() and self._title.text() == title
        self._title.setText(title)
        self._sentence.setText(sentence)
        if not already_shown:
            self.introduce(at_once=True)
        self.reload_button.setVisible(crashed)
        for part in (self.retry_button, self._wheel, self._next):
            part.setVisible(not crashed)

    def _count(self) -> None:
        self._left_s -= 1
        if self._left_s > 0:
            self._next.setText(_(texts.PAGE_OFFLINE_NEXT).format(seconds=self._left_s))
        else:
            self._now()

    def _now(self) -> None:
        self._clock.stop()
        self._next.setText(_(texts.PAGE_OFFLINE_NOW))
        self.retry.emit()
