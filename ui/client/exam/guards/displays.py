"""Counts the displays, at the device check, at the beginning of the exam and whenever one comes or goes."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QScreen

from ui.client.exam.guards.contract import ControlLosses, ControlLost, GuardEngagement


class DisplayCount(QObject):
    """Keeps how many displays programs can use; made on the interface's thread, read from any."""

    def __init__(self) -> None:
        super().__init__()
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)  # noqa: S101  (for the type checker)
        application.screenAdded.connect(self._count)
        application.screenRemoved.connect(self._count)
        self.number = len(QGuiApplication.screens())

    def _count(self, _screen: QScreen) -> None:
        self.number = len(QGuiApplication.screens())


class DisplayWatch(QObject):
    """Reports more displays than `at_most`, at the beginning and whenever their number changes and is still more.

    A change to a number that is allowed is no report, so that nobody is warned or held for putting it right.

    It tells numbers only: no maker, name or size of a display. Displays that mirror each other count as one, because
    the system shows them to programs as one.
    """

    name = "displays"

    def __init__(self, parent: QObject, at_most: int) -> None:
        super().__init__(parent)
        self._at_most = at_most
        self._engaged = False
        self._number = 0
        self._met = ControlLosses(self.name)

    def engage(self, journal: object) -> GuardEngagement:
        """Count now, and begin to watch."""
        if not self._engaged:
            self._engaged = True
            application = QGuiApplication.instance()
            assert isinstance(application, QGuiApplication)  # noqa: S101  (for the type checker)
            application.screenAdded.connect(self._look)
            application.screenRemoved.connect(self._look)
            self._number = len(QGuiApplication.screens())
            if self._number > self._at_most:
                self._report()
        return GuardEngagement("observed")

    def check(self) -> tuple[ControlLost, ...]:
        """Return what was seen since the last call, oldest first."""
        return self._met.take()

    def release(self) -> None:
        """Stop watching."""
        if not self._engaged:
            return
        self._engaged = False
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)  # noqa: S101  (for the type checker)
        application.screenAdded.disconnect(self._look)
        application.screenRemoved.disconnect(self._look)

    def _look(self, _screen: QScreen) -> None:
        number = len(QGuiApplication.screens())
        if number != self._number:
            self._number = number
            if number > self._at_most:
                self._report()

    def _report(self) -> None:
        self._met.add("displays-counted", {"displays": self._number, "at_most": self._at_most})
