"""The session that the vectors of ISF version 1 are made of, with every secret fixed."""

import hashlib

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.vectors.isf1_reference import token_point
from tests.vectors.isf1_writer import Writer
from tests.vectors.isf1_writer import token_slot as sealed_token_slot

KID, SEED = "exam-2026", bytes(range(32))
TOKEN_KID = "token-1"
SESSION_KEY = bytes(range(100, 132))
META = {
    "institution": "uni-example",
    "exam": "anatomy-1",
    "config_sha256": "ab" * 32,
    "attempt": "6f1c2f5e-3a53-4d6b-9d11-0c3f5f0b9a77",
    "take": 0,
    "candidate": "c-4711",
    "started_at": "2026-11-22T09:00:00Z",
    "t0_ns": 123456789,
    "client": "invigilo 0.1.0",
    "nonce": "n0nce",
    "streams": ["events", "webcam"],
    "previous": None,
}
SEGMENTS = [("events", 0, b'{"event":"begin"}\n'), ("webcam", 40, b"frame one"), ("events", 1_000_000, b"more\n")]


def seeds():
    number = 0
    while True:
        yield hashlib.sha256(b"isf1 vector signing key %d" % number).digest()
        number += 1


def signers():
    return map(Ed25519PrivateKey.from_private_bytes, seeds())


class NobodysKey:
    """Stands for a private key: under the neutral point, the signature R = neutral, S = 0 holds for everything."""

    def __init__(self, neutral=bytes([1, *bytes(31)])):
        self._neutral = neutral

    def public_key(self):
        return self

    def public_bytes_raw(self):
        return self._neutral

    def sign(self, _):
        return bytes([1, *bytes(63)])


def salt(number):
    return hashlib.sha256(b"isf1 vector salt %d" % number).digest()[:24]


def pattern(length):
    return hashlib.shake_128(b"isf1 vector plaintext").digest(length)


def write(earlier, segments=SEGMENTS, unsealed=(), finish=True, keys=None, **meta):
    writer = Writer({**META, **meta}, SESSION_KEY, keys or signers(), earlier)
    for number, (stream, t0_us, plaintext) in enumerate([*segments, *unsealed]):
        writer.seal(stream, t0_us, plaintext, salt(number), log=number < len(segments))
    if finish:
        writer.finish()
    return writer.objects


def p256_key(name):
    digest = hashlib.sha256(b"isf1 vector P-256 key " + name).digest()
    return ec.derive_private_key(int.from_bytes(digest, "big"), ec.SECP256R1())


def token_slot():
    """A slot of the session of `plain` for the token."""
    writer = Writer(META, SESSION_KEY, signers(), lambda _: b"")
    return sealed_token_slot(writer, TOKEN_KID, token_point(p256_key(b"token")), p256_key(b"ephemeral"))
