"""A page of the client's window: what is read scrolls, what is pressed stays in sight."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ui import theme
from ui.announcing import announce, spoken
from ui.widgets.text import frame, picture

PAGE_WIDTH = 1080
_MARGIN = 28
_HINT_AT_LEAST = 140
_HEADLINE = frozenset({"display", "title", "lead"})


def aligned_row(around: QWidget, width: float, above_px: int) -> QHBoxLayout:
    """Return a row inside `around`, as wide as a page of that `width` and in line with it."""
    sides = QHBoxLayout(around)
    sides.setContentsMargins(theme.px(_MARGIN), above_px, theme.px(_MARGIN), above_px)
    middle = QWidget()
    middle.setMaximumWidth(theme.px(width))
    row = QHBoxLayout(middle)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(12))
    sides.addStretch(0)
    sides.addWidget(middle, 1)
    sides.addStretch(0)
    return row


class Columns(QWidget):
    """Two columns side by side, or one under the other where there is too little room for both."""

    def __init__(self, *, each_at_least: float = 380, stretch: tuple[int, int] = (1, 1)) -> None:
        super().__init__()
        self._each_at_least = each_at_least
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.px(18))
        self.left = QVBoxLayout()
        self.right = QVBoxLayout()
        for column, share in zip((self.left, self.right), stretch, strict=True):
            column.setSpacing(theme.px(18))
            self._box.addLayout(column, share)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the direction by the room there is."""
        room = event.size().width() >= 2 * theme.px(self._each_at_least) + theme.px(18)
        self._box.setDirection(QBoxLayout.Direction.LeftToRight if room else QBoxLayout.Direction.TopToBottom)
        super().resizeEvent(event)


class _Scroller(QScrollArea):
    """Shows by the colour of its scroll bar that the keyboard scrolls it."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        theme.set_role(self.verticalScrollBar(), "focused")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        theme.set_role(self.verticalScrollBar(), "")


class Page(QWidget):
    """`body` takes the content, at most `width` wide and in the middle; `add_buttons` fills the foot.

    Where large text leaves the buttons no room beside each other, they stand under each other, where the content ends.
    """

    def __init__(self, *, width: float = PAGE_WIDTH, centred: bool = False) -> None:
        super().__init__()
        self.setObjectName("page")
        self._width = width
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

        self.scroller = _Scroller()
        self.scroller.setWidgetResizable(True)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        scrolled = QWidget()
        scrolled.setObjectName("scrolled")
        self._scrolled = QVBoxLayout(scrolled)
        self._scrolled.setContentsMargins(0, 0, 0, 0)
        self._scrolled.setSpacing(0)
        sides = QHBoxLayout()
        self._scrolled.addLayout(sides, 1)
        sides.setContentsMargins(theme.px(_MARGIN), theme.px(22), theme.px(_MARGIN), theme.px(26))
        middle = QWidget()
        middle.setMaximumWidth(theme.px(width))
        self.body = QVBoxLayout(middle)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.px(18))
        sides.addStretch(0)
        sides.addWidget(middle, 1)
        sides.addStretch(0)
        if centred:
            sides.setAlignment(middle, Qt.AlignmentFlag.AlignVCenter)
        self.scroller.setWidget(scrolled)
        self._column.addWidget(self.scroller, 1)

        self._foot = frame("footer")
        self._feet = aligned_row(self._foot, width, theme.px(12))
        self._foot.hide()
        self._column.addWidget(self._foot)
        self._stacked = False

    def add_head(self, drawing: str, colour: str, *parts: QWidget) -> QVBoxLayout:
        """Begin the page with a drawing and, beside it, `parts` one under the other; give the column they stand in."""
        head = QHBoxLayout()
        head.setSpacing(theme.px(16))
        head.addWidget(picture(drawing, colour, 36), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(theme.px(8))
        for part in parts:
            column.addWidget(part)
        head.addLayout(column, 1)
        self.body.addLayout(head)
        return column

    def introduce(self, *, at_once: bool = False) -> None:
        """Name the page, and the part of it that scrolls, after its headline; a running screen reader says it."""
        words = spoken(part.text() for part in self.findChildren(QLabel) if part.property("role") in _HEADLINE)
        self.setAccessibleName(words)
        self.scroller.setAccessibleName(words)
        announce(self, words, at_once=at_once)

    def add_buttons(
        self, left: tuple[QPushButton, ...], right: tuple[QPushButton, ...], hint: QWidget | None = None
    ) -> None:
        """Put buttons at the foot, the way on at the right; `hint` stands before it."""
        for button in left:
            self._feet.addWidget(button)
        if hint is not None:
            hint.setMinimumWidth(theme.px(_HINT_AT_LEAST))
            self._feet.addWidget(hint, 1)
        else:
            self._feet.addStretch(1)
        for button in right:
            self._feet.addWidget(button)
        self._foot.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the buttons their place."""
        super().resizeEvent(event)
        self._place_buttons()

    def event(self, event: QEvent) -> bool:
        """Find the buttons their place when others are shown."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._place_buttons()
        return super().event(event)

    def _place_buttons(self) -> None:
        shown = [
            part for part in self._foot.findChildren(QWidget) if self._feet.indexOf(part) >= 0 and not part.isHidden()
        ]
        needed = sum(part.minimumWidth() or part.sizeHint().width() for part in shown)
        needed += self._feet.spacing() * max(0, len(shown) - 1)
        stacked = needed > min(self.width() - 2 * theme.px(_MARGIN), theme.px(self._width))
        if stacked != self._stacked:
            self._stacked = stacked
            self._feet.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)
            (self._scrolled if stacked else self._column).addWidget(self._foot)
