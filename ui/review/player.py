"""The pictures of one moment side by side, and the clock that moves through them."""

import time

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import texts, theme
from ui.model import ReviewModel
from ui.widgets.preview import Preview
from ui.widgets.text import label

TICK_MS = 100
_RATIOS = {"webcam": 4 / 3, "screen": 16 / 9}
PICTURES = ("webcam", "screen")


class Pictures(QWidget):
    """Camera and screen at one time; what was not recorded says so in its place."""

    def __init__(self, model: ReviewModel) -> None:
        super().__init__()
        self._model = model
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(14))
        self._previews: dict[str, Preview] = {}
        for stream in PICTURES:
            recorded = stream in model.streams
            name = texts.STREAM_WORDS[stream]
            without = texts.NO_PICTURE if recorded else texts.NOT_RECORDED.format(stream=name)
            preview = Preview(without, ratio=_RATIOS[stream], at_top=True)
            preview.setObjectName(f"{stream}Picture")
            preview.setAccessibleName(name)
            self._previews[stream] = preview
            column = QVBoxLayout()
            column.setSpacing(theme.px(6))
            column.addWidget(label(name, "strong"))
            column.addWidget(preview, 1)
            row.addLayout(column, round(_RATIOS[stream] * 100))

    def show_time(self, time_s: float) -> None:
        """Show what was to be seen at `time_s`."""
        for stream, preview in self._previews.items():
            frame = self._model.frame_at(stream, time_s) if stream in self._model.streams else None
            if frame is None:
                preview.set_image(QImage())
                continue
            rgb, width, height = frame
            # copy(): the image only borrows the bytes.
            preview.set_image(QImage(rgb, width, height, 3 * width, QImage.Format.Format_RGB888).copy())


class Player(QObject):
    """Where one is in a recording. Time follows the wall clock, so that slow pictures are left out, not late."""

    moved = Signal(float)
    playing_changed = Signal(bool)

    def __init__(self, model: ReviewModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._from_s = 0.0
        self._began_s = 0.0
        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MS)
        self._clock.timeout.connect(self._tick)

    @property
    def playing(self) -> bool:
        """Whether time runs."""
        return self._clock.isActive()

    @property
    def time_s(self) -> float:
        """Return where one is, in seconds after the start."""
        elapsed_s = time.monotonic() - self._began_s if self.playing else 0.0
        return min(self._model.duration_s, self._from_s + elapsed_s)

    def play(self) -> None:
        """Let time run; from the start where it had reached the end."""
        if self.playing:
            return
        if self._from_s >= self._model.duration_s:
            self._from_s = 0.0
        self._began_s = time.monotonic()
        self._clock.start()
        self._sound()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stop time."""
        if not self.playing:
            return
        self._from_s = self.time_s
        self._clock.stop()
        if self._model.stop_sound is not None:
            self._model.stop_sound()
        self.playing_changed.emit(False)

    def toggle(self) -> None:
        """Play or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def seek(self, time_s: float) -> None:
        """Go to `time_s`, bounded by the recording, and go on playing if it was."""
        self._from_s = min(self._model.duration_s, max(0.0, time_s))
        self._began_s = time.monotonic()
        if self.playing:
            self._sound()
        self.moved.emit(self._from_s)

    def _sound(self) -> None:
        if self._model.play_sound is not None:
            self._model.play_sound(self._from_s)

    def _tick(self) -> None:
        now_s = self.time_s
        self.moved.emit(now_s)
        if now_s >= self._model.duration_s:
            self.pause()
