"""The way back from where no page of the exam is: an empty page, or one of the engine's own."""

from PySide6.QtCore import QObject, QTimer, QUrl, Signal

from ui.client.exam.engine.browser import ExamPage

MOST_RETURNS = 3
WITHIN_MS = 10_000
"""A page that leads away by itself each time it is loaded is not loaded again and again."""


class WayBack(QObject):
    """Goes back where the page has gone to no page of the exam, which the engine does without asking anybody.

    By its history where that leads back, so that what was typed is there again as far as the page lets the engine keep
    it. `left`: the page had gone. `stranded`: it goes each time it is brought back; the person has to choose.
    """

    left = Signal(QUrl)
    stranded = Signal(QUrl)

    def __init__(self, page: ExamPage, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self._last = QUrl()
        self._returns = 0
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(WITHIN_MS)
        self._calm.timeout.connect(self._begin_anew)
        page.urlChanged.connect(self._moved)

    @property
    def last(self) -> QUrl:
        """The last address of the exam that was there; empty before the first."""
        return self._last

    def _moved(self, url: QUrl) -> None:
        if self._page.may_open(url):
            self._last = url
        elif not url.isEmpty() and not self._last.isEmpty():
            self.left.emit(url)
            self._returns += 1
            self._calm.start()
            if self._returns > MOST_RETURNS:
                self.stranded.emit(url)
            else:
                QTimer.singleShot(0, self, self._go_back)

    def _go_back(self) -> None:
        history = self._page.history()
        before = history.backItem()
        if history.canGoBack() and before.url() == self._last:
            history.goToItem(before)  # the action Back passes by what nobody has clicked in
        else:
            self._page.load(self._last)

    def _begin_anew(self) -> None:
        self._returns = 0
