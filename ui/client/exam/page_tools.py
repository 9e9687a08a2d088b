"""What the person can do with the page in sight: change its text size, load it again, go to the first, search it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from resources.language import _
from ui.client.exam import words
from ui.client.exam.find_bar import FindBar
from ui.client.exam.loading.page_loading import PageLoading
from ui.client.exam.notices import NoticeLine
from ui.client.exam.status_bar import TEXT_SIZES_PERCENT, StatusBar
from ui.client.exam.tabs.tabbed_pages import TabbedPages
from ui.widgets.overlay import Overlay
from ui.widgets.text import button, label


class PageQuestion(Overlay):
    """Asks what to do with the page in sight; the keyboard starts on the way that changes nothing."""

    reload_chosen = Signal()
    start_chosen = Signal()
    find_chosen = Signal()

    def __init__(self, window: QWidget, *, find: bool) -> None:
        super().__init__(window, _(words.PAGE_TOOLS), "pageQuestion")
        self.body.addWidget(label(_(words.PAGE_LOST)))
        stay = button(_(words.PAGE_STAY), "pageStayButton", description=_(words.PAGE_LOST))
        stay.clicked.connect(self.dismiss)
        self.add_button(stay)
        self._offer(words.PAGE_FIND, "pageFindButton", self.find_chosen, offered=find)
        self._offer(words.PAGE_START, "pageStartButton", self.start_chosen)
        self._offer(words.PAGE_RELOAD, "pageReloadButton", self.reload_chosen)
        self.present(stay)

    def _offer(self, sentence: str, name: str, chosen: SignalInstance, *, offered: bool = True) -> None:
        if offered:
            each = button(_(sentence), name)
            each.clicked.connect(self.dismiss)
            each.clicked.connect(chosen)
            self.add_button(each)


class PageTools(QObject):
    """Joins buttons and keys to the pages; over a covered page, or one that asks, they do nothing."""

    def __init__(
        self,
        window: QWidget,
        bar: StatusBar,
        notices: NoticeLine,
        tabs: TabbedPages,
        loading: PageLoading,
        *,
        find: bool,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._bar = bar
        self._tabs = tabs
        self._loading = loading
        self._find = FindBar(tabs) if find else None
        bar.text_size_changed.connect(self.set_text_size)
        opens = button("", "pageButton", role="tool", icon="retry", description=_(words.PAGE_TOOLS_SENTENCE))
        opens.setAccessibleName(_(words.PAGE_TOOLS))
        opens.setToolTip(f"{_(words.PAGE_TOOLS)} (F5)")
        opens.clicked.connect(self._ask)
        notices.add_beside(opens)
        keys: list[tuple[str | QKeySequence.StandardKey, Callable[[], None]]] = [
            ("F6", self._change_place),
            (QKeySequence.StandardKey.ZoomIn, lambda: self._step_text_size(1)),
            ("Ctrl+=", lambda: self._step_text_size(1)),
            (QKeySequence.StandardKey.ZoomOut, lambda: self._step_text_size(-1)),
            ("Ctrl+0", lambda: self.set_text_size(100)),
            *((key, self._ask) for key in ("F5", "Ctrl+R", "Alt+Home")),
        ]
        if self._find is not None:
            keys += [("Ctrl+F", self._search), ("F3", self._find.go_on), ("Shift+F3", self._find.go_back)]
        for sequence, act in keys:
            QShortcut(QKeySequence(sequence), window).activated.connect(act)

    def set_text_size(self, percent: int) -> None:
        """Show every page in this size."""
        self._tabs.set_text_size(percent)
        self._bar.set_text_size(percent)

    def _ask(self) -> None:
        if self._free():
            question = PageQuestion(self._window, find=self._find is not None)
            question.reload_chosen.connect(self._reload)
            question.start_chosen.connect(self._start)
            question.find_chosen.connect(self._search)

    def _reload(self) -> None:
        if not self._tabs.reload_beside():
            self._loading.reload()

    def _start(self) -> None:
        self._tabs.show_exam()
        self._loading.open()

    def _search(self) -> None:
        if self._find is not None and self._free():
            self._find.open()

    def _free(self) -> bool:
        asking = any(each.isVisible() for each in self._window.findChildren(Overlay))
        return not asking and not self._tabs.covered

    def _change_place(self) -> None:
        if self._tabs.area.isAncestorOf(QApplication.focusWidget() or self._window):
            self._bar.hand_in.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._tabs.take_keyboard()

    def _step_text_size(self, steps: int) -> None:
        now = self._bar.percent
        beyond = [s for s in TEXT_SIZES_PERCENT if (s > now if steps > 0 else s < now)]
        if beyond:
            self.set_text_size(beyond[0] if steps > 0 else beyond[-1])
