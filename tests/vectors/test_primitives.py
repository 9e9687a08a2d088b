"""The primitives under the sealed format against published vectors (`cryptography-vectors`).

They check the library build that is installed here, and our chunk reader against the published vectors
of C2SP chunked encryption, which are of its SHA-256 instantiation.
"""

import base64
import hashlib
import json
import re
import zlib
from functools import lru_cache

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.bindings._rust import openssl as rust_openssl
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from crypto import token_keys
from crypto.chunks import ChunkReader
from crypto.errors import TamperedError
from crypto.token_keys import TokenPublic
from tests.vectors import isf1_reference as isf

vectors = pytest.importorskip("cryptography_vectors", reason="cryptography-vectors is not installed")


def text(path):
    with vectors.open_vector_file(path, "r") as file:
        return file.read()


def cavp(path):
    """The cases of a CAVP response file: dicts of its `NAME = value` lines, and bare lines as names."""
    section, case = {}, {}
    for line in text(path).splitlines():
        name, _, value = line.strip("[]").partition("=")
        name, value = name.strip(), value.strip()
        if line.startswith("["):
            section[name] = value
        elif name == "Count":
            case = {**section}
        elif line and not line.startswith("#"):
            case[name] = value
        elif not line and "Key" in case:
            yield case
            case = {}


@pytest.mark.parametrize("name", ["gcmDecrypt256.rsp", "gcmEncryptExtIV256.rsp"])
def test_aes_256_gcm(name):
    """NIST CAVP, 128-bit tags, IVs the library takes; a FAIL line must be refused."""
    checked = refused = 0
    for case in cavp(f"ciphers/AES/GCM/{name}"):
        if case["Taglen"] != "128" or int(case["IVlen"]) < 64:
            continue
        aead, iv = AESGCM(bytes.fromhex(case["Key"])), bytes.fromhex(case["IV"])
        sealed = bytes.fromhex(case["CT"] + case["Tag"])
        aad = bytes.fromhex(case["AAD"])
        checked += 1
        if "FAIL" in case:
            refused += 1
            with pytest.raises(InvalidTag):
                aead.decrypt(iv, sealed, aad)
        else:
            plaintext = bytes.fromhex(case["PT"])
            assert aead.decrypt(iv, sealed, aad) == plaintext
            assert aead.encrypt(iv, plaintext, aad) == sealed
    assert checked >= 700
    assert (refused > 100) == name.startswith("gcmDecrypt")


def test_hkdf():
    """RFC 5869 appendix A, SHA-256."""
    cases = text("KDF/rfc-5869-HKDF-SHA256.txt").split("COUNT = ")[1:]
    for case in cases:
        values = {name: value.strip() for name, value in re.findall(r"^(\w+) *=(.*)$", case, re.MULTILINE)}
        hkdf = HKDF(SHA256(), int(values["L"]), bytes.fromhex(values["salt"]), bytes.fromhex(values["info"]))
        assert hkdf.derive(bytes.fromhex(values["IKM"])).hex() == values["OKM"]
    assert len(cases) == 3


KEMS = {0x0020: KEM.X25519, 0x647A: KEM.MLKEM768_X25519}
KDFS = {1: KDF.HKDF_SHA256, 2: KDF.HKDF_SHA384, 3: KDF.HKDF_SHA512, 16: KDF.SHAKE128, 17: KDF.SHAKE256}
AEADS = {1: AEAD.AES_128_GCM, 2: AEAD.AES_256_GCM, 3: AEAD.CHACHA20_POLY1305}


@lru_cache(maxsize=2)
def hpke_cases(path):
    return [
        case
        for case in json.loads(text(path))
        if case["mode"] == 0 and case["kem_id"] in KEMS and case["kdf_id"] in KDFS and case["aead_id"] in AEADS
    ]


@pytest.mark.parametrize(
    ("path", "fewest"),
    [("HPKE/test-vectors.json", 3), ("HPKE/hpke-pq-test-vectors.json", 2)],
    ids=["RFC 9180", "hpke-pq"],
)
def test_hpke_base(path, fewest):
    """Base mode, first message of each entry; the vectors use additional data, which only the tests reach."""
    cases = hpke_cases(path)
    assert len(cases) >= fewest
    for case in cases:
        secret, hybrid = bytes.fromhex(case["skRm"]), case["kem_id"] == 0x647A
        key = isf.private_key(secret) if hybrid else X25519PrivateKey.from_private_bytes(secret)
        suite = Suite(KEMS[case["kem_id"]], KDFS[case["kdf_id"]], AEADS[case["aead_id"]])
        first = case["encryptions"][0]
        sealed = bytes.fromhex(case["enc"] + first["ct"])
        info, aad = bytes.fromhex(case["info"]), bytes.fromhex(first["aad"])
        assert rust_openssl.hpke._decrypt_with_aad(suite, sealed, key, info, aad) == bytes.fromhex(first["pt"])
        with pytest.raises(InvalidTag):
            rust_openssl.hpke._decrypt_with_aad(suite, sealed, key, info + b"x", aad)


def test_a_token_slot_follows_the_schedule_of_rfc_9180():
    """P-256, HKDF-SHA512, AES-256-GCM in base mode: key and nonce, and the first message of the suite of FORMAT.md."""
    cases = [
        case
        for case in json.loads(text("HPKE/test-vectors.json"))
        if (case["mode"], case["kem_id"], case["kdf_id"], case["aead_id"]) == (0, 0x0010, 3, 2)
    ]
    assert len(cases) == 1
    for case in cases:
        point, enc, info = (bytes.fromhex(case[name]) for name in ("pkRm", "enc", "info"))
        private = ec.derive_private_key(int(case["skRm"], 16), ec.SECP256R1())
        agreed = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), enc))
        key, nonce = token_keys._schedule(agreed, enc + TokenPublic("vector", point).encoded, info)
        assert (key.hex(), nonce.hex()) == (case["key"], case["base_nonce"])
        first = case["encryptions"][0]
        opened = AESGCM(key).decrypt(nonce, bytes.fromhex(first["ct"]), bytes.fromhex(first["aad"]))
        assert opened.hex() == first["pt"]


def test_x25519():
    """RFC 7748 section 5.2, and the points of low order, whose agreement the library refuses."""
    cases = text("asymmetric/X25519/rfc7748.txt").split("COUNT = ")[1:]
    for case in cases:
        values = {
            name: bytes.fromhex(value) for name, value in re.findall(r"^(\w+) = ([0-9a-f]+)$", case, re.MULTILINE)
        }
        key = X25519PrivateKey.from_private_bytes(values["INPUT_SCALAR"])
        assert key.exchange(X25519PublicKey.from_public_bytes(values["INPUT_U"])) == values["OUTPUT_U"]
    assert len(cases) == 3
    for low_order in (bytes(32), bytes([1, *bytes(31)])):
        with pytest.raises(ValueError, match="shared key"):
            key.exchange(X25519PublicKey.from_public_bytes(low_order))


def test_ml_kem_768():
    """The known answers: public key out of the seed, shared secret out of the ciphertext, also of a spoiled one."""
    cases = text("asymmetric/MLKEM/kat_MLKEM_768.rsp").split("count = ")[1:]
    for case in cases:
        values = {
            name: bytes.fromhex(value) for name, value in re.findall(r"^(\w+) = ([0-9a-f]+)$", case, re.MULTILINE)
        }
        key = MLKEM768PrivateKey.from_seed_bytes(values["d"] + values["z"])
        assert key.public_key().public_bytes_raw() == values["pk"]
        assert key.decapsulate(values["ct"]) == values["ss"]
        assert key.decapsulate(values["ct_n"]) == values["ss_n"]
    assert len(cases) >= 100


def test_our_hybrid_key_is_the_one_of_the_draft():
    from crypto.keys import RecipientPrivate

    cases = [case for case in hpke_cases("HPKE/hpke-pq-test-vectors.json") if case["kem_id"] == 0x647A]
    for case in cases:
        key = RecipientPrivate.from_seed("vector", bytes.fromhex(case["skRm"]))
        assert key.public.encoded.hex() == case["pkRm"]
    assert cases


def chunked_cases():
    for case in json.loads(text("chunked-encryption/vectors.json"))["vectors"]:
        if case["aead"] != "AEAD_CHACHA20_POLY1305" and case["ciphertext"] is not None:
            yield pytest.param(case, id=case["name"])


@pytest.mark.parametrize("case", list(chunked_cases()))
def test_chunked_encryption_through_our_reader(case):
    message = base64.b64decode(case["ciphertext"])
    if case.get("compressed"):
        message = zlib.decompress(message)
    bits = 128 if "128" in case["aead"] else 256

    def read():
        return ChunkReader(
            bytes.fromhex(case["key"]),
            case["context"].encode(),
            message,
            algorithm=SHA256(),
            aes_key_bytes=bits // 8,
        )

    if case["expect"] == "success":
        plaintext, whole = read().beginning()
        assert whole
        assert len(plaintext) == case["payload_length"]
        assert hashlib.sha256(plaintext).hexdigest() == case["payload_sha256"]
        return
    try:
        reader = read()
    except TamperedError:
        assert "payload_length" not in case or case["payload_length"] == 0
        return
    plaintext, whole = reader.beginning()
    assert not whole
    if "payload_sha256" in case:
        assert hashlib.sha256(plaintext).hexdigest() == case["payload_sha256"]


def test_pbkdf2_agrees_with_the_standard_library():
    derived = PBKDF2HMAC(SHA512(), 64, b"salt" * 8, 1000).derive(b"passphrase")
    assert derived == hashlib.pbkdf2_hmac("sha512", b"passphrase", b"salt" * 8, 1000, 64)


def test_ed25519():
    """All cases of the Ed25519 paper."""
    lines = text("asymmetric/Ed25519/sign.input").splitlines()
    for line in lines:
        secret, public, message, signed = (bytes.fromhex(part) for part in line.split(":")[:4])
        key = Ed25519PrivateKey.from_private_bytes(secret[:32])
        assert key.public_key().public_bytes_raw() == public
        assert key.sign(message) == signed[:64]
        with pytest.raises(InvalidSignature):
            key.public_key().verify(signed[:64], message + b"x")
    assert len(lines) == 1024
