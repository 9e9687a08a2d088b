"""What every command shares: the folder, passphrases, output for people or programs, and the exit status.

0: done, nothing wrong. 1: done, and something is wrong, or it could not be done. 2: bad use.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from app.institution.errors import InstitutionError, PassphraseNeeded, SettingsRefused, UsageError
from app.institution.exams import authoring
from app.institution.keys import passphrases
from app.institution.keys.hardware_token import TokenPlace
from app.institution.keys.institution import InstitutionFolder
from app.institution.keys.unlocking import KeyFileUnlocker, TokenUnlocker, Unlocker
from app.policy.delivery import Endpoint
from app.policy.errors import PolicyError
from crypto.errors import SealingError
from crypto.keyfile import MAX_PASSPHRASE_BYTES
from resources.language import N_, _, isolate
from resources.visible import visible

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file", metavar="F", help=N_("File that begins with the passphrase; asked for otherwise.")
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help=N_("Print JSON for a program to read."))]
KeyFile = Annotated[
    Path | None, typer.Option("--key", metavar="F", help=N_("Key file of the representative who opens the recording."))
]
AsRepresentative = Annotated[
    str | None, typer.Option("--as", metavar="KID", help=N_("Representative whose key file lies in the folder."))
]

GeneratePassphrase = Annotated[
    bool,
    typer.Option("--generate-passphrase", help=N_("Make up a passphrase of six words for the new key; shown once.")),
]
RootKey = Annotated[Path | None, typer.Option("--root-key", metavar="F", help=N_("Root key file, if kept elsewhere."))]


@dataclass(frozen=True)
class TokenChoice:
    """The options that name a hardware token."""

    module: Annotated[
        Path | None,
        typer.Option("--pkcs11-module", metavar="F", help=N_("PKCS#11 library of the hardware token's maker.")),
    ] = None
    token_label: Annotated[
        str | None,
        typer.Option(
            "--token-label", metavar="LABEL", help=N_("The hardware token; its PIN is asked for as a passphrase is.")
        ),
    ] = None

    def place(self) -> TokenPlace | None:
        """Where the token is; None when none was named."""
        if self.module is None and self.token_label is None:
            return None
        if self.module is None or self.token_label is None:
            raise UsageError(_("a hardware token takes both --pkcs11-module F and --token-label LABEL"))
        return TokenPlace(self.module, self.token_label)


@dataclass(frozen=True)
class Console:
    """The institution's folder, as given before the command."""

    folder: Path

    def institution(self) -> InstitutionFolder:
        """Open the institution."""
        return InstitutionFolder.open(self.folder)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Every endpoint whose key is known here: the institution's own, then those of its signed exam files."""
        try:
            institution = self.institution()
        except InstitutionError:
            return ()
        found = [] if institution.record.endpoint is None else [institution.record.endpoint]
        for exam in sorted(each.name for each in institution.exam_folder("").glob("*")):
            # An exam file that cannot be read is for the commands that are about it.
            with suppress(InstitutionError, PolicyError):
                for version in authoring.signed_versions(institution, exam):
                    found.extend(version.settings().delivery.endpoints)
        return tuple(dict.fromkeys(found))


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
        # The one error of several lines: each of its faults has a line.
        fail(str(error), error.exit_status, keep="\n" if isinstance(error, SettingsRefused) else "")
    except (PolicyError, SealingError) as error:
        fail(str(error), 1)
    except BrokenPipeError:  # who reads the output has read enough: nothing is wrong, and Click ends without a word
        raise
    except OSError as error:
        named = _("a file") if error.filename is None else isolate(error.filename)
        fail(f"{named}: {error.strerror or error}", 1)


def fail(sentence: str, status: int, *, keep: str = "") -> NoReturn:
    """Say why, and end; nothing in the sentence acts on the terminal, what to `keep` aside."""
    typer.echo(f"invigilo-institution: {visible(sentence, keep=keep)}", err=True)
    raise typer.Exit(status)


def passphrase(file: Path | None, what: str, *, new: bool = False) -> str:
    """Read the passphrase for `what` from the first line of `file`, or ask for it.

    `what` is said behind “passphrase of”, in the language that is spoken.

    Raises `PassphraseNeeded` when there is nobody to ask.
    """
    if file is not None:
        try:
            with file.open(encoding="utf-8") as lines:
                text = lines.readline(MAX_PASSPHRASE_BYTES + 2).rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise PassphraseNeeded(
                _("the passphrase file “{file}” cannot be read: {reason}").format(
                    file=isolate(file), reason=isolate(error)
                )
            ) from error
        if not text:
            raise PassphraseNeeded(
                _("the passphrase file “{file}” begins with an empty line").format(file=isolate(file))
            )
        return text
    if not sys.stdin.isatty():
        raise PassphraseNeeded(
            _("the passphrase of {what} is needed; give it with --passphrase-file").format(what=what)
        )
    return str(typer.prompt(_("Passphrase of {what}").format(what=what), hide_input=True, confirmation_prompt=new))


@dataclass(frozen=True)
class NewPassphrase:
    """The passphrase of a new key, and whether somebody has yet to be told of it."""

    text: str
    what: str
    made_up: bool

    def tell(self) -> None:
        """Show one that was made up, once, after the key file is written: nobody keeps it for nothing."""
        if not self.made_up:
            return
        # Standard error, so that it never ends in a file that was meant for the result.
        once = _("The passphrase of {what}, shown this once:").format(what=self.what)
        paper = _("Write it on paper now and lock the paper away, apart from the key. Nobody can reset it.")
        typer.echo(f"{once}\n\n    {self.text}\n\n{paper}", err=True)


def new_passphrase(file: Path | None, what: str, *, generate: bool) -> NewPassphrase:
    """The passphrase of a new key: made up, or read as `passphrase` does, the rules said first."""
    if not generate:
        if file is None and sys.stdin.isatty():
            typer.echo((passphrases.rules()), err=True)
        return NewPassphrase(passphrase(file, what, new=True), what, made_up=False)
    if file is not None:
        raise UsageError(_("--generate-passphrase makes the passphrase up; leave the passphrase file out"))
    return NewPassphrase(passphrases.generate(), what, made_up=True)


def unlocker(
    institution: InstitutionFolder, key: Path | None, kid: str | None, passphrase_file: Path | None, token: TokenChoice
) -> Unlocker:
    """What opens recordings: a token, or a key file: the named one, a representative's, or the only one there is."""
    place = token.place()
    if place is not None:
        return TokenUnlocker(place, passphrase(passphrase_file, the_token(place)))
    if key is None:
        key = only_key_file(institution) if kid is None else institution.key_file(kid)
    return KeyFileUnlocker(key, passphrase(passphrase_file, quoted(key.stem)))


def only_key_file(institution: InstitutionFolder) -> Path:
    """The one representative's key file in the folder; raises `UsageError` when there are none or several."""
    found = sorted(institution.key_file("KID").parent.glob("*.key"))
    if len(found) != 1:
        names = ", ".join(isolate(each.stem) for each in found) or _("none")
        raise UsageError(
            _("say whose key opens the session with --as KID or --key FILE; in the folder there are: {names}").format(
                names=names
            )
        )
    return found[0]


def the_token(place: TokenPlace) -> str:
    """A hardware token, for `passphrase`."""
    return _("the token “{token}”").format(token=isolate(place.label))


def quoted(name: object) -> str:
    """A file or key by its name, for `passphrase`."""
    return _("“{file}”").format(file=isolate(name))


def print_json(value: Any) -> None:
    """Print `value` for a program."""
    typer.echo(visible(json.dumps(value, indent=2, ensure_ascii=False), keep="\n"))


def progress_line(text: str) -> None:
    """Show how far a long action has come, on a terminal only."""
    if sys.stderr.isatty():
        typer.echo(f"\r{visible(text)}\033[K", err=True, nl=False)


def end_progress() -> None:
    """Clear the progress line."""
    if sys.stderr.isatty():
        typer.echo("\r\033[K", err=True, nl=False)
