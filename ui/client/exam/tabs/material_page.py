"""A page beside the exam's: shown, waited for and missed as the exam's own page is."""

from PySide6.QtCore import QUrl, Signal
from PySide6.QtWebEngineCore import QWebEngineNavigationRequest, QWebEnginePage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from resources.language import _
from ui.client.exam import words
from ui.client.exam.engine.browser import ExamPage
from ui.client.exam.engine.dialogs import QuestionRoom
from ui.client.exam.engine.page_event import PageEvent
from ui.client.exam.engine.painting import PaintWatch
from ui.client.exam.loading.page_banner import PageBanner
from ui.client.exam.loading.page_loading import PageLoading
from ui.client.exam.loading.page_place import PagePlace
from ui.client.exam.loading.sign_in import SignIn
from ui.client.exam.notices import WindowNotices

_NavigationType = QWebEngineNavigationRequest.NavigationType
_CHOSEN = frozenset({_NavigationType.LinkClickedNavigation, _NavigationType.FormSubmittedNavigation})


class MaterialPage(QWidget):
    """Holds a page that the engine was asked for by another one, with its banner and its message.

    `asked_for` is the address it was opened with, empty where the page that opened it fills it. `page_event` carries
    a `PageEvent`. `wanted`: a link of another page has sent this one elsewhere, so it is to be seen. `close_wanted`:
    the page closes itself, as a window of its own would. `moved`: what came before it may be another now.
    """

    page_event = Signal(str, str)
    arrived = Signal()
    named = Signal(str)
    moved = Signal()
    wanted = Signal()
    close_wanted = Signal()

    def __init__(self, page: ExamPage, asked_for: QUrl, room: QuestionRoom, notices: WindowNotices) -> None:
        super().__init__()
        self.page = page
        self.asked_for = asked_for
        self._ended = self._came = False
        self.name = asked_for.host() or _(words.TAB_NEW)
        self.place = PagePlace(page, self.name)
        banner = PageBanner()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(banner)
        column.addWidget(self.place, 1)
        sign_in = SignIn(page, room, self)
        start_url = asked_for.toString(QUrl.ComponentFormattingOption.FullyEncoded) if page.may_open(asked_for) else ""
        self._loading = PageLoading(
            page, self.place, banner, notices, sign_in, start_url=start_url, may_open=page.may_open, is_exam=False
        )
        self._loading.page_event.connect(self.page_event)
        self._loading.arrived.connect(self._arrived)
        self._painting = PaintWatch(page, self)
        self._painting.painted.connect(self._loading.came)
        page.page_event.connect(self._reported)
        page.downloads.ended.connect(notices.tell)
        page.titleChanged.connect(self._titled)
        page.urlChanged.connect(self.moved)
        page.loadFinished.connect(self.moved)
        page.navigationRequested.connect(self._navigation)
        page.renderProcessTerminated.connect(self._crashed)
        self._loading.wait()

    def reload(self) -> None:
        """Load the page again."""
        self._loading.reload()

    def end(self) -> None:
        """Listen to the page no longer; it is about to go."""
        self._ended = True
        self._loading.stop()
        self.page.triggerAction(QWebEnginePage.WebAction.Stop)

    def _reported(self, kind: str, host: str) -> None:
        if kind == PageEvent.CLOSE_ASKED:
            self.close_wanted.emit()
        else:
            self.page_event.emit(kind, host)

    def _arrived(self) -> None:
        self._came = True
        self.arrived.emit()

    def _titled(self, title: str) -> None:
        self.name = title.strip() or self.name
        self.place.view.setAccessibleName(self.name)
        self.named.emit(self.name)

    def _navigation(self, request: QWebEngineNavigationRequest) -> None:
        chosen = self._came and request.isMainFrame() and request.navigationType() in _CHOSEN
        if chosen and self.page.may_open(request.url()):
            self.wanted.emit()

    def _crashed(self) -> None:
        if not self._ended:
            self._loading.crashed()
