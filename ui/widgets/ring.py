"""A ring that fills: how much of the time for one place of a scan is over."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme


class ProgressRing(QWidget):
    """Shows `share` (0 to 1) as an arc from the top, with a few letters in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self._text = ""
        self.setObjectName("progressRing")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_progress(self, share: float, text: str) -> None:
        """Show `share`, and `text` in the middle; a screen reader is told the text only when it changes."""
        if text != self._text:
            self.setAccessibleName(text)
        self._share, self._text = min(1.0, max(0.0, share)), text
        self.update()

    def sizeHint(self) -> QSize:
        """Return its size."""
        return QSize(theme.px(132), theme.px(132))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = theme.px(12)
        circle = QRectF(self.rect()).adjusted(width, width, -width, -width)
        for colour, share in ((theme.LINE, 1.0), (theme.ACCENT, self._share)):
            pen = QPen(theme.painted(colour), width)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            if share > 0:
                painter.drawArc(circle, 90 * 16, -round(share * 360 * 16))
        font = QFont(self.font())
        font.setPixelSize(theme.px(18))
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(theme.painted(theme.INK))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
