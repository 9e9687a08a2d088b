"""The layers of a `.seb` file: gzip, a prefix of four letters that names the encryption, and XML inside of all.

Every writer layers them in its own way (gzip outside, inside, twice, or not at all), so each level is looked at anew.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.policy.seb.encrypted_blob import decrypt
from app.policy.seb.errors import SebFault, SebUnreadable

MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_LAYERS = 8
_GZIP = b"\x1f\x8b\x08"
_ZIP = b"PK\x03\x04"
_XML = (b"<?xml", b"<plist", b"<!DOCTYPE", b"<dict", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<")
_HASH = 20


class Purpose(StrEnum):
    """What a file is for, by its encryption: an exam, or settings of the client that stay on the machine."""

    EXAM = "exam"
    CLIENT = "client"


@dataclass(frozen=True)
class OpenedSeb:
    """The XML of a `.seb` file, what the file is for, and whether it was encrypted."""

    xml: bytes
    purpose: Purpose
    encrypted: bool


def open_container(data: bytes, password: str | None = None, keys: Sequence[RSAPrivateKey] = ()) -> OpenedSeb:
    """Take the layers off; `password` is what a person typed, `keys` open what is encrypted to a certificate.

    Raises:
        SebUnreadable: no `.seb` file, a damaged one, or one that neither password nor keys open.
    """
    purpose, encrypted = Purpose.EXAM, False
    for _layer in range(MAX_LAYERS):
        if len(data) > MAX_FILE_BYTES:
            raise SebUnreadable(SebFault.TOO_LARGE, most=MAX_FILE_BYTES)
        if data.lstrip().startswith(_XML):
            return OpenedSeb(data, purpose, encrypted)
        prefix, rest = data[:4], data[4:]
        if data.startswith(_GZIP):
            data = _unzipped(data)
        elif prefix == b"plnd":
            data = rest
        elif prefix == b"pswd":
            data, encrypted = decrypt(rest, _needed(password)), True
        elif prefix == b"pwcc":
            data, purpose, encrypted = _client_settings(rest, password), Purpose.CLIENT, True
        elif prefix == b"pkhs":
            data, encrypted = _rsa(rest[_HASH:], _matching(rest, keys)), True
        elif prefix == b"phsk":
            data, encrypted = _rsa_and_password(rest, _matching(rest, keys)), True
        else:
            raise SebUnreadable(SebFault.ZIP if data.startswith(_ZIP) else SebFault.ANOTHER_KIND)
    raise SebUnreadable(SebFault.TOO_MANY_LAYERS, most=MAX_LAYERS)


def _unzipped(data: bytes) -> bytes:
    stream = zlib.decompressobj(31)
    try:
        whole = stream.decompress(data, MAX_FILE_BYTES + 1)
    except zlib.error as error:
        raise SebUnreadable(SebFault.TRUNCATED) from error
    if not stream.eof and len(whole) <= MAX_FILE_BYTES:
        raise SebUnreadable(SebFault.TRUNCATED)
    return whole


def _needed(password: str | None) -> str:
    if password is None:
        raise SebUnreadable(SebFault.PASSWORD_NEEDED)
    return password


def _client_settings(blob: bytes, password: str | None) -> bytes:
    """Open by the administrator's password, of which the writer took the SHA-256 in hexadecimal, or by none."""
    try:
        return decrypt(blob, "")
    except SebUnreadable as error:
        if error.fault is not SebFault.PASSWORD_WRONG:
            raise
    return decrypt(blob, hashlib.sha256(_needed(password).encode()).hexdigest())


def _matching(data: bytes, keys: Sequence[RSAPrivateKey]) -> RSAPrivateKey:
    wanted = data[:_HASH]
    for key in keys:
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
        if hashlib.sha1(public).digest() == wanted:  # noqa: S324  # names the key, as a certificate's own identifier
            return key
    raise SebUnreadable(SebFault.KEY_NEEDED, key=wanted.hex())


def _rsa(blocks: bytes, key: RSAPrivateKey) -> bytes:
    size = key.key_size // 8
    if not blocks or len(blocks) % size:
        raise SebUnreadable(SebFault.TRUNCATED)
    try:
        return b"".join(key.decrypt(blocks[at : at + size], PKCS1v15()) for at in range(0, len(blocks), size))
    except ValueError as error:
        raise SebUnreadable(SebFault.ENCRYPTION) from error


def _rsa_and_password(data: bytes, key: RSAPrivateKey) -> bytes:
    length = int.from_bytes(data[_HASH : _HASH + 4], "little")
    wrapped = data[_HASH + 4 : _HASH + 4 + length]
    if length != key.key_size // 8 or len(wrapped) != length:
        raise SebUnreadable(SebFault.TRUNCATED)
    return decrypt(data[_HASH + 4 + length :], base64.b64encode(_rsa(wrapped, key)).decode())
