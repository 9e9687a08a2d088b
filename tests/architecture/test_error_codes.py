"""Kind: one code, many meanings. Each code is given out once, and the catalogue says what it means and what to do."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from app.client.__main__ import console as client
from app.client.errors import ClientError
from app.endpoint.__main__ import cli as endpoint
from app.institution.__main__ import program as institution
from app.policy.errors import PolicyError
from installer.error_codes import PAGE, SECTIONS, page

CODE = re.compile(r"[A-Z]{1,3}-\d{2}|[A-Z]-[A-Z][A-Za-z]+")
CATALOGUE = {code: of for _, codes in SECTIONS for code, of in codes.items()}
DATA = Path("app", "client", "codes")
PROGRAMS = {"invigilo": client, "invigilo-institution": institution, "invigilo-endpoint": endpoint}


def given_out(source: str) -> Iterator[str]:
    """Yield each string in `source` that is a code."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node.value


@pytest.fixture(scope="module")
def places(root: Path) -> dict[str, list[str]]:
    """The places of the product that give out a code, by code."""
    found: dict[str, list[str]] = {}
    for part in ("app", "capture", "crypto", "lockdown", "ui"):
        for path in sorted((root / part).rglob("*.py")):
            if path.parent != root / DATA:
                for code in given_out(path.read_text(encoding="utf-8")):
                    found.setdefault(code, []).append(path.relative_to(root).as_posix())
    assert len(found) > 30
    return found


def test_no_code_is_given_out_in_two_places(places: dict[str, list[str]]) -> None:
    # One place, so one meaning; who needs the same code takes it from there by name.
    assert {code: where for code, where in places.items() if len(where) > 1} == {}


def test_every_code_that_is_shown_is_in_the_catalogue(places: dict[str, list[str]]) -> None:
    unknown = {code: where for code, where in places.items() if code not in CATALOGUE}
    assert unknown == {}, "say in app/client/codes what they mean; make languages"


def test_no_code_stands_twice_in_the_catalogue(root: Path) -> None:
    written = [code for path in (root / DATA).glob("*.py") for code in given_out(path.read_text(encoding="utf-8"))]
    assert [code for code, times in Counter(written).items() if times > 1] == []
    assert sorted(written) == sorted(CATALOGUE)


def test_the_catalogue_says_something_else_of_each() -> None:
    meanings = Counter(of.meaning for of in CATALOGUE.values())
    assert [meaning for meaning, times in meanings.items() if times > 1] == []
    for code, of in CATALOGUE.items():
        for sentence in (of.meaning, of.test_taker, of.support):
            assert sentence.endswith((".", "?")), (code, sentence)
            assert "|" not in sentence, (code, "a column of ERRORS.md ends there")


@pytest.mark.parametrize("base", [ClientError, PolicyError])
def test_every_class_of_error_has_a_code_of_its_own(base: type[ClientError | PolicyError]) -> None:
    def below(error: type) -> Iterator[type]:
        yield error
        for each in error.__subclasses__():
            yield from below(each)

    classes = tuple(below(base))
    assert len(classes) > 5
    shared = Counter(each.__dict__.get("code", "none of its own") for each in classes)
    assert [code for code, times in shared.items() if times > 1] == []


def test_the_commands_that_the_catalogue_names_exist() -> None:
    named = [
        (program, words)
        for of in CATALOGUE.values()
        for sentence in (of.meaning, of.test_taker, of.support)
        for program, words in re.findall(r"“(invigilo(?:-\w+)?) ([^”]+)”", sentence)
    ]
    assert len(named) > 10
    for program, words in named:
        commands, groups = commands_of(PROGRAMS[program])
        first, *rest = words.split()
        assert first in commands or (rest and rest[0] in groups.get(first, ())), f"{program} {words}"


def commands_of(app: typer.Typer) -> tuple[set[str], dict[str, set[str]]]:
    found = typer.main.get_command(app).commands
    return set(found), {name: set(getattr(each, "commands", ())) for name, each in found.items()}


def test_errors_md_is_what_the_catalogue_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: make languages"
