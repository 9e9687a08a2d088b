"""The frozen vectors of ISF version 1, read by the product and by an independent reader."""

import base64
import itertools
import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from crypto.disclosure import Disclosure, open_disclosed
from crypto.errors import FormatError, KeyMismatchError, TamperedError
from crypto.header import Header, SessionDescription
from crypto.keyfile import lock, unlock
from crypto.keys import RecipientPrivate
from crypto.names import segment_name
from crypto.opening import open_session
from crypto.sealing import SessionSealer
from crypto.slots import TOKEN, read_slots, slot_info
from crypto.token_keys import TokenPrivate, TokenPublic
from crypto.verdict import FindingCode, Verdict, verify
from tests.unit.crypto.objects import Objects
from tests.vectors import isf1_example, make_isf1
from tests.vectors import isf1_reference as isf
from tests.vectors.isf1_payload import decrypt, encrypt
from tests.vectors.isf1_verdict import examine

CASES = sorted((Path(__file__).parent / "isf1").glob("*.json"))


def load(path):
    case = json.loads(path.read_text())
    case["objects"] = Objects({name: base64.b64decode(data) for name, data in case["objects"].items()})
    return case


@pytest.fixture(params=CASES, ids=lambda path: path.stem)
def case(request):
    return load(request.param)


def test_the_product_gives_the_expected_verdict(case):
    report = verify(case["objects"])
    assert report.verdict.value == case["expect"], report.findings
    assert [finding.code for finding in report.findings] == case["codes"]
    assert all(finding.where and finding.code in set(FindingCode) for finding in report.findings)


def test_the_independent_reader_agrees(case):
    verdict, findings = examine(case["objects"])
    assert (verdict, {code for code, _ in findings}) == (case["expect"], set(case["codes"]))
    assert findings == sorted((str(each.code), each.where) for each in verify(case["objects"]).findings)


def test_both_readers_open_the_same(case):
    objects = case["objects"]
    key = RecipientPrivate.from_seed(case["kid"], bytes.fromhex(case["seed"]))
    try:
        session = open_session(objects, key)
    except (FormatError, KeyMismatchError):
        with pytest.raises((isf.Rejected, InvalidTag, KeyError, isf.struct.error)):
            isf.session_key(objects, case["kid"], bytes.fromhex(case["seed"]))
        return
    secret = isf.session_key(objects, case["kid"], bytes.fromhex(case["seed"]))
    with session:
        for position, stream in enumerate(session.description.streams):
            ours = {s.index: (s.t0_us, s.data) for s in session.segments(stream)}
            theirs = {
                index: (t0_us, data) for index, (t0_us, data, _) in isf.open_stream(objects, secret, position).items()
            }
            # The product leaves out what stands behind a gap that no record explains; it invents nothing.
            assert ours.items() <= theirs.items()
            if case["expect"] != "TAMPERED":
                assert ours == theirs
                unsealed = sum(name.startswith(f"seg/{position:02d}") for name in session.report.unsealed)
                sealed = sum(s.sealed for s in session.segments(stream))
                assert sealed == len(ours) - min(unsealed, len(ours)) or "cut" in case["reason"]


@pytest.mark.parametrize("name", ["plain", "log-file", "lengths"])
def test_the_independent_reader_opens_what_is_handed_out_and_nothing_that_was_changed(name):
    case = load(Path(__file__).parent / "isf1" / f"{name}.json")
    objects, key = case["objects"], RecipientPrivate.from_seed(case["kid"], bytes.fromhex(case["seed"]))
    with open_session(objects, key) as session:
        streams = session.description.streams
        places = [(record.stream, record.index) for record in session.report.segments][1::2]
        disclosure = session.disclose(places).encode()
    given = {segment_name(streams.index(stream), index) for stream, index in places}
    handed = Objects({each: data for each, data in objects.items() if not each.startswith("seg/") or each in given})
    ours = {
        (streams.index(each.stream), each.index): (each.t0_us, each.data)
        for each in open_disclosed(handed, Disclosure.parse(disclosure))
    }
    final = max(each for each in handed if each.startswith("log"))
    handed[final] = handed[final][:-104]
    assert isf.open_disclosed(handed, disclosure) == ours
    assert len(ours) == len(places) > 0
    for each in given:
        spoiled = handed.copy()
        spoiled[each] = spoiled[each][:-1] + bytes([spoiled[each][-1] ^ 1])
        with pytest.raises(isf.Rejected):
            isf.open_disclosed(spoiled, disclosure)
        with pytest.raises(TamperedError):
            list(open_disclosed(spoiled, Disclosure.parse(disclosure)))


def test_vectors_cover_all_verdicts():
    verdicts = [load(path)["expect"] for path in CASES]
    assert {verdict.value for verdict in Verdict} == set(verdicts)
    assert len(verdicts) >= 50


def test_the_script_makes_the_committed_vectors(tmp_path, monkeypatch):
    folder = tmp_path / "isf1"
    folder.mkdir()
    for path in CASES:
        (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(make_isf1, "FOLDER", folder)
    assert make_isf1.main() == 0
    assert {path.name for path in folder.iterdir()} == {path.name for path in CASES}


def played_token(scalar):
    """The product's side of a token whose private key is `scalar`."""

    def agree(peer):
        return scalar.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), peer))

    return TokenPrivate(TokenPublic(isf1_example.TOKEN_KID, isf.token_point(scalar)), agree)


def test_both_readers_and_the_library_open_the_token_slot():
    objects = load(Path(__file__).parent / "isf1" / "token-slot.json")["objects"]
    scalar = isf1_example.p256_key(b"token")
    assert isf.token_session_key(objects, isf1_example.TOKEN_KID, scalar) == isf1_example.SESSION_KEY
    with open_session(objects, played_token(scalar)) as session:
        assert [segment.data for segment in session.segments("webcam")] == [b"frame one"]
    slot = read_slots(objects["keys.isf"])[0][0]
    info = slot_info(Header.parse(objects["header.isf"]), TOKEN, slot.kid)
    suite = Suite(KEM.P256, KDF.HKDF_SHA512, AEAD.AES_256_GCM)
    assert suite.decrypt(slot.sealed, scalar, info=info) == isf1_example.SESSION_KEY


def test_the_independent_reader_opens_what_the_product_seals_to_a_token():
    scalar, objects = isf1_example.p256_key(b"another token"), Objects()
    description = SessionDescription(**{**isf1_example.META, "streams": ("events",)})
    SessionSealer(description, [played_token(scalar).public], objects).finish()
    assert len(isf.token_session_key(objects, isf1_example.TOKEN_KID, scalar)) == 32


class FixedSecrets:
    """The secrets of the vectors, through the constructor parameter that exists for this."""

    def __init__(self):
        self._seeds = isf1_example.seeds()

    def session_key(self):
        return bytearray(isf1_example.SESSION_KEY)

    def signing_key(self):
        return Ed25519PrivateKey.from_private_bytes(next(self._seeds))


def test_the_product_seals_what_the_vectors_hold():
    """Header and sizes byte for byte; salts differ by design, and what follows from them."""
    vector = load(next(path for path in CASES if path.stem == "plain"))["objects"]
    objects = Objects()
    meta = {**isf1_example.META, "streams": tuple(isf1_example.META["streams"])}
    key = RecipientPrivate.from_seed(isf1_example.KID, isf1_example.SEED)
    sealer = SessionSealer(SessionDescription(**meta), [key.public], objects, secret_source=FixedSecrets())
    for segment in isf1_example.SEGMENTS:
        sealer.seal(*segment)
    sealer.finish()
    assert objects["header.isf"] == vector["header.isf"]
    assert {name: len(data) for name, data in objects.items()} == {name: len(data) for name, data in vector.items()}
    assert all(objects[name][:52] == vector[name][:52] for name in vector if name.startswith("seg/"))
    assert [objects[f"log/{n:08d}.isl"][80:112] for n in range(3)] == [
        vector[f"log/{n:08d}.isl"][80:112] for n in range(3)
    ]
    assert examine(objects) == ("COMPLETE", [])
    opened = isf.open_stream(objects, isf.session_key(objects, isf1_example.KID, isf1_example.SEED), 0)
    expected = [(t0_us, data, True) for stream, t0_us, data in isf1_example.SEGMENTS if stream == "events"]
    assert list(opened.values()) == expected


@pytest.mark.parametrize("length", [0, 1, 16_383, 16_384, 16_385, 32_768, 245_760])
def test_library_and_reference_agree_on_the_payload_format(length):
    from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor

    key, context, plaintext = bytes(range(32)), b"context", isf1_example.pattern(length)
    encryptor = Cobblestone256Encryptor(key, context)
    assert decrypt(key, context, encryptor.update(plaintext) + encryptor.finalize()) == (plaintext, True)
    decryptor = Cobblestone256Decryptor(key, context)
    message = encrypt(key, context, isf1_example.salt(0), plaintext)
    assert decryptor.update(message) + decryptor.finalize() == plaintext


def test_both_readers_unlock_a_key_file():
    data = lock(isf1_example.SEED, kind="exam", kid="exam-1", public=b"p", passphrase="Cl\u00e9", iterations=210_000)
    assert unlock(data, "Cle\u0301").secret == isf.unlock(data, "Cle\u0301") == isf1_example.SEED
    assert isf.unlock(data, "cle") is None


def test_signing_seeds_of_the_vectors_differ():
    assert len(set(itertools.islice(isf1_example.seeds(), 10))) == 10
