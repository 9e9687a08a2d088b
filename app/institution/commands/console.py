"""What every command shares: the folder, passphrases, output for people or programs, and the exit status.

0: done, nothing wrong. 1: done, and something is wrong, or it could not be done. 2: bad use.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from app.institution.ceremony import Institution, Opener
from app.institution.errors import InstitutionError, PassphraseNeeded
from app.policy.errors import PolicyError
from crypto.errors import SealingError
from crypto.keyfile import MAX_PASSPHRASE_BYTES

PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", metavar="F", help="File that begins with the passphrase; asked for otherwise."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
KeyFile = Annotated[
    Path | None, typer.Option("--key", metavar="F", help="Key file of the representative who opens the recording.")
]
AsRepresentative = Annotated[
    str | None, typer.Option("--as", metavar="KID", help="Representative whose key file lies in the folder.")
]


@dataclass(frozen=True)
class Console:
    """The institution's folder, as given before the command."""

    folder: Path

    def institution(self) -> Institution:
        """Open the institution."""
        return Institution.open(self.folder)


def console(context: typer.Context) -> Console:
    """The console of the running command."""
    found = context.find_object(Console)
    assert found is not None  # noqa: S101  # set by the program's callback
    return found


@contextmanager
def exits() -> Iterator[None]:
    """Turn expected errors into a sentence on standard error and the right exit status."""
    try:
        yield
    except InstitutionError as error:
        fail(str(error), error.exit_status)
    except (PolicyError, SealingError) as error:
        fail(str(error), 1)
    except OSError as error:
        fail(f"{error.filename or 'a file'}: {error.strerror or error}", 1)


def fail(sentence: str, status: int) -> NoReturn:
    """Say why, and end."""
    typer.echo(f"invigilo-institution: {sentence}", err=True)
    raise typer.Exit(status)


def passphrase(file: Path | None, what: str, *, new: bool = False) -> str:
    """Read the passphrase for `what` from the first line of `file`, or ask for it.

    Raises `PassphraseNeeded` when there is nobody to ask.
    """
    if file is not None:
        try:
            with file.open(encoding="utf-8") as lines:
                text = lines.readline(MAX_PASSPHRASE_BYTES + 2).rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise PassphraseNeeded(f"the passphrase file “{file}” cannot be read: {error}") from error
        if not text:
            raise PassphraseNeeded(f"the passphrase file “{file}” begins with an empty line")
        return text
    if not sys.stdin.isatty():
        raise PassphraseNeeded(f"the passphrase of {what} is needed; give it with --passphrase-file")
    return str(typer.prompt(f"Passphrase of {what}", hide_input=True, confirmation_prompt=new))


def opener(institution: Institution, key: Path | None, kid: str | None, passphrase_file: Path | None) -> Opener:
    """The key file that opens recordings: the named one, a representative's, or the only one there is."""
    if key is None:
        key = institution.only_key_file() if kid is None else institution.key_file(kid)
    return Opener(key, passphrase(passphrase_file, f"“{key.stem}”"))


def print_json(value: Any) -> None:
    """Print `value` for a program."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def progress_line(text: str) -> None:
    """Show how far a long action has come, on a terminal only."""
    if sys.stderr.isatty():
        typer.echo(f"\r{text}\033[K", err=True, nl=False)


def end_progress() -> None:
    """Clear the progress line."""
    if sys.stderr.isatty():
        typer.echo("\r\033[K", err=True, nl=False)
