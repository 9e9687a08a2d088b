"""Attacks with keys: the wrong ones, weak ones, and one ciphertext for two of them."""

import os

import pytest
from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from crypto.chunks import ChunkReader
from crypto.errors import FormatError, KeyMismatchError, TamperedError
from crypto.keys import RecipientPrivate, RecipientPublic, wrap
from crypto.log import FinalEntry, LogVerifier, final_body, signed_bytes
from crypto.opening import open_session
from crypto.segment import SegmentEncryptor, segment_context
from crypto.slots import HYBRID, Slot, encode_slots, read_slots, slot_info
from crypto.verdict import Verdict, verify
from tests.unit.attacks.two_keys import ciphertext_for_both
from tests.unit.crypto.objects import KEY, sealed


def test_attack_06_other_institutions_key():
    # Stopped by crypto/keys.py RecipientPrivate.unwrap: HPKE's tag does not hold under another key.
    objects, _ = sealed()
    with pytest.raises(KeyMismatchError):
        open_session(objects, RecipientPrivate.generate(KEY.kid))


def test_attack_06_right_key_under_another_name():
    # Stopped by crypto/slots.py slot_info: the name is bound into the slot.
    objects, _ = sealed()
    with pytest.raises(KeyMismatchError):
        open_session(objects, RecipientPrivate.from_seed("exam-2027", KEY.seed))
    (slot,), _ = read_slots(objects["keys.isf"])
    objects["keys.isf"] = encode_slots([Slot(slot.kind, b"exam-2027", slot.sealed)])
    with pytest.raises(KeyMismatchError):
        open_session(objects, RecipientPrivate.from_seed("exam-2027", KEY.seed))


def test_attack_06_slot_of_another_session():
    # Stopped by crypto/slots.py slot_info: the session's digest is bound into the slot.
    objects, _ = sealed()
    other, _ = sealed(take=1)
    objects["keys.isf"] = other["keys.isf"]
    with pytest.raises(KeyMismatchError):
        open_session(objects, KEY)


def test_attack_06_own_session_key_in_an_added_slot():
    # Stopped by crypto/opening.py _session_key: only the committed session key is taken, whoever sealed it.
    objects, sealer = sealed()
    attackers = bytearray(b"a" * 32)
    kid = KEY.kid.encode()
    forged = Slot(HYBRID, kid, wrap(KEY.public, attackers, slot_info(sealer.header, HYBRID, kid)))
    objects["keys.isf"] = forged.encode() + objects["keys.isf"]
    with open_session(objects, KEY) as session:
        assert [segment.data for segment in session.segments("events")] == [b"one", b"three"]


def chunk_keys(key, salt, context):
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context
    return HKDFExpand(SHA512(), 76, info).derive(key)


def test_attack_10_one_ciphertext_for_two_keys():
    # Stopped by crypto/chunks.py ChunkReader.__init__: the commitment is compared before anything is opened.
    first, second, salt, context = os.urandom(32), os.urandom(32), os.urandom(24), segment_context(bytes(52))
    derived = [chunk_keys(key, salt, context) for key in (first, second)]
    places = [(keys[:32], keys[32:44]) for keys in derived]
    body = ciphertext_for_both(*places, os.urandom(16 * 20))
    # It is real: plain AES-256-GCM opens it under both keys, to different plaintexts.
    plaintexts = [AESGCM(aes).decrypt(nonce, body, None) for aes, nonce in places]
    assert plaintexts[0] != plaintexts[1]

    for committed in (0, 1):
        message = salt + derived[committed][44:] + body
        for number, key in enumerate((first, second)):
            if number == committed:
                assert ChunkReader(key, context, message).beginning() == (plaintexts[number], True)
            else:
                with pytest.raises(TamperedError):
                    ChunkReader(key, context, message)
                with pytest.raises(InvalidTag):
                    Cobblestone256Decryptor(key, context).update(message)


@pytest.mark.parametrize(
    ("key", "context"),
    [(bytes(32), b"other"), (bytes(31) + b"\1", b"context"), (bytes(31), b"context"), (b"", b"context")],
    ids=["context", "key", "short key", "no key"],
)
def test_attack_11_wrong_context_or_key(key, context):
    # Stopped by crypto/chunks.py ChunkReader.__init__: key, context and key length are all in the commitment.
    encryptor = Cobblestone256Encryptor(bytes(32), b"context")
    message = encryptor.update(b"plaintext") + encryptor.finalize()
    assert ChunkReader(bytes(32), b"context", message).beginning()[1]
    with pytest.raises(TamperedError):
        ChunkReader(key, context, message)
    with pytest.raises(TamperedError):
        ChunkReader(bytes(32), b"context", b"")


@pytest.mark.parametrize(
    "encoded",
    [
        KEY.public.encoded[:1184] + bytes(32),
        KEY.public.encoded[:1184] + bytes([1, *bytes(31)]),
        b"\xff" * 1184 + KEY.public.encoded[1184:],
        KEY.public.encoded[:-1],
        b"",
    ],
    ids=["zero point", "low order", "ML-KEM out of range", "short", "empty"],
)
def test_attack_18_public_key_that_gives_the_secret_away(encoded):
    # Stopped by crypto/keys.py RecipientPublic.__post_init__: refused at enrolment, before anything is sealed to it.
    with pytest.raises(FormatError):
        RecipientPublic("rep-1", encoded)


def test_attack_08_stolen_keys_open_nothing_earlier_at_any_segment_and_sign_nothing():
    # Stopped by crypto/ratchet.py StreamRatchet.advance and crypto/log.py LogVerifier._require_signature.
    count = 200
    objects, sealer = sealed([], finish=False, streams=("events",))
    states = []  # what is in memory before segment k is sealed
    for n in range(count):
        states.append((sealer._ratchets[0].copy(), sealer._log._key))
        sealer.seal("events", n, b"minute %d" % n)
    segments = [objects[f"seg/00-{n:08d}.isg"] for n in range(count)]
    records = [objects[f"log/{n:08d}.isl"] for n in range(count)]

    verifier, verifier_states = LogVerifier(sealer.header), []
    for record in records:
        verifier_states.append(verifier.state())
        verifier.accept(record)
    opened_past = opened_own = signed_past = 0
    for k, (ratchet, signing_key) in enumerate(states):
        for n in range(k + 1):
            head = segments[n][:52]
            try:
                ChunkReader(ratchet.segment_key(head), segment_context(head), segments[n][52:])
            except TamperedError:
                continue
            opened_past += n < k
            opened_own += n == k
        for n in range(k):
            body = records[n][:112]
            forged = body[:16] + bytes(32) + body[48:]
            past = LogVerifier.resume(sealer.header, verifier_states[n])
            try:
                past.accept(forged + signing_key.sign(signed_bytes(sealer.header.hid, forged)))
                signed_past += 1
            except TamperedError:
                pass
    assert (opened_past, opened_own, signed_past) == (0, count, 0)


def test_attack_08_roll_back_and_finish_with_a_stolen_key():
    # Stopped by crypto/log.py LogVerifier._require_signature: an earlier end needs an earlier key, which is gone.
    objects, sealer = sealed([("events", n, b"%d" % n) for n in range(8)], finish=False)
    thief = sealer._log._key
    for back_to in range(8):
        rolled = objects.copy()
        for n in range(back_to, 8):
            del rolled[f"seg/00-{n:08d}.isg"], rolled[f"log/{n:08d}.isl"]
        chain = objects[f"log/{back_to - 1:08d}.isl"][48:80] if back_to else bytes(32)
        body = final_body(FinalEntry(back_to, chain))
        rolled[f"log/{back_to:08d}.isl"] = body + thief.sign(signed_bytes(sealer.header.hid, body))
        report = verify(rolled)
        assert (report.verdict, report.findings[0].code) == (Verdict.TAMPERED, "log")


def test_attack_21_forked_or_restored_sealer_repeats_no_nonce():
    # Stopped by the fresh salt of crypto/segment.py SegmentEncryptor.seal: one key and head, yet two AES keys.
    head, plaintexts = bytes(52), (b"a" * 4000, b"b" * 4000)
    sealed_twice = [SegmentEncryptor().seal(bytearray(32), head, plaintext)[52:] for plaintext in plaintexts]
    assert sealed_twice[0][:56] != sealed_twice[1][:56]
    streams = [
        bytes(x ^ y for x, y in zip(sealed_one[56:4056], plaintext, strict=True))
        for sealed_one, plaintext in zip(sealed_twice, plaintexts, strict=True)
    ]
    assert streams[0] != streams[1]
