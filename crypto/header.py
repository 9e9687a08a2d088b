"""The header of a sealed session: what is recorded, for whom, and which key signs the log first."""

import hashlib
import json
import re
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from crypto.ed25519 import is_strict
from crypto.errors import FormatError
from crypto.faults import Fault

MAGIC = b"ISF1\r\n\x1a\n"
VERSION = 1
SUITE = 1
MAX_META_BYTES = 64 * 1024
MAX_STREAMS = 16

_PREFIX = struct.Struct(">8sBBHI")
_COMMITMENT_BYTES = 32
_LARGEST_INTEGER = 2**63 - 1

_PATTERNS = {
    "attempt": re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    "config_sha256": re.compile(r"[0-9a-f]{64}"),
    "started_at": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z"),
    "previous": re.compile(r"[0-9a-f]{64}"),
    "pk0": re.compile(r"[0-9a-f]{64}"),
}
_STREAM = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDescription:
    """What one take of one attempt is, in the words that stand readable in its header.

    Everything here is visible to the party that stores the session, so `candidate` is a pseudonym. Raises
    `FormatError` for a value the format does not allow.
    """

    institution: str
    """Identifier of the institution, 1 to 256 printable characters."""
    exam: str
    """Identifier of the exam, 1 to 256 printable characters."""
    config_sha256: str
    """SHA-256 of the signed exam settings, 64 lower-case hexadecimal digits."""
    attempt: str
    """The attempt: a UUID in its lower-case text form."""
    take: int
    """Which life of the recorder within the attempt, from 0."""
    candidate: str
    """Pseudonym of the test taker, 1 to 256 printable characters."""
    started_at: str
    """Wall-clock time of the start of this take, RFC 3339 in UTC: `2026-11-22T09:00:00Z`."""
    t0_ns: int
    """Monotonic clock at the start of the attempt, nanoseconds; every `t0_us` counts from here.

    Below zero where the machine was restarted since, because its monotonic clock began anew."""
    client: str
    """Name, version and digest of the client program, up to 256 printable characters."""
    nonce: str
    """What the endpoint gave out for this attempt, up to 256 printable characters; empty when offline."""
    streams: tuple[str, ...]
    """Names of the recorded streams, 1 to 16; a stream is known by its position here."""
    previous: str | None = None
    """`hid` of the take before, hexadecimal; `None` for take 0 or when it is not known."""

    def __post_init__(self) -> None:
        for name, shortest in (("institution", 1), ("exam", 1), ("candidate", 1), ("client", 0), ("nonce", 0)):
            _require_text(name, getattr(self, name), shortest)
        for name in ("attempt", "config_sha256", "started_at"):
            _require_pattern(name, getattr(self, name))
        for name, smallest, largest in (("take", 0, 2**32 - 1), ("t0_ns", -_LARGEST_INTEGER, _LARGEST_INTEGER)):
            _require_integer(name, getattr(self, name), smallest, largest)
        if self.previous is not None:
            _require_pattern("previous", self.previous)
            if self.take == 0:
                raise FormatError("Session header: take 0 names a previous take; the first take has none.")
        if not 1 <= len(self.streams) <= MAX_STREAMS or len(set(self.streams)) != len(self.streams):
            raise FormatError(f"Session header: 'streams' must be 1 to {MAX_STREAMS} different names.")
        for stream in self.streams:
            if not _STREAM.fullmatch(stream):
                raise FormatError(f"Session header: {stream!r:.60} is no stream name (a-z, 0-9 and -, at most 32).")

    @property
    def session(self) -> str:
        """The session identifier `<attempt>.<take>`."""
        return f"{self.attempt}.{self.take}"


@dataclass(frozen=True, slots=True)
class Header:
    """One `header.isf`, the anchor everything else of a session is bound to."""

    description: SessionDescription
    pk0: bytes
    """Ed25519 public key, 32 bytes, that signs log record 0."""
    com: bytes
    """Commitment to the session key, 32 bytes; not covered by `hid`, but by every slot and the log."""
    hid: bytes
    """Session digest, 32 bytes: SHA-256 of the header without its commitment."""

    @staticmethod
    def hid_of(description: SessionDescription, pk0: bytes) -> bytes:
        """Compute the session digest before the session key has been committed to."""
        return hashlib.sha256(_encode_body(description, pk0)).digest()

    @classmethod
    def of(cls, description: SessionDescription, pk0: bytes, com: bytes) -> "Header":
        """Put a header together; `hid` follows from the description and `pk0`."""
        return cls(description=description, pk0=pk0, com=com, hid=cls.hid_of(description, pk0))

    def encode(self) -> bytes:
        """Give the bytes of `header.isf`."""
        return _encode_body(self.description, self.pk0) + self.com

    @classmethod
    def parse(cls, data: bytes) -> "Header":
        """Read the bytes of a `header.isf`; `FormatError` for anything a sealer would not have written."""
        if len(data) < _PREFIX.size:
            raise FormatError(f"header.isf: {len(data)} bytes are too few for a header.")
        magic, version, suite, flags, meta_length = _PREFIX.unpack_from(data)
        if magic != MAGIC:
            raise FormatError("header.isf: this is not the header of a sealed session.")
        if (version, suite, flags) != (VERSION, SUITE, 0):
            raise FormatError(
                f"header.isf: version {version}, suite {suite}, flags {flags} are not known here; "
                f"this program reads version {VERSION}, suite {SUITE}. Use the program that sealed it, or a newer one.",
                Fault.OTHER_VERSION,
                version=version,
                suite=suite,
                flags=flags,
            )
        if meta_length > MAX_META_BYTES or len(data) != _PREFIX.size + meta_length + _COMMITMENT_BYTES:
            raise FormatError("header.isf: its length is not the one it states.")
        body = data[: _PREFIX.size + meta_length]
        description, pk0 = _parse_meta(body[_PREFIX.size :])
        header = cls.of(description, pk0, data[len(body) :])
        # One session, one spelling: other white space, key order or escapes would be another hid.
        if header.encode() != data:
            raise FormatError("header.isf: its description is not written in canonical form.")
        return header


def canonical_json(value: Mapping[str, Any]) -> bytes:
    """Encode as UTF-8 JSON with sorted keys, no white space and only the escapes JSON demands."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")


def _encode_body(description: SessionDescription, pk0: bytes) -> bytes:
    meta = canonical_json({**asdict(description), "pk0": pk0.hex()})
    return _PREFIX.pack(MAGIC, VERSION, SUITE, 0, len(meta)) + meta


def _parse_meta(meta: bytes) -> tuple[SessionDescription, bytes]:
    try:
        values = json.loads(meta.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise FormatError("header.isf: its description is not JSON in UTF-8.") from error
    if not isinstance(values, dict) or values.keys() != {"pk0", *(field.name for field in fields(SessionDescription))}:
        raise FormatError("header.isf: its description has not exactly the fields of version 1.")
    pk0 = values.pop("pk0")
    _require_pattern("pk0", pk0)
    if not is_strict(bytes.fromhex(pk0)):
        raise FormatError("header.isf: 'pk0' is a key under which a signature proves nothing.", Fault.WEAK_KEY)
    streams = values.pop("streams")
    if not isinstance(streams, list) or not all(isinstance(stream, str) for stream in streams):
        raise FormatError("header.isf: 'streams' must be a list of names.")
    return SessionDescription(streams=tuple(streams), **values), bytes.fromhex(pk0)


def _require_text(name: str, value: object, shortest: int) -> None:
    if not isinstance(value, str) or not shortest <= len(value) <= 256 or not value.isprintable():
        raise FormatError(f"Session header: {name!r} must be {shortest} to 256 printable characters.")


def _require_pattern(name: str, value: object) -> None:
    if not isinstance(value, str) or not _PATTERNS[name].fullmatch(value):
        raise FormatError(f"Session header: {name!r} is not written as the format demands.")


def _require_integer(name: str, value: object, smallest: int, largest: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not smallest <= value <= largest:
        raise FormatError(f"Session header: {name!r} must be a whole number from {smallest} to {largest}.")
