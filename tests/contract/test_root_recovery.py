"""What becomes of an institution whose root key is lost with all its copies: told before, mended if chosen."""

import re
import sys
from itertools import chain
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.institution.__main__ import program
from app.institution.keys import keyring_file

WORDS = "one passphrase for every key"
NEW_WORDS = "another passphrase after the loss"


class Ceremony:
    """An institution with a root key on a stick and three recovery sheets, any two of which suffice."""

    def __init__(self, base: Path, *, with_root: bool):
        self.base, self.folder, self.root = base, base / "institution", base / "stick" / "root.key"
        (base / "words").write_text(WORDS)
        (base / "new-words").write_text(NEW_WORDS)
        self.sign = ("--root-key", self.root, "--passphrase-file", base / "words")
        named = ("--name", "Example University", "--id", "example-u", "--iterations", 210_000)
        self.told = self.run("init", *named, *self.sign)
        self.run("representative", "add", "Bo Chen", *self.sign)
        split = ("recovery", "split", "--threshold", 2, "--of", 3, "--out", base / "sheets", *self.sign)
        self.split = self.run(*split, *(["--with-root"] if with_root else []))
        self.files = []
        for sheet in sorted((base / "sheets").iterdir()):
            path = base / f"{sheet.stem}.txt"
            path.write_text(" ".join(re.findall(r"<b>([a-z]+)</b></li>", sheet.read_text())))
            self.files.append(path)

    def run(self, *arguments, status=0):
        result = CliRunner().invoke(program, ["--dir", str(self.folder), *map(str, arguments)])
        assert result.exit_code == status, (arguments, result.output, result.exception)
        return " ".join(result.output.split())

    def recover(self, out, shares=2, words="new-words", status=0):
        given = chain.from_iterable(("--share", each) for each in self.files[:shares])
        return self.run("recovery", "root", "--out", out, *given, "--passphrase-file", self.base / words, status=status)


@pytest.fixture(scope="module")
def covered(tmp_path_factory):
    return Ceremony(tmp_path_factory.mktemp("covered"), with_root=True)


@pytest.fixture(scope="module")
def uncovered(tmp_path_factory):
    return Ceremony(tmp_path_factory.mktemp("uncovered"), with_root=False)


def test_what_a_loss_would_mean_is_said_when_the_key_is_made(uncovered):
    assert "lost with all its copies, nobody can make it again: recordings still open" in uncovered.told
    assert "“recovery split --with-root”" in uncovered.told
    assert "They do not give the root key back" in uncovered.split


def test_a_lost_root_key_is_told_with_the_way_on(uncovered):
    add = ("representative", "add", "Ada", "--passphrase-file", uncovered.base / "words")
    said = uncovered.run(*add, status=2)
    assert "“recovery root”, where the recovery sheets cover it" in said
    said = uncovered.recover(uncovered.base / "again.key", status=2)
    assert "do not cover its root key" in said
    assert not (uncovered.base / "again.key").exists()
    given = chain.from_iterable(("--share", each) for each in uncovered.files)
    assert "They do not give the root key back." in uncovered.run("recovery", "check", *given)


def test_sheets_that_cover_the_root_key_say_so_on_paper(covered):
    assert "anyone with 2 of them can sign exam files" in covered.split
    for sheet in (covered.base / "sheets").iterdir():
        page = " ".join(sheet.read_text().split())
        assert "They also give back the root key" in page
        assert "recovery root --out FILE" in page
    covered.run("ceremony", "sheet", "--out", covered.base / "sheet.html")
    assert "bring 2 recovery sheets: “recovery root”" in (covered.base / "sheet.html").read_text()


def test_sheets_give_the_root_key_back_under_a_new_passphrase(covered, tmp_path):
    again = tmp_path / "root.key"
    assert "2 different shares" not in covered.recover(again)
    if sys.platform != "win32":
        assert again.stat().st_mode & 0o077 == 0
    both = chain.from_iterable(("--share", each) for each in covered.files[:2])
    assert "They give the root key back." in covered.run("recovery", "check", *both)
    ada = ("representative", "add", "Ada", "--representative-passphrase-file", covered.base / "words")
    said = covered.run(*ada, "--root-key", again, "--passphrase-file", covered.base / "words", status=2)
    assert "the passphrase does not open" in said
    covered.run(*ada, "--root-key", again, "--passphrase-file", covered.base / "new-words")
    assert "exists already" in covered.recover(again, status=2)


def test_too_few_sheets_or_a_weak_passphrase_write_nothing(covered, tmp_path):
    again = tmp_path / "root.key"
    assert "where 2" in covered.recover(again, shares=1, status=2)
    (covered.base / "weak").write_text("password1234")
    covered.recover(again, words="weak", status=2)
    assert not again.exists()


def test_a_kept_root_key_that_does_not_open_is_refused(covered, tmp_path, monkeypatch):
    load = keyring_file.KeyringFile.load

    def spoiled(self):
        found = load(self)
        text = found.recovery.root
        recovery = found.recovery.model_copy(
            update={"root": text[:-8] + ("AAAAAAA=" if text[-1] == "=" else "AAAAAAAA")}
        )
        return found.model_copy(update={"recovery": recovery})

    monkeypatch.setattr(keyring_file.KeyringFile, "load", spoiled)
    assert "does not open with these sheets" in covered.recover(tmp_path / "root.key", status=1)
    assert not (tmp_path / "root.key").exists()
