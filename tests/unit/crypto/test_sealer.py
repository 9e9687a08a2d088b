"""Sealing: what is put, in which order, and how it ends."""

import subprocess
import sys
import threading

import pytest

from crypto.errors import FormatError, SealingError
from crypto.names import MAX_OBJECT_BYTES
from crypto.sealing import MAX_SEGMENT_BYTES, FreshSecrets, SessionSealer
from crypto.verdict import Verdict, verify
from tests.unit.crypto.objects import KEY, Objects, description, sealed


def test_objects_are_put_in_an_order_a_crash_may_cut():
    objects, _ = sealed()
    assert list(objects) == [
        "header.isf",
        "keys.isf",
        "seg/00-00000000.isg",
        "log/00000000.isl",
        "seg/01-00000000.isg",
        "log/00000001.isl",
        "seg/00-00000001.isg",
        "log/00000002.isl",
        "log/00000003.isl",
    ]


def test_every_object_fits_one_upload():
    objects, _ = sealed([("webcam", 0, bytes(MAX_SEGMENT_BYTES))])
    assert max(map(len, objects.values())) <= MAX_OBJECT_BYTES


def test_no_plaintext_and_no_key_is_in_any_object():
    marker = b"PLAINTEXT-CANARY"
    objects, _ = sealed([("events", 0, marker), ("webcam", 0, bytearray(marker * 2000))])
    stored = b"".join(objects.values())
    assert marker not in stored
    assert KEY.seed not in stored


@pytest.mark.parametrize(
    ("stream", "t0_us", "size"),
    [("desktop", 0, 1), ("webcam", 9, 1), ("events", -1, 1), ("events", 2**64, 1), ("events", 0, 245_761)],
)
def test_an_argument_out_of_bounds_seals_nothing_and_ends_nothing(stream, t0_us, size):
    objects, sealer = sealed([("webcam", 10, b"x")], finish=False)
    before = list(objects)
    with pytest.raises(SealingError):
        sealer.seal(stream, t0_us, bytes(size))
    assert list(objects) == before
    assert sealer.seal("webcam", 10, b"y") == "seg/01-00000001.isg"
    sealer.finish()
    assert verify(objects).verdict is Verdict.COMPLETE


def test_nothing_can_be_sealed_to_nobody_or_to_a_crowd():
    with pytest.raises(SealingError, match="recipient"):
        SessionSealer(description(), [], Objects())
    with pytest.raises(FormatError, match="too many"):
        SessionSealer(description(), [KEY.public] * 300, Objects())


def test_after_the_end_nothing_is_sealed():
    objects, sealer = sealed()
    before = dict(objects)
    sealer.finish()
    with pytest.raises(SealingError, match="new take"):
        sealer.seal("events", 10, b"late")
    assert objects == before


class FullDisk(Objects):
    """A disk that is full for one object."""

    def __init__(self, full_at):
        super().__init__()
        self._full_at = full_at

    def put(self, name, data):
        if name == self._full_at:
            raise OSError(28, "No space left on device")
        super().put(name, data)


@pytest.mark.parametrize("name", ["seg/00-00000001.isg", "log/00000001.isl"])
def test_a_sink_that_fails_ends_the_session_as_interrupted(name):
    objects = FullDisk(name)
    sealer = SessionSealer(description(), [KEY.public], objects)
    sealer.seal("events", 0, b"one")
    with pytest.raises(OSError, match="No space"):
        sealer.seal("events", 1, b"two")
    with pytest.raises(SealingError, match="new take"):
        sealer.seal("events", 2, b"three")
    sealer.finish()
    assert verify(objects).verdict is Verdict.INTERRUPTED
    assert all(not any(ratchet._chain) for ratchet in sealer._ratchets)


@pytest.mark.parametrize("name", ["header.isf", "keys.isf", "log/00000000.isl"])
def test_a_sink_may_fail_anywhere(name):
    with pytest.raises(OSError, match="No space"):
        SessionSealer(description(), [KEY.public], FullDisk(name)).finish()


def test_keys_are_wiped_at_the_end():
    _, sealer = sealed()
    assert all(ratchet._chain == bytes(32) for ratchet in sealer._ratchets)


def test_the_session_key_is_wiped_before_anything_is_put():
    kept = []

    class Watched(FreshSecrets):
        def session_key(self):
            kept.append(super().session_key())
            return kept[-1]

    class Sink(Objects):
        def put(self, name, data):
            assert kept == [bytearray(32)]
            super().put(name, data)

    SessionSealer(description(), [KEY.public], Sink(), secret_source=Watched())


def test_a_full_session_asks_for_a_new_take(monkeypatch):
    monkeypatch.setattr("crypto.sealing.MAX_SEGMENTS", 1)
    _, sealer = sealed([("events", 0, b"one")], finish=False)
    with pytest.raises(SealingError, match="begin a new take"):
        sealer.seal("events", 0, b"two")


def test_threads_may_seal_at_once():
    objects, sealer = sealed([], finish=False)
    failures = []

    def work(stream):
        try:
            for n in range(40):
                sealer.seal(stream, n, b"%d" % n)
        except SealingError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(stream,)) for stream in ("events", "webcam", "microphone")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    sealer.finish()
    assert not failures
    report = verify(objects)
    assert report.verdict is Verdict.COMPLETE
    assert len(report.segments) == 120


def test_sealing_does_not_load_what_opens():
    loaded = "import sys, crypto.sealing, crypto.verdict; print([m for m in sys.modules if m.startswith('crypto.')])"
    output = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert "crypto.sealing" in output
    assert "crypto.opening" not in output
    assert "crypto.chunks" not in output
