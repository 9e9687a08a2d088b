"""The web engine of the exam window: a page that refuses everything but the exam.

Each refusal is one `page_event`; the kinds are the members of `PageEvent`. No address, title or text of a page leaves
this file. What fires on which attempt was measured on QtWebEngine 6.12 (table in the design notes).
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

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
from ui.client.exam.engine.downloads import PageDownloads
from ui.client.exam.engine.media import MediaWatch
from ui.client.exam.engine.request_filter import RequestFilter, is_allowed

logger = logging.getLogger(__name__)
_EMPTY = frozenset({"", "about:blank"})


class PageEvent(StrEnum):
    """What the exam window reports; never with an address or a title."""

    ADDRESS_BLOCKED = "address_blocked"
    RESOURCE_BLOCKED = "resource_blocked"
    DOWNLOAD_BLOCKED = "download_blocked"
    PRINT_BLOCKED = "print_blocked"
    NEW_WINDOW_BLOCKED = "new_window_blocked"
    PERMISSION_REFUSED = "permission_refused"
    SCREEN_SHARE_REFUSED = "screen_share_refused"
    FILE_CHOOSER_REFUSED = "file_chooser_refused"
    CERTIFICATE_REFUSED = "certificate_refused"
    MEDIA_NOT_PLAYED = "media_not_played"
    CLOSE_ASKED = "close_asked"
    PAGE_CRASHED = "page_crashed"
    PAGE_NOT_LOADED = "page_not_loaded"
    PAGE_CAME_BACK = "page_came_back"


class PageDialogs:
    """How the page's own questions are put to the person; the window supplies it."""

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
    """A page of the exam. `page_event` carries a `PageEvent`; how it loads is for `PageLoading` to follow.

    `window_wanted` carries the engine's request for another page that the exam allows, or for an empty one, which the
    page that asks fills; who takes it up does so at once, before the signal returns.
    A page that could not be reached leaves the one before in its place, with all that was written in it (measured: the
    engine's own error pages are off). What a server answers with an error status does not.
    """

    page_event = Signal(str)
    written = Signal(str)
    """What is written for developers: it may hold answers and addresses, so it is never kept or shown."""
    window_wanted = Signal(QWebEngineNewWindowRequest)

    def __init__(
        self,
        profile: QWebEngineProfile,
        *,
        address_allowed: Callable[[str], bool],
        resource_allowed: Callable[[str], bool],
        headers: Mapping[str, str],
        controls: ExamWindowControls,
        dialogs: PageDialogs,
        parent: QObject,
        pdf: bool = True,
    ) -> None:
        super().__init__(profile, parent)
        self._address_allowed = address_allowed
        self._resource_allowed = resource_allowed
        self._controls = controls
        self._dialogs = dialogs
        self.downloads = PageDownloads(self)
        media = MediaWatch(self, self.written)
        media.not_played.connect(lambda: self.page_event.emit(PageEvent.MEDIA_NOT_PLAYED))
        self._filter = RequestFilter(address_allowed, resource_allowed, headers, self)
        self._filter.blocked.connect(self._request_blocked)
        self.setUrlRequestInterceptor(self._filter)
        self._restrict(pdf=pdf)
        self.navigationRequested.connect(self._navigation)
        self.newWindowRequested.connect(self._new_window)
        self.permissionRequested.connect(self._permission)
        self.desktopMediaRequested.connect(self._screen_share)
        self.fileSystemAccessRequested.connect(self._file_access)
        self.fullScreenRequested.connect(self._full_screen)
        self.certificateError.connect(self._certificate)
        self.printRequested.connect(self._print)
        self.windowCloseRequested.connect(self._close_asked)

    def open(self, address: str) -> bool:
        """Load `address` and return True, or False where it is not a web address the exam allows.

        `view-source:` is looked for in the text itself: the engine asks about the address inside it only.
        """
        url = QUrl(address)
        if address.lstrip().lower().startswith("view-source:") or not self.may_open(url):
            self.page_event.emit(PageEvent.ADDRESS_BLOCKED)
            return False
        self.load(url)
        return True

    def chooseFiles(
        self, mode: QWebEnginePage.FileSelectionMode, old: Sequence[str], mime_types: Sequence[str]
    ) -> list[str]:
        """Give the page no file."""
        self.page_event.emit(PageEvent.FILE_CHOOSER_REFUSED)
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
        return url.isValid() and is_allowed(url, self._address_allowed, main_frame=True)

    def take_download(self, download: QWebEngineDownloadRequest) -> None:
        """Refuse what this page wants to save, or let it, as the exam's settings ask."""
        if self._controls.downloads:
            download.cancel()
            self.page_event.emit(PageEvent.DOWNLOAD_BLOCKED)
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
            (attribute.JavascriptCanOpenWindows, False),
            (attribute.ScreenCaptureEnabled, False),
            (attribute.FullScreenSupportEnabled, False),
            (attribute.AllowRunningInsecureContent, False),
            (attribute.AllowGeolocationOnInsecureOrigins, False),
            (attribute.HyperlinkAuditingEnabled, False),
            (attribute.DnsPrefetchEnabled, False),
            (attribute.ErrorPageEnabled, False),
            (attribute.FocusOnNavigationEnabled, True),
        ):
            self.settings().setAttribute(name, value)
        self.settings().setUnknownUrlSchemePolicy(QWebEngineSettings.UnknownUrlSchemePolicy.DisallowUnknownUrlSchemes)

    def _navigation(self, request: QWebEngineNavigationRequest) -> None:
        main_frame = request.isMainFrame()
        if not main_frame and request.url().toString() in {"about:blank", "about:srcdoc"}:
            return
        decide = self._address_allowed if main_frame else self._resource_allowed
        if is_allowed(request.url(), decide, main_frame=main_frame):
            return
        request.reject()
        self.page_event.emit(PageEvent.ADDRESS_BLOCKED if main_frame else PageEvent.RESOURCE_BLOCKED)

    def _request_blocked(self, main_frame: bool) -> None:
        self.page_event.emit(PageEvent.ADDRESS_BLOCKED if main_frame else PageEvent.RESOURCE_BLOCKED)

    def _new_window(self, request: QWebEngineNewWindowRequest) -> None:
        # Not answering opens nothing.
        if request.requestedUrl().toString() in _EMPTY or self.may_open(request.requestedUrl()):
            self.window_wanted.emit(request)
        else:
            self.page_event.emit(PageEvent.NEW_WINDOW_BLOCKED)

    def _permission(self, permission: QWebEnginePermission) -> None:
        permission.deny()
        self.page_event.emit(PageEvent.PERMISSION_REFUSED)

    def _screen_share(self, request: QWebEngineDesktopMediaRequest) -> None:
        request.cancel()
        self.page_event.emit(PageEvent.SCREEN_SHARE_REFUSED)

    def _file_access(self, request: QWebEngineFileSystemAccessRequest) -> None:
        request.reject()
        self.page_event.emit(PageEvent.FILE_CHOOSER_REFUSED)

    def _full_screen(self, request: QWebEngineFullScreenRequest) -> None:
        request.reject()

    def _certificate(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()
        logger.warning("The exam server's certificate is not trusted (%s); its page was not loaded.", error.type().name)
        self.page_event.emit(PageEvent.CERTIFICATE_REFUSED)

    def _close_asked(self) -> None:
        self.page_event.emit(PageEvent.CLOSE_ASKED)

    def _print(self) -> None:
        self.page_event.emit(PageEvent.PRINT_BLOCKED)
