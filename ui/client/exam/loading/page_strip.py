"""A strip over a page that came in place of the exam's: what happened, and the ways on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from resources.language import _
from ui import texts, theme
from ui.announcing import announce
from ui.client.exam.loading.message import facts_of
from ui.client.exam.loading.obstacles import Obstacle
from ui.client.exam.loading.retry_clock import RetryClock
from ui.widgets.text import button, label, picture

_SIDE_BY_SIDE_PX = 760


class PageStrip(QFrame):
    """Leaves what the server says in sight: it may be all that explains the matter. Hidden until `show_obstacle`."""

    retry = Signal()
    back = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(10))
        self._row.setSpacing(theme.px(12))
        said = QHBoxLayout()
        said.setSpacing(theme.px(12))
        said.addWidget(picture("attention", theme.WARNING, 24), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(theme.px(4))
        self._title = label("", "strong", name="pageStripTitle")
        self._sentence = label("", name="pageStripSentence")
        self._facts = label("", "quiet", name="pageStripFacts")
        for part in (self._title, self._sentence, self._facts):
            words.addWidget(part)
        said.addLayout(words, 1)
        self._row.addLayout(said, 1)
        ways = QHBoxLayout()
        ways.setSpacing(theme.px(10))
        ways.addStretch(1)
        self._next = label("", "quiet", wrap=False)
        self.back_button = button(_(texts.PAGE_BACK), "pageBackButton", icon="back")
        self.back_button.clicked.connect(self.back)
        self.retry_button = button(_(texts.PAGE_RETRY), "retryShownPageButton", role="primary", icon="retry")
        self.retry_button.clicked.connect(self._now)
        for control in (self._next, self.back_button, self.retry_button):
            ways.addWidget(control)
        self._row.addLayout(ways)
        self._clock = RetryClock(self)
        self._clock.counted.connect(lambda left_s: self._next.setText(_(texts.PAGE_NEXT_TRY).format(seconds=left_s)))
        self._clock.due.connect(self._now)
        self._stands = False
        self.hide()

    def show_obstacle(self, obstacle: Obstacle, *, by_itself: bool, other: bool, may_go_back: bool) -> None:
        """Stand over the page that is shown; `other`: it came in place of a page of the exam."""
        self._stands = True
        below = _(texts.PAGE_OTHER_SHOWN if other else texts.PAGE_ANSWER_SHOWN)
        self._title.setText(obstacle.title)
        self._sentence.setText(f"{obstacle.sentence} {below}")
        facts = facts_of(obstacle)
        self._facts.setText(facts)
        self.retry_button.setAccessibleDescription(facts)
        self.back_button.setVisible(may_go_back)
        self._next.setVisible(by_itself)
        if by_itself:
            self._clock.begin()
        else:
            self._clock.pause()
        self.show()
        self.setAccessibleName(f"{obstacle.title}. {self._sentence.text()} {facts}")
        announce(self, self.accessibleName(), at_once=True)

    def rest(self) -> None:
        """The page that is shown is one of the exam's, or none is."""
        self._stands = False
        self._clock.rest()
        self.hide()

    def follow(self, page_is_seen: bool) -> None:
        """Go where the page goes: under a cover there is nothing to press."""
        self.setVisible(self._stands and page_is_seen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons beside the words, or under them where that is too narrow."""
        super().resizeEvent(event)
        wide = self.width() >= theme.px(_SIDE_BY_SIDE_PX)
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def _now(self) -> None:
        self._clock.pause()
        self._next.setText(_(texts.PAGE_TRYING))
        self._next.show()
        self.retry.emit()
