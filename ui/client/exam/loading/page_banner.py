"""A banner over a page that came in place of the exam's: what happened, and the ways on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from resources.language import _
from ui import texts, theme
from ui.announcing import announce
from ui.client.exam import words
from ui.client.exam.loading.message import facts_of
from ui.client.exam.loading.obstacles import Obstacle
from ui.client.exam.loading.retry_clock import RetryClock
from ui.client.exam.notices import show_all
from ui.widgets.text import button, label, picture

_SIDE_BY_SIDE_PX = 760
_MOST_OF_WINDOW = 0.4
"""Where all that is to be said would take more of the window's height, the page has too little: a sheet says it."""


class PageBanner(QFrame):
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
        said = self._said = QHBoxLayout()
        said.setSpacing(theme.px(12))
        said.addWidget(picture("attention", theme.WARNING, 24), 0, Qt.AlignmentFlag.AlignTop)
        column = self._column = QVBoxLayout()
        column.setSpacing(theme.px(4))
        self._title = label("", "strong", name="pageBannerTitle")
        self._sentence = label("", name="pageBannerSentence")
        self._facts = label("", "quiet", name="pageBannerFacts")
        for part in (self._title, self._sentence, self._facts):
            column.addWidget(part)
        said.addLayout(column, 1)
        self._rest = button(_(words.NOTICE_REST), "pageBannerRestButton", role="tool")
        self._rest.clicked.connect(self._show_all)
        said.addWidget(self._rest, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(said, 1)
        ways = self._ways = QHBoxLayout()
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
        self._lay_out()
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
        """Make the best of the room there is."""
        super().resizeEvent(event)
        if self._stands:
            self._lay_out()

    def _lay_out(self) -> None:
        """Put the buttons beside the words, or under them where that is too narrow, and leave the page its room."""
        width = self.window().width()  # its own is that of the last time it was shown
        wide = width >= theme.px(_SIDE_BY_SIDE_PX)
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        room = width - theme.px(68) - (self._ways.sizeHint().width() if wide else 0)
        below = 0 if wide else self._ways.sizeHint().height()
        parts = (self._title, self._sentence, self._facts)
        whole = below + sum(part.heightForWidth(max(room, 1)) + theme.px(10) for part in parts)
        all_said = whole <= _MOST_OF_WINDOW * self.window().height()
        for part in (self._sentence, self._facts):
            part.setVisible(all_said)
        self._rest.setVisible(not all_said)
        for layout in (self._column, self._said, self._row):
            layout.invalidate()
        self.setFixedHeight(self._row.heightForWidth(width))  # or the window grows by what it needs if narrower

    def _show_all(self) -> None:
        show_all(self.window(), self._title.text(), f"{self._sentence.text()}\n\n{self._facts.text()}")

    def _now(self) -> None:
        self._clock.pause()
        self._next.setText(_(texts.PAGE_TRYING))
        self._next.show()
        self.retry.emit()
