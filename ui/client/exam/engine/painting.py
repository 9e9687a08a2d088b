"""When the first page is really to be seen."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineScript

LOOK_EVERY_MS = 40
GIVE_UP_AFTER_MS = 5000
SELDOM_MS = 500
_ASK = """performance.getEntriesByType('paint').length > 0
  && !((performance.getEntriesByType('navigation')[0] || {}).responseStatus >= 400)"""


class PaintWatch(QObject):
    """`painted` comes once: when the engine reports the first paint of a page that is no server's error.

    One picture or script that never arrives keeps a page from being loaded, not from being seen. A page with nothing
    on it is never painted; for such a page it comes five seconds after it was loaded.
    """

    painted = Signal()

    def __init__(self, page: QWebEnginePage, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self._done = self._loaded = False
        self._looks = 0
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_EVERY_MS)
        self._clock.timeout.connect(self._look)
        page.urlChanged.connect(self._begun)
        page.loadFinished.connect(self._finished)
        page.destroyed.connect(self._clock.stop)

    def _begun(self) -> None:
        self._loaded = False
        self._start()

    def _finished(self, complete: bool) -> None:
        if complete:
            self._loaded = True
            self._start()

    def _start(self) -> None:
        if not self._done:
            self._looks = 0
            self._clock.setInterval(LOOK_EVERY_MS)
            self._clock.start()

    def _look(self) -> None:
        self._looks += 1
        if self._looks * LOOK_EVERY_MS >= GIVE_UP_AFTER_MS:
            if self._loaded:
                self._seen(True)
                return
            self._clock.setInterval(SELDOM_MS)
        self._page.runJavaScript(_ASK, QWebEngineScript.ScriptWorldId.ApplicationWorld.value, self._seen)

    def _seen(self, painted: object) -> None:
        if painted and not self._done:
            self._done = True
            self._clock.stop()
            self.painted.emit()
