"""An address in the one spelling in which it is signed, compared and shown.

The same address can be written in many ways: ``https://PRÜFUNG.example:443/%7eprof`` and
``https://xn--prfung-4ya.example./~prof`` lead to the same page. The engine puts an address into the form of the
`URL Standard <https://url.spec.whatwg.org/>`_ and Qt into that of RFC 3986 on top, before the filter is asked. So does
this: the parser that pydantic brings follows the standard, what is left here is percent signs and the dot that may end
a host. What two programs could read in two ways is refused rather than interpreted: user names, backslashes,
percent signs that encode nothing (Qt then encodes every other one of the address once more), dots behind percent signs.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from pydantic_core import Url

from app.policy.errors import AddressFault, AddressInvalid

MAX_ADDRESS_CHARACTERS = 2 * 1024 * 1024
"""As many as the engine takes: a sign-in by SAML alone sends tens of thousands."""

_PORTS = {"https": 443, "http": 80}
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:]+\]", re.ASCII)
_BEGINNING = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<host>[^/?#:\[]+|\[[^/?#\]]*\])(?::(?P<port>[0-9]+))?(?=[/?#]|$)"
)
_INVISIBLE = re.compile(
    r"[\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]|^ | $"
)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DOT_SEGMENT = re.compile(rb"(?:^|/)\.{1,2}(?:;[^/]*)?(?:/|$)")
_TRIPLET_OR_NOT_PLAIN = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~!$&'()*+,;=:@/?-]")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]", re.ASCII)


@dataclass(frozen=True)
class Address:
    """An address in its one spelling: ASCII, lower-case host, explicit port, percent signs only where needed.

    `query` and `fragment` begin with their sign where there is one.
    """

    scheme: str
    host: str
    port: int
    path: str
    query: str
    fragment: str = ""

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read an absolute address that a page may have; raises `AddressInvalid`.

        Only https, or http to this very machine (the demonstration, a local test server).
        """
        address = cls.parse_pattern(url)
        if "*" in address.host:
            raise AddressInvalid(AddressFault.STAR_IN_ADDRESS, shown(url))
        return address

    @classmethod
    def parse_pattern(cls, url: str) -> Address:
        """As `parse`, and the host may begin with ``*.``, as in a rule."""
        beginning = _beginning(url)
        scheme = beginning["scheme"].lower()
        starred = beginning["host"].startswith("*.")
        try:
            read = Url(url[: beginning.start("host")] + url[beginning.start("host") + 2 :] if starred else url)
        except ValueError as error:
            raise AddressInvalid(AddressFault.HOST, shown(url), host=beginning["host"]) from error
        host = (read.host or "").removesuffix(".")
        if not _HOST.fullmatch(host):
            raise AddressInvalid(AddressFault.HOST, shown(url), host=beginning["host"])
        if scheme == "http" and (starred or not _is_loopback(host)):
            raise AddressInvalid(AddressFault.HTTP, shown(url))
        port = _PORTS[scheme] if read.port is None else read.port
        path = _plain(read.path or "/")
        _refuse_double_meaning(_written_path(url, beginning), url)
        _refuse_double_meaning(path, url)
        query, fragment = _plain(read.query or ""), _plain(read.fragment or "")
        return cls(
            scheme,
            "*." + host if starred else host,
            port,
            path,
            "?" + query if query else "",
            "#" + fragment if fragment else "",
        )

    def __str__(self) -> str:
        """The address as it is written; the port that its scheme has anyway is left out."""
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}{self.query}{self.fragment}"

    @property
    def on_this_machine(self) -> bool:
        """Whether it leads to the very machine on which it is opened."""
        return _is_loopback(self.host)

    @property
    def page(self) -> tuple[str, str, int, str]:
        """What two addresses of one page have in common, whatever they ask of it."""
        return self.scheme, self.host, self.port, self.path


def is_ip(host: str) -> bool:
    """Whether `host` is a number and no name."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def shown(url: str) -> str:
    """`url` for a message: shortened, without the query, which may carry a person's token, and all of it visible."""
    text = _INVISIBLE.sub("�", url.partition("?")[0])
    return f"{text[:80]}…" if len(text) > 80 else text


def _beginning(url: str) -> re.Match[str]:
    if len(url) > MAX_ADDRESS_CHARACTERS:
        raise AddressInvalid(AddressFault.TOO_LONG, shown(url), most=MAX_ADDRESS_CHARACTERS)
    if _INVISIBLE.search(url) or "\\" in re.split(r"[?#]", url, maxsplit=1)[0]:
        raise AddressInvalid(AddressFault.UNPRINTABLE, shown(url))
    if _STRAY_PERCENT.search(url):
        raise AddressInvalid(AddressFault.PERCENT, shown(url))
    match = _BEGINNING.match(url)
    if match is None:
        raise AddressInvalid(AddressFault.FORM, shown(url))
    if match["scheme"].lower() not in _PORTS:
        raise AddressInvalid(AddressFault.SCHEME, shown(url), scheme=match["scheme"])
    if "@" in match["host"]:
        raise AddressInvalid(AddressFault.USER_NAME, shown(url))
    if match["port"] and not (len(match["port"]) <= 5 and 1 <= int(match["port"]) <= 65535):
        raise AddressInvalid(AddressFault.PORT, shown(url), port=match["port"][:20])
    return match


def _written_path(url: str, beginning: re.Match[str]) -> str:
    return re.split(r"[?#]", url[beginning.end() :], maxsplit=1)[0]


def _plain(part: str) -> str:
    """`part` with percent signs before what has to be encoded, in capitals, and before nothing else."""
    return _TRIPLET_OR_NOT_PLAIN.sub(_plain_triplet, part)


def _plain_triplet(found: re.Match[str]) -> str:
    text = found[0]
    if len(text) == 3:
        character = chr(int(text[1:], 16))
        return character if _UNRESERVED.fullmatch(character) else text.upper()
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _refuse_double_meaning(path: str, url: str) -> None:
    # A server may undo percent signs once more than the browser: what would climb out of a rule's path is refused.
    decoded = path.encode()
    for _ in range(3):
        if _DOT_SEGMENT.search(decoded) or b"\\" in decoded or b"\x00" in decoded:
            raise AddressInvalid(AddressFault.DOTS, shown(url))
        decoded = unquote_to_bytes(decoded)


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (is_ip(host) and ipaddress.ip_address(host.strip("[]")).is_loopback)
