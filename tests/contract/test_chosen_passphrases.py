"""Wherever a passphrase is chosen a weak one is refused, and one that is made up is shown only when a key has it."""

import json
import re
from itertools import chain
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from app.institution.__main__ import program
from crypto import keyfile

SHOWN = "shown this once"
WEAK = "monkeydragonfootball"


def run(*arguments):
    return CliRunner().invoke(program, list(map(str, arguments)))


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An institution with a representative and recovery sheets that cover its root key."""
    base = tmp_path_factory.mktemp("chosen")
    (base / "words").write_text("quiet tables of the north\n")
    (base / "weak").write_text(f"{WEAK}\n")
    at, sign = ("--dir", base / "office"), ("--passphrase-file", base / "words")
    named = ("--name", "Example University", "--id", "example-u", "--iterations", 210_000)
    for command in (
        ("init", *named),
        ("representative", "add", "Bo Chen"),
        ("recovery", "split", "--threshold", 2, "--of", 2, "--out", base / "sheets", "--with-root"),
    ):
        done = run(*at, *command, *sign)
        assert done.exit_code == 0, done.output
    shares = []
    for sheet in sorted((base / "sheets").iterdir()):
        shares.append(base / f"{sheet.stem}.txt")
        shares[-1].write_text(" ".join(re.findall(r"<b>([a-z]+)</b></li>", sheet.read_text())))
    return SimpleNamespace(
        base=base, at=at, sign=sign, shares=[*chain.from_iterable(("--share", each) for each in shares)]
    )


def commands(office, folder):
    """`name: (arguments, option of the new key's passphrase, file of the new key)`, each making a key in `folder`."""
    theirs, own = "--representative-passphrase-file", "--passphrase-file"
    named = ("--name", "Another University", "--id", "another-u", "--iterations", 210_000)
    files = office.base / "office" / "representatives"
    root = folder / "root.key"
    return {
        "init": (("--dir", folder / "new", "init", *named, "--root-key", root), own, root),
        "representative add": (
            (*office.at, "representative", "add", "Ada", "--kid", folder.name, *office.sign),
            theirs,
            files / f"{folder.name}.key",
        ),
        "recovery root": ((*office.at, "recovery", "root", "--out", root, *office.shares), own, root),
        "recovery restore": (
            (*office.at, "recovery", "restore", "Eve", "--kid", folder.name, *office.shares, *office.sign),
            theirs,
            files / f"{folder.name}.key",
        ),
        "release-key": (("release-key", "room-3", "--out", folder / "room-3.key"), own, folder / "room-3.key"),
    }


NAMES = ["init", "representative add", "recovery root", "recovery restore", "release-key"]


@pytest.mark.parametrize("name", NAMES)
def test_a_weak_passphrase_is_refused_wherever_one_is_chosen(office, tmp_path, name):
    arguments, option, key = commands(office, tmp_path / f"weak-{NAMES.index(name)}")[name]
    refused = run(*arguments, option, office.base / "weak")
    assert refused.exit_code == 2, refused.output
    assert "a part of it is a password that everybody tries" in refused.output
    assert WEAK not in refused.output
    assert not key.exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_passphrase_made_up_is_not_shown_where_its_key_cannot_be_written(office, tmp_path, name):
    arguments, _, key = commands(office, tmp_path / f"full-{NAMES.index(name)}")[name]
    if name in {"init", "recovery root", "release-key"}:
        # A file where the folder of the key has to be: no check of the target itself sees it.
        key.parent.write_text("in the way")
    else:
        key.parent.rename(office.base / "aside")
        key.parent.write_text("in the way")
    try:
        failed = run(*arguments, "--generate-passphrase")
    finally:
        key.parent.unlink()
        if (office.base / "aside").exists():
            (office.base / "aside").rename(key.parent)
    assert failed.exit_code == 1, (failed.output, failed.exception)
    assert SHOWN not in failed.output
    assert failed.output.startswith("invigilo-institution: ")


@pytest.mark.parametrize("name", NAMES)
def test_a_passphrase_made_up_opens_the_key_it_was_shown_for(office, tmp_path, name):
    arguments, _, key = commands(office, tmp_path / f"made-{NAMES.index(name)}")[name]
    done = run(*arguments, "--generate-passphrase")
    assert done.exit_code == 0, (done.output, done.exception)
    assert done.output.count(SHOWN) == 1
    words = re.search(r"\n    ([a-z]+(?:-[a-z]+){5})\n", done.output)
    assert keyfile.unlock(key.read_bytes(), words[1]).secret


def test_a_key_that_is_there_already_costs_no_passphrase(office, tmp_path):
    key = tmp_path / "room-3.key"
    key.write_text("another key")
    refused = run("release-key", "room-3", "--out", key, "--generate-passphrase", "--json")
    assert (refused.exit_code, SHOWN in refused.output) == (2, False)
    assert key.read_text() == "another key"
    assert json.loads(run(*office.at, "representative", "list", "--json").output)
