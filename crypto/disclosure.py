"""Disclosure of single segments: one clip is handed out, and the rest of the session stays shut.

For an appeal the institution gives out the keys of a few segments. Each opens its one segment and says nothing of
any other key. Whoever receives them needs `header.isf`, the log and those segments, and sees by the signed log that
they are what was recorded, at that place and time of the session.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crypto.chunks import ChunkReader
from crypto.errors import FormatError, KeyMismatchError, TamperedError
from crypto.folder import SealedSource
from crypto.header import MAX_STREAMS, Header
from crypto.log import LogVerifier, SegmentEntry, split_log
from crypto.names import HEADER_NAME, LOG_NAME, parse_slice_name, segment_name, slice_name
from crypto.segment import SEGMENT_HEAD_BYTES, segment_context

MAX_SEGMENTS_DISCLOSED = 4096
MAX_FILE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SegmentKey:
    """The key of one segment."""

    stream: int
    """Position of the stream in the header's list."""
    index: int
    key: bytes

    def __repr__(self) -> str:
        return f"SegmentKey(stream={self.stream}, index={self.index})"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Keys of some segments of one session. Raises `FormatError` for none, too many, or two of one segment."""

    hid: bytes
    """Digest of the session, 32 bytes."""
    keys: tuple[SegmentKey, ...]

    def __post_init__(self) -> None:
        different = {(key.stream, key.index) for key in self.keys}
        if not 1 <= len(self.keys) <= MAX_SEGMENTS_DISCLOSED or len(different) != len(self.keys):
            raise FormatError(f"Disclosure: it must be of 1 to {MAX_SEGMENTS_DISCLOSED} different segments.")

    def encode(self) -> bytes:
        """Give the bytes of the disclosure file. They are a secret, to be handed to one person."""
        keys = [
            _Key(stream=key.stream, index=key.index, key=base64.b64encode(key.key).decode("ascii")) for key in self.keys
        ]
        return _File(hid=self.hid.hex(), keys=keys).model_dump_json(indent=2).encode("utf-8") + b"\n"

    @classmethod
    def parse(cls, data: bytes) -> "Disclosure":
        """Read the bytes of a disclosure file; `FormatError` for anything else."""
        if len(data) > MAX_FILE_BYTES:
            raise FormatError(f"Disclosure: {len(data)} bytes, where {MAX_FILE_BYTES} are the most.")
        try:
            file = _File.model_validate_json(data)
            keys = [SegmentKey(key.stream, key.index, base64.b64decode(key.key, validate=True)) for key in file.keys]
        except ValidationError as error:
            # The field and the rule, never the value: it may be a key.
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "content"
            raise FormatError(f"Disclosure: {where}: {first['msg']}") from None
        return cls(bytes.fromhex(file.hid), tuple(keys))


class _Key(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    stream: Annotated[int, Field(ge=0, lt=MAX_STREAMS)]
    index: Annotated[int, Field(ge=0, lt=10**8)]
    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$")]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal["invigilo-disclosure"] = "invigilo-disclosure"
    version: Literal[1] = 1
    hid: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    keys: Annotated[list[_Key], Field(min_length=1, max_length=MAX_SEGMENTS_DISCLOSED)]


@dataclass(frozen=True, slots=True)
class DisclosedSegment:
    """One segment that was opened by its own key and is vouched for by the signed log."""

    stream: str
    index: int
    t0_us: int
    """Microseconds since the start of the attempt."""
    data: bytes


def open_disclosed(source: SealedSource, disclosure: Disclosure) -> Iterator[DisclosedSegment]:
    """Open the segments of `disclosure` in the order of the log, each when it is asked for.

    `source` needs no more than the header, the log up to the last of them, and the segments themselves. Raises
    `FormatError` for an object that is absent or malformed, `TamperedError` for a log or segment that is not as it
    was signed, and `KeyMismatchError` for a disclosure of another session or a key that does not open its segment.
    """
    header = Header.parse(source.read(HEADER_NAME))
    if header.hid != disclosure.hid:
        raise KeyMismatchError(f"Disclosure: it is of another session than {header.description.session}.")
    wanted = {(key.stream, key.index): key.key for key in disclosure.keys}
    verifier = LogVerifier(header)
    for record in log_records(source):
        entry = verifier.accept(record)
        key = wanted.pop((entry.stream, entry.index), None) if isinstance(entry, SegmentEntry) else None
        if isinstance(entry, SegmentEntry) and key is not None:
            yield _open(source.read(entry.name), entry, key, verifier, header.description.streams)
        if not wanted:
            return
    missing = ", ".join(segment_name(*place) for place in sorted(wanted))
    raise TamperedError(f"Disclosure: the log of the session does not vouch for {missing:.200}.")


def log_records(source: SealedSource) -> Iterator[bytes]:
    """Give the records of a log one after another, be it one file or slices; a record cut short at its end is left out.

    Raises `FormatError` for a slice that is absent.
    """
    names = source.names()
    if LOG_NAME in names:
        yield from split_log(source.read(LOG_NAME))[0]
        return
    for number in range(sum(parse_slice_name(name) is not None for name in names)):
        yield source.read(slice_name(number))


def _open(
    data: bytes, entry: SegmentEntry, key: bytes, verifier: LogVerifier, streams: Sequence[str]
) -> DisclosedSegment:
    head = verifier.confirm(entry, data)
    context = segment_context(head.encode())
    try:
        plaintext, at_end = ChunkReader(key, context, memoryview(data)[SEGMENT_HEAD_BYTES:]).beginning()
    except TamperedError as error:
        raise KeyMismatchError(f"Disclosure: the key for {entry.name} does not open it.") from error
    if not at_end:
        raise TamperedError(f"{entry.name}: it is signed, but a part of it is not authentic.")
    return DisclosedSegment(streams[entry.stream], entry.index, head.t0_us, plaintext)
