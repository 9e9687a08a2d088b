"""``invigilo-institution``: keys, exam files, and the recordings only the institution can open."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from app.institution.commands import (
    disclosing,
    exams,
    finding,
    key_ceremony,
    keys,
    recordings,
    redetection,
    releasing,
    review,
    seb,
)
from app.institution.commands.console import Console
from app.spoken_help import VersionOption, replace_unencodable_output, spoken
from resources.language import N_

program = typer.Typer(
    help=N_("The institution's side of Invigilo. Exit status 0 well, 1 something is wrong, 2 bad use."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
program.add_typer(keys.commands)
program.add_typer(finding.commands)
program.add_typer(keys.representative, name="representative")
program.add_typer(key_ceremony.recovery, name="recovery")
program.add_typer(key_ceremony.ceremony, name="ceremony")
exams.exam.add_typer(seb.commands)
program.add_typer(exams.exam, name="exam")
program.add_typer(recordings.commands)
program.add_typer(disclosing.commands)
program.add_typer(releasing.commands)
program.add_typer(review.commands)
program.add_typer(redetection.commands)


@program.callback()
def _program(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Option("--dir", metavar="DIR", help=N_("The institution's folder."), file_okay=False)
    ] = Path("institution"),
    _version: VersionOption = False,
) -> None:
    context.obj = Console(folder)


def main() -> None:
    """Run the program."""
    # New files of this program are nobody else's business, whatever the shell's habit is.
    os.umask(0o077)
    replace_unencodable_output()
    spoken(program)()


if __name__ == "__main__":
    main()
