"""The microphone's level, and the wheel that says that something is being done."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.language import _
from ui import theme

FLOOR_DBFS = -60.0
HEARD_DBFS = -45.0
_BARS = 24


class LevelMeter(QWidget):
    """Bars from silence (-60 dBFS) to full scale (0 dBFS). The loudest level falls slowly, so that a word is seen."""

    def __init__(self) -> None:
        super().__init__()
        self._level = FLOOR_DBFS
        self.setObjectName("levelMeter")
        self.setAccessibleName(_("Microphone level"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.px(22))

    @property
    def heard(self) -> bool:
        """Whether the level is above that of a quiet room."""
        return self._level > HEARD_DBFS

    def set_level(self, dbfs: float) -> None:
        """Show `dbfs` (decibels relative to full scale, at most 0)."""
        self._level = max(FLOOR_DBFS, min(0.0, max(dbfs, self._level - 4.0)))
        self.setAccessibleDescription(_("Sound is heard") if self.heard else _("No sound is heard"))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(theme.px(280), theme.px(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        step = self.width() / _BARS
        lit = round((self._level - FLOOR_DBFS) / -FLOOR_DBFS * _BARS)
        for index in range(_BARS):
            painter.setBrush(theme.painted(theme.GOOD if index < lit else theme.LINE))
            bar = QRectF(index * step, 0, step * 0.62, self.height())
            painter.drawRoundedRect(bar, step * 0.2, step * 0.2)


class Spinner(QWidget):
    """Turns while it is seen."""

    def __init__(self, size: float = 44) -> None:
        super().__init__()
        self._angle = 0
        self.setFixedSize(theme.px(size), theme.px(size))
        self.setAccessibleName("Working")
        self._clock = QTimer(self)
        self._clock.setInterval(50)
        self._clock.timeout.connect(self._turn)

    def showEvent(self, event: QShowEvent) -> None:
        """Start turning."""
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop turning."""
        self._clock.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a ring with a bright quarter."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = self.width() / 9
        ring = QRectF(thick, thick, self.width() - 2 * thick, self.height() - 2 * thick)
        painter.setPen(QPen(theme.painted(theme.LINE), thick))
        painter.drawEllipse(ring)
        painter.setPen(QPen(theme.painted(theme.ACCENT), thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(ring, -self._angle * 16, 90 * 16)

    def _turn(self) -> None:
        self._angle = (self._angle + 12) % 360
        self.update()
