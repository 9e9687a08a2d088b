"""The place of the exam page, and the covers over it."""

from PySide6.QtCore import Signal
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWidgets import QWidget

from resources.language import _
from ui import texts
from ui.announcing import announce
from ui.client.exam.loading.break_cover import BreakCover
from ui.client.exam.loading.cover import HoldCover
from ui.client.exam.loading.page_place import PagePlace
from ui.model import HoldModel


class PageStack(PagePlace):
    """Shows one of four: a hold goes before a break, a break before a message, a message before the page.

    What is covered stays as it is, with everything written in it, and gets neither keys nor clicks. `covered` says
    that a cover has come (True) or that the last one has gone.
    """

    answered = Signal(str)
    break_ended = Signal()
    covered = Signal(bool)

    def __init__(self, page: QWebEnginePage, title: str) -> None:
        super().__init__(page, title)
        self._hold_cover = HoldCover()
        self._hold_cover.answered.connect(self.answered)
        self._break_cover = BreakCover()
        self._break_cover.ended.connect(self.break_ended)
        self.addWidget(self._hold_cover)
        self.addWidget(self._break_cover)
        self._held = self._on_break = False
        self._place: QWidget = self.view

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
        if isinstance(shown, HoldCover | BreakCover):
            shown.take_keyboard()
        else:
            super().take_keyboard()

    def _lay(self, place: QWidget) -> None:
        self._place = place
        if not (self._held or self._on_break):
            super()._lay(place)

    def _show_uppermost(self) -> None:
        is_covered = self._held or self._on_break
        self.covered.emit(is_covered)
        super()._lay(self._hold_cover if self._held else self._break_cover if self._on_break else self._place)
        if is_covered and self.isVisible():
            self.take_keyboard()
