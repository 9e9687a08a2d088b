"""Which addresses the exam window may open.

A rule is written as one line, the way it reads in an address bar::

    https://exams.example.edu/            everything on that host and port
    https://exams.example.edu/quiz        /quiz and everything below it, but not /quizzes
    https://*.example.edu:8443/           every host below example.edu (not example.edu itself), on port 8443

The filter decides on the text the web engine reports, and compares it in the one spelling of
`app.policy.canonical_address`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.policy.canonical_address import Address, is_ip, shown
from app.policy.errors import AddressFault, AddressInvalid


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
        """Read a rule; raises `AddressInvalid`."""
        address = Address.parse_pattern(text)
        if "#" in text or "?" in text:
            raise AddressInvalid(AddressFault.RULE_WITH_QUERY, shown(text))
        subdomains = address.host.startswith("*.")
        host = address.host.removeprefix("*.")
        if subdomains and ("." not in host or is_ip(host)):
            raise AddressInvalid(AddressFault.RULE_TOO_WIDE, shown(text), host=host)
        return cls(address.scheme, host, address.port, address.path, subdomains)

    def __str__(self) -> str:
        """The rule as it is written."""
        host = f"*.{self.host}" if self.subdomains else self.host
        return str(Address(self.scheme, host, self.port, self.path, ""))

    def covers(self, address: Address) -> bool:
        """Whether `address` lies below this rule."""
        if address.scheme != self.scheme or not self.covers_host(address):
            return False
        below = self.path if self.path.endswith("/") else self.path + "/"
        return address.path == self.path or address.path.startswith(below)

    def covers_host(self, address: Address) -> bool:
        """Whether `address` is on a host and port of this rule."""
        if address.port != self.port:
            return False
        return address.host.endswith("." + self.host) if self.subdomains else address.host == self.host


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

    def allows_host(self, host: str, port: int) -> bool:
        """Whether anything at all may be reached at `port` of `host`, whatever the path: asked before connecting."""
        try:
            asked = Address.parse(f"https://[{host}]:{port}/" if ":" in host else f"https://{host}:{port}/")
        except AddressInvalid:
            return False
        if (asked.path, asked.query, asked.fragment) != ("/", "", ""):  # what was given is more than a host
            return False
        own = (self._start,) if self._hand_in is None else (self._start, self._hand_in)
        return any((each.host, each.port) == (asked.host, asked.port) for each in own) or any(
            rule.covers_host(asked) for rule in self._rules
        )

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
        return address.page == self._start.page

    def _hands_in(self, address: Address) -> bool:
        wanted = self._hand_in
        return wanted is not None and address.page == wanted.page and wanted.query in ("", address.query)
