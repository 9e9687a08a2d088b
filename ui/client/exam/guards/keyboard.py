"""Keeping the system's shortcuts (Alt+Tab and its like) inside the exam window."""

from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from ui.client.exam.guards.contract import ControlLosses, ControlLost, GuardEngagement
from ui.client.exam.guards.x11_focus import X11GrabEvents

TRIES = 20
BETWEEN_TRIES_MS = 50
LOOK_AGAIN_MS = 1000
TRY_AGAIN_MS = 20


class KeyboardGrab(QObject):
    """Holds the keyboard through `QWindow.setKeyboardGrabEnabled` (XGrabKeyboard on X11).

    An open menu anywhere answers "already grabbed", so `engage` tries 20 times in a second. The X server tells when the
    grab ends, as keys of the keyboard map can end it (``grab:break_actions``): it is taken again at once, and reported
    where it was not one of our own popups, which give it up when they close. It is taken again each second as well.
    The X server ends it by itself when this process dies.
    """

    name = "system_shortcuts"

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._held = False
        self._engaged = False
        self._losses = ControlLosses(self.name)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_AGAIN_MS)
        self._look.timeout.connect(self._hold)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(TRY_AGAIN_MS)
        self._again.timeout.connect(self._hold)
        self._x11: X11GrabEvents | None = None

    @property
    def held(self) -> bool:
        """Whether the last try got the keyboard."""
        return self._held

    def engage(self, journal: object) -> GuardEngagement:
        """Take the keyboard, and say honestly whether it is held."""
        if QGuiApplication.platformName() != "xcb":
            return GuardEngagement("not_available", "x11_only")
        self._engaged = True
        for _ in range(TRIES):
            if self._take():
                break
            pause = QEventLoop()
            QTimer.singleShot(BETWEEN_TRIES_MS, pause.quit)
            pause.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        if not self._held:
            self._engaged = False
            return GuardEngagement("not_available", "held_by_program")
        self._look.start()
        self._x11 = X11GrabEvents(self._window, self._ended)
        application = QGuiApplication.instance()
        application.installNativeEventFilter(self._x11)  # type: ignore[union-attr] # there is one
        application.focusWindowChanged.connect(self._focus_window_changed)  # type: ignore[union-attr] # as above
        return GuardEngagement("enforced")

    def check(self) -> tuple[ControlLost, ...]:
        """Return the times the keyboard could not be held since the last call."""
        return self._losses.take()

    def release(self) -> None:
        """Give the keyboard back."""
        if not self._engaged:
            return
        self._engaged = False
        self._look.stop()
        self._again.stop()
        application = QGuiApplication.instance()
        application.focusWindowChanged.disconnect(self._focus_window_changed)  # type: ignore[union-attr] # there is one
        if self._x11 is not None:
            application.removeNativeEventFilter(self._x11)  # type: ignore[union-attr] # as above
            self._x11 = None
        handle = self._window.windowHandle()
        if handle is not None:
            handle.setKeyboardGrabEnabled(False)
        self._held = False

    def _take(self) -> bool:
        handle = self._window.windowHandle()
        self._held = bool(handle) and handle.setKeyboardGrabEnabled(True)
        return self._held

    def _focus_window_changed(self, window: QWindow | None) -> None:
        if window is self._window.windowHandle():
            QTimer.singleShot(0, self._hold)

    def _ended(self, own: bool) -> None:
        """Take it again at once; `own`: it was a popup's, which gives it up when it closes."""
        if not self._engaged:
            return
        if not own or QApplication.activePopupWidget() is not None:
            self._losses.add()
        self._held = False
        self._hold()

    def _hold(self) -> None:
        if not self._engaged or QApplication.activePopupWidget() is not None:
            return
        before = self._held
        if self._take():
            return
        if before:
            self._losses.add()
        self._again.start()
