"""From an empty folder to an exam file that the client accepts, and back to a recording, through the real program."""

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from app.institution.__main__ import program
from app.policy.exam_file import read_exam_file
from app.policy.pins import InstitutionPins
from crypto.header import SessionDescription
from crypto.sealing import SessionSealer
from crypto.signing import VerifyKey
from tests.fixtures.folder_sink import FolderSink

ATTEMPT = "3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b11"
RECORDED = {"camera": None, "microphone": None, "screen": None}
SETTINGS = {"start_url": "https://exams.example.edu/quiz", "allowed": ["https://exams.example.edu/quiz/"]}


class Run:
    def __init__(self, folder: Path):
        self.folder = folder

    def __call__(self, *arguments, status=0):
        result = CliRunner().invoke(program, ["--dir", str(self.folder), *map(str, arguments)])
        assert result.exit_code == status, (arguments, result.output, result.exception)
        return result.output

    def json(self, *arguments, status=0):
        return json.loads(self(*arguments, "--json", status=status))


def certificate() -> str:
    from datetime import timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """An institution with two representatives, one exam and one signed exam file; eight key derivations."""
    base = tmp_path_factory.mktemp("ceremony")
    passphrase = base / "passphrase.txt"
    passphrase.write_text("six plain words for a test\n")
    endpoint = base / "endpoint.json"
    receipt_key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    endpoint.write_text(
        json.dumps(
            {
                "region": "eu-test",
                "url": "https://127.0.0.1:1",
                "ca_pem": certificate(),
                "receipt_key": base64.b64encode(receipt_key).decode(),
                "endpoint_id": "eu-test-1",
            }
        )
    )
    settings = base / "settings.json"
    settings.write_text(json.dumps({**SETTINGS, "recording": RECORDED}))
    run = Run(base / "institution")
    with_passphrase = ("--passphrase-file", passphrase)
    made = run.json(
        "init", "--name", "Example University", "--id", "example-u", "--iterations", 210_000, *with_passphrase
    )
    first = run.json("representative", "add", "Änne Müller", *with_passphrase)
    exam = run.json(
        "exam", "new", "algebra-1", "--title", "Algebra I", "--settings", settings, "--endpoint", endpoint,
        *with_passphrase,
    )  # fmt: skip
    out = base / "algebra.invigilo"
    signed = run.json("exam", "sign", "algebra-1", "--out", out, *with_passphrase)
    return {
        "run": run,
        "base": base,
        "made": made,
        "first": first,
        "exam": exam,
        "signed": signed,
        "out": out,
        "passphrase": with_passphrase,
        "endpoint": endpoint,
        "settings": settings,
    }


def test_the_exam_file_is_what_the_client_accepts(held, tmp_path):
    run = held["run"]
    pins = InstitutionPins(tmp_path / "pins.json")
    pins.trust("example-u", VerifyKey.from_text((run.folder / "root.pub").read_text()))
    exam = read_exam_file(held["out"].read_bytes(), pins, datetime.now(UTC))
    assert exam.settings.exam.title == "Algebra I"
    assert exam.settings.start_url == SETTINGS["start_url"]
    assert exam.settings.recipients[0].kid == held["exam"]["kid"]
    assert exam.terms.sequence == held["signed"]["sequence"] == 1
    assert held["first"]["kid"] == "anne-muller"


def test_nothing_private_lies_open(held):
    run = held["run"]
    for path in run.folder.rglob("*.key"):
        if sys.platform != "win32":
            assert path.stat().st_mode & 0o077 == 0, path
        assert b'"box"' in path.read_bytes()
    assert not list(run.folder.rglob("*.part"))
    if sys.platform != "win32":
        # Nobody else's business, but for what is made to be given away, which the program's umask does not close.
        assert {each.stat().st_mode & 0o777 for each in (held["out"], run.folder / "root.pub")} == {0o644}


def test_what_programs_read(held):
    run = held["run"]
    keys = run.json("exam", "keys")
    assert [(each["exam"], each["opened_by"]) for each in keys] == [("algebra-1", ["anne-muller"])]
    shown = run.json("exam", "show", "algebra-1")
    assert shown["settings"]["exam"]["id"] == "algebra-1"
    assert run.json("exam", "show", held["out"])["settings_sha256"] == shown["settings_sha256"]
    people = run.json("representative", "list")
    assert people[0]["exams"] == ["algebra-1"]
    assert people[0]["words"] == held["first"]["words"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("init", "--name", "X", "--id", "x", "--passphrase-file", "{pass}"), "already holds an institution"),
        (("exam", "new", "algebra-1", "--title", "T", "--settings", "{settings}"), "passphrase"),
        (("exam", "sign", "biology", "--passphrase-file", "{pass}"), "no exam “biology”"),
        (("exam", "show", "biology"), "no exam “biology”"),
        (("representative", "revoke", "nobody"), "no representative “nobody”"),
        (("verify", "/nowhere"), "neither a folder nor the id"),
        (("verify", "."), "no sealed session"),
        (("verify", ATTEMPT), "--endpoint"),
        (("sessions",), "--endpoint"),
        (("live",), "live proctoring"),
        (("exam", "sign", "algebra-1", "--until", "tomorrow"), "no time"),
        (("nonsense",), "No such command"),
    ],
)
def test_bad_use_says_what_to_do_and_ends_with_2(held, arguments, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    filled = [
        str(each).replace("{pass}", str(held["passphrase"][1])).replace("{settings}", str(held["settings"]))
        for each in arguments
    ]
    assert sentence in held["run"](*filled, status=2)


def test_settings_that_a_client_would_refuse_are_not_signed(held):
    run = held["run"]
    path = run.folder / "exams" / "algebra-1" / "settings.json"
    before = path.read_text()
    try:
        for change, sentence in (
            ({"start_url": "http://example.edu/"}, "start_url"),
            ({"exam": {"id": "other", "title": "T"}}, "signed for example-u/algebra-1"),
            ({"recipients": [spare_recipient()]}, "exam key"),
            ({"detection": {"gaze": True}, "recording": {"camera": None}}, "detection.gaze"),
            ({"proctoring": "live"}, "proctoring"),
        ):
            path.write_text(json.dumps({**json.loads(before), **change}))
            result = CliRunner().invoke(
                program, ["--dir", str(run.folder), "exam", "sign", "algebra-1", *map(str, held["passphrase"])]
            )
            assert result.exit_code in (1, 2)
            assert sentence in result.output
    finally:
        path.write_text(before)
    assert len(list(path.parent.glob("*.invigilo"))) == 1


def test_what_one_person_is_granted_stands_in_their_exam_file_alone(held, tmp_path):
    run = held["run"]
    folder = run.folder / "exams" / "algebra-1"
    before = (folder / "settings.json").read_text()
    granted, theirs = tmp_path / "granted.json", tmp_path / "theirs.invigilo"
    sign = ("exam", "sign", "algebra-1", "--out", str(theirs), *map(str, held["passphrase"]))
    granted.write_text(json.dumps({"without_gaze": True}))
    assert "without_gaze: This version knows no such key" in run(*sign, "--accommodations", str(granted), status=2)
    granted.write_text(json.dumps({"without_gaze_detection": True, "detection_time_factor": 2}))
    try:
        run(*sign, "--accommodations", str(granted))
        shown = json.loads(run("exam", "show", str(theirs), "--json"))
        assert shown["settings"]["accommodations"]["without_gaze_detection"] is True
        assert shown["settings"]["accommodations"]["detection_time_factor"] == 2.0
        assert (folder / "settings.json").read_text() == before
    finally:
        for made in sorted(folder.glob("*.invigilo"))[1:]:
            made.unlink()


def spare_recipient() -> dict:
    from crypto.keys import RecipientPrivate

    public = RecipientPrivate.generate("spare").public
    return {"kid": "spare", "public_b64": base64.b64encode(public.encoded).decode()}


def test_the_whole_ceremony_and_its_changes(held, tmp_path):
    """A second representative is let in, the first goes, and the keyring cannot be rolled back."""
    run = held["run"]
    keyring = run.folder / "exam-keyring.json"
    exam = run.json("exam", "show", "algebra-1")
    recipients = read_recipients(exam)
    session = tmp_path / f"{ATTEMPT}.0"
    sealer = SessionSealer(description(exam["settings_sha256"]), recipients, FolderSink(session))
    sealer.seal("events", 0, b'{"t_us": 0, "event": "began"}\n')
    sealer.finish()

    assert "COMPLETE" in run("verify", session)
    before = keyring.read_bytes()
    second = run.json("representative", "add", "Bo Chen", "--as", "anne-muller", *held["passphrase"])
    assert second["cannot_open"] == []
    exported = run.json("export", session, "--as", "bo-chen", "--out", tmp_path / "out", *held["passphrase"])
    assert exported["verdict"] == "COMPLETE"
    assert (tmp_path / "out" / "events.jsonl").read_text() == '{"t_us": 0, "event": "began"}\n'
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Bo Chen" in page
    assert "Algebra I" in page

    run("representative", "revoke", "anne-muller", *held["passphrase"])
    refused = run("export", session, "--as", "anne-muller", "--out", tmp_path / "no", *held["passphrase"], status=2)
    assert "not wrapped for “anne-muller”" in refused
    assert not (tmp_path / "no").exists()

    now = keyring.read_bytes()
    keyring.write_bytes(before)
    assert "older keyring" in run("representative", "list", status=1)
    keyring.write_bytes(now.replace(b"anne-muller", b"anne-mullar"))
    assert "not as the root key signed it" in run("representative", "list", status=1)
    keyring.write_bytes(now)
    run("representative", "list")


def description(config_sha256: str) -> SessionDescription:
    return SessionDescription(
        institution="example-u",
        exam="algebra-1",
        config_sha256=config_sha256,
        attempt=ATTEMPT,
        take=0,
        candidate="c-17",
        started_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        t0_ns=1,
        client="test",
        nonce="",
        streams=("events",),
    )


def read_recipients(exam: dict):
    from app.policy.document import Recipient

    return [Recipient.model_validate(each).public() for each in exam["settings"]["recipients"]]


def test_a_wrong_passphrase_is_bad_use(held, tmp_path):
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("wrong\n")
    said = held["run"]("exam", "sign", "algebra-1", "--passphrase-file", wrong, status=2)
    assert "passphrase does not open" in said


def test_the_program_starts_as_a_process_and_explains_itself(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "app.institution", "--dir", str(tmp_path), "representative", "list"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 2
    assert "holds no institution" in run.stderr
    assert "Traceback" not in run.stderr
