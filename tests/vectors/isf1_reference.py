"""Reads ISF version 1 from FORMAT.md alone: the independent second implementation, whose verdict is
`isf1_verdict` and whose writer `isf1_writer`.

Nothing of the product is imported. The payload format is spelled out over AES-GCM and HKDF-Expand, so
that the library's own Cobblestone-256 is checked as well, and so is its HPKE: `isf1_hpke` spells that out.
"""

import base64
import hashlib
import json
import re
import struct
import unicodedata

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.vectors.isf1_ed25519 import strict
from tests.vectors.isf1_hpke import hybrid_open, token_open
from tests.vectors.isf1_meta import Rejected, require, require_meta
from tests.vectors.isf1_payload import decrypt, expand

HPKE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA512, AEAD.AES_256_GCM)


def lp(*parts):
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def kdf(key, label, *parts):
    return expand(key, b"isf1/" + label + b"\0" + lp(*parts), 32)


def sha256(data):
    return hashlib.sha256(data).digest()


def private_key(seed):
    halves = hashlib.shake_256(seed).digest(96)
    return MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(halves[:64]), X25519PrivateKey.from_private_bytes(halves[64:])
    )


def require_signed(key, record, label):
    require(strict(key) and strict(record[-64:-32]), "signature")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(record[-64:], label + record[:-64])
    except InvalidSignature as error:
        raise Rejected("signature") from error


def read_header(data):
    require(data[:12] == b"ISF1\r\n\x1a\n\1\1\0\0", "header")
    (length,) = struct.unpack_from(">I", data, 12)
    require(length <= 65536 and len(data) == 16 + length + 32, "header length")
    meta = json.loads(data[16 : 16 + length])
    again = json.dumps(meta, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    require(isinstance(meta, dict) and again == data[16 : 16 + length], "canonical")
    require_meta(meta)
    return meta, sha256(data[: 16 + length]), data[16 + length :]


SLICE = re.compile(r"log/[0-9]{8}\.isl")


def read_log(objects):
    if "log.isf" in objects:
        return objects["log.isf"]
    names = sorted(name for name in objects if SLICE.fullmatch(name))
    require(names == [f"log/{i:08d}.isl" for i in range(len(names))], "log gap")
    slices = [objects[name] for name in names]
    require(all(len(each) == 176 for each in slices[:-1]) and len(b"".join(slices[-1:])) <= 176, "slice")
    return b"".join(slices)


def token_point(scalar):
    return scalar.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def token_session_key(objects, kid, scalar):
    """CK0 out of the first slot, which must be of type 2."""
    _, hid, com = read_header(objects["header.isf"])
    head = b"K\2" + struct.pack(">H", len(kid)) + kid.encode() + struct.pack(">I", 65 + 48)
    require(objects["keys.isf"].startswith(head), "token slot")
    sealed = objects["keys.isf"][len(head) : len(head) + 65 + 48]
    info, enc = b"isf1/slot\0" + lp(hid, com, b"\2", kid.encode()), sealed[:65]
    agreed = scalar.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), enc))
    key = token_open(agreed, enc, token_point(scalar), info, sealed[65:])
    require(kdf(key, b"commit", hid) == com, "commitment")
    return key


def session_key(objects, kid, seed):
    _, hid, com = read_header(objects["header.isf"])
    data, position = objects["keys.isf"], 0
    while position < len(data):
        tag, kind, length = struct.unpack_from(">cBH", data, position)
        require(tag == b"K", "slot")
        position += 4 + length
        name = data[position - length : position]
        (length,) = struct.unpack_from(">I", data, position)
        position += 4 + length
        if (kind, name) == (1, kid.encode()):
            info = b"isf1/slot\0" + lp(hid, com, bytes([kind]), name)
            key = hybrid_open(seed, data[position - length : position], info)
            require(kdf(key, b"commit", hid) == com, "commitment")
            return key
    raise Rejected("no slot")


def open_stream(objects, key, stream):
    """`{index: (t0_us, plaintext, whole)}` of what opens, in a stream without gaps."""
    _, hid, _ = read_header(objects["header.isf"])
    chain, index, opened = kdf(key, b"stream", hid, bytes([stream])), 0, {}
    while (data := objects.get(f"seg/{stream:02d}-{index:08d}.isg")) is not None:
        head = data[:52]
        plaintext, whole = decrypt(kdf(chain, b"segment", head), b"isf1/seg\0" + head, data[52:])
        if plaintext is not None:
            opened[index] = (struct.unpack_from(">Q", head, 12)[0], plaintext, whole)
        chain, index = kdf(chain, b"ratchet", hid), index + 1
    return opened


def open_disclosed(objects, disclosure):
    """`{(stream, index): (t0_us, plaintext)}` of what was handed out; of the log only the records that are here."""
    meta, hid, com = read_header(objects["header.isf"])
    file = json.loads(disclosure)
    require((file["format"], file["version"], file["hid"]) == ("invigilo-disclosure", 1, hid.hex()), "disclosure")
    keys = {(each["stream"], each["index"]): base64.b64decode(each["key"]) for each in file["keys"]}
    log, signer, chain = read_log(objects), bytes.fromhex(meta["pk0"]), sha256(b"isf1/log\0" + hid + com)
    following, opened = [0] * len(meta["streams"]), {}
    for position in range(0, len(log) - 175, 176):
        record = log[position : position + 176]
        require_signed(signer, record, b"isf1/seal\0" + hid)
        kind, stream, flags, index, length = struct.unpack_from(">cBHIQ", record)
        require(kind == b"E" and flags == 0 and index == following[stream], "order")
        following[stream] += 1
        digest, previous, chain, signer = record[16:48], chain, record[48:80], record[80:112]
        if (stream, index) in keys:
            data = objects.get(f"seg/{stream:02d}-{index:08d}.isg", b"")
            require(len(data) == length and sha256(data) == digest, "object")
            head = data[:52]
            require(head[:12] + head[20:] == struct.pack(">4sBBHI", b"ISG1", 1, stream, 0, index) + hid, "head")
            tail = head + struct.pack(">Q", length) + digest + signer
            require(chain == sha256(b"isf1/chain\0" + previous + tail), "chain")
            plaintext, whole = decrypt(keys[stream, index], b"isf1/seg\0" + head, data[52:])
            require(whole, "key")
            opened[stream, index] = (struct.unpack_from(">Q", head, 12)[0], plaintext)
    require(opened.keys() == keys.keys(), "missing")
    return opened


def unlock(data, passphrase):
    """The secret in a key file, or `None` for a wrong passphrase or an edited file."""
    file = json.loads(data)
    box = base64.b64decode(file.pop("box"))
    context = json.dumps(file, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    typed, salt = unicodedata.normalize("NFC", passphrase).encode(), base64.b64decode(file["salt"])
    key = hashlib.pbkdf2_hmac("sha512", typed, salt, file["iterations"], 64)[:32]
    plaintext, whole = decrypt(key, context, box)
    return plaintext if whole else None
