"""Attacks on what a session consists of: cut, flipped, moved, joined with another, filled up, made up."""

import json
import random
from itertools import count

import pytest

from crypto.errors import FormatError, KeyMismatchError, SealingError, TamperedError
from crypto.header import Header, canonical_json
from crypto.log import LogVerifier, SegmentEntry, segment_body, signed_bytes
from crypto.opening import open_session
from crypto.sealing import SessionSealer
from crypto.verdict import Fault, Verdict, verify
from tests.fixtures.soak import times
from tests.unit.crypto.objects import KEY, Objects, description, sealed

WRITTEN = [
    ("events", 0, b"first"),
    ("webcam", 0, bytes(range(256)) * 150),
    ("events", 4, b"second"),
    ("webcam", 9, b"w"),
    ("events", 9, b"third"),
]


@pytest.fixture(scope="module")
def session():
    return sealed(WRITTEN)[0]


def original():
    """The plaintext of every segment by stream and index."""
    counters = {"events": count(), "webcam": count(), "microphone": count()}
    return {(stream, next(counters[stream])): (t0_us, plaintext) for stream, t0_us, plaintext in WRITTEN}


def assert_refused_and_true(spoiled, objects):
    """Not COMPLETE, unless only the slot file was touched; and whatever opens is a beginning of what was sealed."""
    touched = {name for name in {*objects, *spoiled} if objects.get(name) != spoiled.get(name)}
    report = verify(spoiled)
    assert report.verdict is not Verdict.COMPLETE or touched == {"keys.isf"}, touched
    plaintexts = original()
    try:
        opened = open_session(spoiled, KEY)
    except (FormatError, KeyMismatchError):
        return
    with opened:
        for stream in opened.description.streams:
            for segment in opened.segments(stream):
                t0_us, plaintext = plaintexts[stream, segment.index]
                assert (segment.t0_us, plaintext[: len(segment.data)]) == (t0_us, segment.data)
                assert not segment.sealed or segment.data == plaintext


@pytest.mark.parametrize("one_log", [False, True], ids=["slices", "one log"])
def test_attack_01_cut_at_every_offset(session, one_log):
    # Stopped by crypto/logreader.py _LogReader._walk and crypto/log.py LogVerifier.confirm.
    objects = session.with_log_file() if one_log else session
    draw = random.Random(1)
    for name, content in objects.items():
        last = range(max(len(content) - times(60, 300), 0), len(content))
        sample = draw.sample(range(len(content)), min(len(content), times(40, 1500)))
        for length in {*last, *sample, 0}:
            assert_refused_and_true(Objects(objects, **{name: content[:length]}), objects)


def test_attack_02_random_bit_flips(session):
    # Stopped by crypto/log.py LogVerifier.confirm (segments), _require_signature (log), and Header.hid (header).
    draw = random.Random(2)
    for objects in (session, session.with_log_file()):
        for _ in range(times(200, 2000)):
            name = draw.choice(sorted(objects))
            content = bytearray(objects[name])
            content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
            assert_refused_and_true(Objects(objects, **{name: bytes(content)}), objects)


@pytest.mark.parametrize("kind", ["seg", "log"])
def test_attack_03_drop_duplicate_swap_replace(session, kind):
    # Stopped by crypto/log.py LogVerifier._accept_segment and confirm, crypto/verdict.py Examination._strays.
    names = sorted(name for name in session if name.startswith(kind))
    for name in names:
        assert_refused_and_true(Objects({n: d for n, d in session.items() if n != name}), session)
        for other in names:
            if other != name:
                assert_refused_and_true(Objects(session, **{name: session[other]}), session)
                assert_refused_and_true(Objects(session, **{name: session[other], other: session[name]}), session)
    for extra in ("seg/00-00000003.isg", "seg/02-00000000.isg", "log/00000006.isl", "seg/00-00000000.isg.bak"):
        assert verify(Objects(session, **{extra: session[names[0]]})).verdict is Verdict.TAMPERED


def test_attack_04_splice_two_sessions(session):
    # Stopped by crypto/log.py signed_bytes: the session's digest is under every signature and in every key.
    other, _ = sealed(WRITTEN, take=1)
    for name in session:
        if name != "keys.isf":
            assert verify(Objects(session, **{name: other[name]})).verdict is Verdict.TAMPERED
    body = {name: data for name, data in other.items() if name.startswith(("seg", "log"))}
    assert verify(Objects(session, **body)).verdict is Verdict.TAMPERED


def relabelled(data, **changes):
    """The header with another description, rightly spelled."""
    length = int.from_bytes(data[12:16], "big")
    meta = canonical_json({**json.loads(data[16 : 16 + length]), **changes})
    return data[:12] + len(meta).to_bytes(4, "big") + meta + data[-32:]


@pytest.mark.parametrize(
    "change",
    [{"exam": "surgery-2"}, {"institution": "other"}, {"candidate": "c-1"}, {"started_at": "2026-11-22T09:00:01Z"}],
)
def test_attack_05_relabel_the_session(session, change):
    # Stopped by crypto/header.py Header.hid_of: another description is another digest, which nothing else fits.
    objects = Objects(session, **{"header.isf": relabelled(session["header.isf"], **change)})
    assert Header.parse(objects["header.isf"]).hid != Header.parse(session["header.isf"]).hid
    assert verify(objects).verdict is Verdict.TAMPERED
    with pytest.raises(KeyMismatchError):
        open_session(objects, KEY)


def test_attack_07_end_of_the_log(session):
    # Stopped by crypto/log.py LogVerifier.accept ("after the final record") and crypto/logreader.py _is_cut.
    whole = session.with_log_file()
    log = whole["log.isf"]
    assert verify(Objects(whole, **{"log.isf": log[:-104]})).verdict is Verdict.INTERRUPTED
    without_last = Objects(whole, **{"log.isf": log[: -104 - 176]})
    assert verify(without_last).verdict is Verdict.INTERRUPTED
    assert verify(without_last).unsealed == ("seg/00-00000002.isg",)
    for junk in (b"\0", b"F", b"E", b"E" * 71, b"E" * 175, bytes(176), log[-104:], log[:176], log):
        assert verify(Objects(whole, **{"log.isf": log + junk})).verdict is Verdict.TAMPERED, len(junk)
        assert verify(Objects(session, **{"log/00000006.isl": junk})).verdict is Verdict.TAMPERED, len(junk)
        assert verify(Objects(whole, **{"log.isf": log[:-104] + junk})).verdict is not Verdict.COMPLETE or (
            junk == log[-104:]
        )


def test_attack_07_cut_tail_looks_like_a_crash_unless_somebody_saw_more(session):
    # No format can stop this one; crypto/log.py LogVerifier at the endpoint has countersigned the longer log.
    cut = Objects(session)
    for name in ("log/00000005.isl", "log/00000004.isl", "seg/00-00000002.isg"):
        del cut[name]
    report = verify(cut)
    assert (report.verdict, len(report.segments)) == (Verdict.INTERRUPTED, 4)


def seal_all(sink):
    sealer = SessionSealer(description(), [KEY.public], sink)
    for segment in WRITTEN:
        sealer.seal(*segment)
    sealer.finish()


def test_attack_13_disk_full_at_any_object():
    # Stopped by crypto/sealing.py SessionSealer._put: the session ends there and is INTERRUPTED, never wrong.
    class Disk(Objects):
        room = 0

        def put(self, name, data):
            if len(self) >= self.room:
                raise OSError(28, "No space left on device")
            super().put(name, data)

    for room in range(1, 2 + 2 * len(WRITTEN) + 1):
        disk = Disk()
        disk.room = room
        with pytest.raises(OSError, match="No space"):
            seal_all(disk)
        assert verify(disk).verdict is Verdict.INTERRUPTED
        assert_refused_and_true(disk, disk)


def test_attack_14_clock_set_back():
    # Stopped by crypto/sealing.py SessionSealer._position, and by crypto/log.py LogVerifier._own_head for a writer
    # that does it all the same.
    objects, sealer = sealed([("events", 1_000_000, b"x")], finish=False)
    with pytest.raises(SealingError, match="comes before"):
        sealer.seal("events", 999_999, b"y")
    sealer._latest_t0_us[0] = 0
    sealer.seal("events", 999_999, b"y")
    sealer.finish()
    report = verify(objects)
    assert (report.verdict, [f.code for f in report.findings]) == (Verdict.TAMPERED, ["segment-changed"])
    assert report.findings[0].fault is Fault.BACKWARDS


def test_attack_21_two_sealers_with_one_state():
    # Stopped by crypto/log.py LogVerifier._require_signature: after one record the witness knows another next key.
    objects, sealer = sealed([], finish=False)
    key, chain = sealer._log._key, sealer._log._chain
    sealer.seal("events", 0, b"one")
    sealer.seal("events", 0, b"two")
    witness = LogVerifier(sealer.header)
    witness.accept(objects["log/00000000.isl"])
    for index in (0, 1):
        body = segment_body(SegmentEntry(0, index, 200, bytes(32), bytes(32), bytes(32), chain))
        with pytest.raises(TamperedError):
            witness.accept(body + key.sign(signed_bytes(sealer.header.hid, body)))
    witness.accept(objects["log/00000001.isl"])


def test_made_up_session_is_not_the_enrolled_one(session):
    # Stopped by crypto/verdict.py Examination._not_enrolled: anybody can seal perfectly to a public key.
    enrolled = Header.parse(session["header.isf"]).pk0
    made_up, _ = sealed(WRITTEN)
    assert verify(made_up).verdict is Verdict.COMPLETE
    assert verify(made_up, enrolled).verdict is Verdict.TAMPERED
