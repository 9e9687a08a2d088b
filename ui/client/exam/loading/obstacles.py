"""What kept a page of the exam from being shown: one kind each, with its code for support and its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from PySide6.QtWebEngineCore import QWebEngineLoadingInfo

from resources.language import N_, _, isolate
from ui.client.exam.egress.reaching import ConnectionFailure


class ObstacleKind(StrEnum):
    """Each is a code that support is told."""

    ADDRESS = "U-01"
    STATUS = "U-02"
    UNREACHED = "U-03"
    UNANSWERED = "U-04"
    CERTIFICATE = "U-05"
    DOWNLOAD = "U-06"
    NO_PAGE = "U-07"
    SIGN_IN = "U-08"
    PROXY_SIGN_IN = "U-09"
    CLIENT_CERTIFICATE = "U-10"
    BROKEN_OFF = "U-11"
    PROXY = "U-12"
    THIS_COMPUTER = "U-13"
    NO_WAY_OUT = "U-14"


_TITLES: Mapping[ObstacleKind, str] = MappingProxyType(
    {
        ObstacleKind.ADDRESS: N_("The page leads elsewhere"),
        ObstacleKind.STATUS: N_("The server answers with an error"),
        ObstacleKind.UNREACHED: N_("The page cannot be reached"),
        ObstacleKind.UNANSWERED: N_("The server has not answered yet"),
        ObstacleKind.CERTIFICATE: N_("The server cannot show that it is the right one"),
        ObstacleKind.DOWNLOAD: N_("The address gives a file in place of a page"),
        ObstacleKind.NO_PAGE: N_("The server gave no page"),
        ObstacleKind.SIGN_IN: N_("The server asks for a sign-in"),
        ObstacleKind.PROXY_SIGN_IN: N_("The network asks for a sign-in"),
        ObstacleKind.CLIENT_CERTIFICATE: N_("The server asks for a certificate of this computer"),
        ObstacleKind.BROKEN_OFF: N_("The page came only in part"),
        ObstacleKind.PROXY: N_("The network's proxy lets nothing through"),
        ObstacleKind.THIS_COMPUTER: N_("The server's name leads to this computer"),
        ObstacleKind.NO_WAY_OUT: N_("The exam program has lost its way to the network"),
    }
)
_SENTENCES: Mapping[ObstacleKind, str] = MappingProxyType(
    {
        ObstacleKind.ADDRESS: N_("It leads to an address that this exam does not allow, so that was not opened."),
        ObstacleKind.STATUS: N_("It answered with error {detail} in place of the page."),
        ObstacleKind.UNREACHED: N_("There is no connection to its server at the moment."),
        ObstacleKind.UNANSWERED: N_(
            "It was asked for the page, and the answer is still waited for. The page comes by itself if it answers."
        ),
        ObstacleKind.CERTIFICATE: N_("Its certificate is not valid here, so nothing was sent to it or opened from it."),
        ObstacleKind.DOWNLOAD: N_("Files are not opened in the exam's window."),
        ObstacleKind.NO_PAGE: N_("It was reached, but its answer holds nothing that can be shown."),
        ObstacleKind.SIGN_IN: N_("The page is not opened without a user name and a password that the server accepts."),
        ObstacleKind.PROXY_SIGN_IN: N_(
            "The way to it is not opened without a user name and a password that the network's proxy accepts."
        ),
        ObstacleKind.CLIENT_CERTIFICATE: N_("This program never gives a certificate of this computer to a page."),
        ObstacleKind.BROKEN_OFF: N_("The connection to its server broke off in the middle of it."),
        ObstacleKind.PROXY: N_(
            "This computer is set to reach the network through a proxy, and that does not answer or refuses the server."
        ),
        ObstacleKind.THIS_COMPUTER: N_("No server of an exam runs on the test taker's own computer; nothing was sent."),
        ObstacleKind.NO_WAY_OUT: N_(
            "The part of it that lets the exam's pages through has stopped, so nothing is sent."
        ),
    }
)
NO_ANSWER = N_("Exam page: no answer")
_NOT_LOADED = N_("Exam page: not loaded")
_ASK_INSTITUTION = N_(
    "This is not your fault, and it is noted. Try again. If it stays like this, tell your institution what stands here."
)
_BY_ITSELF = N_(
    "It is noted that the page did not come. The page is tried again by itself. "
    "If it stays like this, tell your institution what stands here."
)
_START_AGAIN = N_(
    "This is not your fault, and it is noted. Close the exam program and start it again: the exam goes on where it was."
)
_SIGN_IN_AGAIN = N_(
    "Try again to be asked once more. If you have no user name for it, tell your institution what stands here."
)
_SILENT = frozenset(
    {ObstacleKind.UNREACHED, ObstacleKind.UNANSWERED, ObstacleKind.PROXY_SIGN_IN, ObstacleKind.PROXY}
    | {ObstacleKind.NO_WAY_OUT}
)
_BUSY = frozenset({408, 425, 429})
_CERTIFICATES = range(-299, -199)
_CLIENT_CERTIFICATES = frozenset({-110, -117})
_PROXY_SIGN_INS = frozenset({-127, -323})
_BROKEN_OFF = frozenset({-354, -355})
_BLOCKED_BY_CLIENT = -20
_NO_GATE = -130
_NOT_CONNECTED = frozenset({-111, -120, -121})
"""Chromium's net errors: ERR_CERT_*, ERR_(BAD_)SSL_CLIENT_AUTH_CERT*, *PROXY_AUTH*, half answers, BLOCKED_BY_CLIENT,
PROXY_CONNECTION_FAILED (ours is the only one that it knows), TUNNEL_CONNECTION_FAILED and SOCKS_*.
"""
_AT_THE_GATE: Mapping[ConnectionFailure, ObstacleKind] = MappingProxyType(
    {
        ConnectionFailure.NOT_ALLOWED: ObstacleKind.ADDRESS,
        ConnectionFailure.THIS_COMPUTER: ObstacleKind.THIS_COMPUTER,
        ConnectionFailure.PROXY: ObstacleKind.PROXY,
        ConnectionFailure.PROXY_REFUSES: ObstacleKind.PROXY,
    }
)


@dataclass(frozen=True)
class Obstacle:
    """One failed attempt at a page: of which `host`; `detail` is an HTTP status or Chromium's name of an error."""

    kind: ObstacleKind
    host: str
    detail: str = ""

    @property
    def code(self) -> str:
        """What support is told."""
        return f"{self.kind} {self.detail}".rstrip()

    @property
    def passes(self) -> bool:
        """Whether it is likely to be over after a while, so that trying again by itself makes sense."""
        if self.kind is ObstacleKind.STATUS:
            return int(self.detail) in _BUSY or int(self.detail) >= 500
        return self.kind in {ObstacleKind.UNREACHED, ObstacleKind.BROKEN_OFF, ObstacleKind.PROXY}

    @property
    def server_silent(self) -> bool:
        """Whether the exam's server gave no answer of its own."""
        return self.kind in _SILENT

    @property
    def sign(self) -> str:
        """What happened, in the few words that the bar has room for."""
        return _(NO_ANSWER if self.server_silent else _NOT_LOADED)

    @property
    def title(self) -> str:
        """What happened, in a line."""
        return _(_TITLES[self.kind])

    @property
    def sentence(self) -> str:
        """What was seen, and nothing more."""
        return _(_SENTENCES[self.kind]).format(detail=isolate(self.detail))

    def remedy(self, *, by_itself: bool) -> str:
        """What the person can do; `by_itself`: the page is tried again without them."""
        if self.kind in {ObstacleKind.SIGN_IN, ObstacleKind.PROXY_SIGN_IN}:
            return _(_SIGN_IN_AGAIN)
        if self.kind is ObstacleKind.NO_WAY_OUT:
            return _(_START_AGAIN)
        return _(_BY_ITSELF) if by_itself else _(_ASK_INSTITUTION)


def obstacle_of(failed: QWebEngineLoadingInfo, at_the_gate: ConnectionFailure | None) -> Obstacle:
    """Return what a failed load met (measured on QtWebEngine 6.12: HTTP statuses come as failures too).

    `at_the_gate`: why there was no connection, which the engine is not told.
    """
    host, number = failed.url().host(), failed.errorCode()
    if failed.errorDomain() == QWebEngineLoadingInfo.ErrorDomain.HttpStatusCodeDomain:
        kind = ObstacleKind.SIGN_IN if number == 401 else ObstacleKind.STATUS
        return Obstacle(kind, host, str(number))
    name = failed.errorString().removeprefix("net::")
    if number == _NO_GATE:
        return Obstacle(ObstacleKind.NO_WAY_OUT, host, name)
    if number in _NOT_CONNECTED and at_the_gate is not None:
        return Obstacle(_AT_THE_GATE.get(at_the_gate, ObstacleKind.UNREACHED), host, at_the_gate)
    if number == _BLOCKED_BY_CLIENT:
        return Obstacle(ObstacleKind.ADDRESS, host)
    if number in _CLIENT_CERTIFICATES:
        return Obstacle(ObstacleKind.CLIENT_CERTIFICATE, host, name)
    if number in _CERTIFICATES:
        return Obstacle(ObstacleKind.CERTIFICATE, host, name)
    if number in _PROXY_SIGN_INS:
        return Obstacle(ObstacleKind.PROXY_SIGN_IN, host, name)
    return Obstacle(ObstacleKind.BROKEN_OFF if number in _BROKEN_OFF else ObstacleKind.UNREACHED, host, name)
