"""``ceremony`` and ``recovery``: what is printed, and what is read back from paper."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from app.institution.commands.console import (
    AsJson,
    AsRepresentative,
    GeneratePassphrase,
    KeyFile,
    PassphraseFile,
    RootKey,
    TokenChoice,
    TokenLabel,
    TokenModule,
    console,
    exits,
    new_passphrase,
    passphrase,
    print_json,
    unlocker,
)
from app.institution.errors import PassphraseNeeded, SharesRefused, UsageError
from app.institution.keys import printed_sheets
from app.institution.keys.root_recovery import recovered_root
from app.institution.keys.unlocking import SharesUnlocker, unlocked_key
from crypto.errors import FormatError
from crypto.fingerprint import words
from crypto.shares import MOST_SHARES, SHARE_WORDS, Share, read_share

ceremony = typer.Typer(help="The sheet that says which keys there are.", no_args_is_help=True)
recovery = typer.Typer(help="Opening recordings when every representative's key is lost.", no_args_is_help=True)

_MAX_SHARE_BYTES = 4096


@ceremony.command("sheet")
def sheet(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="F.html", help="The page to print. It holds no secret.")],
) -> None:
    """Write one page to print and sign: whose keys there are, with their words, and what to do when."""
    with exits():
        printed_sheets.ceremony_sheet(console(context).institution(), out)
        typer.echo(f"Wrote {out}. Open it in a browser, print it, and have everybody present sign it.")


@recovery.command("split")
def split(
    context: typer.Context,
    needed: Annotated[int, typer.Option("--threshold", metavar="K", min=2, max=MOST_SHARES, help="Sheets needed.")],
    count: Annotated[int, typer.Option("--of", metavar="N", min=2, max=MOST_SHARES, help="Sheets made.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="New or empty folder, best on a medium to be destroyed.")],
    key: KeyFile = None,
    kid: AsRepresentative = None,
    key_passphrase_file: Annotated[
        Path | None, typer.Option("--key-passphrase-file", metavar="F", help="Of --key or --as; as --passphrase-file.")
    ] = None,
    module: TokenModule = None,
    token_label: TokenLabel = None,
    with_root: Annotated[
        bool,
        typer.Option("--with-root", help="Let K sheets give the root key back too; they can then sign exam files."),
    ] = False,
    root_key: RootKey = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a recovery key and write it as N sheets to print, any K of which give it back; it is kept nowhere else.

    It covers all exams to come; with --as, --key or a token also those which that representative can open.
    """
    with exits():
        institution = console(context).institution()
        if needed > count:
            raise UsageError(f"{needed} of {count} cannot be: fewer sheets are made than would be needed")
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise UsageError(f"“{out}” is not an empty folder; sheets are not mixed with other files")
        root = institution.root_key(passphrase(passphrase_file, "the root key"), root_key)
        token = TokenChoice(module, token_label)
        helper = None
        if key is not None or kid is not None or token.place() is not None:
            helper = unlocker(institution, key, kid, key_passphrase_file or passphrase_file, token)
        made = institution.split_recovery(needed, count, helper, root if with_root else None)
        files = printed_sheets.recovery_sheets(institution, made, out)
        # In this order: a full disk must not leave a keyring whose shares nobody has.
        institution.adopt_recovery(made, root)
        if as_json:
            print_json(
                {
                    "set": made.recovery.set_id,
                    "threshold": needed,
                    "of": count,
                    "words": list(words(made.recovery.key.public().fingerprint)),
                    "sheets": [str(each) for each in files],
                    "covers_root": with_root,
                    "not_covered": list(made.not_covered),
                }
            )
            return
        typer.echo(f"Wrote {count} sheets of set {made.recovery.set_id} to {out}; any {needed} of them recover.")
        if with_root:
            typer.echo(f"They also restore the root key: anyone with {needed} of them can sign exam files.")
        else:
            typer.echo("They do not give the root key back: keep copies of it, or split again with --with-root.")
        typer.echo("Print each once, give each to another person, then destroy the files and the medium.")
        typer.echo(
            "Destroy the sheets of an earlier set: they do not open this keyring, but an old copy of it they still do."
        )
        if made.not_covered:
            typer.echo(
                f"Not covered: earlier keys of {', '.join(made.not_covered)}. Split again with --as KID to cover."
            )


@recovery.command("check")
def check(
    context: typer.Context,
    files: Annotated[list[Path] | None, typer.Option("--share", metavar="F", help="File with a sheet's words.")] = None,
) -> None:
    """Try whether enough sheets give the recovery key back; nothing is changed."""
    with exits():
        institution = console(context).institution()
        keyring = institution.keyring()
        with unlocked_key(SharesUnlocker(_shares(files or [])), keyring) as holder:
            able = sum(holder.kid in each.wrapped for each in keyring.exams)
            covered = keyring.recovery is not None and keyring.recovery.root is not None
            if covered:
                recovered_root(keyring, holder, institution.root_public)
        typer.echo(f"These sheets are genuine and open {able} of {len(keyring.exams)} exam keys.")
        typer.echo(f"They {'give' if covered else 'do not give'} the root key back.")


@recovery.command("root")
def recover_root(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="F", help="Where to put the root key, on a medium kept offline.")],
    files: Annotated[list[Path] | None, typer.Option("--share", metavar="F", help="File with a sheet's words.")] = None,
    passphrase_file: PassphraseFile = None,
    generate: GeneratePassphrase = False,
) -> None:
    """Give the root key back from recovery sheets that were made with --with-root, under a new passphrase."""
    with exits():
        institution = console(context).institution()
        if out.exists():
            raise UsageError(f"“{out}” exists already; another root key is not put in its place")
        shares = SharesUnlocker(_shares(files or []))
        keyring = institution.keyring()
        with unlocked_key(shares, keyring) as holder:
            # Before anybody types a passphrase: these are the right sheets, and they cover it.
            recovered_root(keyring, holder, institution.root_public)
        institution.recover_root(shares, new_passphrase(passphrase_file, "the root key", generate=generate), out)
        typer.echo(f"The root key is {out} again. Make a copy, keep both offline, and make new sheets: recovery split.")


@recovery.command("restore")
def restore(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The new representative's name.")],
    kid: Annotated[str, typer.Option(help="Short name of their key.")],
    files: Annotated[
        list[Path] | None,
        typer.Option("--share", metavar="F", help="Text file with a sheet's 33 words, once for each; asked otherwise."),
    ] = None,
    root_key: RootKey = None,
    passphrase_file: PassphraseFile = None,
    their_passphrase_file: Annotated[
        Path | None,
        typer.Option("--representative-passphrase-file", metavar="F", help="Of the new key; as --passphrase-file."),
    ] = None,
    generate: GeneratePassphrase = False,
    as_json: AsJson = False,
) -> None:
    """Give a new representative access to every exam the recovery sheets cover."""
    with exits():
        institution = console(context).institution()
        institution.require_new_kid(kid)
        shares = SharesUnlocker(_shares(files or []))
        with unlocked_key(shares, institution.keyring()):
            # Before anybody types a passphrase: these are the right printed_sheets.
            pass
        root = institution.root_key(passphrase(passphrase_file, "the root key"), root_key)
        theirs = new_passphrase(
            their_passphrase_file or (None if generate else passphrase_file), f"the new key “{kid}”", generate=generate
        )
        new = institution.add_representative(name, kid, theirs, root, shares)
        keyring = institution.keyring()
        opened = list(dict.fromkeys(each.exam for each in keyring.exams if kid in each.wrapped))
        closed = list(dict.fromkeys(each.exam for each in keyring.exams if kid not in each.wrapped))
        shown = words(new.key.public().fingerprint)
        if as_json:
            print_json({"kid": kid, "words": list(shown), "opens": opened, "cannot_open": closed})
            return
        typer.echo(f"{name} ({kid}) can open: {', '.join(opened) or 'no exam yet'}. Words: {' '.join(shown)}")
        if closed:
            typer.echo(f"The sheets do not cover earlier keys of: {', '.join(closed)}.")
        typer.echo("Now revoke the representatives whose keys are lost, and make new sheets: recovery split.")


def _shares(files: list[Path]) -> tuple[Share, ...]:
    """Shares from `files`, or typed in one by one until there are enough."""
    if files:
        return tuple(_share(_text(each), f"“{each}”") for each in files)
    shares: list[Share] = []
    while not shares or len({each.number for each in shares}) < shares[0].needed:
        of = f" of {shares[0].needed}" if shares else ""
        try:
            typed = typer.prompt(f"The {SHARE_WORDS} words of sheet {len(shares) + 1}{of}", hide_input=False)
        except typer.Abort as error:
            raise PassphraseNeeded("sheets are needed; give their words in files, each with --share F") from error
        try:
            shares.append(_share(typed, "this sheet"))
        except SharesRefused as error:
            typer.echo(str(error), err=True)
    return tuple(shares)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_SHARE_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the share “{path}” cannot be read as text: {error}") from error


def _share(text: str, where: str) -> Share:
    # People type the numbers and dots before the words too.
    plain = re.sub(r"[^a-z]+", " ", text.casefold())
    try:
        return read_share(plain)
    except FormatError as error:
        raise SharesRefused(f"{where}: {error}") from error
