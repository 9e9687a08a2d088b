"""``ceremony`` and ``recovery``: what is printed, and what is read back from paper."""

from __future__ import annotations

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
    console,
    exits,
    new_passphrase,
    passphrase,
    print_json,
    unlocker,
)
from app.institution.commands.sheet_words import ShareFiles, read_shares
from app.institution.errors import UsageError
from app.institution.keys import printed_sheets
from app.institution.keys.root_recovery import recovered_root
from app.institution.keys.unlocking import SharesUnlocker, unlocked_key
from app.institution.option_groups import expanded
from crypto.fingerprint import words
from crypto.shares import MOST_SHARES
from resources.language import N_, _, isolate, ngettext

ceremony = typer.Typer(help=N_("The sheet that says which keys there are."), no_args_is_help=True)
recovery = typer.Typer(help=N_("Opening recordings when every representative's key is lost."), no_args_is_help=True)


@ceremony.command(
    "sheet", help=N_("Write one page to print and sign: whose keys there are, with their words, and what to do when.")
)
def sheet(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="F.html", help=N_("The page to print. It holds no secret."))],
) -> None:
    with exits():
        printed_sheets.ceremony_sheet(console(context).institution(), out)
        typer.echo(
            _("Wrote {file}. Open it in a browser, print it, and have everybody present sign it.").format(
                file=isolate(out)
            )
        )


@recovery.command(
    "split",
    help=N_(
        "Make a recovery key and write it as N sheets to print, any K of which give it back; it is kept nowhere else."
        "\n\nIt covers all exams to come; with --as, --key or a token also those which that representative can open."
    ),
)
@expanded
def split(
    context: typer.Context,
    needed: Annotated[int, typer.Option("--threshold", metavar="K", min=2, max=MOST_SHARES, help=N_("Sheets needed."))],
    count: Annotated[int, typer.Option("--of", metavar="N", min=2, max=MOST_SHARES, help=N_("Sheets made."))],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help=N_("New or empty folder, best on a medium to be destroyed."))
    ],
    key: KeyFile = None,
    kid: AsRepresentative = None,
    key_passphrase_file: Annotated[
        Path | None,
        typer.Option("--key-passphrase-file", metavar="F", help=N_("Of --key or --as; as --passphrase-file.")),
    ] = None,
    token: TokenChoice = TokenChoice(),  # noqa: B008  # frozen
    with_root: Annotated[
        bool,
        typer.Option("--with-root", help=N_("Let K sheets give the root key back too; they can then sign exam files.")),
    ] = False,
    root_key: RootKey = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    with exits():
        institution = console(context).institution()
        if needed > count:
            raise UsageError(
                _("{needed} of {count} cannot be: fewer sheets are made than would be needed").format(
                    needed=isolate(needed), count=isolate(count)
                )
            )
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise UsageError(
                _("“{folder}” is not an empty folder; sheets are not mixed with other files").format(
                    folder=isolate(out)
                )
            )
        root = institution.root_key(passphrase(passphrase_file, _("the root key")), root_key)
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
        typer.echo(
            ngettext(
                "Wrote {count} sheet of set {set} to {folder}; any {needed} of them give the key back.",
                "Wrote {count} sheets of set {set} to {folder}; any {needed} of them give the key back.",
                count,
            ).format(
                count=isolate(count),
                set=isolate(made.recovery.set_id),
                folder=isolate(out),
                needed=isolate(needed),
            )
        )
        if with_root:
            typer.echo(
                _("They also restore the root key: anyone with {needed} of them can sign exam files.").format(
                    needed=isolate(needed)
                )
            )
        else:
            typer.echo(_("They do not give the root key back: keep copies of it, or split again with --with-root."))
        typer.echo(_("Print each once, give each to another person, then destroy the files and the medium."))
        typer.echo(
            _(
                "Destroy the sheets of an earlier set: they do not open this keyring, but they still "
                "open an old copy of it."
            )
        )
        if made.not_covered:
            typer.echo(
                _("Not covered: earlier keys of {exams}. Split again with --as KID to cover.").format(
                    exams=", ".join(map(isolate, made.not_covered))
                )
            )


@recovery.command("check", help=N_("Try whether enough sheets give the recovery key back; nothing is changed."))
def check(
    context: typer.Context,
    files: ShareFiles = None,
) -> None:
    with exits():
        institution = console(context).institution()
        keyring = institution.keyring()
        with unlocked_key(SharesUnlocker(read_shares(files or [])), keyring) as holder:
            able = sum(holder.kid in each.wrapped for each in keyring.exams)
            covered = keyring.recovery is not None and keyring.recovery.root is not None
            if covered:
                recovered_root(keyring, holder, institution.root_public)
        typer.echo(
            ngettext(
                "These sheets are genuine and open {able} of {count} exam key.",
                "These sheets are genuine and open {able} of {count} exam keys.",
                len(keyring.exams),
            ).format(able=isolate(able), count=isolate(len(keyring.exams)))
        )
        typer.echo(_("They give the root key back.") if covered else _("They do not give the root key back."))


@recovery.command(
    "root",
    help=N_("Give the root key back from recovery sheets that were made with --with-root, under a new passphrase."),
)
def recover_root(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="F", help=N_("Where to put the root key, on a medium kept offline."))],
    files: ShareFiles = None,
    passphrase_file: PassphraseFile = None,
    generate: GeneratePassphrase = False,
) -> None:
    with exits():
        institution = console(context).institution()
        if out.exists():
            raise UsageError(
                _("“{file}” exists already; another root key is not put in its place").format(file=isolate(out))
            )
        shares = SharesUnlocker(read_shares(files or []))
        keyring = institution.keyring()
        with unlocked_key(shares, keyring) as holder:
            # Before anybody types a passphrase: these are the right sheets, and they cover it.
            recovered_root(keyring, holder, institution.root_public)
        chosen = new_passphrase(passphrase_file, _("the root key"), generate=generate)
        institution.recover_root(shares, chosen.text, out)
        chosen.tell()
        typer.echo(
            _(
                "The root key is {file} again. Make a copy, keep both offline, and make new sheets: recovery split."
            ).format(file=isolate(out))
        )


@recovery.command("restore", help=N_("Give a new representative access to every exam the recovery sheets cover."))
def restore(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=N_("The new representative's name."))],
    kid: Annotated[str, typer.Option(help=N_("Short name of their key."))],
    files: ShareFiles = None,
    root_key: RootKey = None,
    passphrase_file: PassphraseFile = None,
    their_passphrase_file: Annotated[
        Path | None,
        typer.Option("--representative-passphrase-file", metavar="F", help=N_("Of the new key; as --passphrase-file.")),
    ] = None,
    generate: GeneratePassphrase = False,
    as_json: AsJson = False,
) -> None:
    with exits():
        institution = console(context).institution()
        institution.require_new_kid(kid)
        shares = SharesUnlocker(read_shares(files or []))
        with unlocked_key(shares, institution.keyring()):
            # Before anybody types a passphrase: these are the right printed_sheets.
            pass
        root = institution.root_key(passphrase(passphrase_file, _("the root key")), root_key)
        theirs = new_passphrase(
            their_passphrase_file or (None if generate else passphrase_file),
            _("the new key “{key}”").format(key=isolate(kid)),
            generate=generate,
        )
        new = institution.add_representative(name, kid, theirs.text, root, shares)
        theirs.tell()
        keyring = institution.keyring()
        opened = list(dict.fromkeys(each.exam for each in keyring.exams if kid in each.wrapped))
        closed = list(dict.fromkeys(each.exam for each in keyring.exams if kid not in each.wrapped))
        shown = words(new.key.public().fingerprint)
        if as_json:
            print_json({"kid": kid, "words": list(shown), "opens": opened, "cannot_open": closed})
            return
        typer.echo(
            _("{name} ({key}) can open: {exams}. Words: {words}").format(
                name=isolate(name),
                key=isolate(kid),
                exams=", ".join(map(isolate, opened)) or _("no exam yet"),
                words=isolate(" ".join(shown)),
            )
        )
        if closed:
            typer.echo(
                _("The sheets do not cover earlier keys of: {exams}.").format(exams=", ".join(map(isolate, closed)))
            )
        typer.echo(_("Now revoke the representatives whose keys are lost, and make new sheets: recovery split."))
