"""The password-encrypted blob inside a `.seb` file: the RNCryptor format, versions 1 to 3.

    version 1 | options 1 | salt of the cipher 8 | salt of the HMAC 8 | IV 16 | AES-256-CBC, PKCS #7 | HMAC-SHA256 32

Both keys are PBKDF2-HMAC-SHA1 of the password, 10,000 rounds. These are weak by the standards of this program's own
files, and what every `.seb` file has.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from app.policy.seb.errors import SebFault, SebUnreadable

_ROUNDS, _SALT, _BLOCK, _TAG = 10_000, 8, 16, 32
_HEADER = 2 + 2 * _SALT + _BLOCK
_HMAC_WITHOUT_HEADER = 1
"""The version whose HMAC leaves the header out."""
_CUT_PASSWORDS = 2
"""The version of which some writers take as many bytes of a password as it has characters."""


def decrypt(blob: bytes, password: str) -> bytes:
    """Return what `blob` holds.

    Raises:
        SebUnreadable: it is cut off or of an unknown version, or the password is another one.
    """
    if len(blob) < _HEADER + _BLOCK + _TAG or (len(blob) - _HEADER - _TAG) % _BLOCK:
        raise SebUnreadable(SebFault.TRUNCATED)
    version, options = blob[0], blob[1]
    if version not in {1, 2, 3} or options not in ({0, 1} if version == _HMAC_WITHOUT_HEADER else {1}):
        raise SebUnreadable(SebFault.ENCRYPTION, version=version)
    tries = [password.encode()]
    if version == _CUT_PASSWORDS and not password.isascii():
        tries.append(password.encode()[: len(password)])
    for each in tries:
        if hmac.compare_digest(_tag(blob, each), blob[-_TAG:]):
            return _deciphered(blob, each)
    raise SebUnreadable(SebFault.PASSWORD_WRONG)


def _tag(blob: bytes, password: bytes) -> bytes:
    signed = blob[_HEADER if blob[0] == _HMAC_WITHOUT_HEADER else 0 : -_TAG]
    return hmac.digest(_key(password, blob[2 + _SALT : 2 + 2 * _SALT]), signed, "sha256")


def _deciphered(blob: bytes, password: bytes) -> bytes:
    cipher = Cipher(AES256(_key(password, blob[2 : 2 + _SALT])), CBC(blob[_HEADER - _BLOCK : _HEADER])).decryptor()
    padding = PKCS7(8 * _BLOCK).unpadder()
    try:
        return padding.update(cipher.update(blob[_HEADER:-_TAG]) + cipher.finalize()) + padding.finalize()
    except ValueError as error:
        raise SebUnreadable(SebFault.ENCRYPTION, version=blob[0]) from error


def _key(password: bytes, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha1", password, salt, _ROUNDS, 32)
