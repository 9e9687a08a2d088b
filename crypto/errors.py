"""What can go wrong with sealed recordings, keys and signatures.

SealingError
├── FormatError          bytes are not what this version of the format allows
├── KeyMismatchError     the key or passphrase at hand does not open this
├── SignatureError       a detached signature does not hold
└── TamperedError        something signed or sealed was changed, moved or taken away

Nothing else escapes the parsers, verifiers and openers of this package. What a caller's own
storage raises (`OSError` of a full disk, a lost connection) passes through unchanged.
"""


class SealingError(Exception):
    """Sealing, checking or opening could not go on; the base of every error of this package."""


class FormatError(SealingError):
    """Bytes are malformed, out of bounds, of another version, or absent where they must be."""


class KeyMismatchError(SealingError):
    """The key or passphrase at hand does not open this; the thing itself may be perfectly sound."""


class SignatureError(SealingError):
    """A detached signature is malformed, made by another key, or made over other bytes."""


class TamperedError(SealingError):
    """Something that was signed or sealed is not as it was."""
