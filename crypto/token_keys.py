"""P-256 keys that live on a hardware token, and the slots that only the token opens.

The token does the one secret step, the Diffie-Hellman agreement (PKCS#11 `CKM_ECDH1_DERIVE`, PIV key
management); what HPKE makes of it is worked out here, because the library takes no key that it does not hold.
No token in use does ML-KEM, so a token slot does not withstand a quantum computer; a key file does.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from crypto.errors import FormatError, KeyMismatchError
from crypto.keys import require_kid

POINT_BYTES = 65

_SUITE = Suite(KEM.P256, KDF.HKDF_SHA512, AEAD.AES_256_GCM)
# RFC 9180, sections 4.1 and 5.1: DHKEM(P-256, HKDF-SHA256) 0x0010, HKDF-SHA512 0x0003, AES-256-GCM 0x0002.
_KEM_SUITE = b"KEM\x00\x10"
_HPKE_SUITE = b"HPKE\x00\x10\x00\x03\x00\x02"

Agreement = Callable[[bytes], bytes | bytearray]
"""Takes the other side's point (65 bytes, uncompressed, on the curve); gives the shared x coordinate, 32 bytes."""


@dataclass(frozen=True, slots=True)
class TokenPublic:
    """The public key of a token, which recordings can be sealed to.

    Raises `FormatError` for a name or a point that nobody could use.
    """

    kid: str
    encoded: bytes
    """The uncompressed point, 65 bytes; in PKCS#11, `CKA_EC_POINT` holds it inside an octet string."""

    def __post_init__(self) -> None:
        require_kid(self.kid)
        if len(self.encoded) != POINT_BYTES:
            raise FormatError(f"Token key {self.kid}: {len(self.encoded)} bytes, where {POINT_BYTES} are needed.")
        try:
            _point(self.encoded)
        except ValueError as error:
            raise FormatError(f"Token key {self.kid}: this is no point of the curve P-256.") from error

    @property
    def fingerprint(self) -> bytes:
        """Digest of the key, 32 bytes; shown as words by `crypto.fingerprint`."""
        return hashlib.sha256(b"isf1/token\x00" + self.encoded).digest()


def wrap_for_token(public: TokenPublic, secret: bytes | bytearray, info: bytes) -> bytes:
    """Seal the short `secret` to a token, bound to `info`: HPKE base mode, 81 bytes longer than `secret`."""
    return _SUITE.encrypt(secret, _point(public.encoded), info=info)


class TokenPrivate:
    """The private half of a token key: it stays on the token, which `agree` asks for the agreement."""

    __slots__ = ("_agree", "public")

    def __init__(self, public: TokenPublic, agree: Agreement) -> None:
        self.public = public
        self._agree = agree

    @property
    def kid(self) -> str:
        """Name of the key."""
        return self.public.kid

    def unwrap(self, sealed: bytes, info: bytes) -> bytearray:
        """Open what `wrap_for_token` sealed to this token under the same `info`; the caller wipes the result.

        Raises `KeyMismatchError` for another token, another `info` or changed bytes. What the token itself
        raises (taken out, locked) passes through.
        """
        enc, ciphertext = sealed[:POINT_BYTES], sealed[POINT_BYTES:]
        try:
            # Before the token sees it: a point off the curve would draw the private key out of a careless one.
            _point(enc)
            key, nonce = _schedule(self._agree(enc), enc + self.public.encoded, info)
            return bytearray(AESGCM(key).decrypt(nonce, ciphertext, None))
        except (InvalidTag, ValueError) as error:
            raise KeyMismatchError(
                f"Token {self.kid} does not open this: it was sealed to another token, or changed."
            ) from error

    def __repr__(self) -> str:
        return f"TokenPrivate({self.kid!r})"


def _point(encoded: bytes) -> EllipticCurvePublicKey:
    if encoded[:1] != b"\x04":
        raise ValueError("not an uncompressed point")
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), encoded)


def _schedule(agreed: bytes | bytearray, points: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Key and nonce of the first message, RFC 9180 sections 4.1 (`ExtractAndExpand`) and 5.1 (base mode)."""
    extracted = _extract(SHA256(), _KEM_SUITE, b"", b"eae_prk", bytes(agreed))
    shared = _expand(SHA256(), _KEM_SUITE, extracted, b"shared_secret", points, 32)
    context = b"\x00" + b"".join(
        _extract(SHA512(), _HPKE_SUITE, b"", label, content)
        for label, content in ((b"psk_id_hash", b""), (b"info_hash", info))
    )
    secret = _extract(SHA512(), _HPKE_SUITE, shared, b"secret", b"")
    key = _expand(SHA512(), _HPKE_SUITE, secret, b"key", context, 32)
    return key, _expand(SHA512(), _HPKE_SUITE, secret, b"base_nonce", context, 12)


def _extract(algorithm: HashAlgorithm, suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    return HKDF.extract(algorithm, salt, b"HPKE-v1" + suite + label + material)


def _expand(algorithm: HashAlgorithm, suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return HKDFExpand(algorithm, length, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info).derive(key)
