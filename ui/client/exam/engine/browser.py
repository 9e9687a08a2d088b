"""The web engine of the exam window: a page that refuses everything but the exam.

Each refusal is one `page_event`; the kinds are the members of `PageEvent`. Of an address the host at most leaves this
file, of a page neither title nor text. What fires on which attempt was measured on QtWebEngine 6.12.
"""

import logging
from collections.abc import Sequence

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineDesktopMediaRequest,
    QWebEngineDownloadRequest,
    QWebEngineFileSystemAccessRequest,
    QWebEngineFullScreenRequest,
    QWebEngineNavigationRequest,
    QWebEngineNewWindowRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
)

from ui.client.exam.controls import ExamWindowControls
from ui.client.exam.egress.gate import EgressGate
from ui.client.exam.egress.reaching import ConnectionFailure
from ui.client.exam.engine.downloads import PageDownloads
from ui.client.exam.engine.media import MediaWatch
from ui.client.exam.engine.page_event import PageEvent
from ui.client.exam.engine.request_filter import RequestFilter, host_of

logger = logging.getLogger(__name__)
_EMPTY = frozenset({"", "about:blank"})


class PageDialogs(QObject):
    """How one page's own questions are put to the person; the window supplies it.

    `ended`: the person wants no more of them until `begin_anew`.
    """

    ended = Signal()

    def begin_anew(self) -> None:
        """Another page is loaded."""
        raise NotImplementedError

    def tell(self, message: str) -> None:
        """Show `message` until it is read."""
        raise NotImplementedError

    def ask(self, question: str) -> bool:
        """Return whether the person agrees."""
        raise NotImplementedError

    def ask_text(self, question: str, default: str) -> str | None:
        """Return what the person wrote, None if they took it back."""
        raise NotImplementedError


class ExamPage(QWebEnginePage):
    """A page of the exam; how it loads is for `PageLoading` to follow.

    `page_event` carries a `PageEvent` and the host that it is about, empty where it is about none. What `requests`
    blocks it reports itself: that is the profile's, for all pages and what runs beside them.

    `window_wanted` carries the engine's request for another page that the exam allows, or for an empty one, which the
    page that asks fills; who takes it up does so at once, before the signal returns.
    A page that could not be reached leaves the one before in its place, with all that was written in it (measured: the
    engine's own error pages are off). What a server answers with an error status does not.
    """

    page_event = Signal(str, str)
    written = Signal(str)
    """What is written for developers: it may hold answers and addresses, so it is never kept or shown."""
    window_wanted = Signal(QWebEngineNewWindowRequest)

    def __init__(
        self,
        profile: QWebEngineProfile,
        *,
        requests: RequestFilter,
        controls: ExamWindowControls,
        dialogs: PageDialogs,
        gate: EgressGate,
        parent: QObject,
        pdf: bool = True,
    ) -> None:
        super().__init__(profile, parent)
        self._requests = requests
        self._controls = controls
        self._gate = gate
        self._dialogs = dialogs
        dialogs.setParent(self)
        dialogs.ended.connect(lambda: self._report(PageEvent.DIALOGS_ENDED))
        self.loadStarted.connect(dialogs.begin_anew)
        self.downloads = PageDownloads(self)
        media = MediaWatch(self, self.written)
        media.not_played.connect(lambda: self._report(PageEvent.MEDIA_NOT_PLAYED))
        self._restrict(pdf=pdf)
        self.navigationRequested.connect(self._navigation)
        self.newWindowRequested.connect(self._new_window)
        self.permissionRequested.connect(self._permission)
        self.desktopMediaRequested.connect(self._screen_share)
        self.fileSystemAccessRequested.connect(self._file_access)
        self.fullScreenRequested.connect(self._full_screen)
        self.certificateError.connect(self._certificate)
        self.printRequested.connect(self._print)
        self.printRequestedByFrame.connect(self._print)
        self.windowCloseRequested.connect(self._close_asked)

    def open(self, address: str) -> bool:
        """Load `address` and return True, or False where it is not a web address the exam allows.

        `view-source:` is looked for in the text itself: the engine asks about the address inside it only.
        """
        url = QUrl(address)
        if address.lstrip().lower().startswith("view-source:") or not self.may_open(url):
            self._report(PageEvent.ADDRESS_BLOCKED, url)
            return False
        self.load(url)
        return True

    def chooseFiles(
        self, mode: QWebEnginePage.FileSelectionMode, old: Sequence[str], mime_types: Sequence[str]
    ) -> list[str]:
        """Give the page no file."""
        self._report(PageEvent.FILE_CHOOSER_REFUSED)
        return []

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        """Pass it on, to be dropped: only who put a word of their own into it finds anything."""
        self.written.emit(message)

    def javaScriptAlert(self, origin: QUrl | str, message: str) -> None:
        """Show the page's message inside the window."""
        self._dialogs.tell(message)

    def javaScriptConfirm(self, origin: QUrl | str, message: str) -> bool:
        """Ask the page's question inside the window."""
        return self._dialogs.ask(message)

    def javaScriptPrompt(self, origin: QUrl | str, message: str, default: str) -> tuple[bool, str]:
        """Ask for a line of text inside the window."""
        answer = self._dialogs.ask_text(message, default)
        return answer is not None, answer or ""

    def may_open(self, url: QUrl) -> bool:
        """Return whether `url` may be opened as a whole page."""
        return url.isValid() and self._requests.allows(url, main_frame=True)

    @property
    def came_around_the_gate(self) -> bool:
        """Whether a page is there though the gate has let no connection through: the engine does not use it."""
        return not self._gate.carried

    def failure(self, host: str) -> ConnectionFailure | None:
        """Return why the last connection to `host` failed, None where it stood or none was tried."""
        return self._gate.failure(host)

    def take_download(self, download: QWebEngineDownloadRequest) -> None:
        """Refuse what this page wants to save, or let it, as the exam's settings ask."""
        if self._controls.downloads:
            download.cancel()
            self._report(PageEvent.DOWNLOAD_BLOCKED)
            return
        self.downloads.take(download)

    def _restrict(self, *, pdf: bool) -> None:
        attribute = QWebEngineSettings.WebAttribute
        for name, value in (
            (attribute.NavigateOnDropEnabled, False),
            (attribute.PdfViewerEnabled, pdf),
            (attribute.PluginsEnabled, pdf),  # the viewer is the only one there is
            (attribute.LocalContentCanAccessFileUrls, False),
            (attribute.LocalContentCanAccessRemoteUrls, False),
            (attribute.JavascriptCanAccessClipboard, False),
            (attribute.JavascriptCanPaste, False),
            (attribute.JavascriptCanOpenWindows, False),  # by itself: a thousand that are asked about stop the window
            (attribute.ScreenCaptureEnabled, False),
            (attribute.FullScreenSupportEnabled, False),
            (attribute.AllowRunningInsecureContent, False),
            (attribute.AllowGeolocationOnInsecureOrigins, False),
            (attribute.HyperlinkAuditingEnabled, False),
            (attribute.DnsPrefetchEnabled, False),
            (attribute.ErrorPageEnabled, False),
            (attribute.FocusOnNavigationEnabled, False),
        ):
            self.settings().setAttribute(name, value)
        # To be asked about those too, as about any navigation: otherwise the engine refuses them, and tells nobody.
        self.settings().setUnknownUrlSchemePolicy(QWebEngineSettings.UnknownUrlSchemePolicy.AllowAllUnknownUrlSchemes)

    def _navigation(self, request: QWebEngineNavigationRequest) -> None:
        main_frame = request.isMainFrame()
        if not main_frame and request.url().toString() in {"about:blank", "about:srcdoc"}:
            return
        if self._requests.allows(request.url(), main_frame=main_frame):
            return
        request.reject()
        self._report(PageEvent.ADDRESS_BLOCKED if main_frame else PageEvent.RESOURCE_BLOCKED, request.url())

    def _report(self, kind: PageEvent, about: QUrl | None = None) -> None:
        self.page_event.emit(kind, "" if about is None else host_of(about))

    def _new_window(self, request: QWebEngineNewWindowRequest) -> None:
        # Not answering opens nothing.
        if request.requestedUrl().toString() in _EMPTY or self.may_open(request.requestedUrl()):
            self.window_wanted.emit(request)
        else:
            self._report(PageEvent.NEW_WINDOW_BLOCKED, request.requestedUrl())

    def _permission(self, permission: QWebEnginePermission) -> None:
        permission.deny()
        self._report(PageEvent.PERMISSION_REFUSED)

    def _screen_share(self, request: QWebEngineDesktopMediaRequest) -> None:
        request.cancel()
        self._report(PageEvent.SCREEN_SHARE_REFUSED)

    def _file_access(self, request: QWebEngineFileSystemAccessRequest) -> None:
        request.reject()
        self._report(PageEvent.FILE_CHOOSER_REFUSED)

    def _full_screen(self, request: QWebEngineFullScreenRequest) -> None:
        request.reject()

    def _certificate(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()
        logger.warning("The exam server's certificate is not trusted (%s); its page was not loaded.", error.type().name)
        self._report(PageEvent.CERTIFICATE_REFUSED)

    def _close_asked(self) -> None:
        self._report(PageEvent.CLOSE_ASKED)

    def _print(self) -> None:
        self._report(PageEvent.PRINT_BLOCKED)
