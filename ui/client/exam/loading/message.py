"""What stands in the place of the exam page while it cannot be shown."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from resources.language import _, isolate
from ui import texts, theme
from ui.client.exam.loading.obstacles import Obstacle, ObstacleKind
from ui.client.exam.loading.retry_clock import RetryClock
from ui.widgets.meter import Spinner
from ui.widgets.page import Page
from ui.widgets.text import button, label


class PageMessage(Page):
    """Two messages: a page could not be shown (why, of which host, a code, try again), the page has stopped."""

    retry = Signal()
    reload = Signal()

    def __init__(self) -> None:
        super().__init__(width=680, centred=True)
        self._title = label("", "title", name="pageMessageTitle")
        self._sentence = label("", "lead", name="pageMessageSentence")
        self._remedy = label("", name="pageMessageRemedy")
        words = self.add_head("attention", theme.WARNING, self._title, self._sentence, self._remedy)
        words.addSpacing(theme.px(8))
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        self._wheel = Spinner(28)
        self._next = label("", "quiet", wrap=False)
        self.retry_button = button(_(texts.PAGE_RETRY), "retryPageButton", role="primary", icon="retry")
        self.retry_button.clicked.connect(self._now)
        self.reload_button = button(_(texts.PAGE_RELOAD), "reloadPageButton", role="primary", icon="retry")
        self.reload_button.clicked.connect(self.reload)
        for control in (self.retry_button, self.reload_button, self._wheel):
            row.addWidget(control)
        row.addWidget(self._next)
        row.addStretch(1)
        words.addLayout(row)
        words.addSpacing(theme.px(8))
        self._facts = label("", "quiet", name="pageMessageFacts")
        words.addWidget(self._facts)
        self._clock = RetryClock(self)
        self._clock.counted.connect(lambda left_s: self._next.setText(_(texts.PAGE_NEXT_TRY).format(seconds=left_s)))
        self._clock.due.connect(self._now)

    def show_obstacle(self, obstacle: Obstacle, *, by_itself: bool) -> None:
        """Say what kept the page away; `by_itself`: count down to the next try, otherwise only the button tries."""
        facts = facts_of(obstacle)
        self._say(obstacle.title, obstacle.sentence, obstacle.remedy(by_itself=by_itself), facts)
        waiting = obstacle.kind is ObstacleKind.UNANSWERED
        self.reload_button.hide()
        self.retry_button.show()
        self.retry_button.setAccessibleDescription(facts)
        self._wheel.setVisible(by_itself or waiting)
        self._next.setVisible(by_itself)
        if by_itself:
            self._clock.begin()
        else:
            self._clock.pause()

    def show_crashed(self) -> None:
        """Say that the page has stopped."""
        self.rest()
        self._say(_(texts.PAGE_CRASHED_TITLE), _(texts.PAGE_CRASHED), "", "")
        self.reload_button.show()
        for part in (self.retry_button, self._wheel, self._next):
            part.hide()

    def rest(self) -> None:
        """The page is there again: stop counting."""
        self._clock.rest()

    def take_keyboard(self) -> None:
        """Put the keyboard on the button that is offered."""
        (self.reload_button if self.retry_button.isHidden() else self.retry_button).setFocus()

    def _say(self, title: str, sentence: str, remedy: str, facts: str) -> None:
        already_shown = self.isVisible() and self._title.text() == title
        self._title.setText(title)
        self._sentence.setText(sentence)
        for part, text in ((self._remedy, remedy), (self._facts, facts)):
            part.setText(text)
            part.setVisible(bool(text))
        if not already_shown:
            self.introduce(at_once=True)

    def _now(self) -> None:
        self._clock.pause()
        self._next.setText(_(texts.PAGE_TRYING))
        self._next.show()
        self._wheel.show()
        self.retry.emit()


def facts_of(obstacle: Obstacle) -> str:
    """Host and code, for support."""
    return _(texts.PAGE_FACTS).format(host=isolate(obstacle.host), code=isolate(obstacle.code))
