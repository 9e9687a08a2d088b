"""Coming back when another window takes the keyboard, without fighting one that insists."""

import time
from collections import deque

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from ui.client.exam.guards.contract import ControlLosses, ControlLost, GuardEngagement
from ui.client.exam.guards.x11_connection import X11Connection
from ui.client.exam.guards.x11_focus import X11FocusEvents

RETURNS_PER_SECOND = 5
PAUSE_MS = 1000


class FocusWatch(QObject):
    """Says when the window is left and when it is back; a popup of our own program is not leaving.

    On X11 the server says so before Qt does; `stop` ends that, before the window goes.
    """

    left = Signal()
    returned = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._away = False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(0)
        self._settle.timeout.connect(self._look)
        self._lost: bool | None = None
        self._x11: X11FocusEvents | None = None
        window.installEventFilter(self)
        application = QGuiApplication.instance()
        if application is not None and QGuiApplication.platformName() == "xcb":
            self._x11 = X11FocusEvents(window, self._x11_changed)
            application.installNativeEventFilter(self._x11)

    @property
    def away(self) -> bool:
        """Whether another program has the keyboard."""
        return self._away

    def stop(self) -> None:
        """Listen to the X server no longer; a second call does nothing."""
        x11, self._x11 = self._x11, None
        application = QGuiApplication.instance()
        if x11 is not None and application is not None:
            application.removeNativeEventFilter(x11)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again, once the change is complete, whenever the active window changes."""
        if event.type() == QEvent.Type.ActivationChange and watched is self._window:
            self._settle.start()
        return False

    def _x11_changed(self, lost: bool) -> None:
        self._lost = lost
        self._look()

    def _look(self) -> None:
        elsewhere = QGuiApplication.focusWindow() is None and not self._window.isActiveWindow()
        away = (self._lost if self._lost is not None else elsewhere) and QApplication.activePopupWidget() is None
        if away == self._away or not self._window.isVisible():
            return
        self._away = away
        (self.left if away else self.returned).emit()


class FocusGuard(QObject):
    """Raises and activates the window from a 0 ms timer when it is left (1.2 to 3.9 ms under openbox).

    At most `RETURNS_PER_SECOND` times; then it stands back for a second and reports it, because input methods and
    screen readers open windows too, and two programs that both insist would make the machine unusable.
    """

    name = "focus_return"

    def __init__(self, window: QWidget, watch: FocusWatch) -> None:
        super().__init__(window)
        self._window = window
        self._watch = watch
        self._engaged = False
        self._tried = False
        self._returns_s: deque[float] = deque(maxlen=RETURNS_PER_SECOND)
        self._losses = ControlLosses(self.name)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._return)
        watch.left.connect(self._left)

    def engage(self, journal: object) -> GuardEngagement:
        """Begin to return."""
        self._engaged = True
        if QGuiApplication.platformName().startswith("wayland"):
            return GuardEngagement("observed", "wayland")
        if self._watch.away:
            self._again.start(0)
        return GuardEngagement("enforced")

    def check(self) -> tuple[ControlLost, ...]:
        """Return the times another window insisted since the last call."""
        return self._losses.take()

    def release(self) -> None:
        """Stop returning."""
        self._engaged = False
        self._again.stop()

    def _left(self) -> None:
        self._tried = False
        if self._engaged:
            self._again.start(0)

    def _return(self) -> None:
        if not (self._engaged and self._watch.away):
            return
        now_s = time.monotonic()
        if len(self._returns_s) == RETURNS_PER_SECOND and now_s - self._returns_s[0] < 1:
            self._losses.add()
            self._returns_s.clear()
            self._again.start(PAUSE_MS)
            return
        self._returns_s.append(now_s)
        if self._window.isMinimized():
            self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        elif self._tried and not self._on_screen():
            self._window.hide()
            self._window.show()
        again, self._tried = self._tried, True
        self._window.raise_()
        self._window.activateWindow()
        if again and self._on_screen() and QGuiApplication.platformName() == "xcb":
            # A window manager that was not told that the keyboard went to no window at all takes the exam for the
            # active one, and does nothing when it is asked to activate it (xfwm4 4.18).
            X11Connection().give_keyboard(int(self._window.winId()))
        self._again.start(200)

    def _on_screen(self) -> bool:
        """Whether the window is shown by the system too; any program on X11 can take another's window away."""
        handle = self._window.windowHandle()
        return bool(handle) and handle.isExposed()
