"""Detached signatures in the minisign format, which administrators can check by hand.

Ed25519 over the BLAKE2b-512 digest of the file, and a second signature that covers the first one and
the trusted comment. Only the prehashed kind is read and written. Format: minisign's own description,
checked both ways against the program.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crypto.ed25519 import holds, is_strict
from crypto.errors import FormatError, SignatureError

SECRET_BYTES = 8 + 32
MAX_TEXT_BYTES = 16 * 1024
MAX_COMMENT_BYTES = 4096

_UNTRUSTED = "untrusted comment: "
_TRUSTED = "trusted comment: "
_KEY_KIND = b"Ed"
_PREHASHED = b"ED"


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """The public half of a signing key. Raises `FormatError` for wrong lengths, and for a key that proves nothing."""

    key_id: bytes
    """Eight bytes that tell keys apart, no secret and no proof."""
    encoded: bytes
    """Ed25519 public key, 32 bytes."""

    def __post_init__(self) -> None:
        if (len(self.key_id), len(self.encoded)) != (8, 32):
            raise FormatError("Verification key: it needs an id of 8 bytes and a key of 32.")
        if not is_strict(self.encoded):
            raise FormatError("Verification key: a signature by it would prove nothing, anybody can make one.")

    @property
    def fingerprint(self) -> bytes:
        """Digest of the key, 32 bytes; shown as words by `crypto.fingerprint`."""
        return hashlib.sha256(b"isf1/verify-key\x00" + self.key_id + self.encoded).digest()

    def to_text(self) -> str:
        """Give the two lines of a minisign public key file."""
        key = base64.b64encode(_KEY_KIND + self.key_id + self.encoded).decode("ascii")
        return f"{_UNTRUSTED}minisign public key {_shown_id(self.key_id)}\n{key}\n"

    @classmethod
    def from_text(cls, text: str) -> "VerifyKey":
        """Read a minisign public key file; `FormatError` for anything else."""
        lines = _lines(text, 2)
        if lines is None or not lines[0].startswith(_UNTRUSTED):
            raise FormatError("Verification key: this is not a minisign public key file of two lines.")
        key = _from_base64(lines[1], _KEY_KIND, 32)
        if key is None:
            raise FormatError("Verification key: its second line is not a minisign Ed25519 key.")
        return cls(*key)


class SigningKey:
    """A key that signs documents; keep it locked in a key file and in memory only while it signs."""

    __slots__ = ("_key", "verify_key")

    def __init__(self, key_id: bytes, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.verify_key = VerifyKey(key_id, key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> "SigningKey":
        """Make a new key with a random id."""
        return cls(secrets.token_bytes(8), Ed25519PrivateKey.generate())

    @classmethod
    def from_secret(cls, secret: bytes | bytearray) -> "SigningKey":
        """Take up a key from what `secret` gave; `FormatError` for another length."""
        if len(secret) != SECRET_BYTES:
            raise FormatError(f"Signing key: {len(secret)} bytes, where {SECRET_BYTES} are needed.")
        return cls(bytes(secret[:8]), Ed25519PrivateKey.from_private_bytes(secret[8:]))

    @property
    def secret(self) -> bytes:
        """Key id, 8 bytes, and Ed25519 seed, 32 bytes: to be locked in a key file."""
        return self.verify_key.key_id + self._key.private_bytes_raw()

    def sign(self, data: bytes, trusted_comment: str) -> str:
        """Sign `data` together with `trusted_comment`, one line of at most 4096 bytes; give the four lines.

        Raises `SignatureError` for a comment that is not one printable line.
        """
        if not trusted_comment.isprintable() or len(trusted_comment.encode()) > MAX_COMMENT_BYTES:
            raise SignatureError("Signing: the trusted comment must be one printable line of at most 4096 bytes.")
        signature = self._key.sign(hashlib.blake2b(data).digest())
        trusted_signature = self._key.sign(signature + trusted_comment.encode())
        key_id = self.verify_key.key_id
        return (
            f"{_UNTRUSTED}signature by key {_shown_id(key_id)}\n"
            f"{base64.b64encode(_PREHASHED + key_id + signature).decode('ascii')}\n"
            f"{_TRUSTED}{trusted_comment}\n"
            f"{base64.b64encode(trusted_signature).decode('ascii')}\n"
        )


def verify(data: bytes, signature_text: str, key: VerifyKey) -> str:
    """Check that `key` signed `data`; give the trusted comment. Raises `SignatureError`."""
    return verify_prehashed(hashlib.blake2b(data).digest(), signature_text, key)


def verify_prehashed(blake2b512: bytes, signature_text: str, key: VerifyKey) -> str:
    """Check that `key` signed the data with this 64-byte BLAKE2b digest; give the trusted comment.

    Key id, signature and comment must all hold, and nothing may follow. Raises `SignatureError`.
    """
    lines = _lines(signature_text, 4)
    if lines is None or not lines[0].startswith(_UNTRUSTED) or not lines[2].startswith(_TRUSTED):
        raise SignatureError("Signature: this is not a minisign signature of four lines.")
    signed = _from_base64(lines[1], _PREHASHED, 64)
    trusted_signature = _from_base64(lines[3], b"", 64, key_id_bytes=0)
    if signed is None or trusted_signature is None or len(blake2b512) != 64:
        raise SignatureError("Signature: its lines are not those of a prehashed minisign signature.")
    key_id, signature = signed
    if key_id != key.key_id:
        raise SignatureError(
            f"Signature: it was made by key {_shown_id(key_id)}, not by the expected {_shown_id(key.key_id)}."
        )
    comment = lines[2].removeprefix(_TRUSTED)
    of_comment = trusted_signature[1]
    if not (holds(key.encoded, signature, blake2b512) and holds(key.encoded, of_comment, signature + comment.encode())):
        raise SignatureError("Signature: it does not hold for this document and comment.")
    return comment


def _lines(text: str, count: int) -> list[str] | None:
    # Only LF ends a line here: `splitlines` would let other separators hide inside a comment.
    lines = text[: MAX_TEXT_BYTES + 1].removesuffix("\n").split("\n")
    if len(text) > MAX_TEXT_BYTES or len(lines) != count or not all(line.isprintable() for line in lines):
        return None
    return lines


def _from_base64(line: str, kind: bytes, length: int, *, key_id_bytes: int = 8) -> tuple[bytes, bytes] | None:
    try:
        data = base64.b64decode(line.encode("ascii"), validate=True)
    except ValueError:
        return None
    body = len(kind) + key_id_bytes
    # The last check refuses a second spelling of the same bytes.
    if len(data) != body + length or data[: len(kind)] != kind or base64.b64encode(data) != line.encode("ascii"):
        return None
    return data[len(kind) : body], data[body:]


def _shown_id(key_id: bytes) -> str:
    # As minisign writes it: without leading zeros.
    return f"{int.from_bytes(key_id, 'little'):X}"
