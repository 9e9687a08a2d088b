"""When a page is tried again by itself."""

import random

from PySide6.QtCore import QObject, QTimer, Signal

RETRY_AFTER_S = (3, 5, 10, 15, 30, 60)
_SPREAD = 0.3
"""Up to this share is added by chance: a room full of computers that lost one server does not come back as one."""


class RetryClock(QObject):
    """Counts down to the next try, longer each time up to a minute, until `rest`. `counted` carries whole seconds."""

    counted = Signal(int)
    due = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._tries = 0
        self._left_s = 0
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._count)

    def begin(self) -> None:
        """Count down to the next try."""
        after_s = RETRY_AFTER_S[min(self._tries, len(RETRY_AFTER_S) - 1)]
        self._left_s = after_s + round(random.uniform(0, _SPREAD * after_s))  # noqa: S311 - no secret
        self._tries += 1
        self._clock.start()
        self.counted.emit(self._left_s)

    def pause(self) -> None:
        """Stop counting: a try is under way, or none is wanted."""
        self._clock.stop()

    def rest(self) -> None:
        """The page is there: the next trouble begins with short waits."""
        self._clock.stop()
        self._tries = 0

    def _count(self) -> None:
        self._left_s -= 1
        if self._left_s > 0:
            self.counted.emit(self._left_s)
        else:
            self._clock.stop()
            self.due.emit()
