"""Recipient keys and slots, sound and malicious."""

import struct

import pytest

from crypto.errors import FormatError, KeyMismatchError
from crypto.keys import RecipientPrivate, RecipientPublic, wrap
from crypto.names import MAX_OBJECT_BYTES
from crypto.slots import Slot, encode_slots, read_slots
from tests.unit.crypto.objects import KEY


def test_what_is_wrapped_opens_with_the_same_key_and_info_only():
    sealed = wrap(KEY.public, b"secret", b"info")
    assert len(sealed) == len(b"secret") + 1136
    assert KEY.unwrap(sealed, b"info") == b"secret"
    for key, data, info in (
        (RecipientPrivate.generate("exam-2026"), sealed, b"info"),
        (KEY, sealed, b"other"),
        (KEY, sealed[:-1], b"info"),
        (KEY, sealed + b"x", b"info"),
        (KEY, b"", b"info"),
        (KEY, bytes(len(sealed)), b"info"),
    ):
        with pytest.raises(KeyMismatchError):
            key.unwrap(data, info)


def test_a_key_follows_from_its_seed():
    again = RecipientPrivate.from_seed("exam-2026", KEY.seed)
    assert again.public == KEY.public
    assert again.public.fingerprint == KEY.public.fingerprint
    assert RecipientPrivate.generate("a").public != RecipientPrivate.generate("a").public
    assert KEY.kid == "exam-2026"


def test_a_private_key_does_not_show_itself_and_can_be_wiped():
    key = RecipientPrivate.generate("mine")
    assert key.seed.hex() not in repr(key)
    key.wipe()
    assert key.seed == bytes(32)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_has_32_bytes(length):
    with pytest.raises(FormatError):
        RecipientPrivate.from_seed("mine", bytes(length))


@pytest.mark.parametrize("kid", ["", "-x", "with space", "x" * 65, "ü", "a/b", "a\n"])
def test_key_names_are_plain(kid):
    with pytest.raises(FormatError):
        RecipientPublic(kid, KEY.public.encoded)


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        KEY.public.encoded[:-1],
        KEY.public.encoded + b"x",
        b"\xff" * 1184 + KEY.public.encoded[1184:],
        KEY.public.encoded[:1184] + bytes(32),
        KEY.public.encoded[:1184] + b"\x01" + bytes(31),
    ],
    ids=["empty", "short", "long", "ML-KEM out of range", "X25519 zero", "X25519 low order"],
)
def test_a_key_nobody_could_use_is_refused_at_enrolment(encoded):
    with pytest.raises(FormatError):
        RecipientPublic("rep", encoded)


def test_slots_read_back():
    slots = (Slot(1, b"a", bytes(1168)), Slot(2, b"token", bytes(113)), Slot(200, b"k" * 64, b""))
    assert read_slots(encode_slots(slots)) == (slots, None)
    assert read_slots(b"") == ((), None)


@pytest.mark.parametrize(
    "damage",
    [
        b"X",
        b"K",
        b"K\x01\x00\x00" + bytes(4),
        b"K\x01\xff\xff" + bytes(65_535 + 4),
        b"K\x01\x00\x01a" + b"\xff\xff\xff\xff",
        b"K\x01\x00\x01a" + struct.pack(">I", 4097) + bytes(4097),
        b"K\x01\x00\x01a" + struct.pack(">I", 10) + bytes(9),
        b"K\x01\x00\x01a\x00",
        b"K\x01\x00\x09a",
        b"J\x01\x00\x01a" + bytes(4),
    ],
    ids=[
        "tag",
        "head",
        "no name",
        "long name",
        "4 GiB",
        "over the limit",
        "cut",
        "cut length",
        "cut name",
        "other tag",
    ],
)
def test_damage_ends_the_slots_but_not_those_before(damage):
    first = Slot(1, b"a", bytes(1168))
    slots, error = read_slots(first.encode() + damage)
    assert slots == (first,)
    assert isinstance(error, FormatError)


def test_ten_thousand_slots_are_refused_by_size():
    data = Slot(1, b"a", bytes(1168)).encode() * 10_000
    assert len(data) > MAX_OBJECT_BYTES
    slots, error = read_slots(data)
    assert slots == ()
    assert "are the most" in str(error)
