"""When the first page is really to be seen."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineScript

LOOK_EVERY_MS = 40
GIVE_UP_AFTER_MS = 5000
_ASK = "performance.getEntriesByType('paint').length > 0"


class PaintWatch(QObject):
    """`painted` comes once: when the engine reports the first paint of a page that was loaded.

    A page with nothing on it is never painted; for such a page it comes five seconds after it was loaded.
    """

    painted = Signal()

    def __init__(self, page: QWebEnginePage, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self._done = False
        self._looks = 0
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_EVERY_MS)
        self._clock.timeout.connect(self._look)
        page.loadFinished.connect(self._loaded)

    def _loaded(self, complete: bool) -> None:
        if complete and not self._done:
            self._looks = 0
            self._clock.start()

    def _look(self) -> None:
        self._looks += 1
        if self._looks * LOOK_EVERY_MS >= GIVE_UP_AFTER_MS:
            self._seen(True)
            return
        self._page.runJavaScript(_ASK, QWebEngineScript.ScriptWorldId.ApplicationWorld.value, self._seen)

    def _seen(self, painted: object) -> None:
        if painted and not self._done:
            self._done = True
            self._clock.stop()
            self.painted.emit()
