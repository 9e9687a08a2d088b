"""What can be wrong with words exchanged between client and endpoint.

WireError
├── ObjectNameRefused   an address or file name that is no object of a session
├── ReceiptRefused      a receipt that does not prove what it should
├── HeadRefused         a head or an entry that is none
├── TicketRefused       a ticket that the institution's ticket key has not signed, or that says something unreadable
├── TokenRefused        a token that is not ours, is out of time, or says something unreadable
└── RegionRefused       a region identifier outside the agreed alphabet
"""


class WireError(Exception):
    """Anything refused by the vocabulary that client and endpoint share."""


class ObjectNameRefused(WireError):
    """An address or file name does not name an object of a session."""


class ReceiptRefused(WireError):
    """A receipt is malformed, signed by another key, or speaks of another object."""


class HeadRefused(WireError):
    """A head is malformed or signed by another key, or an entry is none."""


class TicketRefused(WireError):
    """A ticket is malformed or signed by another key."""


class TokenRefused(WireError):
    """A token is malformed, signed by another key, expired or of an unknown scope."""


class RegionRefused(WireError):
    """A region identifier is not lower-case letters, digits and single hyphens."""
