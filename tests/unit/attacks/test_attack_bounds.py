"""Attacks by size and form: what a parser is fed to keep it busy, to blow it up, or to lead it elsewhere."""

import json
import struct
import time

import pytest

from crypto.errors import FormatError, KeyMismatchError
from crypto.folder import SealedFolder
from crypto.header import MAX_META_BYTES, Header
from crypto.keyfile import lock, unlock
from crypto.names import MAX_OBJECT_BYTES
from crypto.opening import open_session
from crypto.slots import read_slots
from crypto.verdict import Verdict, verify
from tests.unit.crypto.objects import KEY, Objects, sealed


def slot(kid, sealed_length, sealed_bytes=b""):
    return struct.pack(">cBH", b"K", 1, len(kid)) + kid + struct.pack(">I", sealed_length) + sealed_bytes


@pytest.mark.parametrize(
    ("keys", "slots"),
    [
        (slot(b"x", 0) + struct.pack(">cBH", b"K", 1, 65_535) + bytes(70_000), 1),
        (slot(b"x", 2**32 - 1), 0),
        (slot(b"", 0), 0),
        (slot(b"y", 3, b"abc") + slot(b"x" * 65, 0), 1),
        (slot(b"y", 3, b"abc") + b"K", 1),
    ],
    ids=["kidLen 65535", "ctLen 4 GiB", "kidLen 0", "kidLen 65", "one byte of a slot"],
)
def test_attack_15_lengths_in_the_slot_file(keys, slots):
    # Stopped by crypto/slots.py read_slots: lengths are bounded before anything is taken.
    found, damage = read_slots(keys)
    assert len(found) == slots
    assert isinstance(damage, FormatError)


def test_attack_15_ten_thousand_slots_and_one_name_many_times():
    # Stopped by crypto/slots.py read_slots (size), crypto/opening.py _session_key (goes on to the next of the name).
    objects, _ = sealed()
    genuine = objects["keys.isf"]
    crowd = slot(b"r", 1168, bytes(1168)) * 10_000
    assert "the most" in str(read_slots(crowd)[1])
    junk = slot(KEY.kid.encode(), 1168, bytes(1168))
    objects["keys.isf"] = junk * ((MAX_OBJECT_BYTES - len(genuine)) // len(junk)) + genuine
    began = time.process_time()
    open_session(objects, KEY).close()
    assert time.process_time() - began < 1


def header_with(meta, stated=None):
    head = b"ISF1\r\n\x1a\n" + struct.pack(">BBHI", 1, 1, 0, len(meta) if stated is None else stated)
    return head + meta + bytes(32)


META = json.loads(sealed()[0]["header.isf"][16:-32])
CANONICAL = json.dumps(META, sort_keys=True, separators=(",", ":")).encode()
SPELLINGS = {
    "spaces": json.dumps(META, sort_keys=True).encode(),
    "key order": json.dumps(dict(sorted(META.items(), reverse=True)), separators=(",", ":")).encode(),
    "duplicate key": CANONICAL[:-1] + b',"take":0}',
    "NaN": CANONICAL.replace(b'"take":0', b'"take":NaN'),
    "infinity": CANONICAL.replace(b'"take":0', b'"take":1e999'),
    "BOM": b"\xef\xbb\xbf" + CANONICAL,
    "UTF-16": CANONICAL.decode().encode("utf-16"),
    "depth": CANONICAL.replace(b'"take":0', b'"take":' + b"[" * 30_000),
    "digits": CANONICAL.replace(b'"take":0', b'"take":' + b"1" * 60_000),
    "float": CANONICAL.replace(b'"take":0', b'"take":0.0'),
    "minus zero": CANONICAL.replace(b'"take":0', b'"take":-0'),
    "true": CANONICAL.replace(b'"take":0', b'"take":true'),
    "lone surrogate": CANONICAL.replace(b"anatomy-1", b"\\ud800"),
    "escaped letter": CANONICAL.replace(b"anatomy-1", b"\\u0061natomy-1"),
    "right to left": CANONICAL.replace(b"anatomy-1", "\u202eanatomy".encode()),
    "more fields": CANONICAL[:-1] + b',"zzz":1}',
    "trailing": CANONICAL + b" ",
}


@pytest.mark.parametrize("meta", SPELLINGS.values(), ids=SPELLINGS)
def test_attack_16_other_spellings_of_the_header(meta):
    # Stopped by crypto/header.py Header.parse: what it reads it writes again, and compares.
    assert Header.parse(header_with(CANONICAL)).description.exam == "anatomy-1"
    began = time.process_time()
    with pytest.raises(FormatError):
        Header.parse(header_with(meta))
    assert time.process_time() - began < 1


@pytest.mark.parametrize("stated", [MAX_META_BYTES + 1, 2**32 - 1, 0, len(CANONICAL) - 1])
def test_attack_16_stated_length_of_the_header(stated):
    # Stopped by crypto/header.py Header.parse: the stated length is bounded and must be the real one.
    with pytest.raises(FormatError):
        Header.parse(header_with(CANONICAL, stated))
    too_long = header_with(CANONICAL[:-1] + b" " * (MAX_META_BYTES + 1 - len(CANONICAL)) + b"}")
    with pytest.raises(FormatError):
        Header.parse(too_long)


@pytest.fixture(scope="module")
def key_file():
    return lock(bytes(32), kind="exam", kid="exam-1", public=b"p", passphrase="right", iterations=210_000)


@pytest.mark.parametrize(
    "change",
    [{"iterations": 1}, {"iterations": 10**12}, {"salt": ""}, {"salt": None}, {"kdf": "scrypt"}, {"version": 2}],
    ids=repr,
)
def test_attack_17_key_file_out_of_bounds_costs_nothing(key_file, change, monkeypatch):
    # Stopped by crypto/keyfile.py _KeyFile: bounds on both sides, before a single iteration.
    stretched = []
    monkeypatch.setattr("crypto.keyfile.PBKDF2HMAC", lambda *_: stretched.append(1))
    with pytest.raises(FormatError):
        unlock(json.dumps({**json.loads(key_file), **change}).encode(), "right")
    assert stretched == []


@pytest.mark.parametrize("change", [{"kid": "exam-2"}, {"kind": "root"}, {"public": "eA=="}, {"iterations": 210_001}])
def test_attack_17_edited_key_file(key_file, change):
    # Stopped by crypto/keyfile.py _KeyFile.context: every other field is the context of the box.
    with pytest.raises(KeyMismatchError):
        unlock(json.dumps({**json.loads(key_file), **change}).encode(), "right")


def test_attack_28_wrong_passphrase_costs_as_much_and_says_as_little_as_a_wrong_file(key_file):
    # Stopped by crypto/keyfile.py unlock: the whole derivation comes first, then one error for both.
    other = json.loads(lock(bytes(32), kind="exam", kid="exam-1", public=b"p", passphrase="x", iterations=210_000))
    wrong_file = json.dumps({**json.loads(key_file), "box": other["box"]}).encode()
    times_s, errors = [], []
    for data, passphrase in ((key_file, "right"), (key_file, "wrong"), (key_file, "r"), (wrong_file, "right")):
        began = time.process_time()
        try:
            unlock(data, passphrase)
        except KeyMismatchError as error:
            errors.append(str(error))
        times_s.append(time.process_time() - began)
    assert len(errors) == 3
    assert len(set(errors)) == 1
    assert min(times_s) > 0.5 * max(times_s)


@pytest.mark.parametrize(
    "name",
    ["seg/../../x", "../x", "/etc/passwd", "seg//x", "seg/./x", "seg/a/b", "..\\x", "seg/x\0", "", ".", "seg/.."],
)
def test_attack_26_names_that_lead_elsewhere(tmp_path, name):
    # Stopped by crypto/folder.py SealedFolder._plain_file.
    (tmp_path / "x").write_text("outside")
    folder = tmp_path / "session"
    (folder / "seg").mkdir(parents=True)
    with pytest.raises(FormatError):
        SealedFolder(folder).read(name)


def test_attack_26_links_in_a_session_folder(tmp_path):
    # Stopped by crypto/folder.py SealedFolder._plain_file and _walk: nothing is followed, everything is listed.
    objects, _ = sealed()
    folder = tmp_path / "session"
    for name, data in objects.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    assert verify(SealedFolder(folder)).verdict is Verdict.COMPLETE
    segment = folder / "seg/00-00000000.isg"
    segment.rename(tmp_path / "moved")
    segment.symlink_to(tmp_path / "moved")
    assert verify(SealedFolder(folder)).verdict is Verdict.TAMPERED
    segment.unlink()
    (tmp_path / "moved").rename(segment)
    (folder / "seg/more").symlink_to(tmp_path)
    report = verify(SealedFolder(folder))
    assert [finding.where for finding in report.findings] == ["seg/more"]


def test_attack_27_objects_above_their_bounds():
    # Stopped by crypto/names.py largest, which every source holds to before it hands out bytes.
    objects, _ = sealed()
    for name in objects:
        assert verify(Objects(objects, **{name: objects[name] + bytes(MAX_OBJECT_BYTES)})).verdict is (
            Verdict.COMPLETE if name == "keys.isf" else Verdict.TAMPERED
        )
