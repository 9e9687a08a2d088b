"""The signed log of a session: its records, its chain, and how one record after another is checked.

Each record is signed by a key that the record before it announced, and the key is gone once it has
signed. So an attacker who takes over the machine later can neither alter nor re-sign what was logged before.
No decryption key is needed here: the endpoint witnesses the log with the same `LogVerifier`.
"""

import hashlib
import struct
from dataclasses import dataclass

from crypto.ed25519 import holds, is_strict
from crypto.errors import FormatError, TamperedError
from crypto.faults import Fault
from crypto.header import Header
from crypto.names import HEADER_NAME, LOG_NAME, MAX_LOG_BYTES, MAX_OBJECT_BYTES, segment_name
from crypto.segment import SEGMENT_HEAD_BYTES, SegmentHead

SEGMENT_RECORD_BYTES = 176
FINAL_RECORD_BYTES = 104
MAX_SEGMENTS = (MAX_LOG_BYTES - FINAL_RECORD_BYTES) // SEGMENT_RECORD_BYTES

_SIGNATURE_BYTES = 64
_SMALLEST_SEGMENT_BYTES = SEGMENT_HEAD_BYTES + 24 + 32 + 16
_SEGMENT = struct.Struct(">cBHIQ32s32s32s")
_FINAL = struct.Struct(">cBHI32s")
_STATE = struct.Struct(">8s32s32s32sIBB")
_STATE_OF_STREAM = struct.Struct(">IQ")
_STATE_MAGIC = b"ISFLOG1\x00"


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A log record that vouches for one segment."""

    stream: int
    index: int
    length: int
    """Bytes of the whole object, its head included."""
    sha256: bytes
    """Digest of the whole object."""
    chain: bytes
    next_pk: bytes
    """Ed25519 public key, 32 bytes, that signs the following record."""
    previous_chain: bytes

    @property
    def name(self) -> str:
        """Object name of the segment."""
        return segment_name(self.stream, self.index)

    def describes(self, data: bytes) -> bool:
        """Whether `data` is the very object that was sealed."""
        return len(data) == self.length and hashlib.sha256(data).digest() == self.sha256


@dataclass(frozen=True, slots=True)
class FinalEntry:
    """The record that ends a log: nothing may follow it."""

    count: int
    """How many segments the session has."""
    chain: bytes


LogEntry = SegmentEntry | FinalEntry


def first_chain(header: Header) -> bytes:
    """Chain value before the first record."""
    return hashlib.sha256(b"isf1/log\x00" + header.hid + header.com).digest()


def next_chain(previous: bytes, head: bytes, length: int, sha256: bytes, next_pk: bytes) -> bytes:
    """Chain value after the segment with these 52 `head` bytes."""
    return hashlib.sha256(b"isf1/chain\x00" + previous + head + length.to_bytes(8, "big") + sha256 + next_pk).digest()


def segment_body(entry: SegmentEntry) -> bytes:
    """Give the 112 signed bytes of a segment record."""
    return _SEGMENT.pack(b"E", entry.stream, 0, entry.index, entry.length, entry.sha256, entry.chain, entry.next_pk)


def final_body(entry: FinalEntry) -> bytes:
    """Give the 40 signed bytes of a final record."""
    return _FINAL.pack(b"F", 0, 0, entry.count, entry.chain)


def signed_bytes(hid: bytes, body: bytes) -> bytes:
    """What a record's signature covers: its kind, its session and its body."""
    return (b"isf1/seal\x00" if body[:1] == b"E" else b"isf1/final\x00") + hid + body


def split_log(data: bytes) -> tuple[list[bytes], bytes]:
    """Cut the bytes of a log into records and the rest of a record cut short by a crash.

    Bytes that begin no known record are given as one record, for `LogVerifier.accept` to refuse.
    """
    records = []
    position = 0
    while position < len(data):
        size = {b"E": SEGMENT_RECORD_BYTES, b"F": FINAL_RECORD_BYTES}.get(data[position : position + 1])
        if size is None:
            records.append(data[position:])
            break
        if position + size > len(data):
            return records, data[position:]
        records.append(data[position : position + size])
        position += size
    return records, b""


class LogVerifier:
    """Checks the log of one session, one record at a time, from the first.

    A refused record leaves the verifier as it was. Not safe for use by several threads at once.
    """

    def __init__(self, header: Header) -> None:
        self._hid = header.hid
        self._key = header.pk0
        self._chain = first_chain(header)
        self._next_index = [0] * len(header.description.streams)
        self._latest_t0_us = [0] * len(header.description.streams)
        self._count = 0
        self._finished = False

    @classmethod
    def resume(cls, header: Header, state: bytes) -> "LogVerifier":
        """Go on where the verifier that gave this `state` stood, without its records.

        The state is as trustworthy as the place it was kept in. Raises `FormatError` for one of another session,
        or one that `state` cannot have given.
        """
        verifier = cls(header)
        streams = len(verifier._next_index)
        if len(state) != _STATE.size + streams * _STATE_OF_STREAM.size:
            raise FormatError(f"{LOG_NAME}: the saved state has {len(state)} bytes; check the log from its beginning.")
        magic, hid, key, chain, count, finished, stated_streams = _STATE.unpack_from(state)
        places = list(_STATE_OF_STREAM.iter_unpack(state[_STATE.size :]))
        if (magic, hid, stated_streams) != (_STATE_MAGIC, header.hid, streams) or finished > 1:
            raise FormatError(f"{LOG_NAME}: the saved state is not one of this session.")
        if count != sum(index for index, _ in places) or count > MAX_SEGMENTS:
            raise FormatError(f"{LOG_NAME}: the saved state contradicts itself; check the log from its beginning.")
        verifier._key, verifier._chain, verifier._count, verifier._finished = key, chain, count, finished == 1
        verifier._next_index = [index for index, _ in places]
        verifier._latest_t0_us = [t0_us for _, t0_us in places]
        return verifier

    def state(self) -> bytes:
        """Give all that `resume` needs, 110 bytes and 12 for each stream. There is no secret in it."""
        places = zip(self._next_index, self._latest_t0_us, strict=True)
        return _STATE.pack(
            _STATE_MAGIC, self._hid, self._key, self._chain, self._count, self._finished, len(self._next_index)
        ) + b"".join(_STATE_OF_STREAM.pack(*place) for place in places)

    @property
    def count(self) -> int:
        """How many segment records were accepted."""
        return self._count

    @property
    def finished(self) -> bool:
        """Whether the final record was accepted."""
        return self._finished

    @property
    def chain(self) -> bytes:
        """Chain value after the last accepted record."""
        return self._chain

    def next_index(self, stream: int) -> int:
        """Index the next segment of the stream at position `stream` must have."""
        return self._next_index[stream]

    def accept(self, record: bytes) -> LogEntry:
        """Check that `record` is the one that follows, and step forward.

        Checked are its place, its signature by the key the record before announced, and the order of
        segments within their stream. Whether the segment itself is as described, `confirm` tells.
        Raises `TamperedError`.
        """
        if self._finished:
            raise TamperedError(f"{LOG_NAME}: there is data after the final record.", Fault.AFTER_END)
        if len(record) == SEGMENT_RECORD_BYTES and record[:1] == b"E":
            return self._accept_segment(record)
        if len(record) == FINAL_RECORD_BYTES and record[:1] == b"F":
            return self._accept_final(record)
        raise TamperedError(f"{LOG_NAME}: record {self._count} is no log record.", Fault.MALFORMED)

    def confirm(self, entry: SegmentEntry, data: bytes) -> SegmentHead:
        """Check that `data` is the object that `entry` vouches for; give its head.

        Call it in the order of each stream. Raises `TamperedError`.
        """
        if not entry.describes(data):
            raise TamperedError(f"{entry.name}: the object is not the one that was sealed.", Fault.NOT_AS_SEALED)
        head = self._own_head(entry, data)
        self._latest_t0_us[entry.stream] = head.t0_us
        return head

    def _own_head(self, entry: SegmentEntry, data: bytes) -> SegmentHead:
        # The signature covers these bytes, so a fault here is one of the program that sealed.
        try:
            head = SegmentHead.parse(data)
        except FormatError as error:
            raise TamperedError(f"{entry.name}: {error}", Fault.MALFORMED) from error
        if (head.stream, head.index, head.hid) != (entry.stream, entry.index, self._hid):
            raise TamperedError(
                f"{entry.name}: it is signed under this name but says it is another segment, "
                f"or of another {HEADER_NAME}.",
                Fault.OTHER_SEGMENT,
            )
        if head.t0_us < self._latest_t0_us[entry.stream]:
            raise TamperedError(f"{entry.name}: it begins before the segment in front of it.", Fault.BACKWARDS)
        chain = next_chain(entry.previous_chain, data[:SEGMENT_HEAD_BYTES], entry.length, entry.sha256, entry.next_pk)
        if chain != entry.chain:
            raise TamperedError(
                f"{entry.name}: the chain of the log does not lead from {HEADER_NAME} over it.", Fault.BROKEN_CHAIN
            )
        return head

    def _accept_segment(self, record: bytes) -> SegmentEntry:
        self._require_signature(record)
        _, stream, flags, index, length, sha256, chain, next_pk = _SEGMENT.unpack_from(record)
        where = f"{LOG_NAME}: record {self._count}"
        if flags != 0 or self._count >= MAX_SEGMENTS:
            raise TamperedError(f"{where} has flags {flags}, or is one too many.", Fault.MALFORMED)
        if stream >= len(self._next_index):
            raise TamperedError(
                f"{where} names stream {stream}, which the header does not list.", Fault.UNKNOWN_STREAM, stream=stream
            )
        if index != self._next_index[stream]:
            raise TamperedError(
                f"{where} is about segment {index} of stream {stream}, where {self._next_index[stream]} is next.",
                Fault.OUT_OF_ORDER,
                stream=stream,
                index=index,
                next=self._next_index[stream],
            )
        if not _SMALLEST_SEGMENT_BYTES <= length <= MAX_OBJECT_BYTES:
            raise TamperedError(f"{where} states a segment of {length} bytes.", Fault.MALFORMED)
        if not is_strict(next_pk):
            raise TamperedError(f"{where} announces a key under which a signature proves nothing.", Fault.WEAK_KEY)
        entry = SegmentEntry(stream, index, length, sha256, chain, next_pk, self._chain)
        self._key, self._chain = next_pk, chain
        self._next_index[stream] += 1
        self._count += 1
        return entry

    def _accept_final(self, record: bytes) -> FinalEntry:
        self._require_signature(record)
        _, stream, flags, count, chain = _FINAL.unpack_from(record)
        if (stream, flags, count, chain) != (0, 0, self._count, self._chain):
            raise TamperedError(
                f"{LOG_NAME}: the final record does not end this log of {self._count} records.", Fault.WRONG_END
            )
        self._finished = True
        return FinalEntry(count, chain)

    def _require_signature(self, record: bytes) -> None:
        body, signature = record[:-_SIGNATURE_BYTES], record[-_SIGNATURE_BYTES:]
        if not holds(self._key, signature, signed_bytes(self._hid, body)):
            raise TamperedError(
                f"{LOG_NAME}: record {self._count} is not signed by the key that the record before it announced.",
                Fault.BAD_SIGNATURE,
            )
