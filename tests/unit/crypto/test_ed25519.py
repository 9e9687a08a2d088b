"""Strict Ed25519, against points and signatures made here out of the curve's constants (RFC 8032 section 5.1)."""

import base64
import hashlib
import itertools

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.policy.delivery import Endpoint
from app.wire.errors import ReceiptRefused
from app.wire.receipts import receipt_key
from crypto.ed25519 import holds, is_strict
from crypto.errors import FormatError, TamperedError
from crypto.faults import Fault
from crypto.header import Header
from crypto.log import LogVerifier
from crypto.signing import SigningKey, VerifyKey
from tests.unit.crypto.objects import description
from tests.vectors.isf1_example import NobodysKey, signers, write

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
NEUTRAL = (0, 1)
BASE = (
    15112221349535400772501151409588531511454012693041857206046113283949847762202,
    46316835694926478169428394003475163141307993866256225615783033603165251855960,
)
SECRET = 0x1234567890ABCDEF


def add(a, b):
    product = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, P) % P
    return x, (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P) % P


def times(number, point):
    total = NEUTRAL
    for bit in bin(number)[2:]:
        total = add(total, total)
        total = add(total, point) if bit == "1" else total
    return total


def root(square):
    """A square root modulo P, or None."""
    x = pow(square, (P + 3) // 8, P)
    return next((each for each in (x, x * pow(2, (P - 1) // 4, P) % P) if each * each % P == square % P), None)


def point_at(y):
    x = root((y * y - 1) * pow(D * y * y + 1, -1, P))
    return None if x is None else (x, y)


def encoded(point, *, respelled=False, sign=None):
    number = point[1] + P * respelled | (point[0] & 1 if sign is None else sign) << 255
    return number.to_bytes(32, "little")


def small_order():
    """The eight points whose order divides the cofactor: what is left of any point after the large order."""
    for y in itertools.count(2):
        point = point_at(y)
        torsion = None if point is None else times(ORDER, point)
        if torsion is not None and times(4, torsion) != NEUTRAL:
            return [times(number, torsion) for number in range(8)]
    raise AssertionError


OURS, R = times(SECRET, BASE), times(5, BASE)
SMALL = small_order()
CANONICAL = [encoded(point) for point in SMALL]
RESPELLED = [
    *(encoded(point, sign=1) for point in SMALL if point[0] == 0),
    *(encoded(point, respelled=True, sign=sign) for point in SMALL if point[1] < 19 for sign in (0, 1)),
]


def number_of(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER


def signature(public, r, r_encoded, message, secret=SECRET):
    s = (r + number_of(r_encoded, public, message) * secret) % ORDER
    return r_encoded + s.to_bytes(32, "little")


def library_takes(public, signed, message):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed, message)
    except InvalidSignature:
        return False
    return True


def test_the_points_made_here_are_those_of_the_group():
    assert len(set(CANONICAL)) == 8
    assert len(set(RESPELLED)) == 6
    assert times(ORDER, BASE) == NEUTRAL
    message, public = b"m", encoded(OURS)
    signed = signature(public, 5, encoded(R), message)
    assert library_takes(public, signed, message)
    assert holds(public, signed, message)
    assert not holds(public, signed, message + b"x")


@pytest.mark.parametrize("key", [*CANONICAL, *RESPELLED], ids=bytes.hex)
def test_a_key_of_small_order_signs_nothing(key):
    """Without any private key a message is found over which the library takes the signature R = neutral, S = 0."""
    signed = encoded(NEUTRAL) + bytes(32)
    forged = next(message for message in (b"%d" % n for n in range(400)) if library_takes(key, signed, message))
    assert not is_strict(key)
    assert not holds(key, signed, forged)


@pytest.mark.parametrize("small", SMALL, ids=lambda point: encoded(point).hex()[:8])
def test_an_r_of_small_order_makes_no_signature(small):
    public, r = encoded(OURS), encoded(small)
    signed = signature(public, 0, r, b"m")
    assert library_takes(public, signed, b"m") == (small == NEUTRAL)
    assert not holds(public, signed, b"m")


def test_a_respelled_r_or_s_makes_no_signature():
    public, r = encoded(OURS), encoded(R)
    signed = signature(public, 5, r, b"m")
    assert holds(public, signed, b"m")
    s = int.from_bytes(signed[32:], "little")
    for factor in range(1, 16):
        if s + factor * ORDER < 2**256:
            assert not holds(public, signed[:32] + (s + factor * ORDER).to_bytes(32, "little"), b"m")
    for sign in (0, 1):
        again = encoded(NEUTRAL, respelled=True, sign=sign)
        assert not holds(public, signature(public, 0, again, b"m"), b"m")
    assert not holds(public, signed[:63], b"m")
    assert not holds(public, signed + b"\0", b"m")


def test_every_spelling_above_the_field_is_refused():
    """y from p to 2^255 - 1 is another spelling of 0 to 18, be it a point of small order or of any other."""
    for y in range(19):
        for sign in (0, 1):
            assert not is_strict((y + P | sign << 255).to_bytes(32, "little"))
    assert is_strict((P - 2).to_bytes(32, "little"))
    for length in (0, 31, 33):
        assert not is_strict(bytes([2] * length))


def test_under_a_point_off_the_curve_nothing_holds():
    off = next(y for y in itertools.count(2) if point_at(y) is None).to_bytes(32, "little")
    assert not any(holds(off, encoded(R) + bytes(32), b"%d" % n) for n in range(20))


@pytest.mark.parametrize("small", SMALL[1:], ids=lambda point: encoded(point).hex()[:8])
def test_of_a_key_with_a_part_of_small_order_the_equation_without_the_cofactor_decides(small):
    """Only who has the private key can make such a signature; all readers must say the same of it."""
    public, r = encoded(add(OURS, small)), encoded(R)
    assert is_strict(public)
    said = []
    for number in range(24):
        message = b"%d" % number
        said.append(holds(public, signature(public, 5, r, message), message))
        assert said[-1] == (times(number_of(r, public, message) % 8, small) == NEUTRAL)
    assert set(said) == {True, False}


@pytest.mark.parametrize("key", [*CANONICAL, *RESPELLED], ids=bytes.hex)
def test_such_a_key_is_refused_wherever_one_comes_in(key):
    text = base64.b64encode(b"Ed" + bytes(8) + key).decode()
    with pytest.raises(FormatError, match="prove nothing"):
        VerifyKey.from_text(f"untrusted comment: minisign public key 0\n{text}\n")
    with pytest.raises(ReceiptRefused, match="proves nothing"):
        receipt_key(base64.b64encode(key).decode())
    with pytest.raises(ValueError, match="no_receipt_key"):
        Endpoint._ed25519(base64.b64encode(key).decode())
    with pytest.raises(FormatError) as refused:
        Header.parse(Header.of(description(), key, bytes(32)).encode())
    assert refused.value.fault is Fault.WEAK_KEY


@pytest.mark.parametrize("key", [*CANONICAL, *RESPELLED], ids=bytes.hex)
def test_a_record_that_announces_such_a_key_is_refused_though_it_is_signed(key):
    objects = write(lambda _: b"", keys=[*itertools.islice(signers(), 1), *[NobodysKey(key)] * 3])
    verifier = LogVerifier(Header.parse(objects["header.isf"]))
    with pytest.raises(TamperedError) as refused:
        verifier.accept(objects["log/00000000.isl"])
    assert refused.value.fault is Fault.WEAK_KEY
    assert verifier.count == 0


def test_a_good_key_still_comes_in():
    key = SigningKey.generate().verify_key
    assert VerifyKey.from_text(key.to_text()) == key
    assert receipt_key(base64.b64encode(key.encoded).decode()).public_bytes_raw() == key.encoded
