"""The tabs of the pages that are open, the exam's first, and the ways back."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QTabBar

from resources.language import _, isolate
from ui import theme
from ui.client.exam import words
from ui.widgets.text import button

MOST_LETTERS = 80
_SHARE_OF_WIDTH = 0.6
_LEAST_TAB_PX, _TIGHT_TAB_PX, _MOST_TAB_PX = 72, 120, 210
"""In tight tabs only the one in front can be closed by pointer, so that the others' names have room."""
_ROUND_A_NAME_PX, _CLOSER_PX = 12, 30
_NOTICES_PX = 310
_NARROW_PX = 700
_CLOSE_SIDE = QTabBar.ButtonPosition.RightSide


class _Tabs(QTabBar):
    """The exam's name stands whole; others that are too long end in "…", so that four pages have room beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.room_px = 0

    def tabSizeHint(self, index: int) -> QSize:
        """Return how much room a tab wants: no more than its share."""
        wanted = super().tabSizeHint(index)
        if index == 0:
            return QSize(wanted.width() + theme.px(_ROUND_A_NAME_PX), wanted.height())
        share, others = self.share_px, self.count() - 2
        if share < theme.px(_TIGHT_TAB_PX) and others:  # the one in front has a button beside its name
            share += theme.px(_CLOSER_PX) if index == self.currentIndex() else -theme.px(_CLOSER_PX) // others
        return QSize(min(wanted.width(), share, theme.px(_MOST_TAB_PX)), wanted.height())

    @property
    def share_px(self) -> int:
        """How wide a tab beside the exam's may be."""
        share = (self.room_px - self.tabSizeHint(0).width()) // max(self.count() - 1, 1)
        return max(share, theme.px(_LEAST_TAB_PX))


class TabStrip(QFrame):
    """Stands beside the notices, in a place that is always there: no tab that comes or goes moves a page.

    Tabs are known by their place, 0 is the exam's, which cannot be closed. `chosen` and `close_pressed` carry the
    place. Nothing is shown as long as there is one page and no way back.
    """

    chosen = Signal(int)
    close_pressed = Signal(int)
    back_pressed = Signal()
    exam_pressed = Signal()

    def __init__(self, exam_title: str) -> None:
        super().__init__()
        self.setProperty("role", "header")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Ignored)  # as high as the notices
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12), 0, 0, 0)
        row.setSpacing(theme.px(8))
        self._back = button("", "tabBackButton", role="tool", icon="page-back", description=_(words.TAB_BACK_SENTENCE))
        self._back.setAccessibleName(_(words.TAB_BACK))
        self._back.setToolTip(_(words.TAB_BACK))
        self._back.clicked.connect(self.back_pressed)
        self._tabs = _Tabs()
        self._tabs.setObjectName("pageTabs")
        self._tabs.setAccessibleName(_(words.TABS))
        self._tabs.setAccessibleDescription(_(words.TABS_KEYS))
        self._tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self._tabs.currentChanged.connect(self.chosen)
        self._tabs.addTab(_(words.TAB_EXAM))
        self._tabs.setAccessibleTabName(0, _(words.TAB_EXAM_NAMED).format(title=isolate(exam_title)))
        self._tabs.setTabToolTip(0, exam_title)
        self._to_exam = button(_(words.TAB_TO_EXAM), "backToExamButton", role="bar-primary")
        self._to_exam.clicked.connect(self.exam_pressed)
        for control in (self._back, self._tabs, self._to_exam):
            row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        self._closers: list[QPushButton] = []
        self._may_go_back = False
        self._show_what_is_needed()

    @property
    def has_keyboard(self) -> bool:
        """Whether the tabs are gone through by keyboard just now."""
        return self._tabs.hasFocus()

    def add(self, name: str) -> None:
        """Put a tab with the name `name` at the end."""
        close = button("", "closeTabButton", role="tab-close", icon="failed")
        close.clicked.connect(lambda: self.close_pressed.emit(self._closers.index(close) + 1))
        self._closers.append(close)
        with QSignalBlocker(self._tabs):
            place = self._tabs.addTab("")
        self.set_name(place, name)
        self._show_what_is_needed()

    def set_name(self, place: int, name: str) -> None:
        """Give a tab the name of its page, of which no more than a line is taken."""
        name = " ".join(name.split())[:MOST_LETTERS]
        self._tabs.setTabText(place, name.replace("&", "&&"))
        self._tabs.setAccessibleTabName(place, name)
        self._tabs.setTabToolTip(place, name)
        close = self._closers[place - 1]
        close.setAccessibleName(_(words.TAB_CLOSE).format(title=isolate(name)))
        close.setToolTip(close.accessibleName())

    def remove(self, place: int) -> None:
        """Take a tab away."""
        with QSignalBlocker(self._tabs):
            self._tabs.removeTab(place)
        self._closers.pop(place - 1).deleteLater()
        self._show_what_is_needed()

    def show_front(self, place: int, *, may_go_back: bool) -> None:
        """Mark the tab whose page is in sight; `may_go_back`: that page came after another in the same tab."""
        with QSignalBlocker(self._tabs):
            self._tabs.setCurrentIndex(place)
        self._may_go_back = may_go_back
        self._show_what_is_needed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the notices their share of the window's width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        window = self.window().width()
        room = max(min(round(window * _SHARE_OF_WIDTH), window - theme.px(_NOTICES_PX)), 0)
        self.setMaximumWidth(room)
        narrow = window < theme.px(_NARROW_PX)
        self._to_exam.setText(_(words.TAB_EXAM if narrow else words.TAB_TO_EXAM))
        for control, is_there in ((self._to_exam, True), (self._back, self._may_go_back)):
            room -= control.sizeHint().width() + self._row.spacing() if is_there else 0
        self._tabs.room_px = room - self._row.contentsMargins().left()
        tight = self._tabs.share_px < theme.px(_TIGHT_TAB_PX)
        for place, close in enumerate(self._closers, 1):
            is_there = not tight or place == self._tabs.currentIndex()
            if (self._tabs.tabButton(place, _CLOSE_SIDE) is close) != is_there:
                self._tabs.setTabButton(place, _CLOSE_SIDE, close if is_there else None)
                close.setVisible(is_there)
        self._tabs.setIconSize(self._tabs.iconSize())  # makes Qt ask for the sizes again

    def _show_what_is_needed(self) -> None:
        several = self._tabs.count() > 1
        self._tabs.setVisible(several)
        self._to_exam.setVisible(self._tabs.currentIndex() > 0)
        self._back.setVisible(self._may_go_back)
        self._fit()
        self.setVisible(several or self._may_go_back)
