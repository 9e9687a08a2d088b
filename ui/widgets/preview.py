"""A picture that keeps its proportions: the camera on the device check, frames in the review."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme


class PreviewView(QWidget):
    """Paints the last image as large as fits; `placeholder` is written where there is none yet."""

    def __init__(self, placeholder: str, *, ratio: float = 4 / 3, mirrored: bool = False, at_top: bool = False) -> None:
        super().__init__()
        self._image = QImage()
        self._placeholder = placeholder
        self._ratio = ratio
        self._mirrored = mirrored
        self._at_top = at_top
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumSize(theme.px(160), theme.px(90))

    @property
    def has_image(self) -> bool:
        """Whether there is a picture to see."""
        return not self._image.isNull()

    def set_jpeg(self, jpeg: bytes) -> bool:
        """Show a compressed picture; bytes that are none are left out and give False."""
        image = QImage.fromData(jpeg)
        if image.isNull():
            return False
        self.set_image(image)
        return True

    def set_image(self, image: QImage) -> None:
        """Show `image`; a null image brings the placeholder back."""
        self._image = image.flipped(Qt.Orientation.Horizontal) if self._mirrored and not image.isNull() else image
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Keep the proportions in a layout."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height for the proportions."""
        return round(width / self._ratio)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(theme.px(360), round(theme.px(360) / self._ratio))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture in rounded corners."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ratio = self._ratio if self._image.isNull() else self._image.width() / self._image.height()
        width = min(float(self.width()), self.height() * ratio)
        above = 0.0 if self._at_top else (self.height() - width / ratio) / 2
        fitted = QRectF((self.width() - width) / 2, above, width, width / ratio)
        clip = QPainterPath()
        clip.addRoundedRect(fitted, theme.px(10), theme.px(10))
        painter.setClipPath(clip)
        painter.fillRect(fitted, QColor("#23292b"))
        if self._image.isNull():
            painter.setPen(QColor("#d9dedc"))
            side = theme.px(14)
            inner = fitted.adjusted(side, side / 2, -side, -side / 2)
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._placeholder)
            return
        painter.drawImage(fitted, self._image)
