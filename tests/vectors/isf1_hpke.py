"""HPKE in base mode as FORMAT.md spells it out, for hybrid slots and those of tokens, without the library's."""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def extract(name, suite, salt, label, material):
    return hmac.digest(salt or bytes(hashlib.new(name).digest_size), b"HPKE-v1" + suite + label + material, name)


def expand(name, suite, key, label, info, length):
    text = struct.pack(">H", length) + b"HPKE-v1" + suite + label + info
    return hmac.digest(key, text + b"\1", name)[:length]


def schedule(kem, shared, info):
    """Cipher and nonce of the first message of KEM number `kem` with HKDF-SHA512 and AES-256-GCM."""
    suite = b"HPKE" + struct.pack(">HHH", kem, 3, 2)
    hashes = [extract("sha512", suite, b"", *part) for part in ((b"psk_id_hash", b""), (b"info_hash", info))]
    context, secret = b"\0" + b"".join(hashes), extract("sha512", suite, shared, b"secret", b"")
    key = expand("sha512", suite, secret, b"key", context, 32)
    return AESGCM(key), expand("sha512", suite, secret, b"base_nonce", context, 12)


def token_cipher(agreed, enc, point, info):
    """Cipher and nonce out of the agreement of a token."""
    kem = b"KEM\0\x10"
    prk = extract("sha256", kem, b"", b"eae_prk", agreed)
    return schedule(0x0010, expand("sha256", kem, prk, b"shared_secret", enc + point, 32), info)


def token_open(agreed, enc, point, info, sealed):
    aead, nonce = token_cipher(agreed, enc, point, info)
    return aead.decrypt(nonce, sealed, None)


def hybrid_open(seed, sealed, info):
    """What was sealed to the X-Wing key of this seed."""
    halves = hashlib.shake_256(seed).digest(96)
    mlkem, x25519 = MLKEM768PrivateKey.from_seed_bytes(halves[:64]), X25519PrivateKey.from_private_bytes(halves[64:])
    point, own = sealed[1088:1120], x25519.public_key().public_bytes_raw()
    both = mlkem.decapsulate(sealed[:1088]) + x25519.exchange(X25519PublicKey.from_public_bytes(point))
    shared = hashlib.sha3_256(both + point + own + bytes.fromhex("5c2e2f2f5e5c")).digest()
    aead, nonce = schedule(0x647A, shared, info)
    return aead.decrypt(nonce, sealed[1120:], None)
