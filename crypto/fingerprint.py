"""Digests and passphrases as plain words that people can read to each other."""

import secrets
from functools import lru_cache
from importlib.resources import files

from crypto.errors import FormatError

WORDS = 1024
BITS_PER_WORD = 10


@lru_cache(maxsize=1)
def word_list() -> tuple[str, ...]:
    """The 1024 words, in the order that gives each its ten bits."""
    return tuple(files("resources").joinpath("words.txt").read_text(encoding="ascii").split())


def words(digest: bytes, count: int = 8) -> tuple[str, ...]:
    """Write the first `count` times ten bits of `digest` as words.

    Eight words are 80 bits: enough to tell keys apart by ear, and out of reach to imitate. Raises
    `FormatError` when the digest is too short for `count` words.
    """
    surplus_bits = len(digest) * 8 - count * BITS_PER_WORD
    if count < 1 or surplus_bits < 0:
        raise FormatError(f"Fingerprint: {len(digest)} bytes do not give {count} words.")
    number = int.from_bytes(digest, "big") >> surplus_bits
    return tuple(word_list()[(number >> (BITS_PER_WORD * place)) % WORDS] for place in range(count - 1, -1, -1))


def passphrase(words: int = 6) -> str:
    """Make up a passphrase of `words` random words joined by hyphens, ten bits each."""
    return "-".join(secrets.choice(word_list()) for _ in range(words))
