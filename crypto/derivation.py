"""Keys out of keys: the one derivation of the sealed format, and the wiping of what it fills."""

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KEY_BYTES = 32
"""Length of every secret of the format."""


def length_prefixed(*parts: bytes) -> bytes:
    """Join `parts` so that no two different lists give the same bytes: u32 length and content of each."""
    return b"".join([len(part).to_bytes(4, "big") + part for part in parts])


def derive(key: bytearray, label: str, *parts: bytes) -> bytearray:
    """Derive a 32-byte key from `key`, for the purpose `label` and nothing else.

    HKDF-Expand of RFC 5869 with SHA-512 and info `isf1/<label>` ‖ 0x00 ‖ LP(`parts`). The result is
    written into a buffer of its own, which the caller owns and wipes.
    """
    info = b"isf1/" + label.encode("ascii") + b"\x00" + length_prefixed(*parts)
    derived = bytearray(KEY_BYTES)
    HKDFExpand(SHA512(), KEY_BYTES, info).derive_into(key, derived)
    return derived


def wipe(secret: bytearray) -> None:
    """Overwrite `secret` in place. Copies the interpreter may have made are out of reach."""
    secret[:] = bytes(len(secret))
