"""What must hold for every session and every way of spoiling one."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto.chunks import ChunkReader
from crypto.errors import FormatError, KeyMismatchError, SealingError, TamperedError
from crypto.header import Header
from crypto.log import LogVerifier, SegmentEntry, segment_body, signed_bytes, split_log
from crypto.opening import open_session
from crypto.segment import SegmentHead, segment_context
from crypto.slots import read_slots
from crypto.verdict import Verdict, verify
from tests.fixtures.soak import times
from tests.fixtures.spoiled_sessions import WRITTEN, in_time, spoil, whole
from tests.unit.crypto.objects import KEY, Objects, sealed
from tests.vectors import isf1_reference as isf
from tests.vectors.isf1_verdict import examine

STREAMS = ("events", "webcam", "microphone")
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
THOROUGH = settings(max_examples=times(400, 10_000), deadline=None, suppress_health_check=[HealthCheck.too_slow])

plaintexts = st.one_of(
    st.binary(max_size=200),
    st.sampled_from([0, 1, 16_383, 16_384, 16_385, 32_768, 245_760]).map(lambda length: b"\xa5" * length),
)
segments = st.lists(st.tuples(st.sampled_from(STREAMS), st.integers(0, 10**9), plaintexts), max_size=12)


def opened(objects):
    """All that opens: {(stream, index): segment}; None when the session stays shut."""
    try:
        session = open_session(objects, KEY)
    except (FormatError, KeyMismatchError):
        return None
    with session:
        return {(stream, s.index): s for stream in session.description.streams for s in session.segments(stream)}


def assert_readers_agree(objects, report):
    """The second reader comes to the same verdict, by the same findings about the same objects and records."""
    ours = sorted((str(each.code), each.where) for each in report.findings)
    assert examine(objects) == (report.verdict.value, ours)


@QUICK
@given(drawn=segments, finish=st.booleans(), one_log=st.booleans())
def test_what_was_sealed_opens_again(drawn, finish, one_log):
    written = in_time(drawn)
    objects, sealer = sealed(written, finish=finish)
    if one_log:
        objects = objects.with_log_file()
    report = verify(objects, sealer.header.pk0)
    assert report.verdict is (Verdict.COMPLETE if finish else Verdict.INTERRUPTED)
    assert len(report.segments) == len(written)
    assert all(record.intact for record in report.segments)
    assert report.unsealed == ()
    with open_session(objects, KEY) as session:
        for stream in STREAMS:
            found = [(s.t0_us, s.data) for s in session.segments(stream)]
            assert found == [(t0_us, data) for name, t0_us, data in written if name == stream]
            assert all(s.sealed for s in session.segments(stream))
    # The reader that shares no code with the product finds the same.
    assert_readers_agree(objects, report)
    secret = isf.session_key(objects, KEY.kid, bytes(range(32)))
    for position, stream in enumerate(sealer.header.description.streams):
        found = [each[:2] for _, each in sorted(isf.open_stream(objects, secret, position).items())]
        assert found == [(t0_us, data) for name, t0_us, data in written if name == stream]


@THOROUGH
@given(data=st.data(), finish=st.booleans(), one_log=st.booleans())
def test_nothing_spoiled_is_complete_and_what_opens_is_authentic(data, finish, one_log):
    objects = whole(finish, one_log)
    spoiled, touched = spoil(data, objects)
    report = verify(spoiled)
    assert_readers_agree(spoiled, report)
    twice, _ = spoil(data, spoiled)
    assert_readers_agree(twice, verify(twice))
    if touched == {"keys.isf"}:
        # The slot file is outside the verdict: it can only lock somebody out.
        assert report.verdict is (Verdict.COMPLETE if finish else Verdict.INTERRUPTED)
    elif spoiled != objects:
        assert report.verdict is not Verdict.COMPLETE
        assert report.findings
    original = {}
    for stream, t0_us, plaintext in WRITTEN:
        original[stream, sum(key[0] == stream for key in original)] = (t0_us, plaintext)
    for place, segment in (opened(spoiled) or {}).items():
        t0_us, plaintext = original[place]
        assert segment.t0_us == t0_us
        assert plaintext.startswith(segment.data)
        assert not segment.sealed or segment.data == plaintext


@QUICK
@given(cut=st.integers(0, 40_200))
def test_an_unfinished_segment_gives_a_true_beginning(cut):
    # The log's last record never arrived, and the segment only in part.
    objects, sealer = sealed([("events", 0, b"one"), ("webcam", 3, bytes(range(256)) * 157)], finish=False)
    del objects["log/00000001.isl"]
    name = "seg/01-00000000.isg"
    objects[name] = objects[name][:cut]
    report = verify(objects, sealer.header.pk0)
    assert report.verdict is Verdict.INTERRUPTED
    assert report.unsealed == (name,)
    found = opened(objects)
    segment = found.get(("webcam", 0))
    if segment is None:
        assert cut < 52 + 56
    else:
        assert not segment.sealed
        bodies = max(cut - 52 - 56, 0)
        assert len(segment.data) >= bodies // 16_400 * 16_384
        assert (bytes(range(256)) * 157).startswith(segment.data)


@settings(max_examples=15, deadline=None)
@given(stolen_at=st.integers(1, 11), count=st.just(12))
def test_a_stolen_chain_key_opens_nothing_earlier(stolen_at, count):
    objects, sealer = sealed([("events", n, b"minute %d" % n) for n in range(stolen_at)], finish=False)
    stolen = sealer._ratchets[0].copy()
    for n in range(stolen_at, count):
        sealer.seal("events", n, b"minute %d" % n)
    heads = [objects[f"seg/00-{n:08d}.isg"][:52] for n in range(count)]
    opened_by_thief = set()
    while stolen.index < count + 3:
        for n, head in enumerate(heads):
            message = objects[f"seg/00-{n:08d}.isg"][52:]
            try:
                ChunkReader(stolen.segment_key(head), segment_context(head), message)
            except TamperedError:
                continue
            opened_by_thief.add(n)
        stolen.advance()
    assert opened_by_thief == set(range(stolen_at, count))


@settings(max_examples=15, deadline=None)
@given(stolen_at=st.integers(2, 6), forged=st.integers(0, 4))
def test_a_stolen_signing_key_rewrites_nothing_earlier(stolen_at, forged):
    forged %= stolen_at - 1
    objects, sealer = sealed([("events", n, b"minute %d" % n) for n in range(stolen_at)], finish=False)
    thief = sealer._log._key
    record = objects[f"log/{forged:08d}.isl"]
    for body in (record[:16] + bytes(32) + record[48:112], record[:112]):
        spoiled = objects.copy()
        spoiled[f"log/{forged:08d}.isl"] = body + thief.sign(signed_bytes(sealer.header.hid, body))
        report = verify(spoiled)
        assert report.verdict is Verdict.TAMPERED
        assert report.findings[0].where == f"log.isf record {forged}"


@THOROUGH
@given(junk=st.binary(max_size=400), cut=st.integers(0, 400))
def test_parsers_let_only_typed_errors_escape(junk, cut):
    objects = whole(True, False)
    header = objects["header.isf"]
    for text in (junk, header[:cut] + junk, header[: 16 + cut % 40] + junk + header[16 + cut % 40 + len(junk) :]):
        try:
            assert Header.parse(text).encode() == text
        except FormatError:
            pass
    slots, damage = read_slots(objects["keys.isf"][:cut] + junk)
    assert slots or damage or not objects["keys.isf"][:cut] + junk
    try:
        assert SegmentHead.parse(junk).encode() == junk[:52]
    except FormatError:
        pass
    records, rest = split_log(junk)
    assert b"".join(records) + rest == junk
    verifier = LogVerifier(Header.parse(header))
    for record in (*records, rest, junk[:176].ljust(176, b"E"), b"F" + junk[:103].ljust(103)):
        with pytest.raises(SealingError):
            verifier.accept(record)
    assert verifier.count == 0


@QUICK
@given(
    stream=st.integers(0, 255),
    index=st.integers(0, 2**32 - 1),
    length=st.integers(0, 2**64 - 1),
)
def test_the_verifier_takes_no_record_but_the_next(stream, index, length):
    """Even one with a good signature: this is what the recording program itself could get wrong."""
    objects, sealer = sealed([], finish=False)
    next_pk = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    entry = SegmentEntry(stream, index, length, bytes(32), bytes(32), next_pk, bytes(32))
    body = segment_body(entry)
    record = body + sealer._log._key.sign(signed_bytes(sealer.header.hid, body))
    verifier = LogVerifier(Header.parse(objects["header.isf"]))
    possible = stream < 3 and index == 0 and 124 <= length <= 262_144
    if possible:
        verifier.accept(record)
    else:
        with pytest.raises(TamperedError):
            verifier.accept(record)
        assert verifier.count == 0


def test_objects_are_an_honest_source():
    assert Objects({"a": b"1"}).read("a") == b"1"
    with pytest.raises(FormatError):
        Objects().read("a")
