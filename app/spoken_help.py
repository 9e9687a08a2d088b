"""What every program says of itself: the help of its commands, in the language that is spoken, and its version."""

from __future__ import annotations

import io
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.main import get_command

from resources.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Callable


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(_("Invigilo {version}").format(version=version("invigilo")))
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", callback=_say_version, is_eager=True, help=N_("Say which version this is."))
]


def replace_unencodable_output() -> None:
    """Let standard output and error take every text: a letter that the terminal's encoding lacks becomes a “?”."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def spoken(program: typer.Typer) -> Callable[..., Any]:
    """Give `program` to call, with the help of every command, argument and option said by the catalogue.

    The texts are marked by `N_` where the commands are written, which is read before a language is chosen.
    """
    command = get_command(program)
    _say(command)
    return command


def _say(command: Any) -> None:
    explained = (each for each in command.params if isinstance(each, TyperArgument | TyperOption))
    for each in (command, *explained):
        if each.help:
            each.help = _(each.help)
    if isinstance(command, TyperGroup):
        for inner in command.commands.values():
            _say(inner)
