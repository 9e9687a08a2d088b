"""The proxy that this computer is set to reach the network through, if any."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from PySide6.QtCore import QUrl
from PySide6.QtNetwork import QNetworkProxy, QNetworkProxyFactory, QNetworkProxyQuery

PORTAL_TIMEOUT_MS = 3000
_PORTAL = ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.ProxyResolver")
_VARIABLES = frozenset({"http_proxy", "https_proxy", "all_proxy"})
_HTTP = frozenset({QNetworkProxy.ProxyType.HttpProxy, QNetworkProxy.ProxyType.HttpCachingProxy})


@dataclass(frozen=True)
class Upstream:
    """A proxy of the network; it speaks SOCKS 5 where not `http`."""

    host: str
    port: int
    http: bool = True


def system_upstream(host: str, port: int) -> Upstream | None:
    """Return the proxy that the system names for a connection to `host`, None for a direct one; it may take seconds.

    By the system's own settings, scripts among them, on Windows and macOS. On Linux by the usual variables, or else by
    the desktop's settings where it answers for them (`org.freedesktop.portal.ProxyResolver`, as GNOME and KDE do).
    """
    address = QUrl()
    address.setScheme("https")
    address.setHost(host)
    address.setPort(port)
    if sys.platform == "linux" and _VARIABLES.isdisjoint(name.lower() for name in os.environ):
        return _desktops(address)
    for proxy in QNetworkProxyFactory.systemProxyForQuery(QNetworkProxyQuery(address)):
        if proxy.type() in _HTTP or proxy.type() == QNetworkProxy.ProxyType.Socks5Proxy:
            return Upstream(proxy.hostName(), proxy.port(), proxy.type() in _HTTP)
        if proxy.type() == QNetworkProxy.ProxyType.NoProxy:
            return None
    return None


def _desktops(address: QUrl) -> Upstream | None:
    from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage  # noqa: PLC0415 - not every system has it

    asked = QDBusMessage.createMethodCall(*_PORTAL, "Lookup")
    asked.setArguments([address.toString()])
    asked.setAutoStartService(False)  # a desktop that has settings has started it
    answer = QDBusConnection.sessionBus().call(asked, QDBus.CallMode.Block, PORTAL_TIMEOUT_MS)
    found = answer.arguments() if answer.type() == QDBusMessage.MessageType.ReplyMessage else []
    for proxy in map(QUrl, found[0] if found and isinstance(found[0], list) else ()):
        if proxy.scheme() == "direct":
            return None
        if proxy.scheme() in {"http", "socks", "socks5"} and proxy.port() > 0:
            return Upstream(proxy.host(), proxy.port(), proxy.scheme() == "http")
    return None
