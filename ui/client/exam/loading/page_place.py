"""The place of one page: the page itself, or a message in its stead."""

from PySide6.QtCore import Qt
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from ui.announcing import open_pages_to_screen_readers
from ui.client.exam.engine.colours import ColourChoice
from ui.client.exam.loading.message import PageMessage
from ui.client.exam.loading.obstacles import Obstacle


class PagePlace(QStackedWidget):
    """Shows a page or a message. The keyboard goes along, unless the whole place is out of sight.

    The page's view has no menu of the engine and takes nothing that is dropped on it.
    """

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
        self.addWidget(self.view)
        self.addWidget(self.message)

    def show_page(self) -> None:
        """Show the page."""
        self._lay(self.view)

    def show_obstacle(self, obstacle: Obstacle, *, by_itself: bool) -> None:
        """Say what kept the page away, in its place."""
        self.message.show_obstacle(obstacle, by_itself=by_itself)
        self._lay(self.message)

    def show_crashed(self) -> None:
        """Say that the page has stopped, in its place."""
        self.message.show_crashed()
        self._lay(self.message)

    def take_keyboard(self) -> None:
        """Put the keyboard into what is shown."""
        shown = self.currentWidget()
        if isinstance(shown, PageMessage):
            shown.take_keyboard()
        else:
            self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _lay(self, place: QWidget) -> None:
        """A page decides when it comes, so the keyboard goes along from what lay here, never from bar or question."""
        keyboard, around = QApplication.focusWidget(), self.parentWidget() or self
        here = keyboard is None or not keyboard.isVisible() or around.isAncestorOf(keyboard)
        self.setCurrentWidget(place)
        if here and self.isVisible():
            self.take_keyboard()
