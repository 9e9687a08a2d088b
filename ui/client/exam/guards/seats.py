"""Counts the pairs of keyboard and pointer that the window system keeps apart: a second pair is a second person's.

Programs can make such a pair without any hardware (on X11 ``xinput create-master``), so the kernel knows nothing of it.
"""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QInputDevice

from ui.client.exam.guards.contract import ControlLosses, ControlLost, GuardEngagement

LOOK_EVERY_MS = 250


class SeatWatch(QObject):
    """Reports each time there are more seats than before, the first one left out; it tells their number only."""

    name = "seats"
    control = "input_devices"

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._seats = 1
        self._met = ControlLosses(self.name, self.control)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def engage(self, journal: object) -> GuardEngagement:
        """Count now, and begin to watch."""
        if QGuiApplication.platformName() != "xcb":
            return GuardEngagement("not_available", "x11_only")
        self._look()
        self._timer.start()
        return GuardEngagement("observed")

    def check(self) -> tuple[ControlLost, ...]:
        """Return what was seen since the last call, oldest first."""
        return self._met.take()

    def release(self) -> None:
        """Stop watching."""
        self._timer.stop()

    def _look(self) -> None:
        before, self._seats = self._seats, max(1, len(QInputDevice.seatNames()))
        if self._seats > before:
            self._met.add("seats-counted", {"seats": self._seats})
