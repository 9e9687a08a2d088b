"""Which addresses the exam window may open.

A rule is written as one line, the way it reads in an address bar::

    https://exams.example.edu/            everything on that host and port
    https://exams.example.edu/quiz        /quiz and everything below it, but not /quizzes
    https://*.example.edu:8443/           every host below example.edu (not example.edu itself), on port 8443

The filter decides on the text the web engine reports. Whatever two programs could read in two ways (user names,
backslashes, unusual spellings of a host or a path) is refused rather than interpreted.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from app.policy.errors import AddressInvalid

MAX_ADDRESS_CHARACTERS = 8192

_PORTS = {"https": 443, "http": 80}
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_ADDRESS = re.compile(
    r"(?P<scheme>[A-Za-z]+)://(?P<host>\[[0-9A-Fa-f:]{2,39}\]|[A-Za-z0-9._*-]{1,253})(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?:\#.*)?",
    re.ASCII,
)
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\x9f\\\u2028\u2029]")
_DOT_SEGMENT = re.compile(rb"(?:^|/)\.{1,2}(?:;[^/]*)?(?:/|$)")


@dataclass(frozen=True)
class Address:
    """An address in the one spelling that is compared: lower-case scheme and host, explicit port, path as sent."""

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read an absolute address that a page may have; raises `AddressInvalid` with the reason.

        Only https, or http to this very machine (the demonstration, a local test server).
        """
        address = _parse(url)
        if "*" in address.host:
            raise AddressInvalid(f"{_shown(url)}: “*” stands in address rules only")
        return address


@dataclass(frozen=True)
class AddressRule:
    """One line of the list of allowed addresses; see the module's text for the form."""

    scheme: str
    host: str
    port: int
    path: str
    subdomains: bool

    @classmethod
    def parse(cls, text: str) -> AddressRule:
        """Read a rule; raises `AddressInvalid` with the reason and what to write instead."""
        address = _parse(text)
        if address.query or "#" in text or "?" in text:
            raise AddressInvalid(f"{_shown(text)}: a rule ends with the path; leave out everything from “?” or “#” on")
        subdomains = address.host.startswith("*.")
        host = address.host.removeprefix("*.")
        if subdomains and ("." not in host or _as_ip(host)):
            raise AddressInvalid(f"{_shown(text)}: “*.{host}” is too wide; name at least two parts after the “*”")
        return cls(address.scheme, host, address.port, address.path, subdomains)

    def covers(self, address: Address) -> bool:
        """Whether `address` lies below this rule."""
        if (address.scheme, address.port) != (self.scheme, self.port):
            return False
        if self.subdomains:
            if not address.host.endswith("." + self.host):
                return False
        elif address.host != self.host:
            return False
        below = self.path if self.path.endswith("/") else self.path + "/"
        return address.path == self.path or address.path.startswith(below)


class AddressFilter:
    """The decision for each address the exam window wants to open.

    The start address is always allowed, with any query and fragment. `hand_in` is the address whose opening means
    that the exam has been handed in; it is allowed too.
    """

    def __init__(self, start_url: str, allowed: Iterable[str] = (), hand_in: str | None = None) -> None:
        self._start = Address.parse(start_url)
        self._rules = tuple(AddressRule.parse(rule) for rule in allowed)
        self._hand_in = None if hand_in is None else Address.parse(hand_in)

    def allows(self, url: str) -> bool:
        """Whether the window may go to `url`: never ``view-source:``, ``data:``, ``file:``, ``blob:`` and the like."""
        try:
            address = Address.parse(url)
        except AddressInvalid:
            return False
        return self._is_start(address) or self._hands_in(address) or any(rule.covers(address) for rule in self._rules)

    def allows_resource(self, url: str) -> bool:
        """Whether a page of the exam may load `url` as a part of itself (picture, script, connection).

        As `allows`, and also ``data:`` (it brings nothing from outside), ``blob:`` made by an allowed page, and
        ``wss:``/``ws:`` where the https/http address is allowed. The start address's whole host and port count as
        allowed here, so that a page can bring its own style sheet without a rule.
        """
        if url[:5].lower() == "data:":
            return True
        if url[:5].lower() == "blob:":
            return self._allows_part(url[5:])
        scheme, _, rest = url.partition("://")
        return self._allows_part({"wss": "https", "ws": "http"}.get(scheme.lower(), scheme) + "://" + rest)

    def is_hand_in(self, url: str) -> bool:
        """Whether opening `url` means that the exam is handed in: same host, port and path, and the query if named."""
        try:
            return self._hands_in(Address.parse(url))
        except AddressInvalid:
            return False

    def _allows_part(self, url: str) -> bool:
        if self.allows(url):
            return True
        try:
            address = Address.parse(url)
        except AddressInvalid:
            return False
        start = self._start
        return (address.scheme, address.host, address.port) == (start.scheme, start.host, start.port)

    def _is_start(self, address: Address) -> bool:
        start = self._start
        return (address.scheme, address.host, address.port, address.path) == (
            start.scheme,
            start.host,
            start.port,
            start.path,
        )

    def _hands_in(self, address: Address) -> bool:
        wanted = self._hand_in
        return (
            wanted is not None
            and (address.scheme, address.host, address.port, address.path)
            == (wanted.scheme, wanted.host, wanted.port, wanted.path)
            and wanted.query in ("", address.query)
        )


def _parse(url: str) -> Address:
    if len(url) > MAX_ADDRESS_CHARACTERS:
        raise AddressInvalid(f"{_shown(url)}: longer than {MAX_ADDRESS_CHARACTERS} characters")
    if _UNPRINTABLE.search(url):
        raise AddressInvalid(f"{_shown(url)}: holds a space, a backslash or a control character")
    match = _ADDRESS.fullmatch(url)
    if match is None:
        raise AddressInvalid(
            f"{_shown(url)}: not an address of the form https://host/path; no user name may stand in it, "
            "and a host with other letters than a-z is written in its xn-- form"
        )
    scheme, host = match["scheme"].lower(), match["host"].lower()
    if scheme not in _PORTS:
        raise AddressInvalid(f"{_shown(url)}: only https addresses can be opened")
    host = _canonical_host(host, url)
    if scheme == "http" and not _is_loopback(host):
        raise AddressInvalid(f"{_shown(url)}: http is allowed to this machine only (127.0.0.1); use https")
    port = _PORTS[scheme] if match["port"] is None else int(match["port"])
    if not 1 <= port <= 65535:
        raise AddressInvalid(f"{_shown(url)}: there is no port {port}")
    path = match["path"] or "/"
    _refuse_double_meaning(path, url)
    return Address(scheme, host, port, path, match["query"] or "")


def _canonical_host(host: str, url: str) -> str:
    if host.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
        except ValueError as error:
            raise AddressInvalid(f"{_shown(url)}: {host} is no IPv6 address") from error
    if not _HOST.fullmatch(host.removeprefix("*.")):
        raise AddressInvalid(f"{_shown(url)}: “{host}” is not a host name (“*” may only be its first part)")
    # A last label of digits makes browsers read the whole host as an IPv4 number, in octal and hexadecimal too.
    last = host.rpartition(".")[2]
    if (last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last)) and not _as_ip(host):
        raise AddressInvalid(f"{_shown(url)}: “{host}” is no host name and no plain IPv4 address")
    return host


def _refuse_double_meaning(path: str, url: str) -> None:
    # A server may undo percent signs once more than the browser: what would climb out of a rule's path is refused.
    decoded = path.encode()
    for _ in range(3):
        if _DOT_SEGMENT.search(decoded) or b"\\" in decoded or b"\x00" in decoded:
            raise AddressInvalid(f"{_shown(url)}: the path holds “.”, “..”, a backslash or a zero byte")
        decoded = unquote_to_bytes(decoded)


def _as_ip(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _shown(url: str) -> str:
    # Shortened, and without the query, which may carry a person's token.
    shown = re.sub(r"[\x00-\x1f\x7f-\x9f]", "�", url.partition("?")[0])
    return f"“{shown[:80]}…”" if len(shown) > 80 else f"“{shown}”"
