"""A representative whose key lives on a hardware token: SoftHSM plays it, through the real program."""

import json
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from typer.testing import CliRunner

from app.institution.__main__ import program
from app.institution.errors import UsageError
from app.institution.keys import hardware_token
from app.institution.keys.hardware_token import TokenPlace
from app.institution.keys.institution import InstitutionFolder, InstitutionRecord
from app.institution.keys.unlocking import TokenUnlocker

LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
PASSPHRASE = "one passphrase for every key"


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """A token with one P-256 key that it never gives out, and one of another curve."""
    pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")
    library = next((Path(path) for path in LIBRARIES if Path(path).exists()), None)
    if library is None:
        pytest.skip("SoftHSM is not installed (softhsm2)")
    base = tmp_path_factory.mktemp("token")
    (base / "tokens").mkdir()
    configuration = base / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {base}/tokens\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(configuration))
        command = ["softhsm2-util", "--init-token", "--free", "--label", "registrar", "--pin", "1234"]
        subprocess.run([*command, "--so-pin", "4321"], check=True, capture_output=True, timeout=30)
        from pkcs11.util.ec import encode_named_curve_parameters

        lib = pkcs11.lib(str(library))
        # The library remembers the tokens of a test before this one.
        lib.reinitialize()
        with lib.get_token(token_label="registrar").open(user_pin="1234", rw=True) as session:
            for curve, label in (("secp256r1", "exam"), ("secp384r1", "other")):
                parameters = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}
                domain = session.create_domain_parameters(pkcs11.KeyType.EC, parameters, local=True)
                domain.generate_keypair(store=True, label=label, id=label.encode())
        yield TokenPlace(library, "registrar")
        # Tests after this one have tokens of their own.
        pkcs11.unload(str(library))


@pytest.fixture(scope="module")
def institution(tmp_path_factory):
    folder = tmp_path_factory.mktemp("held") / "institution"
    return InstitutionFolder.create(
        folder, InstitutionRecord(id="example-u", name="Example University", iterations=210_000), PASSPHRASE
    )


@pytest.fixture(scope="module")
def ask(institution, tmp_path_factory):
    base = tmp_path_factory.mktemp("secrets")
    (base / "passphrase").write_text(PASSPHRASE + "\n")
    (base / "pin").write_text("1234\n")

    def run(*arguments, status=0):
        result = CliRunner().invoke(program, ["--dir", str(institution.folder), *map(str, arguments)])
        assert result.exit_code == status, (result.output, result.exception)
        return result.output

    run.passphrase = ("--passphrase-file", base / "passphrase")
    run.pin_file = base / "pin"
    return run


def test_a_token_is_enrolled_and_opens_an_exam_key(token, institution, ask):
    place = ("--pkcs11-module", token.module, "--token-label", token.label, "--pin-file", ask.pin_file)
    added = json.loads(ask("representative", "add", "Rosa Diaz", *place, *ask.passphrase, "--json"))
    assert added["key_file"] is None
    assert not institution.key_file("rosa-diaz").exists()
    assert "hardware token" in ask("representative", "list")

    root = institution.root_key(PASSPHRASE)
    entry = institution.new_exam_key("algebra-1", root).exam("algebra-1")
    assert len(entry.wrapped["rosa-diaz"]) == 4 * ((65 + 32 + 16 + 2) // 3)
    key = institution.exam_key("algebra-1", TokenUnlocker(token, "1234"))
    assert key.public == entry.key.public()

    # She lets a colleague in who has a key file; nobody else could.
    institution.add_representative("Bo Chen", "bo-chen", PASSPHRASE, root, TokenUnlocker(token, "1234"))
    assert "bo-chen" in institution.keyring().exam("algebra-1").wrapped

    with pytest.raises(UsageError, match="PIN of the token “registrar” is wrong"):
        institution.exam_key("algebra-1", TokenUnlocker(token, "9999"))
    with pytest.raises(UsageError, match="no token “another”"):
        institution.exam_key("algebra-1", TokenUnlocker(TokenPlace(token.module, "another"), "1234"))
    institution.revoke_representative("rosa-diaz", root)
    with pytest.raises(UsageError, match="holds no key of a representative"):
        institution.exam_key("algebra-1", TokenUnlocker(token, "1234"))


@pytest.mark.parametrize(("encoding", "kid"), [(Encoding.PEM, "from-pem"), (Encoding.DER, "from-der")])
def test_the_public_key_may_come_as_a_file(institution, ask, tmp_path, encoding, kid):
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    file = tmp_path / "public-key"
    file.write_bytes(public.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo))
    ask("representative", "add", "Somebody", "--kid", kid, "--public-key", file, *ask.passphrase)
    enrolled = institution.keyring().representative(kid).key.public()
    assert enrolled.encoded == public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def test_what_is_no_p256_key_is_refused(tmp_path):
    other = tmp_path / "p384.pem"
    key = ec.generate_private_key(ec.SECP384R1()).public_key()
    other.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(UsageError, match="not of the curve P-256"):
        hardware_token.read_public(other, "a")
    other.write_bytes(b"nothing of the kind")
    with pytest.raises(UsageError, match="no public key"):
        hardware_token.read_public(other, "a")


def test_a_library_that_is_none_says_so(institution, ask):
    place = ("--pkcs11-module", "/nowhere/lib.so", "--token-label", "x", "--pin-file", ask.pin_file)
    said = ask("representative", "add", "No Body", *place, *ask.passphrase, status=2)
    assert "could not be used" in said
    half = ask("representative", "add", "No Body", "--token-label", "x", *ask.passphrase, status=2)
    assert "--pkcs11-module" in half
