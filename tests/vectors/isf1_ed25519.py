"""Which Ed25519 points FORMAT.md allows, worked out on the curve: the independent second reader's side of that rule."""

import functools

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


@functools.lru_cache(maxsize=1024)
def curve_point(point):
    """The point (x, y) that 32 bytes are the canonical encoding of; None where they are of none."""
    number = int.from_bytes(point, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (x == 0 and sign):
        return None
    return x, y


@functools.lru_cache(maxsize=1024)
def strict(point):
    """Whether a point is canonical, on the curve and not of small order: doubled three times, it is not neutral."""
    if (found := curve_point(point)) is None:
        return False
    x, y = found
    for _ in range(3):
        product = D * x * x * y * y % P
        x, y = 2 * x * y * pow(1 + product, -1, P) % P, (y * y + x * x) * pow(1 - product, -1, P) % P
    return (x, y) != (0, 1)


def weak(point):
    """Whether a key is refused where it comes in: of small order, or not canonical. One off the curve is not weak."""
    number = int.from_bytes(point, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P or (sign and y in {1, P - 1}):
        return True
    return curve_point(point) is not None and not strict(point)
