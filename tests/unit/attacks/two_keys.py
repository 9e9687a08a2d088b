"""Builds one AES-256-GCM ciphertext that is valid under two keys: what a format without a commitment lets through.

GHASH is linear, so the last ciphertext block can be chosen such that both keys give the same tag: a known attack on
GCM (Dodis, Grubbs, Ristenpart, Woodage, "Fast Message Franking", 2018). Field elements are in GCM's own bit order.
"""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_REDUCTION = 0xE1 << 120


def _product(x, y):
    z = 0
    for bit in range(127, -1, -1):
        if x >> bit & 1:
            z ^= y
        y = y >> 1 ^ _REDUCTION if y & 1 else y >> 1
    return z


def _inverse(x):
    result, power = 1 << 127, x
    for _ in range(127):
        power = _product(power, power)
        result = _product(result, power)
    return result


def _number(block):
    return int.from_bytes(block, "big")


def _aes(key, block):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # one block: the cipher itself
    return _number(encryptor.update(block) + encryptor.finalize())


def ciphertext_for_both(first, second, blocks):
    """`first` and `second` are (key, nonce); `blocks` all but the last block. Give ciphertext and tag."""
    length = _number((0).to_bytes(8, "big") + ((len(blocks) + 16) * 8).to_bytes(8, "big"))
    states = []
    for key, nonce in (first, second):
        h, y = _aes(key, bytes(16)), 0
        for start in range(0, len(blocks), 16):
            y = _product(y ^ _number(blocks[start : start + 16]), h)
        states.append((h, _product(h, h), y, _aes(key, nonce + b"\0\0\0\1")))
    (h1, hh1, y1, e1), (h2, hh2, y2, e2) = states
    known = e1 ^ e2 ^ _product(y1, hh1) ^ _product(y2, hh2) ^ _product(length, h1) ^ _product(length, h2)
    last = _product(known, _inverse(hh1 ^ hh2))
    tag = _product(_product(y1 ^ last, h1) ^ length, h1) ^ e1
    return blocks + last.to_bytes(16, "big") + tag.to_bytes(16, "big")
