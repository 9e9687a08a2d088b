"""Seals and opens the payload of a segment as FORMAT.md spells it out, over AES-GCM and HKDF-Expand."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand


def expand(key, info, length):
    return HKDFExpand(SHA512(), length, info).derive(bytes(key))


def payload_keys(key, context, salt):
    okm = expand(key, b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context, 76)
    return AESGCM(okm[:32]), int.from_bytes(okm[32:44], "big"), okm[44:]


def encrypt(key, context, salt, plaintext):
    aead, base, commitment = payload_keys(key, context, salt)
    chunks = [plaintext[i : i + 16384] for i in range(0, len(plaintext), 16384)]
    if not chunks or len(chunks[-1]) == 16384:
        chunks.append(b"")
    return (
        salt
        + commitment
        + b"".join(aead.encrypt((base ^ i).to_bytes(12, "big"), chunk, None) for i, chunk in enumerate(chunks))
    )


def decrypt(key, context, message):
    """Authentic beginning of the plaintext, and whether it is all of it."""
    aead, base, commitment = payload_keys(key, context, message[:24])
    if commitment != message[24:56]:
        return None, False
    body, plaintext, number = message[56:], b"", 0
    while True:
        sealed = body[number * 16400 : (number + 1) * 16400]
        try:
            plaintext += aead.decrypt((base ^ number).to_bytes(12, "big"), sealed, None)
        except InvalidTag:
            return plaintext, False
        if len(sealed) < 16400:
            return plaintext, True
        number += 1
