"""Recovery by k of n: a 32-byte seed split over sheets of paper that single persons keep.

SLIP-39 by the reference implementation of its authors: each share is 33 words out of a list made for
reading aloud and typing, with a checksum that finds any three wrong words. Fewer than k shares tell nothing.
Only the institution's programs import this.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic import Share as _Mnemonic

from crypto.errors import FormatError, KeyMismatchError

SECRET_BYTES = 32
SHARE_WORDS = 33
FEWEST_NEEDED = 2
MOST_SHARES = 16

# The secret is random, so stretching it gains nothing; SLIP-39 allows an exponent of 15, which would keep the
# machine busy for hours.
_ITERATION_EXPONENT = 0
_MAX_TEXT_CHARACTERS = 1024


@dataclass(frozen=True, slots=True)
class Share:
    """One sheet of a set, checked by itself."""

    words: tuple[str, ...]
    """The 33 words, in lower case."""
    set_id: int
    """Tells sets apart, below 32,768: shares of two splits never go together."""
    number: int
    """Which share of its set this is, from 1."""
    needed: int
    """How many shares of this set give the secret back."""

    def __repr__(self) -> str:
        return f"Share(set_id={self.set_id}, number={self.number}, needed={self.needed})"


def split(secret: bytes | bytearray, needed: int, count: int) -> tuple[Share, ...]:
    """Split `secret`, 32 bytes, into `count` shares of which any `needed` give it back.

    Raises `FormatError` unless 2 <= `needed` <= `count` <= 16.
    """
    if len(secret) != SECRET_BYTES:
        raise FormatError(f"Recovery shares: {len(secret)} bytes of secret, where {SECRET_BYTES} are needed.")
    if not FEWEST_NEEDED <= needed <= count <= MOST_SHARES:
        raise FormatError(
            f"Recovery shares: {needed} of {count} cannot be; at least {FEWEST_NEEDED} must be needed, "
            f"out of at most {MOST_SHARES}."
        )
    (group,) = generate_mnemonics(1, [(needed, count)], bytes(secret), iteration_exponent=_ITERATION_EXPONENT)
    return tuple(read_share(text) for text in group)


def read_share(text: str) -> Share:
    """Read one share as somebody typed it; case and white space do not matter.

    Raises `FormatError` for a wrong word, a wrong number of words, a checksum that does not hold, or a share that
    `split` would not have made.
    """
    words = tuple(text[: _MAX_TEXT_CHARACTERS + 1].lower().split())
    if len(words) != SHARE_WORDS or len(text) > _MAX_TEXT_CHARACTERS:
        raise FormatError(f"Recovery share: {len(words)} words, where {SHARE_WORDS} are needed.")
    try:
        mnemonic = _Mnemonic.from_mnemonic(" ".join(words))
    except MnemonicError as error:
        raise FormatError(
            "Recovery share: a word is wrong, missing or out of place; compare with the sheet, word by word."
        ) from error
    if (mnemonic.group_count, mnemonic.iteration_exponent) != (1, _ITERATION_EXPONENT) or not mnemonic.extendable:
        raise FormatError("Recovery share: it is of a kind this program does not make.")
    return Share(words, mnemonic.identifier, mnemonic.index + 1, mnemonic.member_threshold)


def combine(shares: Sequence[Share]) -> bytearray:
    """Give the secret back out of enough `shares` of one set, in any order; the caller wipes it.

    A share given twice counts once; of more than are needed, those of the lowest numbers are used. Raises
    `KeyMismatchError` for too few shares, for shares of different sets, and for two that contradict each other.
    Compare the fingerprint of the key that comes out with the one that was written down.
    """
    different = sorted(set(shares), key=lambda share: share.number)
    if len({(share.set_id, share.needed) for share in different}) != 1:
        raise KeyMismatchError("Recovery: the shares are not all of one set; look at the number of the set on each.")
    needed = different[0].needed
    if len({share.number for share in different}) < needed:
        raise KeyMismatchError(
            f"Recovery: {len({share.number for share in different})} different shares, where {needed} are needed."
        )
    try:
        return bytearray(combine_mnemonics([" ".join(share.words) for share in different[:needed]]))
    except MnemonicError as error:
        raise KeyMismatchError("Recovery: the shares do not belong together; somebody's is not genuine.") from error
