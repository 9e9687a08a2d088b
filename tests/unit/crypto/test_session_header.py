"""The header: one spelling for each session, typed refusal of everything else."""

import json
import struct

import pytest

from crypto.errors import FormatError
from crypto.header import Header, canonical_json
from tests.unit.crypto.objects import ATTEMPT, description

PK0 = bytes(range(32))


def with_meta(meta):
    return b"ISF1\r\n\x1a\n\x01\x01\x00\x00" + struct.pack(">I", len(meta)) + meta + bytes(32)


def meta_of(**changes):
    data = Header.of(description(), PK0, bytes(32)).encode()
    return {**json.loads(data[16:-32]), **changes}


def test_a_header_reads_back_as_it_was_written():
    told = description(take=2, previous="0f" * 32, exam='Prüfung "Ö" \\ 1', started_at="2026-11-22T09:00:00.25Z")
    header = Header.of(told, PK0, b"c" * 32)
    assert Header.parse(header.encode()) == header
    assert header.description.session == f"{ATTEMPT}.2"


def test_the_digest_covers_every_field_but_not_the_commitment():
    header = Header.of(description(), PK0, bytes(32))
    assert Header.of(description(), PK0, b"c" * 32).hid == header.hid
    others = [
        Header.hid_of(description(**change), PK0)
        for change in (
            {"institution": "other"},
            {"exam": "other"},
            {"config_sha256": "cd" * 32},
            {"attempt": ATTEMPT.replace("6", "7")},
            {"take": 1},
            {"take": 1, "previous": "ab" * 32},
            {"candidate": "other"},
            {"started_at": "2026-11-22T09:00:01Z"},
            {"t0_ns": 1},
            {"t0_ns": -5_000_000_000},
            {"client": "other"},
            {"nonce": "other"},
            {"streams": ("events",)},
        )
    ]
    assert len({header.hid, Header.hid_of(description(), bytes(32)), *others}) == len(others) + 2


@pytest.mark.parametrize(
    "change",
    [
        {"institution": ""},
        {"exam": "x" * 257},
        {"candidate": "two\nlines"},
        {"nonce": 5},
        {"client": "\ud800"},
        {"config_sha256": "AB" * 32},
        {"config_sha256": "ab"},
        {"attempt": "not-a-uuid"},
        {"attempt": ATTEMPT.upper()},
        {"attempt": "../" + ATTEMPT},
        {"started_at": "2026-11-22 09:00"},
        {"started_at": "2026-11-22T09:00:00+01:00"},
        {"take": -1},
        {"take": True},
        {"take": 2**32},
        {"t0_ns": 1.5},
        {"t0_ns": 2**63},
        {"t0_ns": -(2**63)},
        {"previous": "ab" * 32},
        {"take": 1, "previous": "zz"},
        {"streams": ()},
        {"streams": ("events", "events")},
        {"streams": tuple(f"s{n}" for n in range(17))},
        {"streams": ("Events",)},
        {"streams": ("../x",)},
    ],
    ids=repr,
)
def test_values_out_of_bounds_are_refused(change):
    with pytest.raises(FormatError):
        description(**change)


@pytest.mark.parametrize(
    "meta",
    [
        canonical_json({**meta_of(), "extra": 1}),
        canonical_json({key: value for key, value in meta_of().items() if key != "nonce"}),
        canonical_json(meta_of(pk0="xx")),
        canonical_json(meta_of(pk0=None)),
        canonical_json(meta_of(streams="events")),
        canonical_json(meta_of(streams=[["events"]])),
        canonical_json(meta_of(streams={"events": 1})),
        canonical_json(meta_of(take=None)),
        canonical_json(meta_of(exam="caf\\u00e9")).replace(b"\\\\u", b"\\u"),
        canonical_json(meta_of()).replace(b":", b": ", 1),
        canonical_json(meta_of()) + b"\n",
        b"\xef\xbb\xbf" + canonical_json(meta_of()),
        canonical_json(meta_of()).replace(b'"take":0', b'"take":0,"take":0'),
        canonical_json(meta_of()).replace(b'"take":0', b'"take":NaN'),
        canonical_json(meta_of()).replace(b'"take":0', b'"take":0.0'),
        canonical_json(meta_of()).replace(b'"take":0', b'"take":' + b"9" * 5000),
        b"[" * 30_000 + b"]" * 30_000,
        b"{}",
        b"[]",
        b"",
        b"\xff\xfe",
        json.dumps(meta_of()).encode(),
    ],
    ids=range(22),
)
def test_a_description_that_is_not_canonical_is_refused(meta):
    with pytest.raises(FormatError, match=r"header\.isf|Session header"):
        Header.parse(with_meta(meta))


def test_a_description_over_64_kib_is_refused():
    padded = canonical_json(meta_of()) + b" " * 65_536
    with pytest.raises(FormatError, match="length"):
        Header.parse(with_meta(padded))


@pytest.mark.parametrize("length", [0, 15, 16, 100])
def test_a_cut_header_is_refused(length):
    with pytest.raises(FormatError):
        Header.parse(Header.of(description(), PK0, bytes(32)).encode()[:length])


def test_bytes_behind_a_header_are_refused():
    with pytest.raises(FormatError):
        Header.parse(Header.of(description(), PK0, bytes(32)).encode() + b"\0")


def test_a_newer_version_says_what_to_do():
    data = bytearray(Header.of(description(), PK0, bytes(32)).encode())
    data[8] = 2
    with pytest.raises(FormatError, match="Use the program that sealed it, or a newer one"):
        Header.parse(bytes(data))
