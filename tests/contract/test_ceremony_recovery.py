"""The ceremony through the real program: offline root, sheets, recovery from paper, rotation after a revocation."""

import base64
import html
import itertools
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from app.institution.__main__ import program
from app.institution.keys.institution import InstitutionFolder
from app.policy.document import Recipient
from crypto.header import SessionDescription
from crypto.sealing import SessionSealer
from tests.fixtures.folder_sink import FolderSink
from tests.unit.delivery.kit import Authority

ATTEMPT = "3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b11"
LINE = b'{"t_us": 0, "event": "began"}\n'


class Ceremony:
    """An institution whose root key lies on another medium, with one exam."""

    def __init__(self, base: Path):
        self.base = base
        self.folder = base / "institution"
        self.root = base / "usb-stick" / "root.key"
        self.words = base / "passphrase.txt"
        self.words.write_text("one passphrase for every key\n")
        self.unlock = ("--passphrase-file", self.words)
        self.sign = ("--root-key", self.root, *self.unlock)

    def run(self, *arguments, status=0, typed=None):
        result = CliRunner().invoke(program, ["--dir", str(self.folder), *map(str, arguments)], input=typed)
        assert result.exit_code == status, (arguments, result.output, result.exception)
        return result.output

    def json(self, *arguments, status=0):
        return json.loads(self.run(*arguments, "--json", status=status))

    def sealed(self, name: str, exam="algebra-1") -> Path:
        """A session sealed to what the newest signed exam file names."""
        shown = self.json("exam", "show", exam)
        session = self.base / name / f"{ATTEMPT}.0"
        described = SessionDescription(
            institution="example-u",
            exam=exam,
            config_sha256=shown["settings_sha256"],
            attempt=ATTEMPT,
            take=0,
            candidate="c-17",
            started_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            t0_ns=1,
            client="test",
            nonce="",
            streams=("events",),
        )
        recipients = [Recipient.model_validate(each).public() for each in shown["settings"]["recipients"]]
        sealer = SessionSealer(described, recipients, FolderSink(session))
        sealer.seal("events", 0, LINE)
        sealer.finish()
        return session

    def opens(self, session: Path, *options, status=0) -> str:
        out = self.base / f"out-{len(list(self.base.iterdir()))}"
        said = self.run("export", session, "--out", out, *options, status=status)
        assert (out / "events.jsonl").exists() is (status == 0)
        if status == 0:
            assert (out / "events.jsonl").read_bytes() == LINE
        return said


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    ceremony = Ceremony(tmp_path_factory.mktemp("ceremony"))
    named = ("--name", "Example University", "--id", "example-u")
    ceremony.run("init", *named, "--iterations", 210_000, *ceremony.sign)
    ceremony.run("representative", "add", "Bo Chen", *ceremony.sign)
    endpoint = ceremony.base / "endpoint.json"
    endpoint.write_text(
        json.dumps(
            {
                "region": "eu-test",
                "url": "https://127.0.0.1:1",
                "ca_pem": Authority(ceremony.base / "authority").pem,
                "receipt_key": base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode(),
                "endpoint_id": "eu-test-1",
            }
        )
    )
    # What these sessions hold is events alone, and so it must be what the exam asks for.
    settings = ceremony.base / "settings.json"
    settings.write_text(json.dumps({"recording": {"camera": None, "microphone": None, "screen": None}}))
    site = ("--start-url", "https://exams.example.edu/quiz", "--allow", "https://exams.example.edu/quiz/")
    site = ("--settings", settings, *site)
    ceremony.run(
        *("exam", "new", "algebra-1", "--title", "Algebra I", *site, "--endpoint", endpoint, *ceremony.sign)
    )  # fmt: skip
    ceremony.run("exam", "sign", "algebra-1", *ceremony.sign)
    return ceremony


@pytest.fixture(scope="module")
def shares(held):
    """The words of five sheets of which three are needed, as somebody types them from paper."""
    sheets = held.base / "sheets"
    made = held.json(
        "recovery", "split", "--threshold", 3, "--of", 5, "--out", sheets, "--as", "bo-chen", *held.sign
    )  # fmt: skip
    assert made["not_covered"] == []
    assert len(made["sheets"]) == 5
    files = []
    for number, sheet in enumerate(made["sheets"], 1):
        path = held.base / f"share-{number}.txt"
        path.write_text(" ".join(words_on(Path(sheet))))
        files.append(path)
    return made, files


def words_on(sheet: Path) -> list[str]:
    return re.findall(r"<b>([a-z]+)</b></li>", sheet.read_text())


def given(files):
    return tuple(itertools.chain.from_iterable(("--share", each) for each in files))


def test_the_root_key_is_only_where_it_was_asked_for(held):
    assert held.root.exists()
    assert not (held.folder / "root.key").exists()
    said = held.run("exam", "sign", "algebra-1", *held.unlock, status=2)
    assert "--root-key" in said
    again = ("init", "--name", "X", "--id", "x", "--root-key", held.root, *held.unlock)
    result = CliRunner().invoke(program, ["--dir", str(held.base / "other"), *map(str, again)])
    assert result.exit_code == 2
    assert "exists already" in result.output


def test_sheets_hold_their_words_and_nothing_else_does(held, shares):
    made, files = shares
    for number, sheet in enumerate(map(Path, made["sheets"]), 1):
        page = html.unescape(sheet.read_text())
        assert len(words_on(sheet)) == 33
        assert f"Recovery sheet {number} of 5" in page
        assert str(made["set"]) in page
        assert " ".join(made["words"]) in page
        assert "3 of these 5 sheets" in " ".join(page.split())
        if sys.platform != "win32":
            assert sheet.stat().st_mode & 0o077 == 0
    first = files[0].read_text().split()
    for path in held.folder.rglob("*"):
        if path.is_file():
            assert " ".join(first[4:8]).encode() not in path.read_bytes()


def test_the_sheet_of_the_ceremony_names_every_key_and_no_secret(held, shares):
    made, _ = shares
    out = held.base / "sheet.html"
    held.run("ceremony", "sheet", "--out", out)
    page = " ".join(html.unescape(out.read_text()).split())
    their_words = held.json("representative", "list")[0]["words"]
    for expected in (
        "Example University",
        "Bo Chen",
        " ".join(their_words),
        "algebra-1.1",
        "3 of 5",
        str(made["set"]),
        " ".join(made["words"]),
        "signature",
    ):
        assert expected in page, expected
    assert "src=" not in page
    assert "href=" not in page
    assert json.loads(held.root.read_text())["box"] not in page


def test_sheets_that_are_none_of_these_are_refused(held, shares, tmp_path):
    _, files = shares
    wrong = tmp_path / "wrong.txt"
    words = files[2].read_text().split()
    wrong.write_text(" ".join([*words[:6], words[7], words[6], *words[8:]]))
    new = ("recovery", "restore", "New Person", "--kid", "new-person", *held.sign)
    before = (held.folder / "exam-keyring.json").read_bytes()
    assert "2 different shares, where 3" in held.run(*new, *given(files[:2]), status=2)
    assert "2 different shares, where 3" in held.run(*new, *given([files[0], files[0], files[1]]), status=2)
    assert "compare with the sheet" in held.run(*new, *given([*files[:2], wrong]), status=2)
    assert "sheets are needed" in held.run(*new, status=2)
    assert (held.folder / "exam-keyring.json").read_bytes() == before
    assert "genuine and open 1 of 1" in held.run("recovery", "check", *given(files[2:]))
    typed = "".join(f"{numbered(each)}\n" for each in files[1:4])
    assert "genuine" in held.run("recovery", "check", typed=typed)


def numbered(file: Path) -> str:
    return " ".join(f"{number}. {word.upper()}" for number, word in enumerate(file.read_text().split(), 1))


def test_all_representatives_lost_and_three_of_five_sheets_open_a_sealed_session(held, shares, tmp_path):
    _, files = shares
    session = held.sealed("before-the-loss")
    for key in (held.folder / "representatives").glob("*.key"):
        key.unlink()
    held.opens(session, *held.unlock, status=2)
    restored = held.json(
        *("recovery", "restore", "Ada Okafor", "--kid", "ada", *given([files[4], files[0], files[2]]), *held.sign)
    )  # fmt: skip
    assert restored["opens"] == ["algebra-1"]
    assert restored["cannot_open"] == []
    held.opens(session, "--as", "ada", *held.unlock)

    # The lost key is revoked: a new exam key is made with the next signature, and old recordings stay open to Ada.
    revoked = held.run("representative", "revoke", "bo-chen", *held.sign)
    assert "nothing can take that back" in revoked
    assert "exam sign algebra-1" in revoked
    assert held.json("exam", "keys")[0]["retired"] is not None
    assert "A representative was revoked, so a new exam key was made" in held.run(
        "exam", "sign", "algebra-1", *held.sign
    )
    again = held.json("exam", "sign", "algebra-1", *held.sign)
    assert again["new_exam_key"] is None
    keys = held.json("exam", "keys")
    assert [(each["kid"], each["opened_by"], each["recovery"]) for each in keys] == [
        ("algebra-1.1", ["ada"], True),
        ("algebra-1.2", ["ada"], True),
    ]
    shown = held.json("exam", "show", "algebra-1")
    assert [each["kid"] for each in shown["settings"]["recipients"]] == ["algebra-1.2"]
    held.opens(held.sealed("after-the-change"), "--as", "ada", *held.unlock)
    held.opens(session, "--as", "ada", *held.unlock)

    # A new set: the old sheets do not open the present keyring.
    anew = ("--threshold", 2, "--of", 2, "--out", held.base / "new-sheets", "--as", "ada")
    held.run("recovery", "split", *anew, *held.sign)
    assert "older sheets do not open the present keyring" in held.run("recovery", "check", *given(files[:3]), status=2)


def test_a_folder_with_files_gets_no_sheets_and_numbers_must_be_possible(held):
    split = ("recovery", "split", "--out", held.base, *held.sign)
    assert "not an empty folder" in held.run(*split, "--threshold", 2, "--of", 3, status=2)
    empty = ("recovery", "split", "--out", held.base / "none", *held.sign)
    assert "3 of 2 cannot be" in held.run(*empty, "--threshold", 3, "--of", 2, status=2)
    assert not (held.base / "none").exists()


def test_a_made_up_passphrase_is_shown_once_and_opens_the_key(tmp_path):
    fresh = Ceremony(tmp_path)
    named = ("init", "--name", "Example University", "--id", "example-u", "--iterations", 210_000)
    said = fresh.run(*named, "--root-key", fresh.root, "--generate-passphrase")
    (shown,) = re.findall(r"^ {4}((?:[a-z]+-){5}[a-z]+)$", said, re.MULTILINE)
    assert InstitutionFolder.open(fresh.folder).root_key(shown, fresh.root)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and shown.encode() in path.read_bytes()]


@pytest.mark.parametrize("weak", ["short", "Example University", "password12345"])
def test_a_weak_passphrase_makes_no_institution(tmp_path, weak):
    fresh = Ceremony(tmp_path)
    fresh.words.write_text(f"{weak}\n")
    said = fresh.run("init", "--name", "Example University", "--id", "example-u", *fresh.unlock, status=2)
    assert "at least 12 characters" in said
    assert not fresh.folder.exists()
