"""The place of the exam page: the page itself, a message in its stead, or a cover over either."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QStackedWidget, QWidget

from resources.language import _
from ui import texts
from ui.announcing import announce, open_pages_to_screen_readers
from ui.client.exam.engine.colours import ColourChoice
from ui.client.exam.loading.break_cover import BreakCover
from ui.client.exam.loading.cover import HoldCover
from ui.client.exam.loading.message import PageMessage
from ui.client.exam.loading.obstacles import Obstacle
from ui.model import HoldModel


class PageStack(QStackedWidget):
    """Shows one of four: a hold goes before a break, a break before a message, a message before the page.

    What is covered stays as it is, with everything written in it, and gets neither keys nor clicks.
    """

    answered = Signal(str)
    break_ended = Signal()

    def __init__(self, page: QWebEnginePage, title: str) -> None:
        super().__init__()
        self.view = QWebEngineView()
        self.view.setPage(page)
        open_pages_to_screen_readers()
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.view.setAcceptDrops(False)
        self.view.setAccessibleName(title)
        ColourChoice(self.view)
        self.message = PageMessage()
        self._hold_cover = HoldCover()
        self._hold_cover.answered.connect(self.answered)
        self._break_cover = BreakCover()
        self._break_cover.ended.connect(self.break_ended)
        for part in (self.view, self.message, self._hold_cover, self._break_cover):
            self.addWidget(part)
        self._held = self._on_break = False
        self._place: QWidget = self.view

    def show_page(self) -> None:
        """Show the page; under a cover, when that is taken away."""
        self._lay(self.view)

    def show_obstacle(self, obstacle: Obstacle, *, by_itself: bool) -> None:
        """Say what kept the page away, in its place."""
        self.message.show_obstacle(obstacle, by_itself=by_itself)
        self._lay(self.message)

    def show_crashed(self) -> None:
        """Say that the page has stopped, in its place."""
        self.message.show_crashed()
        self._lay(self.message)

    def hold(self, model: HoldModel) -> None:
        """Cover everything until staff release it, or bring that cover up to date."""
        self._hold_cover.show_hold(model)
        if not self._held:
            self._held = True
            self._show_uppermost()
            announce(self._hold_cover, self._hold_cover.accessibleName(), at_once=True)

    def end_hold(self) -> None:
        """Take that cover away; a break that it interrupted goes on."""
        if self._held:
            self._held = False
            self._hold_cover.forget()
            self._show_uppermost()
            announce(self, _(texts.HOLD_OVER), at_once=True)

    def show_break(self) -> None:
        """Cover the page for a break."""
        if not self._on_break:
            self._on_break = True
            self._show_uppermost()
            announce(self._break_cover, self._break_cover.accessibleName(), at_once=True)

    def end_break(self) -> None:
        """Take that cover away."""
        if self._on_break:
            self._on_break = False
            self._show_uppermost()

    def take_keyboard(self) -> None:
        """Put the keyboard into what is shown."""
        shown = self.currentWidget()
        if isinstance(shown, HoldCover | BreakCover | PageMessage):
            shown.take_keyboard()
        else:
            self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _lay(self, place: QWidget) -> None:
        self._place = place
        if not (self._held or self._on_break):
            self._show_uppermost()

    def _show_uppermost(self) -> None:
        uppermost = self._hold_cover if self._held else self._break_cover if self._on_break else self._place
        self.setCurrentWidget(uppermost)
        self.take_keyboard()
