"""Opening: who can, what comes out, and what a lying sealer achieves."""

import pytest

from crypto.derivation import derive
from crypto.errors import FormatError, KeyMismatchError
from crypto.header import Header
from crypto.keys import RecipientPrivate
from crypto.opening import open_session
from crypto.sealing import SessionSealer
from crypto.segment import SegmentHead, seal_segment
from crypto.slots import Slot, make_slot
from crypto.verdict import Verdict
from tests.unit.crypto.objects import KEY, Objects, description, sealed


def test_every_recipient_opens_and_nobody_else():
    keys = [RecipientPrivate.generate(f"key-{n}") for n in range(3)]
    objects = Objects()
    sealer = SessionSealer(description(), [key.public for key in keys], objects)
    sealer.seal("events", 0, b"hello")
    for key in keys:
        with open_session(objects, key, sealer.header.pk0) as session:
            assert [s.data for s in session.segments("events")] == [b"hello"]
    stranger = RecipientPrivate.from_seed("key-0", bytes(32))
    with pytest.raises(KeyMismatchError, match="Use the key of this exam"):
        open_session(objects, stranger)
    with pytest.raises(KeyMismatchError):
        open_session(objects, RecipientPrivate.from_seed("key-9", keys[0].seed))


def test_a_session_relabelled_for_another_exam_stays_shut():
    objects, _ = sealed()
    objects["header.isf"] = objects["header.isf"].replace(b"anatomy-1", b"anatomy-2")
    with pytest.raises(KeyMismatchError):
        open_session(objects, KEY)


@pytest.mark.parametrize("name", ["header.isf", "keys.isf"])
def test_without_header_or_slots_there_is_nothing_to_open(name):
    objects, _ = sealed()
    del objects[name]
    with pytest.raises(FormatError):
        open_session(objects, KEY)


def test_a_slot_planted_by_the_storage_is_passed_over():
    objects, sealer = sealed()
    planted = make_slot(sealer.header, bytearray(b"p" * 32), KEY.public)
    short = make_slot(sealer.header, bytearray(b"p" * 5), KEY.public)
    foreign = Slot(1, b"exam-2026", bytes(1168))
    token = Slot(2, b"exam-2026", bytes(113))
    objects["keys.isf"] = b"".join(s.encode() for s in (token, foreign, planted, short)) + objects["keys.isf"]
    with open_session(objects, KEY) as session:
        assert [s.data for s in session.segments("events")] == [b"one", b"three"]
    objects["keys.isf"] = planted.encode()
    with pytest.raises(KeyMismatchError):
        open_session(objects, KEY)


def test_streams_can_be_read_again_and_side_by_side():
    objects, _ = sealed([("events", n, b"e%d" % n) for n in range(5)] + [("webcam", n, b"w%d" % n) for n in range(5)])
    with open_session(objects, KEY) as session:
        for _ in range(2):
            both = zip(session.segments("events"), session.segments("webcam"), strict=True)
            assert [(e.data, w.data) for e, w in both] == [(b"e%d" % n, b"w%d" % n) for n in range(5)]
        with pytest.raises(KeyError):
            next(session.segments("desktop"))
    assert session.report.verdict is Verdict.COMPLETE


def test_keys_are_wiped_on_close():
    objects, _ = sealed()
    with open_session(objects, KEY) as session:
        pass
    assert all(ratchet._chain == bytes(32) for ratchet in session._ratchets.values())


def test_a_missing_segment_leaves_a_gap_and_nothing_more():
    objects, _ = sealed([("events", n, b"%d" % n) for n in range(4)])
    del objects["seg/00-00000001.isg"]
    objects["seg/00-00000002.isg"] = objects["seg/00-00000003.isg"]
    with open_session(objects, KEY) as session:
        assert [(s.index, s.data, s.sealed) for s in session.segments("events")] == [(0, b"0", True), (3, b"3", True)]
        assert session.report.verdict is Verdict.TAMPERED


def test_a_damaged_segment_gives_its_authentic_beginning():
    plaintext = bytes(range(250)) * 300
    objects, _ = sealed([("webcam", 0, plaintext)])
    name = "seg/01-00000000.isg"
    data = bytearray(objects[name])
    data[108 + 16_400 * 2 + 5] ^= 1
    objects[name] = bytes(data)
    with open_session(objects, KEY) as session:
        (segment,) = session.segments("webcam")
    assert (segment.data, segment.sealed) == (plaintext[: 16_384 * 2], False)


def lying(make_object):
    """A session whose log vouches for an object that does not open."""
    objects = Objects()
    keys = []

    class Secrets:
        def session_key(self):
            keys.append(bytearray(b"k" * 32))
            return keys[-1]

        def signing_key(self):
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

            return Ed25519PrivateKey.generate()

    sealer = SessionSealer(description(), [KEY.public], objects, secret_source=Secrets())
    head = SegmentHead(0, 0, 0, sealer.header.hid).encode()
    data = make_object(sealer, head)
    objects.put("seg/00-00000000.isg", data)
    objects.put("log/00000000.isl", sealer._log.segment_record(0, 0, head, data))
    sealer.finish()
    return objects


def garbage(sealer, head):
    return seal_segment(bytearray(32), head, b"not the key of this segment")


def half(sealer, head):
    data = bytearray(seal_segment(sealer._ratchets[0].segment_key(head), head, bytes(20_000)))
    data[-1] ^= 1
    return bytes(data)


@pytest.mark.parametrize(("make_object", "opens"), [(garbage, []), (half, [(bytes(16_384), False)])])
def test_a_signed_segment_that_does_not_open_spoils_the_verdict(make_object, opens):
    objects = lying(make_object)
    with open_session(objects, KEY) as session:
        assert session.report.verdict is Verdict.COMPLETE
        for _ in range(2):
            assert [(s.data, s.sealed) for s in session.segments("events")] == opens
        assert session.report.verdict is Verdict.TAMPERED
        assert [finding.code for finding in session.report.findings] == ["segment-unopened"]


def test_an_object_that_changes_between_verdict_and_opening_is_not_called_sealed():
    objects, _ = sealed([("webcam", 0, bytes(40_000))])
    with open_session(objects, KEY) as session:
        name = "seg/01-00000000.isg"
        objects[name] = objects[name][:20_000]
        (segment,) = session.segments("webcam")
        assert (len(segment.data), segment.sealed) == (16_384, False)
        assert session.report.verdict is Verdict.TAMPERED


def test_the_commitment_names_one_key():
    objects, _ = sealed()
    header = Header.parse(objects["header.isf"])
    assert derive(bytearray(b"x" * 32), "commit", header.hid) != header.com
