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
    console,
    exits,
    new_passphrase,
    passphrase,
    print_json,
    quoted,
    the_token,
)
from app.institution.errors import UsageError
from app.institution.json_file import read_model
from app.institution.keys.hardware_token import TokenPlace, public_on_token, read_public
from app.institution.keys.institution import InstitutionFolder, InstitutionRecord, KeyFileUnlocker
from app.institution.keys.record import require_new
from app.institution.option_groups import expanded
from app.policy.delivery import Endpoint
from crypto.fingerprint import words
from crypto.keyfile import DEFAULT_ITERATIONS, FEWEST_ITERATIONS, MOST_ITERATIONS
from crypto.token_keys import TokenPublic
from resources.language import N_, _, isolate
from resources.moments import day_and_time

commands = typer.Typer()
representative = typer.Typer(help=N_("Who can open recordings."), no_args_is_help=True)


@commands.command("init", help=N_("Make an institution: its folder, its root key and an empty keyring."))
def init(
    context: typer.Context,
    name: Annotated[str, typer.Option(help=N_("The institution's name, as test takers read it."))],
    identifier: Annotated[str, typer.Option("--id", help=N_("Short id: a-z, 0-9, “.”, “_”, “-”."))],
    endpoint: Annotated[
        Path | None, typer.Option(metavar="F", help=N_("JSON of the endpoint sessions come from."))
    ] = None,
    iterations: Annotated[
        int,
        typer.Option(min=FEWEST_ITERATIONS, max=MOST_ITERATIONS, help=N_("PBKDF2 iterations of new key files.")),
    ] = DEFAULT_ITERATIONS,
    root_key: Annotated[
        Path | None, typer.Option(metavar="F", help=N_("Where to put the root key, on a medium kept offline."))
    ] = None,
    passphrase_file: PassphraseFile = None,
    generate: GeneratePassphrase = False,
    as_json: AsJson = False,
) -> None:
    with exits():
        folder = console(context).folder
        # Before a passphrase is made up and written down for nothing.
        require_new(folder, root_key)
        where = None if endpoint is None else read_model(endpoint, "endpoint", Endpoint)
        try:
            record = InstitutionRecord(id=identifier, name=name, iterations=iterations, endpoint=where)
        except ValidationError as error:
            raise UsageError(_faults(error)) from error
        chosen = new_passphrase(passphrase_file, _("the root key"), generate=generate)
        institution = InstitutionFolder.create(folder, record, chosen.text, root_key)
        chosen.tell()
        shown = words(institution.root_public.fingerprint)
        if as_json:
            print_json({"id": record.id, "folder": str(folder), "root_words": list(shown)})
            return
        typer.echo(
            _("Made the institution “{name}” ({id}) in {folder}.").format(
                name=isolate(record.name), id=isolate(record.id), folder=isolate(folder)
            )
        )
        typer.echo(_("Publish these words of its root key, test takers compare them:") + f"\n  {' '.join(shown)}")
        location = root_key or folder / "root.key"
        typer.echo(
            _("The root key is {file}. Keep it and a copy of it offline; it signs exam files and the keyring.").format(
                file=isolate(location)
            )
        )
        typer.echo(
            _(
                "If it is lost with all its copies, nobody can make it again: recordings still open, but nothing more "
                "can be signed, revoked or restored, and test takers have to be given the words of a new institution. "
                "Copy it now; “recovery split --with-root” lets the recovery sheets give it back."
            )
        )
        typer.echo(_("Next: representative add NAME, then recovery split, then ceremony sheet --out F.html"))


@representative.command(
    "add",
    help=N_("Make a key for a representative, or take that of their hardware token, and enter it in the keyring."),
)
@expanded
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=N_("The person's or office's name."))],
    kid: Annotated[str | None, typer.Option(help=N_("Short name of their key; made from the name otherwise."))] = None,
    root_key: RootKey = None,
    passphrase_file: PassphraseFile = None,
    their_passphrase_file: Annotated[
        Path | None,
        typer.Option(
            "--representative-passphrase-file", metavar="F", help=N_("Passphrase of the new key; as --passphrase-file.")
        ),
    ] = None,
    helper: Annotated[
        str | None,
        typer.Option("--as", metavar="KID", help=N_("Representative who opens the existing exams for them.")),
    ] = None,
    helper_passphrase_file: Annotated[
        Path | None,
        typer.Option("--as-passphrase-file", metavar="F", help=N_("Their passphrase; as --passphrase-file.")),
    ] = None,
    generate: GeneratePassphrase = False,
    public_key: Annotated[
        Path | None,
        typer.Option(
            metavar="F", help=N_("P-256 public key of their hardware token (PEM or DER); no key file is made.")
        ),
    ] = None,
    token: TokenChoice = TokenChoice(),  # noqa: B008  # frozen
    token_key: Annotated[
        str | None, typer.Option(metavar="LABEL", help=N_("Which key of the hardware token, where it holds several."))
    ] = None,
    pin_file: Annotated[
        Path | None, typer.Option(metavar="F", help=N_("PIN of the hardware token; as --passphrase-file."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    with exits():
        institution = console(context).institution()
        chosen = kid or _kid(name)
        institution.require_new_kid(chosen)
        root = institution.root_key(passphrase(passphrase_file, _("the root key")), root_key)
        unlocker = None
        if helper is not None:
            unlocker = KeyFileUnlocker(
                institution.key_file(helper), passphrase(helper_passphrase_file or passphrase_file, quoted(helper))
            )
        place = token.place()
        if public_key is not None or place is not None:
            public = _token_public(chosen, public_key, place, token_key, pin_file)
            new = institution.add_token_representative(name, public, root, unlocker)
        else:
            theirs = new_passphrase(
                their_passphrase_file or (None if generate else passphrase_file),
                _("the new key “{key}”").format(key=isolate(chosen)),
                generate=generate,
            )
            new = institution.add_representative(name, chosen, theirs.text, root, unlocker)
            theirs.tell()
        keyring = institution.keyring()
        closed = list(dict.fromkeys(each.exam for each in keyring.exams if chosen not in each.wrapped))
        shown = words(new.key.public().fingerprint)
        if as_json:
            key_file = None if new.by_token else str(institution.key_file(chosen))
            print_json({"kid": chosen, "name": name, "key_file": key_file, "words": list(shown), "cannot_open": closed})
            return
        if new.by_token:
            said = _("Added {name} ({key}), who opens with a hardware token. P-256 only: no post-quantum part.")
        else:
            said = _("Added {name} ({key}). Key file, theirs to take away: {file}")
        typer.echo(said.format(name=isolate(name), key=isolate(chosen), file=isolate(institution.key_file(chosen))))
        typer.echo(_("Words of their key: {words}").format(words=isolate(" ".join(shown))))
        if closed:
            typer.echo(
                _(
                    "They cannot open what is sealed to older keys of: {exams}. To give them these too, add them under "
                    "another --kid with --as KID, naming somebody who can."
                ).format(exams=", ".join(map(isolate, closed)))
            )


@representative.command("revoke", help=N_("Take a representative out of the keyring."))
def revoke(
    context: typer.Context,
    kid: Annotated[str, typer.Argument(help=N_("Short name of their key, see “list”."))],
    root_key: RootKey = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    with exits():
        institution = console(context).institution()
        institution.keyring().representative(kid)
        gone, stale = institution.revoke_representative(
            kid, institution.root_key(passphrase(passphrase_file, _("the root key")), root_key)
        )
        typer.echo(
            _("Revoked {name} ({key}): nothing sealed to a new exam key can be opened with their key.").format(
                name=isolate(gone.name), key=isolate(kid)
            )
        )
        typer.echo(
            _(
                "What they could open until now stays open to them, if they kept a copy of the keyring and of the "
                "recordings; nothing can take that back."
            )
        )
        for exam in stale:
            typer.echo(
                _("Sign again, and hand out the new file: exam sign {exam} (it makes a new exam key).").format(
                    exam=isolate(exam)
                )
            )


@representative.command("list", help=N_("List the representatives and which exams they can open."))
def list_representatives(context: typer.Context, as_json: AsJson = False) -> None:
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
            typer.echo(_("No representatives yet. Add one: representative add NAME"))
        for each, row in zip(keyring.representatives, rows, strict=True):
            state = _("revoked {time}") if each.revoked else _("since {time}")
            since = state.format(time=isolate(day_and_time(each.revoked or each.added)))
            opens = _("opens: {exams}").format(exams=", ".join(map(isolate, row["exams"])) or _("nothing"))
            by = _("hardware token") if each.by_token else _("key file")
            typer.echo(f"{each.key.kid}  {isolate(each.name)}  {by}, {since}  {opens}")
            typer.echo(f"  {' '.join(row['words'])}")


def _token_public(
    kid: str, file: Path | None, place: TokenPlace | None, key_label: str | None, pin_file: Path | None
) -> TokenPublic:
    if file is not None:
        return read_public(file, kid)
    assert place is not None  # noqa: S101  # one of the two was given
    return public_on_token(place, passphrase(pin_file, the_token(place)), kid, key_label)


def _kid(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    kid = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-")
    if not kid:
        raise UsageError(_("no short name can be made from “{name}”; give one with --kid").format(name=isolate(name)))
    return kid


def _faults(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
