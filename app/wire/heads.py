"""Heads: the endpoint's signed word on how far all the logs of an institution's sessions have come, never taken back.

An endpoint keeps for each institution a list of entries that only grows. An entry is one line of text: a session, how
many log records it has, and the SHA-256 of the newest one, which by its chain stands for all before it (of `header.isf`
where there is no record yet); or that the session was deleted. A hash chain leads over the entries, and a head signs
how many there are and where the chain has come. Whoever keeps a head sees whether a later one goes on from it, and
whether a session is still the one it was: app/wire/README.md has the format whole.
"""

import hashlib
import re
from dataclasses import asdict, dataclass
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.wire.errors import HeadRefused
from app.wire.objects import is_sid
from app.wire.signed_lines import StatedTime, sign_line, signed_line

MAX_HEAD_BYTES = 2048
MAX_ENTRY_CHARACTERS = 160
MOST_ENTRIES = 10_000
"""Entries given in one answer."""

_KIND = "invigilo head 1"
_ENTRY = re.compile(r"(\S{1,64}) (?:(0|[1-9][0-9]{0,7}) ([0-9a-f]{64})|deleted)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: session `sid` has `records` log records, and `sha256` is the newest's; both `None` once deleted."""

    sid: str
    records: int | None
    sha256: str | None

    def text(self) -> str:
        """The line; `read_entry` reads it back."""
        return f"{self.sid} deleted" if self.records is None else f"{self.sid} {self.records} {self.sha256}"


@dataclass(frozen=True, slots=True)
class Head:
    """What an endpoint signs for an institution: `size` entries lead to `chain` (64 hexadecimal digits), at time `at`.

    `at` is RFC 3339 with offset, by the endpoint's clock.
    """

    institution: str
    size: int
    chain: str
    at: str
    endpoint_id: str


class _HeadLine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    institution: Annotated[str, Field(min_length=1, max_length=64)]
    size: Annotated[int, Field(ge=0, le=10**12)]
    chain: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    at: StatedTime
    endpoint_id: Annotated[str, Field(min_length=1, max_length=128)]


def first_chain(endpoint_id: str, institution: str) -> str:
    """Where the chain of an institution's entries begins."""
    return hashlib.sha256(f"invigilo entries 1\0{endpoint_id}\0{institution}".encode()).hexdigest()


def next_chain(chain: str, entry: str) -> str:
    """Where the chain leads over the line `entry`."""
    return hashlib.sha256(b"invigilo entry 1\0" + bytes.fromhex(chain) + entry.encode("ascii")).hexdigest()


def read_entry(text: str) -> Entry:
    """Read a line.

    Raises:
        HeadRefused: it is no entry.
    """
    match = _ENTRY.fullmatch(text)
    if match is None or not is_sid(match[1]):
        raise HeadRefused("This is no entry: expected a session, a number of records and a digest, or “deleted”.")
    return Entry(match[1], None if match[2] is None else int(match[2]), match[3])


def sign_head(head: Head, key: Ed25519PrivateKey) -> bytes:
    """Sign the facts."""
    return sign_line(_KIND, asdict(head), key)


def verify_head(data: bytes, key: Ed25519PublicKey) -> Head:
    """Check the signature, then read the facts.

    Raises:
        HeadRefused: not two lines, not signed by `key`, or facts out of bounds.
    """
    if len(data) > MAX_HEAD_BYTES:
        raise HeadRefused(f"The head has {len(data)} bytes; at most {MAX_HEAD_BYTES} are allowed.")
    line = signed_line(_KIND, data, key)
    if line is None:
        raise HeadRefused("The head is not signed by this endpoint.")
    try:
        return Head(**_HeadLine.model_validate_json(line).model_dump())
    except ValidationError as error:
        raise HeadRefused("The head is signed, but its facts are out of bounds.") from error
