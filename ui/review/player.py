"""The clock that moves through a recording."""

import time

from PySide6.QtCore import QObject, QTimer, Signal

from ui.model import ReviewModel

TICK_MS = 100


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
