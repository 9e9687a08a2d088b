"""Which addresses the exam's pages may reach, and what is sent along."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QByteArray, QObject, QUrl, Signal
from PySide6.QtWebEngineCore import QWebEngineUrlRequestInfo, QWebEngineUrlRequestInterceptor

from ui.client.exam.engine.page_event import PageEvent

_WEB = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_INSIDE_THE_PAGE = frozenset({"data", "blob"})
_Type = QWebEngineUrlRequestInfo.ResourceType
_OUTLIVES_ITS_PAGE = frozenset({_Type.ResourceTypeSharedWorker, _Type.ResourceTypeServiceWorker})

_VIEWER = "mhjfbmdgcfjbbpaeojofohoefgiehjai"
"""Chromium's name of its viewer of PDF documents, an extension that is built in."""


def is_allowed(url: QUrl, address_allowed: Callable[[str], bool], *, main_frame: bool) -> bool:
    """Return whether `url` may be loaded.

    Only web addresses are asked about; a web socket is asked about as the http(s) address it belongs to. `data:` and
    `blob:` are what the page itself holds: allowed inside a page, never as one (`main_frame`). Everything else
    (files, the engine's own pages, `view-source:`) is refused.
    """
    if url.scheme() in _INSIDE_THE_PAGE:
        return not main_frame
    if url.scheme() not in _WEB:
        return False
    asked = QUrl(url)
    asked.setScheme(_WEB[url.scheme()])
    return address_allowed(asked.toString(QUrl.ComponentFormattingOption.FullyEncoded))


def host_of(url: QUrl) -> str:
    """Return the host that a report names; of what is no web address the scheme with its colon, such as `file:`."""
    if url.scheme() in _WEB and url.host():
        return url.host(QUrl.ComponentFormattingOption.FullyEncoded)
    return f"{url.scheme()}:" if url.scheme() else ""


class RequestFilter(QWebEngineUrlRequestInterceptor):
    """Blocks every request outside the allowed addresses and adds `headers` to those inside.

    It belongs to the profile, so that what no page makes is asked about too: workers, icons, what is loaded ahead.
    Service workers and shared workers, which go on after their page, are not begun at all without `workers`.

    `address_allowed` decides about whole pages, `resource_allowed` about what a page loads as part of itself. The
    engine calls on the interface's thread for every request, so both must be quick.
    `blocked` carries a `PageEvent` and the host, nothing else of the address.
    """

    blocked = Signal(str, str)

    def __init__(
        self,
        address_allowed: Callable[[str], bool],
        resource_allowed: Callable[[str], bool],
        headers: Mapping[str, str],
        parent: QObject | None = None,
        *,
        workers: bool = False,
    ) -> None:
        super().__init__(parent)
        self._address_allowed = address_allowed
        self._resource_allowed = resource_allowed
        self._not_begun = _OUTLIVES_ITS_PAGE if not workers else frozenset[_Type]()
        self._headers = [(QByteArray(name.encode()), QByteArray(value.encode())) for name, value in headers.items()]

    def allows(self, url: QUrl, *, main_frame: bool) -> bool:
        """Return whether `url` may be opened as a whole page (`main_frame`), or else as a part of one."""
        return is_allowed(url, self._address_allowed if main_frame else self._resource_allowed, main_frame=main_frame)

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """Decide about one request."""
        if _is_viewers_own(info):
            return
        main_frame = info.resourceType() == _Type.ResourceTypeMainFrame
        if info.resourceType() in self._not_begun:
            info.block(True)
            self.blocked.emit(PageEvent.WORKER_BLOCKED, host_of(info.requestUrl()))
        elif not self.allows(info.requestUrl(), main_frame=main_frame):
            info.block(True)
            kind = PageEvent.ADDRESS_BLOCKED if main_frame else PageEvent.RESOURCE_BLOCKED
            self.blocked.emit(kind, host_of(info.requestUrl()))
        else:
            for name, value in self._headers:
                info.setHttpHeader(name, value)


def _is_viewers_own(info: QWebEngineUrlRequestInfo) -> bool:
    """Whether the viewer is loaded, or loads what it is made of: all of it is inside the engine.

    A page that goes to such an address itself is refused before, as a navigation.
    """
    asked, by = info.requestUrl(), info.initiator()
    if asked.scheme() == "chrome":
        return by.scheme() == "chrome-extension" and by.host() == _VIEWER
    return asked.scheme() == "chrome-extension" and asked.host() == _VIEWER
