"""The quiet line at the top that says how far one is."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from resources.language import _
from ui import theme
from ui.widgets.text import label


class _Mark(QWidget):
    """A ring for what is ahead, a full disc for now, a tick for what is done."""

    def __init__(self) -> None:
        super().__init__()
        self.state = "ahead"
        self.setFixedSize(QSize(theme.px(18), theme.px(18)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self.width()
        disc = QRectF(2, 2, side - 4, side - 4)
        if self.state == "ahead":
            painter.setPen(QPen(theme.painted(theme.EDGE), 1.5))
            painter.drawEllipse(disc)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.painted(theme.ACCENT))
        painter.drawEllipse(disc)
        if self.state == "done":
            painter.setPen(QPen(theme.painted(theme.ON_ACCENT), max(1.6, side / 10)))
            tick = ((-0.22, 0.02), (-0.05, 0.18), (0.23, -0.15))
            painter.drawPolyline([disc.center() + QPointF(x * side, y * side) for x, y in tick])


class StepIndicator(QWidget):
    """The steps by name; where there is no room for all names, only the present one is spelled out, or none."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = names
        self._now = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        self._marks: list[_Mark] = []
        self._labels: list[QLabel] = []
        for index, name in enumerate(names):
            if index:
                row.addSpacing(theme.px(14))
            mark = _Mark()
            text = label(name, "step", wrap=False)
            row.addWidget(mark)
            row.addWidget(text)
            self._marks.append(mark)
            self._labels.append(text)
        row.addStretch(1)
        self.set_step(0)

    @property
    def step(self) -> int:
        """Return the number of the present step, from 0."""
        return self._now

    def set_step(self, now: int) -> None:
        """Mark the steps before `now` as done and `now` as the present one."""
        self._now = now
        for index, (mark, text) in enumerate(zip(self._marks, self._labels, strict=True)):
            mark.state = "done" if index < now else "now" if index == now else "ahead"
            mark.update()
            theme.set_role(text, "step-now" if index == now else "step")
        name = _("Step {number} of {count}: {name}")
        self.setAccessibleName(name.format(number=now + 1, count=len(self._names), name=self._names[now]))
        self._spell(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Spell out as many names as there is room for."""
        self._spell(event.size().width())
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Return the room for the marks: the page's title says where one is, too."""
        return QSize(self._room_for_marks(), theme.px(24))

    def _spell(self, width: int) -> None:
        needed = sum(text.sizeHint().width() for text in self._labels) + len(self._marks) * theme.px(48)
        one = self._labels[self._now].sizeHint().width() + self._room_for_marks()
        for index, text in enumerate(self._labels):
            text.setVisible(width >= needed or (index == self._now and width >= one))

    def _room_for_marks(self) -> int:
        return sum(mark.width() + theme.px(22) for mark in self._marks)
