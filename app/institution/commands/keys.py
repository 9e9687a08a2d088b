"""``init`` and ``representative``: whose keys there are."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from app.institution.ceremony import Institution, InstitutionRecord, Opener
from app.institution.commands.console import AsJson, PassphraseFile, console, exits, passphrase, print_json
from app.institution.errors import BadUse
from app.policy.delivery import Endpoint
from crypto.fingerprint import words
from crypto.keyfile import DEFAULT_ITERATIONS, FEWEST_ITERATIONS, MOST_ITERATIONS

representative = typer.Typer(help="Who can open recordings.", no_args_is_help=True)


def init(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="The institution's name, as test takers read it.")],
    identifier: Annotated[str, typer.Option("--id", help="Short id: a-z, 0-9, “.”, “_”, “-”.")],
    endpoint: Annotated[Path | None, typer.Option(metavar="F", help="JSON of the endpoint sessions come from.")] = None,
    iterations: Annotated[
        int,
        typer.Option(min=FEWEST_ITERATIONS, max=MOST_ITERATIONS, help="PBKDF2 iterations of new key files."),
    ] = DEFAULT_ITERATIONS,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Make an institution: its folder, its root key and an empty keyring."""
    with exits():
        try:
            where = None if endpoint is None else Endpoint.model_validate_json(endpoint.read_bytes())
            record = InstitutionRecord(id=identifier, name=name, iterations=iterations, endpoint=where)
        except ValidationError as error:
            raise BadUse(_faults(error)) from error
        folder = console(context).folder
        institution = Institution.create(folder, record, passphrase(passphrase_file, "the root key", new=True))
        shown = words(institution.root_public.fingerprint)
        if as_json:
            print_json({"id": record.id, "folder": str(folder), "root_words": list(shown)})
            return
        typer.echo(f"Made the institution “{record.name}” ({record.id}) in {folder}.")
        typer.echo(f"Publish these words of its root key, test takers compare them:\n  {' '.join(shown)}")
        typer.echo("Keep root.key offline; it signs exam files. Next: representative add NAME")


@representative.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The person's or office's name.")],
    kid: Annotated[str | None, typer.Option(help="Short name of their key; made from the name otherwise.")] = None,
    root_key: Annotated[Path | None, typer.Option(metavar="F", help="Root key file, if kept elsewhere.")] = None,
    passphrase_file: PassphraseFile = None,
    their_passphrase_file: Annotated[
        Path | None,
        typer.Option(
            "--representative-passphrase-file", metavar="F", help="Passphrase of the new key; as --passphrase-file."
        ),
    ] = None,
    helper: Annotated[
        str | None, typer.Option("--as", metavar="KID", help="Representative who opens the existing exams for them.")
    ] = None,
    helper_passphrase_file: Annotated[
        Path | None, typer.Option("--as-passphrase-file", metavar="F", help="Their passphrase; as --passphrase-file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key for a representative and enter it in the keyring."""
    with exits():
        institution = console(context).institution()
        root = institution.root_key(passphrase(passphrase_file, "the root key"), root_key)
        chosen = kid or _kid(name)
        theirs = passphrase(their_passphrase_file or passphrase_file, f"the new key “{chosen}”", new=True)
        opener = None
        if helper is not None:
            opener = Opener(
                institution.key_file(helper), passphrase(helper_passphrase_file or passphrase_file, f"“{helper}”")
            )
        new = institution.add_representative(name, chosen, theirs, root, opener)
        keyring = institution.keyring()
        closed = [each.exam for each in keyring.exams if chosen not in each.wrapped]
        shown = words(new.key.public().fingerprint)
        if as_json:
            key_file = str(institution.key_file(chosen))
            print_json({"kid": chosen, "name": name, "key_file": key_file, "words": list(shown), "cannot_open": closed})
            return
        typer.echo(f"Added {name} ({chosen}). Key file, theirs to take away: {institution.key_file(chosen)}")
        typer.echo(f"Words of their key: {' '.join(shown)}")
        if closed:
            typer.echo(
                f"They cannot open: {', '.join(closed)}. To give them these too, revoke and add again with --as KID."
            )


@representative.command("revoke")
def revoke(
    context: typer.Context,
    kid: Annotated[str, typer.Argument(help="Short name of their key, see “list”.")],
    root_key: Annotated[Path | None, typer.Option(metavar="F", help="Root key file, if kept elsewhere.")] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Take a representative out of the keyring."""
    with exits():
        institution = console(context).institution()
        institution.keyring().representative(kid)
        gone = institution.revoke_representative(
            kid, institution.root_key(passphrase(passphrase_file, "the root key"), root_key)
        )
        typer.echo(f"Revoked {gone.name} ({kid}): no new exam can be opened with their key.")
        typer.echo(
            "Recordings of exams that exist already stay open to whoever kept a copy of an old keyring: "
            "hold further sittings under a new exam key (exam new)."
        )


@representative.command("list")
def list_representatives(context: typer.Context, as_json: AsJson = False) -> None:
    """List the representatives and which exams they can open."""
    with exits():
        keyring = console(context).institution().keyring()
        rows = [
            {
                "kid": each.key.kid,
                "name": each.name,
                "added": each.added,
                "revoked": each.revoked,
                "words": list(words(each.key.public().fingerprint)),
                "exams": [exam.exam for exam in keyring.exams if each.key.kid in exam.wrapped],
            }
            for each in keyring.representatives
        ]
        if as_json:
            print_json(rows)
            return
        if not rows:
            typer.echo("No representatives yet. Add one: representative add NAME")
        for each, row in zip(keyring.representatives, rows, strict=True):
            state = "revoked " + each.revoked if each.revoked else "since " + each.added
            typer.echo(f"{each.key.kid}  {each.name}  {state}  opens: {', '.join(row['exams'] or ()) or 'nothing'}")


def _kid(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    kid = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-")
    if not kid:
        raise BadUse(f"no short name can be made from “{name}”; give one with --kid")
    return kid


def _faults(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
