"""The line of a whole recording: loudness, gaps, events, and where one is."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from ui import theme
from ui.model import ReviewModel
from ui.review.clock import as_clock

STEPS_PER_SECOND = 10
_SIDE = 12


class TimelineView(QAbstractSlider):
    """A slider in tenths of a second. Mouse: press or drag. Keys: arrows 1 s, Page 30 s, Home, End.

    Levels are colours and shapes: a disc for green, a triangle for yellow, a square for red; a gap is hatched.
    """

    sought = Signal(float)

    def __init__(self, model: ReviewModel) -> None:
        super().__init__()
        self._model = model
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, max(1, round(model.duration_s * STEPS_PER_SECOND)))
        self.setSingleStep(STEPS_PER_SECOND)
        self.setPageStep(30 * STEPS_PER_SECOND)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setObjectName("timeline")
        self.setAccessibleName("Timeline")
        self.setMouseTracking(True)
        self.actionTriggered.connect(self._act)

    @property
    def time_s(self) -> float:
        """Return where one is, in seconds after the start."""
        return self.value() / STEPS_PER_SECOND

    def set_time(self, time_s: float) -> None:
        """Move to `time_s` without telling anybody."""
        self.setValue(round(time_s * STEPS_PER_SECOND))
        self.setAccessibleDescription(f"{as_clock(self.time_s)} of {as_clock(self._model.duration_s)}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(theme.px(600), theme.px(108))

    def minimumSizeHint(self) -> QSize:
        """Return the least that can be read."""
        return QSize(theme.px(280), theme.px(108))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to where it was pressed."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._seek(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag; otherwise say what lies under the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position().x())
            return
        near = [e for e in self._model.events if abs(self._x(e.time_s) - event.position().x()) < theme.px(6)]
        self.setToolTip("\n".join(f"{as_clock(e.time_s)}  {e.sentence}" for e in near))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Space and the letters to the window."""
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_N, Qt.Key.Key_P}:
            event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint loudness, gaps, events, the scale and the place."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        self._paint_sound(painter)
        self._paint_gaps(painter)
        self._paint_events(painter)
        self._paint_scale(painter)
        self._paint_place(painter)

    def _act(self) -> None:
        self.sought.emit(self.sliderPosition() / STEPS_PER_SECOND)

    def _band(self) -> QRectF:
        side = theme.px(_SIDE)
        return QRectF(side, theme.px(26), self.width() - 2 * side, theme.px(52))

    def _x(self, time_s: float) -> float:
        band = self._band()
        return band.left() + band.width() * min(1.0, max(0.0, time_s / max(self._model.duration_s, 0.1)))

    def _seek(self, x: float) -> None:
        band = self._band()
        share = min(1.0, max(0.0, (x - band.left()) / max(1.0, band.width())))
        self.sought.emit(share * self._model.duration_s)

    def _paint_ground(self, painter: QPainter) -> None:
        edge = theme.ACCENT if self.hasFocus() else theme.LINE
        painter.setPen(QPen(theme.painted(edge), 2 if self.hasFocus() else 1))
        painter.setBrush(theme.painted(theme.SURFACE))
        painter.drawRoundedRect(self._band(), theme.px(6), theme.px(6))

    def _paint_sound(self, painter: QPainter) -> None:
        envelope, band = self._model.sound_envelope, self._band()
        if not envelope:
            return
        painter.setPen(QPen(theme.painted("#7fa6b3"), 1))
        columns = int(band.width())
        for column in range(columns):
            first = column * len(envelope) // columns
            last = max(first + 1, (column + 1) * len(envelope) // columns)
            half = min(1.0, max(envelope[first:last])) * (band.height() / 2 - 3)
            x = band.left() + column
            painter.drawLine(QPointF(x, band.center().y() - half), QPointF(x, band.center().y() + half + 0.5))

    def _paint_gaps(self, painter: QPainter) -> None:
        band = self._band()
        for gap in self._model.gaps:
            left, right = self._x(gap.from_s), self._x(gap.to_s)
            area = QRectF(left, band.top() + 1, max(2.0, right - left), band.height() - 2)
            painter.fillRect(area, theme.painted(theme.WARNING_SOFT))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(theme.painted(theme.WARNING), Qt.BrushStyle.BDiagPattern))
            painter.drawRect(area)

    def _paint_events(self, painter: QPainter) -> None:
        band, size = self._band(), theme.px(5)
        for each in self._model.events:
            x, y = self._x(each.time_s), theme.px(12)
            colour = theme.painted(theme.LEVEL_COLOURS[each.level])
            painter.setPen(QPen(colour, 1.4))
            painter.drawLine(QPointF(x, y + size), QPointF(x, band.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            if each.level == "green":
                painter.drawEllipse(QPointF(x, y), size, size)
            elif each.level == "yellow":
                corners = [QPointF(x, y - size - 1), QPointF(x + size + 1, y + size), QPointF(x - size - 1, y + size)]
                painter.drawPolygon(QPolygonF(corners))
            else:
                painter.drawRect(QRectF(x - size, y - size, 2 * size, 2 * size))

    def _paint_scale(self, painter: QPainter) -> None:
        band = self._band()
        font = self.font()
        font.setPixelSize(theme.px(13))
        painter.setFont(font)
        painter.setPen(theme.painted(theme.QUIET))
        step = next((s for s in _STEPS_S if band.width() * s / max(self._model.duration_s, 0.1) > theme.px(76)), 3600)
        time_s = 0
        while time_s <= self._model.duration_s:
            x = self._x(time_s)
            painter.drawLine(QPointF(x, band.bottom() + 2), QPointF(x, band.bottom() + 6))
            width = theme.px(70)
            left = min(max(x - width / 2, 0), self.width() - width)
            place = QRectF(left, band.bottom() + 7, width, theme.px(18))
            align = Qt.AlignmentFlag.AlignLeft if x - width / 2 < 0 else Qt.AlignmentFlag.AlignHCenter
            painter.drawText(place, align, as_clock(time_s))
            time_s += step

    def _paint_place(self, painter: QPainter) -> None:
        band, x = self._band(), self._x(self.time_s)
        painter.setPen(QPen(theme.painted(theme.INK), 2))
        painter.drawLine(QPointF(x, theme.px(4)), QPointF(x, band.bottom() + 4))
        painter.setBrush(theme.painted(theme.INK))
        painter.drawEllipse(QPointF(x, theme.px(5)), theme.px(4), theme.px(4))


_STEPS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800)
