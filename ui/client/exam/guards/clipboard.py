"""Text copied outside is replaced with nothing, and never read."""

import time
from collections import deque

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QClipboard, QGuiApplication

from ui.client.exam.guards.contract import ControlLost, GuardEngagement


class QtClipboardGuard(QObject):
    """Empties the clipboard (on X11 the selection too) on entering and whenever another program fills it.

    On Windows `lockdown.windows.clipboard` does it: `ownsClipboard` is False there even after our own change.

    What the exam page copies itself stays: it belongs to this process. `text()` and `mimeData()` are never called.
    What was in the clipboard before the exam is gone afterwards; the page "Before you start" says so.
    """

    name = "clipboard"

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._clipboard = QGuiApplication.clipboard()
        self._engaged = False
        self._replacing = False
        self._replaced_ns: deque[int] = deque()

    def engage(self, journal: object) -> GuardEngagement:
        """Empty it now and from now on."""
        if not self._engaged:
            self._engaged = True
            self._clipboard.changed.connect(self._changed)
        for mode in self._modes():
            self._empty(mode)
        if QGuiApplication.platformName() == "cocoa":
            return GuardEngagement("observed", "while_active")
        if QGuiApplication.platformName().startswith("wayland"):
            return GuardEngagement("observed", "while_active")
        return GuardEngagement("enforced")

    def check(self) -> tuple[ControlLost, ...]:
        """Report how often it was replaced since the last call, as the guards of the platforms do."""
        times, seen_ns = 0, 0
        while self._replaced_ns:
            times, seen_ns = times + 1, self._replaced_ns.popleft()
        if not times:
            return ()
        return (ControlLost(self.name, self.name, seen_ns, "clipboard-replaced", {"times": times}),)

    def release(self) -> None:
        """Stop; what the exam page copied is emptied."""
        if not self._engaged:
            return
        self._engaged = False
        self._clipboard.changed.disconnect(self._changed)
        for mode in self._modes():
            if self._ours(mode):
                self._clipboard.clear(mode)

    def _modes(self) -> tuple[QClipboard.Mode, ...]:
        modes = (QClipboard.Mode.Clipboard,)
        return (*modes, QClipboard.Mode.Selection) if self._clipboard.supportsSelection() else modes

    def _changed(self, mode: QClipboard.Mode) -> None:
        if self._replacing or mode not in self._modes() or self._ours(mode):
            return
        self._empty(mode)
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
