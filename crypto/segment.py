"""One sealed segment: its readable head and the Cobblestone-256 message behind it."""

import struct
from dataclasses import dataclass

from cryptography.cobblestone import Cobblestone256Encryptor

from crypto.errors import FormatError

MAX_SEGMENT_BYTES = 240 * 1024
"""Largest plaintext of one segment."""
SEGMENT_HEAD_BYTES = 52

_MAGIC = b"ISG1"
_VERSION = 1
_HEAD = struct.Struct(">4sBBHIQ32s")
_CONTEXT = b"isf1/seg\x00"
# Salt, commitment and one tag for each chunk begun. The library asks for this much before it fills a buffer.
_LARGEST_SEALED_BYTES = SEGMENT_HEAD_BYTES + MAX_SEGMENT_BYTES + 24 + 32 + 16 * (MAX_SEGMENT_BYTES // 16_384 + 1)


@dataclass(frozen=True, slots=True)
class SegmentHead:
    """The 52 readable bytes before the sealed ones; bound into the segment's key and context."""

    stream: int
    """Position of the stream in the session's list."""
    index: int
    t0_us: int
    """Time of its first frame, sample or event, microseconds since the start of the attempt."""
    hid: bytes
    """Digest of the session it belongs to, 32 bytes."""

    def encode(self) -> bytes:
        """Give the 52 bytes."""
        return _HEAD.pack(_MAGIC, _VERSION, self.stream, 0, self.index, self.t0_us, self.hid)

    @classmethod
    def parse(cls, data: bytes) -> "SegmentHead":
        """Read the head of a segment object; `FormatError` unless version and flags are known."""
        if len(data) < SEGMENT_HEAD_BYTES:
            raise FormatError(f"Segment: {len(data)} bytes are too few for its head.")
        magic, version, stream, flags, index, t0_us, hid = _HEAD.unpack_from(data)
        if (magic, version, flags) != (_MAGIC, _VERSION, 0):
            raise FormatError("Segment: its head is not one of version 1.")
        return cls(stream, index, t0_us, hid)


def segment_context(head: bytes) -> bytes:
    """What the sealed bytes of a segment are bound to besides their key: its whole head."""
    return _CONTEXT + head


class SegmentEncryptor:
    """Seals segments one after another through one buffer.

    Fresh memory for each would cost the system several times what the encryption costs: 210 instead of 27
    microseconds for 240 KiB. Not safe for use by several threads at once.
    """

    def __init__(self) -> None:
        self._buffer = bytearray(_LARGEST_SEALED_BYTES)

    def seal(self, key: bytearray, head: bytes, plaintext: bytes | bytearray) -> bytes:
        """Seal at most `MAX_SEGMENT_BYTES` under the segment's `key`: head, salt 24, commitment 32, chunks."""
        encryptor = Cobblestone256Encryptor(key, segment_context(head))
        room = memoryview(self._buffer)
        room[:SEGMENT_HEAD_BYTES] = head
        end = SEGMENT_HEAD_BYTES + encryptor.update_into(plaintext, room[SEGMENT_HEAD_BYTES:])
        last = encryptor.finalize()
        room[end : end + len(last)] = last
        return bytes(room[: end + len(last)])
