"""Writes ISF version 1 from FORMAT.md alone: the writing half of the independent second implementation.

Nothing of the product is imported. It takes every secret from outside and is therefore only fit for test vectors.
"""

import json
import struct

from cryptography.hazmat.primitives.asymmetric import ec

from tests.vectors.isf1_hpke import token_cipher
from tests.vectors.isf1_payload import encrypt
from tests.vectors.isf1_reference import HPKE, kdf, lp, private_key, sha256, token_point


def token_slot(writer, kid, point, ephemeral):
    """A slot of type 2 out of a given ephemeral key, so the same each time."""
    info = b"isf1/slot\0" + lp(writer.hid, writer.com, b"\2", kid.encode())
    enc = token_point(ephemeral)
    agreed = ephemeral.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
    aead, nonce = token_cipher(agreed, enc, point, info)
    sealed = enc + aead.encrypt(nonce, writer.key, None)
    return b"K\2" + struct.pack(">H", len(kid)) + kid.encode() + struct.pack(">I", len(sealed)) + sealed


class Writer:
    """Seals a session out of given secrets, byte for byte the same each time, slots aside."""

    def __init__(self, meta, key, signers, slots):
        self._signers = iter(signers)
        self._signer = next(self._signers)
        pk0 = self._signer.public_key().public_bytes_raw().hex()
        text = json.dumps({**meta, "pk0": pk0}, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        body = b"ISF1\r\n\x1a\n\1\1\0\0" + struct.pack(">I", len(text)) + text
        self.hid = sha256(body)
        self.com = kdf(key, b"commit", self.hid)
        self.key = key
        self.objects = {"header.isf": body + self.com, "keys.isf": slots(self)}
        self._streams = meta["streams"]
        self._ratchets = [kdf(key, b"stream", self.hid, bytes([s])) for s in range(len(self._streams))]
        self._indices = [0] * len(self._streams)
        self._chain = sha256(b"isf1/log\0" + self.hid + self.com)
        self._count = 0

    def slot(self, kid, seed):
        info = b"isf1/slot\0" + lp(self.hid, self.com, b"\1", kid.encode())
        sealed = HPKE.encrypt(self.key, private_key(seed).public_key(), info=info)
        return b"K\1" + struct.pack(">H", len(kid)) + kid.encode() + struct.pack(">I", len(sealed)) + sealed

    def seal(self, stream, t0_us, plaintext, salt, log=True):
        s = self._streams.index(stream)
        index = self._indices[s]
        head = struct.pack(">4sBBHIQ32s", b"ISG1", 1, s, 0, index, t0_us, self.hid)
        data = head + encrypt(kdf(self._ratchets[s], b"segment", head), b"isf1/seg\0" + head, salt, plaintext)
        self.objects[f"seg/{s:02d}-{index:08d}.isg"] = data
        self._ratchets[s], self._indices[s] = kdf(self._ratchets[s], b"ratchet", self.hid), index + 1
        if log:
            following = next(self._signers)
            next_pk = following.public_key().public_bytes_raw()
            length = struct.pack(">Q", len(data))
            self._chain = sha256(b"isf1/chain\0" + self._chain + head + length + sha256(data) + next_pk)
            body = struct.pack(">cBHI", b"E", s, 0, index) + length + sha256(data) + self._chain + next_pk
            self._log(body + self._signer.sign(b"isf1/seal\0" + self.hid + body))
            self._signer = following

    def finish(self):
        body = struct.pack(">cBHI", b"F", 0, 0, self._count) + self._chain
        self._log(body + self._signer.sign(b"isf1/final\0" + self.hid + body))

    def _log(self, record):
        self.objects[f"log/{self._count:08d}.isl"] = record
        self._count += 1
