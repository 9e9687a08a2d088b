"""The words of recovery sheets, from files or typed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from app.institution.commands.console import quoted
from app.institution.errors import PassphraseNeeded, SharesRefused, UsageError
from crypto.errors import FormatError
from crypto.shares import SHARE_WORDS, Share, read_share
from resources.language import N_, _, isolate

ShareFiles = Annotated[
    list[Path] | None,
    typer.Option("--share", metavar="F", help=N_("Text file with a sheet's words, once for each; asked otherwise.")),
]

_MAX_SHARE_BYTES = 4096


def read_shares(files: list[Path]) -> tuple[Share, ...]:
    """Shares from `files`, or typed in one by one until there are enough.

    Raises:
        UsageError: if a file or what is typed holds no share, or nobody is there to type.
    """
    if files:
        return tuple(_share(_text(each), quoted(each)) for each in files)
    shares: list[Share] = []
    while not shares or len({each.number for each in shares}) < shares[0].needed:
        asked = (
            _("The {words} words of sheet {number} of {needed}") if shares else _("The {words} words of sheet {number}")
        ).format(
            words=isolate(SHARE_WORDS),
            number=isolate(len(shares) + 1),
            needed=isolate(shares[0].needed if shares else ""),
        )
        try:
            typed = typer.prompt(asked, hide_input=False)
        except typer.Abort as error:
            raise PassphraseNeeded(_("sheets are needed; give their words in files, each with --share F")) from error
        try:
            shares.append(_share(typed, _("this sheet")))
        except SharesRefused as error:
            typer.echo(str(error), err=True)
    return tuple(shares)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_SHARE_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            _("the share “{file}” cannot be read as text: {reason}").format(file=isolate(path), reason=isolate(error))
        ) from error


def _share(text: str, where: str) -> Share:
    # People type the numbers and dots before the words too.
    plain = re.sub(r"[^a-z]+", " ", text.casefold())
    try:
        return read_share(plain)
    except FormatError as error:
        raise SharesRefused(f"{where}: {error}") from error
