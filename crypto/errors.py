"""What can go wrong with sealed recordings, keys and signatures.

SealingError
├── KeyMismatchError     the key or passphrase at hand does not open this
├── SignatureError       a detached signature does not hold
└── ObjectError          an object or record is not as it must be, with its fault as a code
    ├── FormatError      bytes are not what this version of the format allows
    └── TamperedError    something signed or sealed was changed, moved or taken away

Nothing else escapes the parsers, verifiers and openers of this package. What a caller's own
storage raises (`OSError` of a full disk, a lost connection) passes through unchanged.
"""

from crypto.faults import Fault


class SealingError(Exception):
    """Sealing, checking or opening could not go on; the base of every error of this package."""


class ObjectError(SealingError):
    """An object or record of a session is not as it must be: `fault` with its `facts`, for a finding of a verdict.

    The message is for developers.
    """

    def __init__(self, message: str, fault: Fault, **facts: int | str) -> None:
        super().__init__(message)
        self.fault = fault
        self.facts = facts


class FormatError(ObjectError):
    """Bytes are malformed, out of bounds, of another version, or absent where they must be."""

    def __init__(self, message: str, fault: Fault = Fault.MALFORMED, **facts: int | str) -> None:
        super().__init__(message, fault, **facts)


class KeyMismatchError(SealingError):
    """The key or passphrase at hand does not open this; the thing itself may be perfectly sound."""


class SignatureError(SealingError):
    """A detached signature is malformed, made by another key, or made over other bytes."""


class TamperedError(ObjectError):
    """Something that was signed or sealed is not as it was."""

    def __init__(self, message: str, fault: Fault = Fault.NOT_AUTHENTIC, **facts: int | str) -> None:
        super().__init__(message, fault, **facts)
