"""The list of events: time, level in words, sentence; pressing one goes there."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from resources.language import _
from ui import theme
from ui.model import ReviewEvent, ReviewLevel
from ui.review import words
from ui.review.clock import as_clock


class EventsList(QListWidget):
    """Events in order of time; `chosen` carries the time in seconds (Enter, Space or a click)."""

    chosen = Signal(float)

    def __init__(self, events: tuple[ReviewEvent, ...]) -> None:
        super().__init__()
        self.setObjectName("eventsList")
        self.setAccessibleName(_(words.EVENTS))
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setIconSize(QSize(theme.px(14), theme.px(14)))
        self.setSpacing(theme.px(2))
        self._events = tuple(sorted(events, key=lambda event: event.time_s))
        for event in self._events:
            word = _(words.LEVEL_WORDS[event.level])
            item = QListWidgetItem(_dot(event.level), f"{as_clock(event.time_s)}   {word}\n{event.sentence}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{as_clock(event.time_s)}, {word}: {event.sentence}")
            self.addItem(item)
        if not self._events:
            nothing = QListWidgetItem(_(words.EVENTS_NONE))
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(nothing)
        self.itemClicked.connect(self._go)
        self.itemActivated.connect(self._go)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give every event the height of its lines; the list's own guess cuts the last one off."""
        super().resizeEvent(event)
        room = self.viewport().width() - self.iconSize().width() - theme.px(40)
        for row in range(self.count()):
            item = self.item(row)
            bounds = QRect(0, 0, max(theme.px(80), room), 100_000)
            needed = self.fontMetrics().boundingRect(bounds, Qt.TextFlag.TextWordWrap.value, item.text())
            item.setSizeHint(QSize(bounds.width(), needed.height() + theme.px(16)))

    def time_before(self, time_s: float) -> float | None:
        """Return the time of the last event clearly before `time_s`, None where there is none."""
        earlier = [event.time_s for event in self._events if event.time_s < time_s - 0.5]
        return earlier[-1] if earlier else None

    def time_after(self, time_s: float) -> float | None:
        """Return the time of the first event clearly after `time_s`, None where there is none."""
        return next((event.time_s for event in self._events if event.time_s > time_s + 0.05), None)

    def mark(self, time_s: float) -> None:
        """Mark the event that `time_s` has reached."""
        reached = [row for row, event in enumerate(self._events) if event.time_s <= time_s + 0.05]
        if reached and reached[-1] != self.currentRow():
            self.setCurrentRow(reached[-1])

    def _go(self, item: QListWidgetItem) -> None:
        row = self.row(item)
        if row < len(self._events):
            self.chosen.emit(self._events[row].time_s)


def _dot(level: ReviewLevel) -> QIcon:
    side = theme.px(14)
    image = QPixmap(side, side)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.painted(theme.LEVEL_COLOURS[level]))
    painter.drawEllipse(1, 1, side - 2, side - 2)
    painter.end()
    made = QIcon(image)
    made.addPixmap(image, QIcon.Mode.Selected)
    return made
