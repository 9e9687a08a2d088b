"""The drawings of `resources/icons`, in the colour and size asked for."""

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui import theme

FALLBACK = "info"


@cache
def _drawing(name: str) -> str:
    folder = files("resources").joinpath("icons")
    file = folder.joinpath(f"{name}.svg")
    if not file.is_file():
        file = folder.joinpath(f"{FALLBACK}.svg")
    return file.read_text("utf-8")


def pixmap(name: str, colour: str, size_px: int) -> QPixmap:
    """Return the drawing `name` in `colour` (one of `ui.theme`), `size_px` wide and high in device-independent pixels.

    An unknown name gives the drawing "info". Needs a running application.
    """
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    image = QPixmap(round(size_px * ratio), round(size_px * ratio))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", theme.seen(colour)).encode())).render(
        painter, QRectF(0, 0, image.width(), image.height())
    )
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def icon(name: str, colour: str, size_px: int = 24, disabled_colour: str | None = None) -> QIcon:
    """Return the drawing `name` as a QIcon; `disabled_colour` for the state of a control that cannot be used."""
    made = QIcon(pixmap(name, colour, size_px))
    if disabled_colour is not None:
        made.addPixmap(pixmap(name, disabled_colour, size_px), QIcon.Mode.Disabled)
    return made
