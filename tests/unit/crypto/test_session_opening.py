"""Opening: who can, what comes out, and what a lying sealer achieves."""

import pytest

from crypto.derivation import derive
from crypto.errors import FormatError, KeyMismatchError
from crypto.header import Header
from crypto.keys import RecipientPrivate
from crypto.opening import open_session
from crypto.sealing import SessionSealer
from crypto.segment import SegmentEncryptor, SegmentHead
from crypto.slots import Slot, make_slot
from crypto.verdict import Fault, Verdict
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
    assert all(mark._chain == bytes(32) for marks in session._marks for mark in marks._marks)


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
    return SegmentEncryptor().seal(bytearray(32), head, b"not the key of this segment")


def half(sealer, head):
    data = bytearray(SegmentEncryptor().seal(sealer._ratchets[0].segment_key(head), head, bytes(20_000)))
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


@pytest.mark.parametrize("length", [20_000, 52, None], ids=["cut", "emptied", "removed"])
def test_an_object_that_changes_between_verdict_and_opening_is_not_opened(length):
    objects, _ = sealed([("webcam", 0, bytes(40_000)), ("events", 0, b"one")])
    with open_session(objects, KEY) as session:
        assert session.report.verdict is Verdict.COMPLETE
        name = "seg/01-00000000.isg"
        spoiled = objects.pop(name)
        if length is not None:
            objects[name] = spoiled[:length]
        assert list(session.segments("webcam")) == []
        assert [segment.data for segment in session.segments("events")] == [b"one"]
        (finding,) = session.report.findings
    assert session.report.verdict is Verdict.TAMPERED
    assert (finding.code, finding.where) == ("segment-unopened", name)
    assert finding.fault is Fault.CHANGED_SINCE


def test_what_was_changed_before_it_is_first_read_is_in_the_report():
    plaintext = bytes(range(200)) * 200
    objects, _ = sealed([("webcam", n, plaintext) for n in range(3)])
    with open_session(objects, KEY) as session:
        walk = session.segments("webcam")
        assert next(walk).sealed
        objects["seg/01-00000001.isg"] = objects["seg/01-00000001.isg"][:20_000]
        damaged = next(walk)
        assert (damaged.data, damaged.sealed) == (plaintext[:16_384], False)
        assert next(walk).sealed
        (finding,) = session.report.findings
    assert session.report.verdict is Verdict.TAMPERED
    assert (finding.code, finding.where) == ("segment-changed", "seg/01-00000001.isg")


def test_a_damaged_object_that_is_mended_later_stays_unvouched():
    objects, _ = sealed([("events", 0, b"one")])
    name = "seg/00-00000000.isg"
    whole, objects[name] = objects[name], b"damaged"
    with open_session(objects, KEY) as session:
        assert list(session.segments("events")) == []
        objects[name] = whole
        assert [(each.data, each.sealed) for each in session.segments("events")] == [(b"one", False)]
    assert session.report.verdict is Verdict.TAMPERED


def test_each_reading_is_checked_and_what_is_read_in_order_is_read_once(monkeypatch):
    from crypto import log

    hashed = []
    real = log.hashlib.sha256

    def counting(data=b""):
        hashed.append(len(data))
        return real(data)

    objects, _ = sealed([("webcam", n, bytes(40_000)) for n in range(5)] + [("events", 9, b"end")])
    source = Reads(objects)
    monkeypatch.setattr(log.hashlib, "sha256", counting)
    with open_session(source, KEY) as session:
        for stream in session.description.streams:
            assert all(segment.sealed for segment in session.segments(stream))
        assert session.report.verdict is Verdict.COMPLETE
        assert sum(length > 40_000 for length in hashed) == 5
        assert all(source.names_read.count(name) == 1 for name in objects if name.startswith("seg/"))
        assert len(list(session.segments("webcam", 3))) == 2
        assert sum(length > 40_000 for length in hashed) == 7


def test_a_jump_ahead_of_what_was_examined_has_everything_examined_first():
    objects, _ = sealed([("webcam", n, b"%d" % n) for n in range(4)])
    objects["seg/01-00000001.isg"] = b"changed"
    source = Reads(objects)
    with open_session(source, KEY) as session:
        assert [segment.data for segment in session.segments("webcam", 3)] == [b"3"]
        assert source.names_read[-5:] == [f"seg/01-0000000{n}.isg" for n in (0, 1, 2, 3, 3)]
        assert [segment.data for segment in session.segments("webcam", 1)] == [b"2", b"3"]


class Reads(Objects):
    """Remembers which objects were read."""

    def __init__(self, *content):
        super().__init__(*content)
        self.names_read = []

    def read(self, name):
        self.names_read.append(name)
        return super().read(name)


@pytest.mark.parametrize("first", [0, 1, 63, 64, 65, 128, 149, 150, 10**7])
def test_seeking_reads_nothing_that_lies_before(first):
    objects, _ = sealed([("events", n, b"%d" % n) for n in range(150)], finish=False)
    del objects["log/00000149.isl"]
    source = Reads(objects)
    with open_session(source, KEY) as session:
        assert session.report.verdict is Verdict.INTERRUPTED
        source.names_read.clear()
        found = [(segment.index, segment.data) for segment in session.segments("events", first)]
    assert found == [(n, b"%d" % n) for n in range(first, 150)]
    assert source.names_read == [f"seg/00-{n:08d}.isg" for n in range(first, 150)]


def test_a_foreign_segment_in_the_tail_is_left_out():
    objects, _ = sealed([("events", 0, b"one"), ("events", 1, b"two")], finish=False)
    del objects["log/00000001.isl"]
    objects["seg/00-00000001.isg"] = objects["seg/00-00000000.isg"]
    with open_session(objects, KEY) as session:
        assert [segment.data for segment in session.segments("events")] == [b"one"]


def test_the_commitment_names_one_key():
    objects, _ = sealed()
    header = Header.parse(objects["header.isf"])
    assert derive(bytearray(b"x" * 32), "commit", header.hid) != header.com
