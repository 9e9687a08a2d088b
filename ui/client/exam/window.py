"""The locked exam window: the exam's page under a bar that says what is recorded and sent."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from resources.language import _
from ui import icons, texts, theme
from ui.announcing import announce
from ui.client.exam.controls import ExamWindowControls
from ui.client.exam.egress.gate import EgressGate
from ui.client.exam.engine.browser import ExamPage
from ui.client.exam.engine.page_event import PageEvent
from ui.client.exam.engine.painting import PaintWatch
from ui.client.exam.engine.web_engine import WebEngine
from ui.client.exam.features import USUAL, PageFeatures
from ui.client.exam.guards.focus import FocusWatch
from ui.client.exam.guards.window_guards import WindowGuard, window_guards
from ui.client.exam.loading.page_banner import PageBanner
from ui.client.exam.loading.page_loading import PageLoading
from ui.client.exam.loading.page_stack import PageStack
from ui.client.exam.loading.sign_in import SignIn
from ui.client.exam.notices import WindowNotices
from ui.client.exam.page_tools import PageTools
from ui.client.exam.status_bar import TEXT_SIZES_PERCENT, StatusBar
from ui.client.exam.tabs.tab_strip import TabStrip
from ui.client.exam.tabs.tabbed_pages import TabbedPages
from ui.client.questions import HandInQuestion, LeaveQuestion, asking
from ui.model import ExamStatus, HoldModel


class ExamWindow(QMainWindow):
    """Shows one exam page, and pages that it opens as tabs. Questions are laid over it, never windows of their own.

    `page_painted` comes once, when the first page is to be seen. `hand_in_requested` comes once: after the bar's
    button and a confirmation, or when the page that `is_hand_in` names has been loaded, so that what it sends has
    arrived. `leave_requested` carries the code of the person's reason, and what they added. `page_event` carries a
    `PageEvent` and the host it is about, empty for none. `breaks`: the bar has a button for a break, which is for
    others to begin and end. `gate`: where the engine was told to go out.
    The guards in `guards` are made from `controls` and not yet engaged: engage them after `open`, release them
    before `close_for_good` (which also does it). A page that was loaded is never reloaded because the network went:
    where it cannot reach the next page, it stays as it is, with what was written in it.
    """

    page_painted = Signal()
    hand_in_requested = Signal()
    leave_requested = Signal(str, str)
    page_event = Signal(str, str)
    hold_answered = Signal(str)
    break_requested = Signal()
    break_ended = Signal()
    left_window = Signal()
    returned_to_window = Signal()

    def __init__(
        self,
        *,
        title: str,
        start_url: str,
        address_allowed: Callable[[str], bool],
        resource_allowed: Callable[[str], bool],
        host_allowed: Callable[[str, int], bool],
        is_hand_in: Callable[[str], bool],
        headers: Mapping[str, str],
        extra_ca_pem: bytes | None,
        storage_dir: Path,
        controls: ExamWindowControls,
        gate: EgressGate,
        breaks: bool = False,
        features: PageFeatures = USUAL,
    ) -> None:
        super().__init__()
        self._start_url = start_url
        self._is_hand_in = is_hand_in
        self._controls = controls
        self._handed_in = False
        self._closing = False
        self.setWindowTitle(_(texts.EXAM_WINDOW))
        self.setWindowIcon(icons.icon("shield", theme.ACCENT, 64))
        if controls.focus_return:
            self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self.resize(1024, 700)

        self._engine = WebEngine(
            self,
            address_allowed=address_allowed,
            resource_allowed=resource_allowed,
            host_allowed=host_allowed,
            headers=headers,
            extra_ca_pem=extra_ca_pem,
            storage_dir=storage_dir,
            controls=controls,
            gate=gate,
            features=features,
        )
        self._engine.blocked.connect(self._refused)
        self._page = self._engine.make_page()
        self._lay_out(title, breaks=breaks)
        self._watch_page()
        self._watch_focus(controls)
        tools = PageTools(self, self._bar, self._notices, self._tabs, self._loading, find=features.find)
        tools.set_text_size(max(s for s in TEXT_SIZES_PERCENT if s <= max(100, theme.text_scale() * 100)))

    @property
    def guards(self) -> tuple[WindowGuard, ...]:
        """Return the guards that the controls ask for, in the order to engage them."""
        return self._guards

    @property
    def page(self) -> ExamPage:
        """Return the page, for automated runs that fill it in."""
        return self._page

    def open(self) -> None:
        """Show the window, full screen where asked for, and load the exam."""
        if self._controls.full_screen:
            self.showFullScreen()
        else:
            self.show()
        self.raise_()
        self.activateWindow()
        self._view.setFocus()
        announce(self, _(texts.EXAM_KEYS))
        self._loading.open()

    def set_status(self, status: ExamStatus) -> None:
        """Show the state of recording and delivery in the bar, and its notice under it."""
        self._bar.set_status(status)
        self._notices.set_lasting(status.notice)

    def hold(self, model: HoldModel) -> None:
        """Cover the page, which stays as it is, or bring the cover up to date; `hold_answered` carries a code."""
        self._stack.hold(model)

    def end_hold(self) -> None:
        """Take the cover away and give the keyboard back to the page, or to the break that was interrupted."""
        self._stack.end_hold()

    def show_break(self) -> None:
        """Cover the page for a break; `break_ended` comes when the person wants to go on."""
        self._bar.take_break.setEnabled(False)
        self._stack.show_break()

    def end_break(self) -> None:
        """Take that cover away."""
        self._bar.take_break.setEnabled(True)
        self._stack.end_break()

    def close_for_good(self) -> None:
        """Release the guards, close the window, and wipe what the engine stored."""
        if self._closing:
            return
        self._closing = True
        for guard in reversed(self._guards):
            guard.release()
        self._engine.shut()
        self._focus_watch.stop()
        self._loading.stop()
        self.close()
        self._tabs.close_all()
        self._engine.go_after(self._page)
        self._view.deleteLater()
        self._page.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask, as the button does: nothing closes the exam by accident."""
        if self._closing:
            event.accept()
            return
        event.ignore()
        self.page_event.emit(PageEvent.CLOSE_ASKED, "")
        self._ask_leave()

    def changeEvent(self, event: QEvent) -> None:
        """Go back to full screen when something else took the window out of it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and self._controls.full_screen and not self._closing:
            QTimer.singleShot(0, self._keep_full_screen)

    def _lay_out(self, title: str, *, breaks: bool) -> None:
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._bar = StatusBar(title, breaks=breaks)
        self._bar.break_pressed.connect(self.break_requested)
        self._bar.hand_in_pressed.connect(self._ask_hand_in)
        self._bar.leave_pressed.connect(self._ask_leave)
        self._notices = WindowNotices()
        self._stack = PageStack(self._page, title)
        self._stack.answered.connect(self.hold_answered)
        self._stack.break_ended.connect(self.break_ended)
        self._view = self._stack.view
        self._banner = PageBanner()
        tab_strip = TabStrip(title)
        self._tabs = TabbedPages(self._page, self._stack, self._banner, tab_strip, self._notices, self._engine)
        self._tabs.page_event.connect(self._refused)
        self._tabs.arrived.connect(self._look_for_hand_in)
        under_bar = QHBoxLayout()
        under_bar.setSpacing(0)
        under_bar.addWidget(tab_strip)
        under_bar.addWidget(self._notices, 1)
        column.addWidget(self._bar)
        column.addLayout(under_bar)
        column.addWidget(self._tabs.area, 1)
        self.setCentralWidget(central)

    def _watch_page(self) -> None:
        self._page.page_event.connect(self._refused)
        self._page.downloads.ended.connect(self._notices.tell)
        self._loading = PageLoading(
            self._page,
            self._stack,
            self._banner,
            self._notices,
            SignIn(self._page, self._engine.room, self),
            start_url=self._start_url,
            may_open=self._page.may_open,
        )
        self._loading.page_event.connect(self.page_event)
        self._loading.arrived.connect(self._arrived)
        self._loading.status.shown.connect(self._bar.set_page_trouble)
        self._page.urlChanged.connect(self._moved)
        self._page.renderProcessTerminated.connect(self._crashed)
        self._painting = PaintWatch(self._page, self)
        self._painting.painted.connect(self._loading.came)
        self._painting.painted.connect(self.page_painted)

    def _watch_focus(self, controls: ExamWindowControls) -> None:
        watch = self._focus_watch = FocusWatch(self)
        watch.left.connect(self.left_window)
        watch.returned.connect(self.returned_to_window)
        self._guards = window_guards(self, watch, controls)

    def _arrived(self) -> None:
        self._view.setZoomFactor(self._bar.percent / 100)  # the engine forgets it for another site
        self._look_for_hand_in(self._page)

    def _moved(self) -> None:
        if not self._page.isLoading():
            self._look_for_hand_in(self._page)

    def _look_for_hand_in(self, page: ExamPage) -> None:
        address = page.url().toString(QUrl.ComponentFormattingOption.FullyEncoded)
        if not self._handed_in and address and self._is_hand_in(address):
            self._hand_in()

    def _hand_in(self) -> None:
        if not self._handed_in:
            self._handed_in = True
            self.hand_in_requested.emit()

    def _crashed(self) -> None:
        if not self._closing:
            self._loading.crashed()

    def _refused(self, kind: str, host: str) -> None:
        self.page_event.emit(kind, host)
        self._notices.show_refused(kind)

    def _ask_leave(self) -> None:
        if not asking(self):
            LeaveQuestion(self).left.connect(self.leave_requested)

    def _ask_hand_in(self) -> None:
        if not asking(self):
            HandInQuestion(self).confirmed.connect(self._hand_in)

    def _keep_full_screen(self) -> None:
        if not self._closing and self.isVisible() and (self.isMinimized() or not self.isFullScreen()):
            self.setWindowState(Qt.WindowState.WindowFullScreen)
            self.raise_()
