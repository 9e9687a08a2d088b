"""The exam's page and the pages that have opened beside it, one of them in sight."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWebEngineCore import QWebEngineNewWindowRequest, QWebEnginePage
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from resources.language import _, isolate
from ui.announcing import announce
from ui.client.exam import words
from ui.client.exam.engine.browser import ExamPage
from ui.client.exam.engine.web_engine import WebEngine
from ui.client.exam.loading.page_banner import PageBanner
from ui.client.exam.loading.page_stack import PageStack
from ui.client.exam.notices import REFUSAL_MS, WindowNotices
from ui.client.exam.tabs.disposal import PageDisposal
from ui.client.exam.tabs.material_page import MaterialPage
from ui.client.exam.tabs.tab_strip import TabStrip
from ui.widgets.overlay import Overlay

MOST_BESIDE = 4


class TabbedPages(QStackedWidget):
    """Takes up what a page wants to open in a new window: an allowed page opens as a tab, in this window.

    The exam's page is the first, is never closed, and stays as it is while another is in sight. A cover over it (a
    hold, a break) covers all. Questions of all pages lie over it. `page_event` carries a `PageEvent` of a page beside
    it, and a host, `arrived` a page that has come. `area` is what a window lays out: Qt tells screen readers of a
    stacked widget's pages alone, never of a question that lies over them.
    """

    page_event = Signal(str, str)
    arrived = Signal(ExamPage)

    def __init__(
        self,
        exam: ExamPage,
        stack: PageStack,
        exam_strip: PageBanner,
        tabs: TabStrip,
        notices: WindowNotices,
        engine: WebEngine,
    ) -> None:
        super().__init__()
        self._exam = exam
        self._stack = stack
        self._tabs = tabs
        self._notices = notices
        self._engine = engine
        self._room = engine.room
        self.area = QWidget()
        around = QVBoxLayout(self.area)
        around.setContentsMargins(0, 0, 0, 0)
        around.setSpacing(0)
        around.addWidget(self)
        self._room.area = self.area
        self._beside: list[MaterialPage] = []
        self._disposal = PageDisposal(self)
        self._covered = False
        self._under_cover = 0
        self._percent = 100
        exam_column = QWidget()
        column = QVBoxLayout(exam_column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(exam_strip)
        column.addWidget(stack, 1)
        self.addWidget(exam_column)
        stack.covered.connect(self._cover)
        exam.window_wanted.connect(self._open)
        exam.urlChanged.connect(self._mark)
        exam.loadFinished.connect(self._mark)
        tabs.chosen.connect(self._show)
        tabs.close_pressed.connect(lambda place: self._close(self._beside[place - 1]))
        tabs.exam_pressed.connect(lambda: self._show(0))
        tabs.back_pressed.connect(self._go_back)
        for keys, act in (
            ("Ctrl+Tab", lambda: self._step(1)),
            ("Ctrl+Shift+Tab", lambda: self._step(-1)),
            ("Ctrl+W", self._close_front),
            ("Alt+Left", self._go_back),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(partial(self._unless_asked, act))

    @property
    def in_sight(self) -> ExamPage:
        """The page that is shown."""
        front = self._front()
        return front.page if front else self._exam

    @property
    def covered(self) -> bool:
        """Whether a hold or a break lies over all pages."""
        return self._covered

    def reload_beside(self) -> bool:
        """Load the page in sight again where it lies beside the exam's; False where it is the exam's."""
        front = self._front()
        if front is not None:
            front.reload()
        return front is not None

    def show_exam(self) -> None:
        """Show the exam's page."""
        self._show(0)

    def set_text_size(self, percent: int) -> None:
        """Show every page in this size."""
        self._percent = percent
        for view in (self._stack.view, *(each.place.view for each in self._beside)):
            view.setZoomFactor(percent / 100)

    def take_keyboard(self) -> None:
        """Put the keyboard into the page in sight, or into what it asks."""
        if self._room.take_keyboard():
            return
        front = self._front()
        (front.place if front else self._stack).take_keyboard()

    def close_all(self) -> None:
        """Let every page beside the exam's go, with the window."""
        self.setCurrentIndex(0)
        for each in self._beside:
            each.end()
            self._disposal.dispose(each, each.page)
        self._beside.clear()
        self._disposal.dispose_all()

    def _open(self, request: QWebEngineNewWindowRequest) -> None:
        address = request.requestedUrl()
        if len(self._beside) == MOST_BESIDE:
            same = [place for place, each in enumerate(self._beside, 1) if each.asked_for == address]
            if same:
                self._show(same[0])
            else:
                self._notices.show_for(_(words.TABS_AT_MOST).format(count=MOST_BESIDE), REFUSAL_MS)
            return
        page = self._engine.make_page()
        beside = MaterialPage(page, address, self._room, self._notices)
        self._beside.append(beside)
        self.addWidget(beside)
        self._tabs.add(beside.name)
        page.window_wanted.connect(self._open)
        beside.page_event.connect(self.page_event)
        beside.arrived.connect(partial(self._came, beside))
        beside.named.connect(partial(self._name, beside))
        beside.moved.connect(self._mark)
        beside.wanted.connect(partial(self._show_beside, beside))
        beside.close_wanted.connect(partial(self._close, beside))
        request.openIn(page)
        beside.place.view.setZoomFactor(self._percent / 100)
        self._show_beside(beside)
        announce(self, _(words.TAB_OPENED).format(title=isolate(beside.name), keys=_(words.TABS_KEYS)), at_once=True)

    def _show_beside(self, beside: MaterialPage) -> None:
        if beside in self._beside:
            self._show(self._beside.index(beside) + 1)

    def _show(self, place: int) -> None:
        if self._covered:
            self._under_cover = place
            return
        changed = place != self.currentIndex()
        self.setCurrentIndex(place)
        self._mark()
        if changed and not self._tabs.has_keyboard:
            self.take_keyboard()

    def _close(self, beside: MaterialPage) -> None:
        if beside not in self._beside:
            return
        place = self._beside.index(beside) + 1
        in_sight = self.currentIndex() == place
        if in_sight:
            self._show(0)
        self._under_cover = 0
        beside.end()
        self._beside.remove(beside)
        self._tabs.remove(place)
        self.removeWidget(beside)
        beside.hide()
        self._disposal.dispose(beside, beside.page)
        self._mark()
        if in_sight:
            self.take_keyboard()
            announce(self, _(words.TAB_CLOSED), at_once=True)

    def _came(self, beside: MaterialPage) -> None:
        beside.place.view.setZoomFactor(self._percent / 100)  # the engine forgets it for another site
        self.arrived.emit(beside.page)

    def _name(self, beside: MaterialPage, name: str) -> None:
        if beside in self._beside:
            self._tabs.set_name(self._beside.index(beside) + 1, name)

    def _front(self) -> MaterialPage | None:
        place = self.currentIndex()
        return self._beside[place - 1] if place > 0 else None

    def _may_go_back(self) -> bool:
        page = self.in_sight
        return page.history().canGoBack() and page.may_open(page.history().backItem().url())

    def _go_back(self) -> None:
        if not self._covered and self._may_go_back():
            self.in_sight.triggerAction(QWebEnginePage.WebAction.Back)

    def _mark(self) -> None:
        self._tabs.show_front(self.currentIndex(), may_go_back=self._may_go_back())

    def _cover(self, covered: bool) -> None:
        if covered and not self._covered:
            self._under_cover = self.currentIndex()
            self._show(0)
        was, self._covered = self._covered, covered
        self._tabs.setEnabled(not covered)
        if was and not covered:
            self._show(self._under_cover)

    def _step(self, by: int) -> None:
        if not self._covered:
            self._show((self.currentIndex() + by) % self.count())

    def _close_front(self) -> None:
        front = self._front()
        if front is not None:
            self._close(front)

    def _unless_asked(self, act: Callable[[], None]) -> None:
        """A question over the window is answered first."""
        if not any(each.isVisible() for each in self.window().findChildren(Overlay)):
            act()
