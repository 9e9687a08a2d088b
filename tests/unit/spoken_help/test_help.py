"""The help of the three programs is said in the language that is spoken, down to the last option."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from typer import Typer
from typer.core import TyperArgument, TyperOption

from app.client.__main__ import console
from app.endpoint.__main__ import cli
from app.institution.__main__ import program
from app.spoken_help import spoken
from resources import language

TEMPLATE = Path(language.__file__).with_name("languages") / "invigilo.pot"
PROGRAMS = pytest.mark.parametrize("typed", [console, program, cli], ids=["invigilo", "institution", "endpoint"])


@pytest.fixture
def translated(tmp_path: Path) -> Iterator[None]:
    """A language in which each sentence of the template is itself in brackets."""
    translation = Catalog(locale="de")
    with TEMPLATE.open("rb") as file:
        for message in read_po(file):
            if isinstance(message.id, str) and message.id:
                translation.add(message.id, f"[{message.id}]")
    with (tmp_path / "de.mo").open("wb") as out:
        write_mo(out, translation)
    language.speak("de", tmp_path / "de.mo")
    yield
    language.speak(language.SOURCE_LANGUAGE)


def helps(command: Any, name: str) -> Iterator[tuple[str, str]]:
    """Every help text of `command` and of those below it, with what it explains."""
    yield name, command.help or ""
    for each in command.params:
        if isinstance(each, TyperArgument | TyperOption) and each.name != "help":
            yield f"{name} {each.opts[0]}", each.help or ""
    for below, inner in getattr(command, "commands", {}).items():
        yield from helps(inner, f"{name} {below}")


@PROGRAMS
def test_every_help_text_is_said_by_the_catalogue(typed: Typer, translated: None) -> None:
    left = {name: text for name, text in helps(spoken(typed), "") if not (text.startswith("[") and text.endswith("]"))}
    assert not left, "mark them by N_ where the command is written, and run: make languages"


def test_help_is_printed_in_another_language(translated: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        spoken(program)(["recovery", "split", "--help"])
    printed = " ".join(capsys.readouterr().out.split())
    assert "[Make a recovery key and write it as N sheets to print" in printed
    assert "[Sheets made.]" in printed


@PROGRAMS
def test_help_is_english_where_nothing_else_is_spoken(typed: Typer) -> None:
    assert not [name for name, text in helps(spoken(typed), "") if text.startswith("[")]
