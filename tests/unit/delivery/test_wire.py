import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.wire.errors import ObjectNameRefused, ReceiptRefused, RegionRefused, TokenRefused
from app.wire.objects import MAX_SEQ, ObjectId, is_attempt, is_sid
from app.wire.receipts import Receipt, receipt_key, sign_receipt, verify_receipt
from app.wire.regions import region
from app.wire.tokens import ReviewToken, UploadToken, issue_token, read_token

KEY = Ed25519PrivateKey.generate()
ATTEMPT = "9c4f7d1e-6a35-4b0c-8e21-5d2f80b7a3c6"
SID = f"{ATTEMPT}.12"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
RECEIPT = Receipt(SID, "s03", 7, "ab" * 32, 1000, "2026-11-22T09:00:00.000Z", "ep-1")

tracks = st.sampled_from(["log", *(f"s{number:02d}" for number in range(16))])


@given(tracks, st.integers(0, MAX_SEQ))
def test_every_spelling_of_an_object_reads_back(track, seq):
    object_id = ObjectId(SID, track, seq)
    assert ObjectId.from_name(SID, object_id.name) == object_id
    _, _, _, sid, track_text, seq_text = object_id.path.split("/")
    assert ObjectId.from_path(sid, track_text, seq_text) == object_id
    assert (object_id.attempt, object_id.take) == (ATTEMPT, 12)
    assert object_id.stream == (None if track == "log" else int(track[1:]))


def test_single_objects_read_back():
    for name in ("header.isf", "keys.isf"):
        assert ObjectId.from_name(SID, name).name == name
        assert ObjectId.from_name(SID, name).stream is None


@given(st.text(max_size=40))
def test_other_names_are_refused(name):
    if name not in {"header.isf", "keys.isf"}:
        with pytest.raises(ObjectNameRefused):
            ObjectId.from_name(SID, name)


@pytest.mark.parametrize(
    ("sid", "track", "seq"),
    [
        (SID, "header", "1"),
        (SID, "s16", "0"),
        (SID, "S00", "0"),
        (SID, "s00", "-1"),
        (SID, "s00", "01"),
        (SID, "s00", "100000000"),
        (SID, "s00", "\u0661"),
        (SID.upper(), "s00", "0"),
        (f"{ATTEMPT}.01", "s00", "0"),
        (f"{ATTEMPT}.-1", "s00", "0"),
        (f"{ATTEMPT}.0\n", "s00", "0"),
        (ATTEMPT, "s00", "0"),
        ("../../etc", "s00", "0"),
    ],
)
def test_other_addresses_are_refused(sid, track, seq):
    with pytest.raises(ObjectNameRefused):
        ObjectId.from_path(sid, track, seq)


def test_identifiers():
    assert is_attempt(ATTEMPT)
    assert not is_attempt(SID)
    assert is_sid(SID)
    assert not is_sid("6ba7b810-9dad-11d1-80b4-00c04fd430c8.0")  # not version 4


def test_a_receipt_is_verified_and_deterministic():
    data = sign_receipt(RECEIPT, KEY)
    assert sign_receipt(RECEIPT, KEY) == data
    assert verify_receipt(data, KEY.public_key()) == RECEIPT


@given(st.data())
def test_a_receipt_with_any_byte_changed_is_refused(data):
    receipt = bytearray(sign_receipt(RECEIPT, KEY))
    position = data.draw(st.integers(0, len(receipt) - 1))
    receipt[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ReceiptRefused):
        verify_receipt(bytes(receipt), KEY.public_key())


@pytest.mark.parametrize("data", [b"", b"\n\n", b"a\nb\n", b"x" * 5000, b"{}\n\xff\n"])
def test_other_bytes_are_no_receipt(data):
    with pytest.raises(ReceiptRefused):
        verify_receipt(data, KEY.public_key())


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "AB" * 32},
        {"size": -1},
        {"size": 262145},
        {"seq": "7"},
        {"sid": "x"},
        {"stored_at": "yesterday"},
        {"stored_at": "2026-11-22T09:00:00"},
        {"endpoint_id": ""},
        {"more": 1},
    ],
    ids=str,
)
def test_a_signed_receipt_with_facts_out_of_bounds_is_refused(change):
    facts = json.loads(sign_receipt(RECEIPT, KEY).split(b"\n")[0]) | change
    line = json.dumps(facts).encode()
    signed = line + b"\n" + base64.b64encode(KEY.sign(b"invigilo receipt 1\0" + line)) + b"\n"
    with pytest.raises(ReceiptRefused, match="out of bounds"):
        verify_receipt(signed, KEY.public_key())


@pytest.mark.parametrize("text", ["", "AAAA", "not base64!", base64.b64encode(bytes(33)).decode()])
def test_a_receipt_key_must_be_one(text):
    with pytest.raises(ReceiptRefused):
        receipt_key(text)


def upload(**changes):
    values = {"attempt": ATTEMPT, "region": region("eu"), "institution": "u", "exam": "e"} | changes
    return UploadToken(**values, expires_at=NOW + timedelta(days=1))


@pytest.mark.parametrize("token", [upload(), ReviewToken("u", region("eu"), NOW + timedelta(days=1))])
def test_tokens_read_back(token):
    text = issue_token(token, KEY, "ep-1")
    assert read_token(text, KEY.public_key(), "ep-1", NOW) == token


def test_tokens_end():
    text = issue_token(upload(), KEY, "ep-1")
    assert read_token(text, KEY.public_key(), "ep-1", NOW + timedelta(hours=23))
    with pytest.raises(TokenRefused, match="out of date"):
        read_token(text, KEY.public_key(), "ep-1", NOW + timedelta(days=1))


def claims(**changes):
    base = {"iss": "ep-1", "rgn": "eu", "inst": "u", "exp": int(NOW.timestamp()) + 60, "scope": "upload"}
    return {
        name: value for name, value in (base | {"sub": ATTEMPT, "exam": "e"} | changes).items() if value is not None
    }


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "ep-2"},
        {"exp": None},
        {"exp": 10**400},
        {"scope": "everything"},
        {"scope": None},
        {"rgn": "Europe!"},
        {"rgn": None},
        {"sub": "x"},
        {"sub": None},
        {"inst": None},
        {"exp": "never"},
    ],
    ids=str,
)
def test_a_token_of_ours_with_other_claims_is_refused(change):
    text = jwt.encode(claims(**change), KEY, algorithm="EdDSA")
    with pytest.raises(TokenRefused):
        read_token(text, KEY.public_key(), "ep-1", NOW)


def test_other_algorithms_and_keys_are_refused():
    public = KEY.public_key()
    for text in [
        jwt.encode(claims(), Ed25519PrivateKey.generate(), algorithm="EdDSA"),
        jwt.encode(claims(), None, algorithm="none"),
        jwt.encode(claims(), public.public_bytes_raw(), algorithm="HS256"),
        "x" * 5000,
        "a.b.c",
        "",
    ]:
        with pytest.raises(TokenRefused):
            read_token(text, public, "ep-1", NOW)


@pytest.mark.parametrize("text", ["eu", "eu-central", "local", "a1"])
def test_regions(text):
    assert region(text) == text


@pytest.mark.parametrize("text", ["", "EU", "-eu", "eu-", "eu--west", "eu_west", "e" * 33, "eu\n", "\u00e9u"])
def test_what_is_no_region(text):
    with pytest.raises(RegionRefused):
        region(text)
