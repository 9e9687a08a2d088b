"""The log verifier, one record at a time, as the endpoint uses it."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crypto.errors import FormatError, TamperedError
from crypto.header import Header
from crypto.log import FinalEntry, LogVerifier, SegmentEntry, first_chain, segment_body, signed_bytes, split_log
from crypto.logwriter import LogWriter
from crypto.segment import SegmentEncryptor, SegmentHead
from tests.unit.crypto.objects import description, sealed


@pytest.fixture
def session():
    objects, sealer = sealed()
    records = [objects[name] for name in sorted(objects) if name.startswith("log/")]
    return objects, LogVerifier(sealer.header), records


def test_a_witness_accepts_record_after_record(session):
    objects, verifier, records = session
    assert verifier.chain == first_chain(Header.parse(objects["header.isf"]))
    for number, record in enumerate(records[:-1]):
        entry = verifier.accept(record)
        assert isinstance(entry, SegmentEntry)
        assert verifier.confirm(entry, objects[entry.name]).index == entry.index
        assert (verifier.count, verifier.finished, verifier.chain) == (number + 1, False, entry.chain)
    assert (verifier.next_index(0), verifier.next_index(1), verifier.next_index(2)) == (2, 1, 0)
    assert verifier.accept(records[-1]) == FinalEntry(3, verifier.chain)
    assert verifier.finished


def test_a_refused_record_leaves_the_verifier_as_it_was(session):
    _, verifier, records = session
    verifier.accept(records[0])
    for wrong in (records[0], records[2], records[3], b"", records[1][:-1], records[1] + b"x", bytes(176)):
        with pytest.raises(TamperedError):
            verifier.accept(wrong)
    for record in records[1:]:
        verifier.accept(record)
    assert verifier.finished


def test_nothing_is_accepted_after_the_final_record(session):
    _, verifier, records = session
    for record in records:
        verifier.accept(record)
    for more in (records[-1], records[0], b"", b"x"):
        with pytest.raises(TamperedError, match="after the final record"):
            verifier.accept(more)


def test_an_object_must_be_the_one_vouched_for(session):
    objects, verifier, records = session
    entry = verifier.accept(records[0])
    data = objects[entry.name]
    for wrong in (data[:-1], data + b"x", data[:60] + b"\0" + data[61:], objects["seg/00-00000001.isg"]):
        with pytest.raises(TamperedError, match="not the one that was sealed"):
            verifier.confirm(entry, wrong)
    verifier.confirm(entry, data)


def test_a_verifier_resumes_where_another_stood(session):
    objects, verifier, records = session
    header = Header.parse(objects["header.isf"])
    for record in records:
        resumed = LogVerifier.resume(header, verifier.state())
        assert resumed.state() == verifier.state()
        entry = verifier.accept(record)
        assert resumed.accept(record) == entry
        if isinstance(entry, SegmentEntry):
            assert resumed.confirm(entry, objects[entry.name]) == verifier.confirm(entry, objects[entry.name])
    done = LogVerifier.resume(header, verifier.state())
    assert (done.finished, done.count, done.chain) == (True, 3, verifier.chain)
    assert len(verifier.state()) == 110 + 3 * 12
    with pytest.raises(TamperedError, match="after the final record"):
        done.accept(records[0])


def test_a_state_of_another_session_or_spoiled_is_refused(session):
    objects, verifier, records = session
    header = Header.parse(objects["header.isf"])
    verifier.accept(records[0])
    state = verifier.state()
    _, other = sealed(take=1)
    with pytest.raises(FormatError, match="of this session"):
        LogVerifier.resume(other.header, state)
    _, shorter = sealed([], streams=("events",))
    with pytest.raises(FormatError, match="146 bytes"):
        LogVerifier.resume(shorter.header, state)
    for spoiled in (state[:-1], state + b"x", b""):
        with pytest.raises(FormatError, match="bytes"):
            LogVerifier.resume(header, spoiled)
    for position, value in ((0, 0), (8, state[8] ^ 1), (108, 2), (109, 4)):
        with pytest.raises(FormatError, match="of this session"):
            LogVerifier.resume(header, state[:position] + bytes([value]) + state[position + 1 :])
    for position, value in ((107, 2), (113, 2)):
        with pytest.raises(FormatError, match="contradicts itself"):
            LogVerifier.resume(header, state[:position] + bytes([value]) + state[position + 1 :])


def signed_for(heads, chain=None):
    """A log whose writer vouches for objects with these heads, right or wrong."""
    keys = [Ed25519PrivateKey.generate() for _ in range(len(heads) + 1)]
    header = Header.of(description(), keys[0].public_key().public_bytes_raw(), bytes(32))
    remaining = iter(keys[1:])
    writer = LogWriter(header, keys[0], lambda: next(remaining))
    verifier = LogVerifier(header)
    for number, make_head in enumerate(heads):
        head = make_head(header)
        data = SegmentEncryptor().seal(bytearray(32), head, b"x")
        record = writer.segment_record(0, number, chain or head, data)
        yield verifier, verifier.accept(record), data


@pytest.mark.parametrize(
    "make_head",
    [
        lambda header: SegmentHead(1, 0, 0, header.hid).encode(),
        lambda header: SegmentHead(0, 1, 0, header.hid).encode(),
        lambda header: SegmentHead(0, 0, 0, bytes(32)).encode(),
    ],
    ids=["stream", "index", "session"],
)
def test_a_signed_object_that_says_it_is_another_is_refused(make_head):
    for verifier, entry, data in signed_for([make_head]):
        with pytest.raises(TamperedError, match="another segment"):
            verifier.confirm(entry, data)


def test_a_signed_object_of_unknown_version_is_refused():
    for verifier, entry, data in signed_for(
        [lambda header: b"ISG1\x02" + SegmentHead(0, 0, 0, header.hid).encode()[5:]]
    ):
        with pytest.raises(TamperedError, match="not one of version 1"):
            verifier.confirm(entry, data)


def test_a_signed_chain_that_does_not_lead_over_the_object_is_refused():
    for verifier, entry, data in signed_for(
        [lambda header: SegmentHead(0, 0, 0, header.hid).encode()], chain=bytes(52)
    ):
        with pytest.raises(TamperedError, match="chain"):
            verifier.confirm(entry, data)


def test_time_may_stand_still_but_not_fall():
    times = [5, 5, 4]
    heads = [lambda header, t=t, n=n: SegmentHead(0, n, t, header.hid).encode() for n, t in enumerate(times)]
    for number, (verifier, entry, data) in enumerate(signed_for(heads)):
        if number == 2:
            with pytest.raises(TamperedError, match="begins before"):
                verifier.confirm(entry, data)
        else:
            verifier.confirm(entry, data)


@pytest.mark.parametrize(
    ("stream", "index", "length", "said"),
    [
        (3, 0, 124, "names stream 3"),
        (0, 1, 124, "where 0 is next"),
        (0, 0, 123, "a segment of 123 bytes"),
        (0, 0, 262_145, "a segment of 262145 bytes"),
    ],
)
def test_a_record_out_of_place_is_refused_even_when_signed(stream, index, length, said):
    _, sealer = sealed([], finish=False)
    body = segment_body(SegmentEntry(stream, index, length, bytes(32), bytes(32), bytes(32), bytes(32)))
    verifier = LogVerifier(sealer.header)
    with pytest.raises(TamperedError, match=said):
        verifier.accept(body + sealer._log._key.sign(signed_bytes(sealer.header.hid, body)))
    assert verifier.count == 0


@pytest.mark.parametrize("flags", [1, 0x8000])
def test_unknown_flags_are_refused_even_when_signed(flags):
    objects, sealer = sealed([], finish=False)
    body = segment_body(SegmentEntry(0, 0, 124, bytes(32), bytes(32), bytes(32), bytes(32)))
    body = body[:2] + flags.to_bytes(2, "big") + body[4:]
    record = body + sealer._log._key.sign(signed_bytes(sealer.header.hid, body))
    with pytest.raises(TamperedError, match="flags"):
        LogVerifier(Header.parse(objects["header.isf"])).accept(record)


def test_a_log_is_cut_into_records():
    records, rest = split_log(b"E" * 176 + b"F" * 104)
    assert (list(map(len, records)), rest) == ([176, 104], b"")
    assert split_log(b"E" * 175) == ([], b"E" * 175)
    assert split_log(b"F" * 104 + b"E") == ([b"F" * 104], b"E")
    assert split_log(b"E" * 176 + b"junk") == ([b"E" * 176, b"junk"], b"")
    assert split_log(b"") == ([], b"")
