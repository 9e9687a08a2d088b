"""A question or message laid over a window.

It is a child of the window, never a window of its own: an always-on-top exam window or a keyboard grab would hide
or mute a second one.
"""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.announcing import announce, spoken
from ui.widgets.text import frame, label

_EDGE_PX = 1
_WIDE_PX = 600
"""Longer lines are tiring to read; only buttons that need more room make it wider."""


class Overlay(QWidget):
    """Covers `parent` and keeps the keyboard inside until `dismiss`; Escape dismisses unless it `must_answer`."""

    dismissed = Signal()

    def __init__(self, parent: QWidget, title: str, name: str, *, must_answer: bool = False) -> None:
        if isinstance(parent, QStackedWidget):
            raise TypeError(f"screen readers are told of a stacked widget's pages alone, not of {name} over it")
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "scrim")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        self._must_answer = must_answer
        self._before = QApplication.focusWidget()
        self._last: QWidget | None = None

        around = QVBoxLayout(self)
        around.setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(16))
        self.sheet = frame("sheet")
        self.sheet.setMaximumWidth(theme.px(_WIDE_PX))
        self.sheet.setAccessibleName(title)
        around.addStretch(1)
        middle = QHBoxLayout()
        middle.addStretch(0)
        middle.addWidget(self.sheet, 1)
        middle.addStretch(0)
        around.addLayout(middle, 100)
        around.addStretch(1)

        column = self._column = QVBoxLayout(self.sheet)
        column.setContentsMargins(theme.px(4), theme.px(22), theme.px(4), theme.px(20))
        column.setSpacing(theme.px(14))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setStyleSheet(f"background: {theme.seen(theme.SURFACE)};")
        self._inside = QWidget()
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(theme.px(24), 0, theme.px(24), 0)
        self.body.setSpacing(theme.px(12))
        self.body.addWidget(label(title, "title"))
        self._scroll.setWidget(self._inside)
        column.addWidget(self._scroll, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setContentsMargins(theme.px(24), 0, theme.px(24), 0)
        self._buttons.setSpacing(theme.px(12))
        self._buttons.addStretch(1)
        column.addLayout(self._buttons)

        parent.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._keyboard_moved)  # type: ignore[union-attr] # there is one
        self.setGeometry(parent.rect())

    def add_button(self, button: QPushButton) -> None:
        """Put `button` at the right of those already there."""
        self._buttons.addWidget(button)
        self.sheet.setMaximumWidth(max(theme.px(_WIDE_PX), self.sheet.sizeHint().width() + 2 * _EDGE_PX))

    def present(self, first: QWidget) -> None:
        """Show the overlay over everything in its parent, with the keyboard on `first`."""
        self.show()
        self.raise_()
        self._fit()
        first.setFocus(Qt.FocusReason.PopupFocusReason)
        # What names a field is read when the keyboard comes to it.
        parts = [part for part in self._inside.findChildren(QLabel) if part.isVisible() and part.buddy() is None]
        announce(self, spoken(part.text().strip() for part in parts), at_once=True)

    def dismiss(self) -> None:
        """Take the overlay away and give the keyboard back to what had it."""
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.dismissed.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size."""
        # Attributes may be gone when a window is collected together with what lies on it, Qt's own half is not.
        if event.type() == QEvent.Type.Resize and (covered := self.parentWidget()) is watched:
            self.setGeometry(covered.rect())
            self._fit()
        return False

    def focusNextPrevChild(self, next: bool) -> bool:
        """Go round inside the overlay."""
        around = [
            w
            for w in self.sheet.findChildren(QWidget)
            if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible() and w.isEnabled()
            if w.focusProxy() is None  # the line of a field for numbers would give the keyboard back to its field
        ]
        if not around:
            return True
        now = QApplication.focusWidget()
        place = around.index(now) if now in around else -1
        target = around[(place + (1 if next else -1)) % len(around)]
        target.setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape dismiss; keep every other key from what lies below."""
        if event.key() == Qt.Key.Key_Escape and not self._must_answer:
            self.dismiss()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep clicks from what lies below."""
        event.accept()

    def _keyboard_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Take it back from what lies below, which asks for it by itself: a page that loads, or a script of it."""
        if now is None:
            return
        if self.isAncestorOf(now):
            self._last = now
            self._keep_in_sight(now)
        elif self._last is not None and self.isVisible() and self._lies_over(now):
            self._last.setFocus(Qt.FocusReason.PopupFocusReason)

    def _lies_over(self, other: QWidget) -> bool:
        covered = self.parentWidget()
        beside = covered.children() if covered is not None and covered.isAncestorOf(other) else []
        later = beside[beside.index(self) + 1 :] if self in beside else []
        return bool(beside) and not any(isinstance(each, Overlay) and each.isAncestorOf(other) for each in later)

    def _keep_in_sight(self, now: QWidget) -> None:
        if self._inside.isAncestorOf(now):
            for area in (*self._inside.findChildren(QScrollArea), self._scroll):
                if area.isAncestorOf(now):
                    area.ensureWidgetVisible(now, now.width())  # by itself Qt looks after the text cursor alone

    def _fit(self) -> None:
        # A scroll area asks for little height; the sheet should be as high as its text, up to the window's height.
        width = min(self.width() - theme.px(40), self.sheet.maximumWidth()) - theme.px(8) - 2 * _EDGE_PX
        self._buttons.setDirection(QBoxLayout.Direction.LeftToRight)
        if self._buttons.sizeHint().width() > width:
            self._buttons.setDirection(QBoxLayout.Direction.TopToBottom)
        wanted = (
            self._inside.heightForWidth(width) if self._inside.hasHeightForWidth() else self._inside.sizeHint().height()
        )
        around = self._column.contentsMargins()
        others = (
            2 * _EDGE_PX + around.top() + around.bottom() + self._column.spacing() + self._buttons.sizeHint().height()
        )
        self.sheet.setFixedHeight(max(theme.px(120), min(self.height() - theme.px(24), wanted + others)))
