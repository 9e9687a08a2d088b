"""Which addresses the exam's page may reach, and what is sent along."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QByteArray, QObject, QUrl, Signal
from PySide6.QtWebEngineCore import QWebEngineUrlRequestInfo, QWebEngineUrlRequestInterceptor

_WEB = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_INSIDE_THE_PAGE = frozenset({"data", "blob"})
_MAIN_FRAME = QWebEngineUrlRequestInfo.ResourceType.ResourceTypeMainFrame


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


class RequestFilter(QWebEngineUrlRequestInterceptor):
    """Blocks every request outside the allowed addresses and adds `headers` to those inside.

    `address_allowed` decides about whole pages, `resource_allowed` about what a page loads as part of itself. The
    engine calls on the interface's thread for every request, so both must be quick.
    `blocked(main_frame)` says only that something was blocked, never what.
    """

    blocked = Signal(bool)

    def __init__(
        self,
        address_allowed: Callable[[str], bool],
        resource_allowed: Callable[[str], bool],
        headers: Mapping[str, str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._address_allowed = address_allowed
        self._resource_allowed = resource_allowed
        self._headers = [(QByteArray(name.encode()), QByteArray(value.encode())) for name, value in headers.items()]

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """Decide about one request."""
        main_frame = info.resourceType() == _MAIN_FRAME
        decide = self._address_allowed if main_frame else self._resource_allowed
        if not is_allowed(info.requestUrl(), decide, main_frame=main_frame):
            info.block(True)
            self.blocked.emit(main_frame)
            return
        for name, value in self._headers:
            info.setHttpHeader(name, value)
