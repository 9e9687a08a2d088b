"""``init`` and ``representative``: whose keys there are."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from app.institution.commands.console import (
    AsJson,
    GeneratePassphrase,
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
)
from app.institution.errors import UsageError
from app.institution.keys.hardware_token import TokenPlace, public_on_token, read_public
from app.institution.keys.institution import InstitutionFolder, InstitutionRecord, KeyFileUnlocker
from app.policy.delivery import Endpoint
from crypto.fingerprint import words
from crypto.keyfile import DEFAULT_ITERATIONS, FEWEST_ITERATIONS, MOST_ITERATIONS
from crypto.token_keys import TokenPublic

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
    root_key: Annotated[
        Path | None, typer.Option(metavar="F", help="Where to put the root key, on a medium kept offline.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    generate: GeneratePassphrase = False,
    as_json: AsJson = False,
) -> None:
    """Make an institution: its folder, its root key and an empty keyring."""
    with exits():
        try:
            where = None if endpoint is None else Endpoint.model_validate_json(endpoint.read_bytes())
            record = InstitutionRecord(id=identifier, name=name, iterations=iterations, endpoint=where)
        except ValidationError as error:
            raise UsageError(_faults(error)) from error
        folder = console(context).folder
        chosen = new_passphrase(passphrase_file, "the root key", generate=generate)
        institution = InstitutionFolder.create(folder, record, chosen, root_key)
        shown = words(institution.root_public.fingerprint)
        if as_json:
            print_json({"id": record.id, "folder": str(folder), "root_words": list(shown)})
            return
        typer.echo(f"Made the institution “{record.name}” ({record.id}) in {folder}.")
        typer.echo(f"Publish these words of its root key, test takers compare them:\n  {' '.join(shown)}")
        location = root_key or folder / "root.key"
        typer.echo(
            f"The root key is {location}. Keep it and a copy of it offline; it signs exam files and the keyring."
        )
        typer.echo(
            "If it is lost with all its copies, nobody can make it again: recordings still open, but nothing more can "
            "be signed, revoked or restored, and test takers have to be given the words of a new institution. Copy it "
            "now; “recovery split --with-root” lets the recovery sheets give it back."
        )
        typer.echo("Next: representative add NAME, then recovery split, then ceremony sheet --out F.html")


@representative.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The person's or office's name.")],
    kid: Annotated[str | None, typer.Option(help="Short name of their key; made from the name otherwise.")] = None,
    root_key: RootKey = None,
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
    generate: GeneratePassphrase = False,
    public_key: Annotated[
        Path | None,
        typer.Option(metavar="F", help="P-256 public key of their hardware token (PEM or DER); no key file is made."),
    ] = None,
    module: TokenModule = None,
    token_label: TokenLabel = None,
    token_key: Annotated[
        str | None, typer.Option(metavar="LABEL", help="Which key of the hardware token, where it holds several.")
    ] = None,
    pin_file: Annotated[
        Path | None, typer.Option(metavar="F", help="PIN of the hardware token; as --passphrase-file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key for a representative, or take that of their hardware token, and enter it in the keyring."""
    with exits():
        institution = console(context).institution()
        chosen = kid or _kid(name)
        institution.require_new_kid(chosen)
        root = institution.root_key(passphrase(passphrase_file, "the root key"), root_key)
        unlocker = None
        if helper is not None:
            unlocker = KeyFileUnlocker(
                institution.key_file(helper), passphrase(helper_passphrase_file or passphrase_file, f"“{helper}”")
            )
        place = TokenChoice(module, token_label).place()
        if public_key is not None or place is not None:
            public = _token_public(chosen, public_key, place, token_key, pin_file)
            new = institution.add_token_representative(name, public, root, unlocker)
        else:
            theirs = new_passphrase(
                their_passphrase_file or (None if generate else passphrase_file),
                f"the new key “{chosen}”",
                generate=generate,
            )
            new = institution.add_representative(name, chosen, theirs, root, unlocker)
        keyring = institution.keyring()
        closed = list(dict.fromkeys(each.exam for each in keyring.exams if chosen not in each.wrapped))
        shown = words(new.key.public().fingerprint)
        if as_json:
            key_file = None if new.by_token else str(institution.key_file(chosen))
            print_json({"kid": chosen, "name": name, "key_file": key_file, "words": list(shown), "cannot_open": closed})
            return
        if new.by_token:
            typer.echo(f"Added {name} ({chosen}), who opens with a hardware token. P-256 only: no post-quantum part.")
        else:
            typer.echo(f"Added {name} ({chosen}). Key file, theirs to take away: {institution.key_file(chosen)}")
        typer.echo(f"Words of their key: {' '.join(shown)}")
        if closed:
            typer.echo(
                f"They cannot open what is sealed to older keys of: {', '.join(closed)}. To give them these too, "
                "add them under another --kid with --as KID, naming somebody who can."
            )


@representative.command("revoke")
def revoke(
    context: typer.Context,
    kid: Annotated[str, typer.Argument(help="Short name of their key, see “list”.")],
    root_key: RootKey = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Take a representative out of the keyring."""
    with exits():
        institution = console(context).institution()
        institution.keyring().representative(kid)
        gone, stale = institution.revoke_representative(
            kid, institution.root_key(passphrase(passphrase_file, "the root key"), root_key)
        )
        typer.echo(f"Revoked {gone.name} ({kid}): nothing sealed to a new exam key can be opened with their key.")
        typer.echo(
            "What they could open until now stays open to them, if they kept a copy of the keyring and of the "
            "recordings; nothing can take that back."
        )
        for exam in stale:
            typer.echo(f"Sign again, and hand out the new file: exam sign {exam} (it makes a new exam key).")


@representative.command("list")
def list_representatives(context: typer.Context, as_json: AsJson = False) -> None:
    """List the representatives and which exams they can open."""
    with exits():
        keyring = console(context).institution().keyring()
        rows: list[dict[str, Any]] = [
            {
                "kid": each.key.kid,
                "name": each.name,
                "added": each.added,
                "revoked": each.revoked,
                "words": list(words(each.key.public().fingerprint)),
                "token": each.by_token,
                "exams": list(dict.fromkeys(exam.exam for exam in keyring.exams if each.key.kid in exam.wrapped)),
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
            opens = ", ".join(str(exam) for exam in row["exams"]) or "nothing"
            by = "hardware token" if each.by_token else "key file"
            typer.echo(f"{each.key.kid}  {each.name}  {by}, {state}  opens: {opens}")
            typer.echo(f"  {' '.join(row['words'])}")


def _token_public(
    kid: str, file: Path | None, place: TokenPlace | None, key_label: str | None, pin_file: Path | None
) -> TokenPublic:
    if file is not None:
        return read_public(file, kid)
    assert place is not None  # noqa: S101  # one of the two was given
    return public_on_token(place, passphrase(pin_file, f"the token “{place.label}”"), kid, key_label)


def _kid(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    kid = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-")
    if not kid:
        raise UsageError(f"no short name can be made from “{name}”; give one with --kid")
    return kid


def _faults(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
