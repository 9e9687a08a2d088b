"""The keyring's file: only what the root key signed, for this institution, and never an older one."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.institution.errors import CannotOpen, FolderDamaged, KeyringRefused, UnknownName
from app.institution.keys.keyring import Keyring, RecoveryKey, Representative, recipient
from app.institution.keys.keyring_file import MAX_KEYRING_BYTES, KeyringFile
from crypto.keys import RecipientPrivate
from crypto.signing import SigningKey

ROOT = SigningKey.generate()
BO, ADA, RECOVERY = (RecipientPrivate.generate(kid) for kid in ("bo", "ada", "recovery:7-3"))
TIME = "2026-11-22T09:00:00Z"


def representative(key):
    return Representative(key=recipient(key.public), name=key.kid.title(), added=TIME)


@dataclass
class Held:
    path: Path
    file: KeyringFile
    keyring: Keyring


@pytest.fixture
def held(tmp_path):
    path = tmp_path / "exam-keyring.json"
    file = KeyringFile(path, tmp_path / "machine" / "seen.json", "example-u", ROOT.verify_key)
    keyring = Keyring(institution="example-u").with_representative(representative(BO), {})
    file.store(keyring, ROOT)
    return Held(path, file, keyring)


def test_what_was_stored_is_loaded_and_an_older_one_put_back_is_refused(held):
    older = held.path.read_bytes()
    newer = held.keyring.without_representative("bo", TIME)
    held.file.store(newer, ROOT)
    assert held.file.load() == newer
    held.path.write_bytes(older)
    with pytest.raises(KeyringRefused, match="is version 2, but version 3"):
        held.file.load()


def test_two_keyrings_of_one_number_are_not_taken_for_each_other(held):
    twin = held.keyring.model_copy(update={"representatives": ()})
    elsewhere = KeyringFile(held.path, held.path.with_name("other.json"), "example-u", ROOT.verify_key)
    elsewhere.store(twin, ROOT)
    with pytest.raises(KeyringRefused, match="with other content"):
        held.file.load()


def test_one_seen_elsewhere_is_remembered(held):
    seen = held.path.with_name("fresh.json")
    KeyringFile(held.path, seen, "example-u", ROOT.verify_key).load()
    assert json.loads(seen.read_bytes())["sequence"] == held.keyring.sequence
    seen.write_bytes(b"{}")
    with pytest.raises(FolderDamaged, match="restore it"):
        KeyringFile(held.path, seen, "example-u", ROOT.verify_key).load()


def test_another_institutions_is_refused_whoever_signed_it(held, tmp_path):
    other = Keyring(institution="other-u", sequence=9)
    # The same root key, and its own: neither makes it this institution's.
    for key, reason in ((ROOT, "not the keyring of “example-u”"), (SigningKey.generate(), "not as the root key")):
        KeyringFile(held.path, tmp_path / "x.json", "other-u", key.verify_key).store(other, key)
        with pytest.raises(KeyringRefused, match=reason):
            held.file.load()


def test_a_signature_for_another_purpose_or_number_is_refused(held):
    envelope = json.loads(held.path.read_bytes())
    signed = envelope["signed"].encode()
    for comment in (
        "invigilo keyring inst:example-u seq:3",
        "invigilo keyring inst:example-u seq:02",
        "invigilo inst:example-u exam:algebra-1 seq:2",
        "invigilo keyring inst:example-u seq:2 and more",
    ):
        held.path.write_text(json.dumps({**envelope, "signature": ROOT.sign(signed, comment)}))
        with pytest.raises(KeyringRefused, match="is not the keyring"):
            held.file.load()


def test_edited_fields_and_trailing_bytes_are_refused(held):
    good = held.path.read_bytes()
    envelope = json.loads(good)
    signed, signature = envelope["signed"], envelope["signature"]
    for spoiled in (
        good + b"x",
        good + b'{"signed": "", "signature": ""}',
        b"\xef\xbb\xbf" + good,
        good[:-20],
        b"",
        json.dumps({**envelope, "more": 1}).encode(),
        json.dumps({**envelope, "signed": signed.replace("bo", "bu")}).encode(),
        json.dumps({**envelope, "signed": signed + " "}).encode(),
        json.dumps({**envelope, "signed": signed.replace('"sequence":2', '"sequence":3')}).encode(),
        json.dumps({**envelope, "signature": signature + signature}).encode(),
        json.dumps({**envelope, "signature": signature.replace("seq:2", "seq:3")}).encode(),
        b" " * (MAX_KEYRING_BYTES + 1),
    ):
        held.path.write_bytes(spoiled)
        with pytest.raises(KeyringRefused):
            held.file.load()
    held.path.write_bytes(good)
    held.file.load()


def test_who_opens_what_through_all_changes(held):
    key = RecipientPrivate.generate("algebra-1.1")
    ring = held.keyring.with_exam("algebra-1", key, TIME)
    assert ring.open_key("algebra-1.1", BO).seed == key.seed
    with pytest.raises(CannotOpen, match=r"not wrapped for “ada”\. It can be opened by: bo"):
        ring.open_key("algebra-1.1", ADA)
    ring = ring.with_representative(representative(ADA), {key.kid: key})
    assert ring.open_key(key.kid, ADA).seed == key.seed

    recovery = RecoveryKey(key=recipient(RECOVERY.public), needed=2, count=3, set_id=7, made=TIME)
    ring = ring.with_recovery(recovery, {})
    with pytest.raises(CannotOpen):
        ring.open_key(key.kid, RECOVERY)
    ring = ring.with_recovery(recovery, {key.kid: key})
    assert ring.open_key(key.kid, RECOVERY).seed == key.seed

    ring = ring.without_representative("bo", TIME)
    assert ring.exam("algebra-1").retired == TIME
    with pytest.raises(CannotOpen):
        ring.open_key(key.kid, BO)
    second = RecipientPrivate.generate("algebra-1.2")
    ring = ring.with_exam("algebra-1", second, TIME)
    assert ring.exam("algebra-1").key.kid == "algebra-1.2"
    assert set(ring.exam("algebra-1").wrapped) == {"ada", RECOVERY.kid}
    with pytest.raises(UnknownName):
        ring.exam("biology")


def test_a_wrapped_key_opens_in_no_other_place(held):
    key, other = RecipientPrivate.generate("algebra-1.1"), RecipientPrivate.generate("biology-1.1")
    ring = held.keyring.with_exam("algebra-1", key, TIME).with_exam("biology-1", other, TIME)
    first, second = ring.exams
    swapped = ring.model_copy(update={"exams": (first.model_copy(update={"wrapped": second.wrapped}), second)})
    with pytest.raises(KeyringRefused, match="does not open with that key"):
        swapped.open_key("algebra-1.1", BO)
    elsewhere = ring.model_copy(update={"institution": "other-u"})
    with pytest.raises(KeyringRefused):
        elsewhere.open_key("algebra-1.1", BO)
