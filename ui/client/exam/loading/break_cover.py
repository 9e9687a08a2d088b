"""What stands in the place of the exam page during a break."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from resources.language import _
from ui import texts, theme
from ui.widgets.page import Page
from ui.widgets.text import button, label


class BreakCover(Page):
    """Says that the test taker is on a break, and has the way back. `ended` comes when it is taken."""

    ended = Signal()

    def __init__(self) -> None:
        super().__init__(width=680, centred=True)
        title = label(_(texts.BREAK_TITLE), "title", name="breakTitle")
        self.add_head("clock", theme.ACCENT, title, label(_(texts.BREAK_LEAD), "lead"))
        self.body.addWidget(label(_(texts.BREAK_RECORDED), "quiet"))
        row = QHBoxLayout()
        self._back = button(_(texts.BREAK_BACK), "breakBackButton", role="primary", description=_(texts.BREAK_LEAD))
        self._back.clicked.connect(self.ended)
        row.addWidget(self._back)
        row.addStretch(1)
        self.body.addLayout(row)
        self.setAccessibleName(f"{_(texts.BREAK_TITLE)}. {_(texts.BREAK_LEAD)}")
        self.scroller.setAccessibleName(self.accessibleName())

    def take_keyboard(self) -> None:
        """Put the keyboard on the way back."""
        self._back.setFocus(Qt.FocusReason.OtherFocusReason)
