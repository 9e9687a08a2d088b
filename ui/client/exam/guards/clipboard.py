"""What is copied outside stays outside and is never read; on X11 what is copied in the exam stays inside too."""

import time
from collections import deque
from functools import partial

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QWidget

from ui.client.exam.guards.contract import ControlLosses, ControlLost, GuardEngagement
from ui.client.exam.guards.x11_selections import X11Selections

LOOK_EVERY_MS = 1000


class QtClipboardGuard(QObject):
    """Empties the clipboard (on X11 the selection too) on entering and whenever another program fills it.

    On Windows `lockdown.windows.clipboard` does it: `ownsClipboard` is False there even after our own change. On X11
    it is not believed either: the server is asked, once a second too (`x11_selections`).

    What the exam page copies itself stays, for the page. `text()` and `mimeData()` are never called. What was in the
    clipboard before the exam is gone afterwards; the page "Before you start" says so.
    """

    name = "clipboard"

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._clipboard = QGuiApplication.clipboard()
        self._engaged = False
        self._replacing = False
        self._replaced_ns: deque[int] = deque()
        self._losses = ControlLosses(self.name)
        self._x11: X11Selections | None = None
        self._held = True
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def engage(self, journal: object) -> GuardEngagement:
        """Empty it now and from now on."""
        platform = QGuiApplication.platformName()
        self._engaged = True
        if platform == "xcb":
            return self._engage_x11()
        self._clipboard.changed.connect(self._changed)
        for mode in self._modes():
            self._empty(mode)
        if platform == "cocoa" or platform.startswith("wayland"):
            return GuardEngagement("observed", "while_active")
        return GuardEngagement("enforced")

    def check(self) -> tuple[ControlLost, ...]:
        """Report how often it was replaced since the last call, as the guards of the platforms do, and any loss."""
        times, seen_ns = 0, 0
        while self._replaced_ns:
            times, seen_ns = times + 1, self._replaced_ns.popleft()
        lost = self._losses.take()
        if not times:
            return lost
        return (ControlLost(self.name, self.name, seen_ns, "clipboard-replaced", {"times": times}), *lost)

    def release(self) -> None:
        """Stop; what the exam page copied is emptied."""
        if not self._engaged:
            return
        self._engaged = False
        if self._x11 is not None:
            self._timer.stop()
            for mode in self._modes():
                self._empty(mode)
            self._x11.stop()
            self._x11 = None
            return
        self._clipboard.changed.disconnect(self._changed)
        for mode in self._modes():
            if self._ours(mode):
                self._clipboard.clear(mode)

    def _engage_x11(self) -> GuardEngagement:
        selections = X11Selections(self._replaced)
        if not selections.start(int(self._window.winId()), partial(self._empty, QClipboard.Mode.Clipboard)):
            self._engaged = False
            return GuardEngagement("not_available", "held_by_program")
        self._x11, self._held = selections, True
        self._empty(QClipboard.Mode.Selection)
        self._timer.start()
        return GuardEngagement("enforced")

    def _look(self) -> None:
        if self._x11 is None:
            return
        before, self._held = self._held, self._x11.look()
        if before and not self._held:
            self._losses.add()

    def _modes(self) -> tuple[QClipboard.Mode, ...]:
        modes = (QClipboard.Mode.Clipboard,)
        return (*modes, QClipboard.Mode.Selection) if self._clipboard.supportsSelection() else modes

    def _changed(self, mode: QClipboard.Mode) -> None:
        if self._replacing or mode not in self._modes() or self._ours(mode):
            return
        self._empty(mode)
        self._replaced()

    def _replaced(self) -> None:
        self._replaced_ns.append(time.monotonic_ns())

    def _empty(self, mode: QClipboard.Mode) -> None:
        # An empty text of our own, not clear(): clear() leaves nobody as owner, which looks like a foreign change.
        nothing = QMimeData()
        nothing.setText("")
        self._replacing = True
        try:
            self._clipboard.setMimeData(nothing, mode)
        finally:
            self._replacing = False

    def _ours(self, mode: QClipboard.Mode) -> bool:
        selection = mode == QClipboard.Mode.Selection
        return self._clipboard.ownsSelection() if selection else self._clipboard.ownsClipboard()
