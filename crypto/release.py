"""Codes by which staff release a held exam without a network: a long one to read out, a short one to type in.

The exam's computer makes a fresh X25519 key for each hold and shows its public half as the *code*. Staff combine it
with their private release key and give back the *answer*: a reason and a MAC under the shared secret. Whoever has
the exam file alone knows only the public release key, which makes no answer. The private half never leaves the
memory it was made in, so an answer fits one hold of one attempt on one machine, and no other.

The exam's computer holds the shared secret as well, so that whoever controls it can work the answer out: it stops a
test taker in front of the unchanged program, and proves to nobody who gave it. What does is the list that `release`
writes beside the key file. A signature would too, with an answer of 103 letters, more than anybody types in a hall; and
a program that was changed releases itself without any. A MAC under a key in the exam file could be made by everybody
who is given that file.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.errors import FormatError

PUBLIC_BYTES = 32
REASONS = 32
"""How many reasons an answer can carry: five bits."""

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_READ_AS = str.maketrans("ILO", "110")
_CHECK_BYTES = 3
_CODE_LETTERS = (PUBLIC_BYTES + _CHECK_BYTES) * 8 // 5
_ANSWER_LETTERS = 12
_MAC_BITS = 5 * _ANSWER_LETTERS - 5
_CONTEXT = b"invigilo release 1"


class Challenge:
    """One hold: its code, and whether an answer releases it. Lives in memory only."""

    def __init__(self) -> None:
        self._key = X25519PrivateKey.generate()
        self._public = self._key.public_key().public_bytes_raw()

    @property
    def code(self) -> str:
        """56 letters in groups of four, the last of them a checksum against misreading."""
        return _grouped(_to_letters(self._public + _check(self._public)))

    def answered(self, answer: str, staff: Sequence[bytes]) -> tuple[int, int] | None:
        """Give which of the `staff` public keys (32 bytes each) answered and the reason's number, or None.

        Small and large letters, spaces and dashes make no difference. A wrong answer is right by chance once in
        2^55 tries; the caller slows tries down.
        """
        try:
            letters = _read(answer, _ANSWER_LETTERS)
        except FormatError:
            return None
        reason = _LETTERS.index(letters[0])
        found = None
        for number, public in enumerate(staff):
            shared = self._key.exchange(X25519PublicKey.from_public_bytes(public))
            # Every key is tried, so that the time taken says nothing.
            if hmac.compare_digest(letters, _answer(shared, self._public, public, reason)) and found is None:
                found = number, reason
        return found


def new_secret() -> bytes:
    """Make a private release key, 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(secret: bytes | bytearray) -> bytes:
    """The public half of a private release key, 32 bytes."""
    return X25519PrivateKey.from_private_bytes(bytes(secret)).public_key().public_bytes_raw()


def require_public(public: bytes) -> None:
    """Raise `FormatError` where `public` is no release key: a wrong length, or a point that shares no secret."""
    if len(public) != PUBLIC_BYTES:
        raise FormatError(f"Release key: {len(public)} bytes, where {PUBLIC_BYTES} are needed.")
    try:
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        raise FormatError("Release key: not a usable X25519 public key.") from error


def answer(code: str, secret: bytes | bytearray, reason: int) -> str:
    """Give the answer that releases the hold of `code`: 12 letters in groups of four.

    `secret` is a private release key, `reason` a number below `REASONS`. Raises `FormatError` for a code that was
    misread: a letter that is none, a wrong length or checksum.
    """
    if not 0 <= reason < REASONS:
        raise ValueError(f"reason {reason} is outside 0 to {REASONS - 1}")
    data = _from_letters(_read(code, _CODE_LETTERS))
    public, check = data[:PUBLIC_BYTES], data[PUBLIC_BYTES:]
    if check != _check(public):
        raise FormatError("Release code: a letter is wrong or two are swapped; compare it with the exam's screen.")
    try:
        shared = X25519PrivateKey.from_private_bytes(bytes(secret)).exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        raise FormatError("Release code: no exam program made this one.") from error
    return _grouped(_answer(shared, public, public_of(secret), reason))


def _answer(shared: bytes, public: bytes, staff: bytes, reason: int) -> str:
    key = HKDF(SHA256(), 32, salt=None, info=_CONTEXT + public + staff).derive(shared)
    mac = int.from_bytes(hmac.digest(key, bytes([reason]), "sha256")[:8], "big") >> (64 - _MAC_BITS)
    number = (reason << _MAC_BITS) | mac
    return "".join(_LETTERS[number >> shift & 31] for shift in range(5 * _ANSWER_LETTERS - 5, -1, -5))


def _check(public: bytes) -> bytes:
    return hashlib.sha256(_CONTEXT + public).digest()[:_CHECK_BYTES]


def _to_letters(data: bytes) -> str:
    number = int.from_bytes(data, "big")
    return "".join(_LETTERS[number >> shift & 31] for shift in range(len(data) * 8 - 5, -1, -5))


def _from_letters(letters: str) -> bytes:
    number = 0
    for letter in letters:
        number = number << 5 | _LETTERS.index(letter)
    return number.to_bytes(len(letters) * 5 // 8, "big")


def _read(typed: str, length: int) -> str:
    letters = "".join(typed.replace("-", " ").split()).upper().translate(_READ_AS)
    unknown = sorted(set(letters) - set(_LETTERS))
    if unknown:
        raise FormatError(f"Release code: “{unknown[0]}” is in no such code.")
    if len(letters) != length:
        raise FormatError(f"Release code: {len(letters)} letters, where {length} are needed.")
    return letters


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
