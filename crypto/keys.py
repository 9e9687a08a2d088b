"""Keys of those who may open recordings: ML-KEM-768 with X25519, through HPKE.

The hybrid (X-Wing, KEM 0x647A of draft-ietf-hpke-pq) holds as long as either half does. The library
has no serialisation for it; ours is the 32-byte X-Wing seed for the private key and the two public
keys side by side for the public one.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from crypto.derivation import wipe
from crypto.errors import FormatError, KeyMismatchError

SEED_BYTES = 32
PUBLIC_BYTES = 1184 + 32
MAX_KID_BYTES = 64

_MLKEM_PUBLIC_BYTES = 1184
_MLKEM_SEED_BYTES = 64
_KID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@:+-]{0,63}")
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA512, AEAD.AES_256_GCM)


def require_kid(kid: str) -> None:
    """Raise `FormatError` unless `kid` names a key: 1 to 64 letters, digits and `. _ @ : + -`."""
    if not _KID.fullmatch(kid):
        raise FormatError(f"Key name {kid!r:.80}: use 1 to {MAX_KID_BYTES} letters, digits and . _ @ : + -")


@dataclass(frozen=True, slots=True)
class RecipientPublic:
    """A public key that recordings are sealed to.

    Raises `FormatError` for a name or key that nobody could use: wrong length, an ML-KEM key out of
    range, an X25519 point of low order. They are refused here, at enrolment, rather than mid-exam.
    """

    kid: str
    encoded: bytes
    """ML-KEM-768 public key, 1184 bytes, then X25519 public key, 32 bytes."""

    def __post_init__(self) -> None:
        require_kid(self.kid)
        if len(self.encoded) != PUBLIC_BYTES:
            raise FormatError(f"Public key {self.kid}: {len(self.encoded)} bytes, where {PUBLIC_BYTES} are needed.")
        try:
            _SUITE.encrypt(b"", self._loaded(), info=b"isf1/enrolment\x00")
        except ValueError as error:
            raise FormatError(f"Public key {self.kid}: nothing can be sealed to it; ask its owner again.") from error

    @property
    def fingerprint(self) -> bytes:
        """Digest of the key, 32 bytes; shown as words by `crypto.fingerprint`."""
        return hashlib.sha256(b"isf1/recipient\x00" + self.encoded).digest()

    def _loaded(self) -> MLKEM768X25519PublicKey:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(self.encoded[:_MLKEM_PUBLIC_BYTES]),
            X25519PublicKey.from_public_bytes(self.encoded[_MLKEM_PUBLIC_BYTES:]),
        )


def wrap(public: RecipientPublic, secret: bytes | bytearray, info: bytes) -> bytes:
    """Seal the short `secret` to `public`, bound to `info`: HPKE base mode, 1136 bytes longer than `secret`."""
    return _SUITE.encrypt(secret, public._loaded(), info=info)


class RecipientPrivate:
    """A private key that opens recordings; keep it short-lived and call `wipe` when done."""

    __slots__ = ("_key", "_seed", "public")

    def __init__(self, kid: str, seed: bytes | bytearray) -> None:
        if len(seed) != SEED_BYTES:
            raise FormatError(f"Private key {kid}: {len(seed)} bytes, where {SEED_BYTES} are needed.")
        self._seed = bytearray(seed)
        # X-Wing key generation, draft-connolly-cfrg-xwing-kem: both halves out of one seed.
        halves = bytearray(hashlib.shake_256(self._seed).digest(_MLKEM_SEED_BYTES + 32))
        mlkem = MLKEM768PrivateKey.from_seed_bytes(bytes(halves[:_MLKEM_SEED_BYTES]))
        x25519 = X25519PrivateKey.from_private_bytes(halves[_MLKEM_SEED_BYTES:])
        wipe(halves)
        self._key = MLKEM768X25519PrivateKey(mlkem, x25519)
        self.public = RecipientPublic(
            kid, mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        )

    @classmethod
    def generate(cls, kid: str) -> "RecipientPrivate":
        """Make a new key called `kid`."""
        return cls(kid, secrets.token_bytes(SEED_BYTES))

    @classmethod
    def from_seed(cls, kid: str, seed: bytes | bytearray) -> "RecipientPrivate":
        """Take up the key that `seed`, 32 bytes, stands for."""
        return cls(kid, seed)

    @property
    def kid(self) -> str:
        """Name of the key."""
        return self.public.kid

    @property
    def seed(self) -> bytes:
        """The 32 bytes the whole key follows from: to be locked in a key file, never stored as they are."""
        return bytes(self._seed)

    def unwrap(self, sealed: bytes, info: bytes) -> bytearray:
        """Open what `wrap` sealed to this key under the same `info`; the caller wipes the result.

        Raises `KeyMismatchError` for another key, another `info` or changed bytes, which nobody can tell apart.
        """
        try:
            return bytearray(_SUITE.decrypt(sealed, self._key, info=info))
        except (InvalidTag, ValueError) as error:
            raise KeyMismatchError(
                f"Key {self.kid} does not open this: it was sealed to another key, or changed."
            ) from error

    def wipe(self) -> None:
        """Overwrite the seed. The library frees and clears its own copy with this object."""
        wipe(self._seed)

    def __repr__(self) -> str:
        return f"RecipientPrivate({self.kid!r})"
