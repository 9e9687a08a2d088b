"""Pages that are no longer wanted, until the engine can do without them."""

from PySide6.QtCore import QObject, QThread, QTimer
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWidgets import QWidget

AGAIN_MS = 50


class PageDisposal(QObject):
    """Deletes pages with what shows them, never while the engine is at work on one.

    A page that is deleted in one of its own signals, or while its script waits for the answer to a question, takes the
    program with it. So it waits for the outermost event loop, where nothing of the engine is under way; a question
    runs a loop inside that one. Each page is held until Qt has let go of it.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: list[tuple[QWidget, QWebEnginePage]] = []
        self._going: list[tuple[QWidget, QWebEnginePage]] = []
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._look)

    def dispose(self, shown_in: QWidget, page: QWebEnginePage) -> None:
        """Delete `page` and the widget that shows it as soon as that can be done."""
        self._waiting.append((shown_in, page))
        self._turn.start(0)

    def dispose_all(self) -> None:
        """Let all that still wait go with the window, before the profile they share."""
        self._turn.stop()
        while self._waiting:
            gone = self._waiting.pop()
            self._going.append(gone)
            shown_in, page = gone
            page.destroyed.connect(lambda _page=None, gone=gone: self._going.remove(gone))
            shown_in.deleteLater()
            page.deleteLater()

    def _look(self) -> None:
        if QThread.currentThread().loopLevel() > 1:
            self._turn.start(AGAIN_MS)
        else:
            self.dispose_all()
