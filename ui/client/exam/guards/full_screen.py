"""Whether the exam fills the glass: what the window takes of the screen, against what is sent to displays."""

from collections.abc import Iterable

from PySide6.QtCore import QEventLoop, QObject, QRect, QTimer
from PySide6.QtWidgets import QWidget

from ui.client.exam.guards.contract import ControlLosses, ControlLost, GuardEngagement
from ui.client.exam.guards.x11_connection import X11Connection

TRIES = 40
BETWEEN_TRIES_MS = 50
LOOK_EVERY_MS = 1000
LOOK_AGAIN_MS = 300


def fills(window: QRect, displays: Iterable[QRect]) -> bool:
    """Return whether `window` is on one of `displays` and covers each that it is on."""
    touched = [display for display in displays if window.intersects(display)]
    return bool(touched) and all(window.contains(display) for display in touched)


class FullScreenWatch(QObject):
    """Measures once a second on X11 that the window fills each display it is on, and reports where it does not.

    The window itself goes back to full screen when it is taken out of it. A window manager takes what the X server
    calls a monitor for a display, and any program can call a part of one so: then the rest is not the exam's, and
    nothing but what is sent to the display tells.
    """

    name = "full_screen"

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._server: X11Connection | None = None
        self._full = True
        self._losses = ControlLosses(self.name)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(LOOK_AGAIN_MS)
        self._again.timeout.connect(self._look_again)

    def engage(self, journal: object) -> GuardEngagement:
        """Measure, with two seconds for the window to grow, and begin to watch."""
        self._server = X11Connection()
        for _ in range(TRIES):
            if self._fills():
                break
            pause = QEventLoop()
            QTimer.singleShot(BETWEEN_TRIES_MS, pause.quit)
            pause.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        self._full = self._fills()
        self._timer.start()
        if self._full:
            return GuardEngagement("enforced")
        self._losses.add()
        return GuardEngagement("not_available", "part_of_display")

    def check(self) -> tuple[ControlLost, ...]:
        """Return the times that it came to fill only a part since the last call."""
        return self._losses.take()

    def release(self) -> None:
        """Stop watching."""
        self._timer.stop()
        self._again.stop()
        self._server = None

    def _fills(self) -> bool:
        return self._server is not None and fills(self._server.extent(int(self._window.winId())), self._server.lit())

    def _look(self) -> None:
        if self._fills():
            self._full = True
        elif self._full:
            self._again.start()  # it may be on its way back

    def _look_again(self) -> None:
        if self._full and not self._fills():
            self._full = False
            self._losses.add()
