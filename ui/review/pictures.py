"""Camera and screen at one moment: one large, the other small, changed over by a press."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from resources.language import _
from ui import theme
from ui.model import ReviewModel
from ui.review import words
from ui.widgets.preview import PreviewView
from ui.widgets.text import label

PICTURES = ("screen", "webcam")
"""Which is large at first comes first."""

_RATIOS = {"webcam": 4 / 3, "screen": 16 / 9}


class Pictures(QObject):
    """Fills two places of the window: `large` and `small`. What was not recorded says so and is never large.

    `changed` carries the stream that is large now.
    """

    changed = Signal(str)

    def __init__(self, model: ReviewModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self.large = _place("largePicture")
        self.small = _place("smallPicture")
        self._pictures = {stream: _Picture(stream, recorded=stream in model.streams) for stream in PICTURES}
        for picture in self._pictures.values():
            picture.pressed.connect(self._pressed)
        self._order = sorted(PICTURES, key=lambda stream: stream not in model.streams)
        self._put()

    @property
    def may_change(self) -> bool:
        """Whether both were recorded."""
        return all(stream in self._model.streams for stream in PICTURES)

    @property
    def small_stream(self) -> str:
        """Return the stream that is small now."""
        return self._order[1]

    def change(self) -> None:
        """Make the small picture the large one, where both were recorded."""
        if self.may_change:
            self._order.reverse()
            self._put()
            self.changed.emit(self._order[0])

    def show_time(self, time_s: float) -> None:
        """Show what was to be seen at `time_s`."""
        for stream, picture in self._pictures.items():
            frame = self._model.frame_at(stream, time_s) if stream in self._model.streams else None
            if frame is None:
                picture.preview.set_image(QImage())
                continue
            rgb, width, height = frame
            # copy(): the image only borrows the bytes.
            picture.preview.set_image(QImage(rgb, width, height, 3 * width, QImage.Format.Format_RGB888).copy())

    def _put(self) -> None:
        for place, stream in zip((self.large, self.small), self._order, strict=True):
            layout, picture = place.layout(), self._pictures[stream]
            if layout is not None:
                layout.addWidget(picture)
            picture.setCursor(
                Qt.CursorShape.PointingHandCursor
                if place is self.small and self.may_change
                else Qt.CursorShape.ArrowCursor
            )

    def _pressed(self, stream: str) -> None:
        if stream == self.small_stream:
            self.change()


class _Picture(QWidget):
    """One stream under its name."""

    pressed = Signal(str)

    def __init__(self, stream: str, *, recorded: bool) -> None:
        super().__init__()
        self._stream = stream
        name = _(words.STREAM_WORDS[stream])
        without = _(words.NO_PICTURE) if recorded else _(words.NOT_RECORDED).format(stream=name)
        self.preview = PreviewView(without, ratio=_RATIOS[stream], at_top=True)
        self.preview.setObjectName(f"{stream}Picture")
        self.preview.setAccessibleName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        column.addWidget(label(name, "strong"))
        column.addWidget(self.preview, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell which picture was pressed."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(self._stream)


def _place(name: str) -> QWidget:
    made = QWidget()
    made.setObjectName(name)
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    return made
