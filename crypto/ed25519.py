"""Ed25519 by one strict rule, for every key and every signature that comes in.

RFC 8032 section 5.1.7 with the equation without the cofactor, [S]B = R + [k]A, and S below the order of the group.
Beyond it, A and R must be in their one canonical spelling and not of small order, as `verify_strict` of ed25519-dalek
and Web Cryptography Level 2 demand; the laxer ZIP 215 would allow both. Under a key of small order, signatures are made
without a private key; under the neutral point one signature holds for everything.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_P = 2**255 - 19
_Y_BITS = 2**255 - 1
_Y_OF_ORDER_8 = 0x5FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
# The eight points share five values of y; of each of these values both signs of x are refused.
_Y_OF_SMALL_ORDER = frozenset({0, 1, _P - 1, _Y_OF_ORDER_8, _P - _Y_OF_ORDER_8})


def is_strict(point: bytes) -> bool:
    """Whether these are the 32 bytes of a point in canonical spelling that is not of small order.

    Whether they are of a point of the curve at all is left to `holds`: no signature holds under what is none.
    """
    y = int.from_bytes(point, "little") & _Y_BITS
    return len(point) == 32 and y < _P and y not in _Y_OF_SMALL_ORDER


def holds(key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature`, 64 bytes, is one over `data` by the private half of `key`, 32 bytes."""
    if not is_strict(key) or not is_strict(signature[:32]):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    except InvalidSignature:
        return False
    return True
