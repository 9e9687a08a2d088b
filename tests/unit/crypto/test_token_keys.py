"""Slots for hardware tokens: opened through PKCS#11 by SoftHSM, and by a key that plays a token."""

import os
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crypto.errors import FormatError, KeyMismatchError
from crypto.opening import open_session
from crypto.sealing import SessionSealer
from crypto.slots import HYBRID, TOKEN, read_slots
from crypto.token_keys import TokenPrivate, TokenPublic, wrap_for_token
from tests.unit.crypto.objects import KEY, Objects, description

LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
OCTET_STRING_HEAD = b"\x04\x41"


def software_token(kid="rep-1"):
    """A token whose private key is in this process."""
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def agree(peer):
        return private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), peer))

    return TokenPrivate(TokenPublic(kid, point), agree)


def sealed_to(*recipients):
    objects = Objects()
    sealer = SessionSealer(description(), recipients, objects)
    sealer.seal("events", 0, b"one")
    sealer.finish()
    return objects


@pytest.fixture
def pkcs11_token(tmp_path, monkeypatch):
    """A P-256 key made on a SoftHSM token, which never gives it out."""
    pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")
    library = next((path for path in LIBRARIES if Path(path).exists()), None)
    if library is None:
        pytest.skip("SoftHSM is not installed (softhsm2)")
    (tmp_path / "tokens").mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tmp_path}/tokens\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    command = ["softhsm2-util", "--init-token", "--free", "--label", "registrar", "--pin", "1234", "--so-pin", "4321"]
    subprocess.run(command, check=True, capture_output=True, timeout=30, env=os.environ)
    from pkcs11 import KDF, Attribute, KeyType, Mechanism
    from pkcs11.util.ec import encode_named_curve_parameters

    loaded = pkcs11.lib(library)
    loaded.reinitialize()  # it reads its configuration only then, and other tests have tokens of their own
    token = loaded.get_token(token_label="registrar")
    with token.open(user_pin="1234", rw=True) as session:
        curve = session.create_domain_parameters(
            KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
        )
        public, private = curve.generate_keypair(store=True, label="exam")
        point = bytes(public[Attribute.EC_POINT])
        assert point.startswith(OCTET_STRING_HEAD)
        assert private[Attribute.EXTRACTABLE] is False

        def agree(peer):
            shared = private.derive_key(
                KeyType.GENERIC_SECRET,
                256,
                mechanism_param=(KDF.NULL, None, peer),
                mechanism=Mechanism.ECDH1_DERIVE,
                template={Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True},
            )
            return bytes(shared[Attribute.VALUE])

        yield TokenPrivate(TokenPublic("registrar-token", point[2:]), agree)


def test_a_session_is_opened_by_a_token_through_pkcs11(pkcs11_token):
    objects = sealed_to(KEY.public, pkcs11_token.public)
    assert [slot.kind for slot in read_slots(objects["keys.isf"])[0]] == [HYBRID, TOKEN]
    for key in (pkcs11_token, KEY):
        with open_session(objects, key) as session:
            assert [segment.data for segment in session.segments("events")] == [b"one"]


def test_another_token_does_not_open_it():
    token = software_token()
    objects = sealed_to(token.public)
    with open_session(objects, token) as session:
        assert session.report.findings == ()
    with pytest.raises(KeyMismatchError):
        open_session(objects, software_token())
    with pytest.raises(KeyMismatchError):
        open_session(objects, KEY)


def test_a_slot_of_one_type_is_not_tried_with_a_key_of_another_that_has_its_name():
    objects = sealed_to(software_token(KEY.kid).public, KEY.public)
    open_session(objects, KEY).close()


def test_a_slot_is_48_bytes_longer_than_its_point_and_bound_to_its_info():
    token = software_token()
    sealed = wrap_for_token(token.public, bytes(32), b"here")
    assert len(sealed) == 65 + 48
    assert token.unwrap(sealed, b"here") == bytes(32)
    for spoiled, info in ((sealed, b"there"), (sealed[:-1] + bytes([sealed[-1] ^ 1]), b"here"), (b"", b"here")):
        with pytest.raises(KeyMismatchError):
            token.unwrap(spoiled, info)


def test_a_point_off_the_curve_never_reaches_the_token():
    asked = []
    token = TokenPrivate(software_token().public, asked.append)
    sealed = wrap_for_token(token.public, bytes(32), b"")
    off_curve = sealed[:64] + bytes([sealed[64] ^ 1]) + sealed[65:]
    compressed = b"\x02" + sealed[1:33] + sealed[65:]
    for spoiled in (off_curve, compressed, b"\x00" + sealed, sealed[:30]):
        with pytest.raises(KeyMismatchError):
            token.unwrap(spoiled, b"")
    assert asked == []


def test_what_a_token_raises_passes_through():
    def agree(peer):
        raise OSError("the token was taken out")

    token = TokenPrivate(software_token().public, agree)
    with pytest.raises(OSError, match="taken out"):
        token.unwrap(wrap_for_token(token.public, bytes(32), b""), b"")


@pytest.mark.parametrize(
    ("encoded", "what"),
    [(bytes(64), "64 bytes"), (bytes(65), "no point"), (b"\x04" + bytes(64), "no point"), (b"\x02" * 65, "no point")],
)
def test_public_keys_that_are_none_are_refused_at_enrolment(encoded, what):
    with pytest.raises(FormatError, match=what):
        TokenPublic("rep-1", encoded)


def test_names_and_fingerprints():
    token = software_token()
    with pytest.raises(FormatError):
        TokenPublic("a b", token.public.encoded)
    assert len(token.public.fingerprint) == 32
    assert repr(token) == "TokenPrivate('rep-1')"
