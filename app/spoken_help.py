"""The help of a program's commands, in the language that is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.main import get_command

from resources.language import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer import Typer


def spoken(program: Typer) -> Callable[..., Any]:
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
