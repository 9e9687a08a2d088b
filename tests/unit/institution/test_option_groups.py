"""Groups of options stand in a command as the options themselves, and are given to it as one object each."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from app.institution.option_groups import expanded


@dataclass(frozen=True)
class Inner:
    label: Annotated[str | None, typer.Option("--label")] = None


@dataclass(frozen=True)
class Outer:
    inner: Inner
    file: Annotated[Path | None, typer.Option("--file")] = None
    many: Annotated[int, typer.Option("--many", min=1)] = 3


@pytest.fixture
def run():
    taken = []

    def command(
        context: typer.Context, name: Annotated[str, typer.Argument()], outer: Outer, loud: bool = False
    ) -> None:
        """Does it."""
        taken.append((context.command.name, name, outer, loud))

    program = typer.Typer()
    program.command("it")(expanded(command))

    def call(*arguments):
        done = CliRunner().invoke(program, arguments)
        return done, (taken.pop() if taken else None)

    return call


def test_a_group_is_made_of_its_options(run):
    done, taken = run("who", "--file", "f", "--label", "l", "--loud")
    assert done.exit_code == 0, done.output
    assert taken == ("it", "who", Outer(Inner("l"), Path("f"), 3), True)


def test_what_is_not_given_is_as_the_group_says(run):
    assert run("who")[1] == ("it", "who", Outer(Inner()), False)


def test_options_are_checked_and_described_as_any(run):
    done, taken = run("who", "--many", "0")
    assert (done.exit_code, taken) == (2, None)
    assert all(word in run("--help")[0].output for word in ("Does it.", "--label", "--file", "--many", "--loud"))
