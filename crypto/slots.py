"""Key slots: the session key, wrapped once for everyone who may open the session (`keys.isf`)."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crypto.derivation import length_prefixed
from crypto.errors import FormatError
from crypto.faults import Fault
from crypto.header import Header
from crypto.keys import MAX_KID_BYTES, RecipientPublic, wrap
from crypto.names import KEYS_NAME, MAX_OBJECT_BYTES
from crypto.token_keys import TokenPublic, wrap_for_token

HYBRID = 1
"""Slot type ML-KEM-768 with X25519."""
TOKEN = 2
"""Slot type P-256, for hardware tokens."""
MAX_SEALED_BYTES = 4096

_KID_HEAD = struct.Struct(">cBH")
_SEALED_HEAD = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Slot:
    """One wrapped session key; a `kind` this program does not know is carried, never an error."""

    kind: int
    kid: bytes
    sealed: bytes

    def encode(self) -> bytes:
        """Give the bytes of this slot as they stand in `keys.isf`."""
        return (
            _KID_HEAD.pack(b"K", self.kind, len(self.kid))
            + self.kid
            + _SEALED_HEAD.pack(len(self.sealed))
            + self.sealed
        )


def slot_info(header: Header, kind: int, kid: bytes) -> bytes:
    """What a slot's wrapping is bound to: this session, this session key, this kind and this name."""
    return b"isf1/slot\x00" + length_prefixed(header.hid, header.com, bytes([kind]), kid)


SlotRecipient = RecipientPublic | TokenPublic
"""Whoever a session can be sealed to."""


def make_slot(header: Header, session_key: bytearray, recipient: SlotRecipient) -> Slot:
    """Wrap `session_key` for `recipient`."""
    kid = recipient.kid.encode("ascii")
    if isinstance(recipient, TokenPublic):
        return Slot(TOKEN, kid, wrap_for_token(recipient, session_key, slot_info(header, TOKEN, kid)))
    return Slot(HYBRID, kid, wrap(recipient, session_key, slot_info(header, HYBRID, kid)))


def encode_slots(slots: Sequence[Slot]) -> bytes:
    """Give the bytes of a whole `keys.isf`; `FormatError` when it would be too large to store."""
    data = b"".join(slot.encode() for slot in slots)
    if len(data) > MAX_OBJECT_BYTES:
        raise FormatError(f"{KEYS_NAME}: {len(slots)} recipients are too many; seal to an exam key instead.")
    return data


def read_slots(data: bytes) -> tuple[tuple[Slot, ...], FormatError | None]:
    """Read slots up to the end of `data` or to the first damage, which is returned beside them.

    A damaged slot file locks people out but harms nothing else, so what stands before the damage stays usable.
    """
    slots: list[Slot] = []
    position = 0
    try:
        if len(data) > MAX_OBJECT_BYTES:
            raise FormatError(
                f"{KEYS_NAME}: {len(data)} bytes, where {MAX_OBJECT_BYTES} are the most.",
                Fault.TOO_LARGE,
                limit=MAX_OBJECT_BYTES,
            )
        while position < len(data):
            tag, kind, kid_length = _unpack(_KID_HEAD, data, position)
            if tag != b"K" or not 1 <= kid_length <= MAX_KID_BYTES:
                raise FormatError(f"{KEYS_NAME}: no key slot begins at byte {position}.")
            kid, position_after_kid = _take(data, position + _KID_HEAD.size, kid_length)
            (sealed_length,) = _unpack(_SEALED_HEAD, data, position_after_kid)
            if sealed_length > MAX_SEALED_BYTES:
                raise FormatError(f"{KEYS_NAME}: the slot at byte {position} states {sealed_length} sealed bytes.")
            sealed, position = _take(data, position_after_kid + _SEALED_HEAD.size, sealed_length)
            slots.append(Slot(kind, kid, sealed))
    except FormatError as damage:
        return tuple(slots), damage
    return tuple(slots), None


def _unpack(layout: struct.Struct, data: bytes, position: int) -> tuple[Any, ...]:
    piece, _ = _take(data, position, layout.size)
    return layout.unpack(piece)


def _take(data: bytes, position: int, length: int) -> tuple[bytes, int]:
    if position + length > len(data):
        raise FormatError(f"{KEYS_NAME}: it ends in the middle of a slot.")
    return data[position : position + length], position + length
