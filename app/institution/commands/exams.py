"""``exam``: from an exam's key and settings to the file that test takers open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from app.institution.commands.console import AsJson, PassphraseFile, RootKey, console, exits, passphrase, print_json
from app.institution.errors import UsageError
from app.institution.exams import authoring
from app.institution.json_file import read_model, read_object
from app.institution.keys.keyring import ExamKey, Keyring
from app.policy.accommodations import AccommodationSettings
from app.policy.delivery import Endpoint
from app.policy.document import MAX_SETTINGS_BYTES
from app.policy.exam_file import SignedExam
from crypto.fingerprint import words

exam = typer.Typer(help="Exam keys, settings and exam files.", no_args_is_help=True)

ExamId = Annotated[str, typer.Argument(metavar="EXAM", help="The exam's id: a-z, 0-9, “.”, “_”, “-”.")]


@exam.command("new")
def new(
    context: typer.Context,
    identifier: ExamId,
    title: Annotated[str, typer.Option(help="Title, as test takers read it.")],
    settings: Annotated[
        Path | None, typer.Option(metavar="F", help="Settings to begin with (JSON, see app/policy/README.md).")
    ] = None,
    start_url: Annotated[str | None, typer.Option(metavar="URL", help="The page that opens first.")] = None,
    allowed: Annotated[list[str] | None, typer.Option("--allow", metavar="RULE", help="Allowed address.")] = None,
    hand_in: Annotated[str | None, typer.Option(metavar="URL", help="The address that hands the exam in.")] = None,
    endpoint: Annotated[
        list[Path] | None, typer.Option(metavar="F", help="JSON of an endpoint; the institution's own otherwise.")
    ] = None,
    retention_days: Annotated[int | None, typer.Option(min=1, max=3650, help="Days recordings are kept.")] = None,
    root_key: RootKey = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Make the exam's key and a first version of its settings, for people to edit before they sign."""
    with exits():
        institution = console(context).institution()
        template = _template(settings)
        given: dict[str, Any] = {"start_url": start_url, "allowed": allowed, "hand_in": hand_in}
        template.update({name: value for name, value in given.items() if value is not None})
        if retention_days is not None or "retention" not in template:
            template["retention"] = {"days": 30 if retention_days is None else retention_days}
        endpoints = [_endpoint(each) for each in endpoint or ()]
        if not endpoints and "delivery" not in template and institution.record.endpoint is not None:
            endpoints = [institution.record.endpoint]
        if endpoints:
            template["delivery"] = {"endpoints": [each.model_dump() for each in endpoints]}
        root = institution.root_key(passphrase(passphrase_file, "the root key"), root_key)
        key = authoring.new_exam(institution, identifier, title, template, root)
        path = institution.exam_folder(identifier) / "settings.json"
        shown = words(key.key.public().fingerprint)
        if as_json:
            print_json({"exam": identifier, "kid": key.key.kid, "words": list(shown), "settings": str(path)})
            return
        typer.echo(f"Made the exam “{title}” ({identifier}) and its key {key.key.kid}: {' '.join(shown)}")
        typer.echo(f"Its recordings can be opened by: {_holders(institution.keyring(), key)}")
        typer.echo(f"Settings: {path}. Edit them, then: exam sign {identifier}")


@exam.command("sign")
def sign(
    context: typer.Context,
    identifier: ExamId,
    valid_from: Annotated[str | None, typer.Option("--from", metavar="TIME", help="RFC 3339; now otherwise.")] = None,
    valid_until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="RFC 3339; 30 days after --from otherwise.")
    ] = None,
    deliver_until: Annotated[
        str | None,
        typer.Option("--deliver-until", metavar="TIME", help="Deliveries are accepted until then; +14 days otherwise."),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="F", help="Where to put the exam file as well.")] = None,
    accommodations: Annotated[
        Path | None,
        typer.Option(metavar="F", help="JSON file of what one person is granted; it stands in this exam file alone."),
    ] = None,
    root_key: RootKey = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Sign the settings as they stand, with the next sequence number, into an exam file."""
    with exits():
        institution = console(context).institution()
        begin = _time(valid_from) or datetime.now(UTC)
        end = _time(valid_until) or begin + timedelta(days=30)
        signed = authoring.sign(
            institution,
            identifier,
            institution.root_key(passphrase(passphrase_file, "the root key"), root_key),
            valid_from=begin,
            valid_until=end,
            deliver_until=_time(deliver_until) or end + timedelta(days=14),
            out=out,
            accommodations=_accommodations(accommodations),
        )
        if as_json:
            print_json({"file": str(signed.path), **_shown(signed.exam), "new_exam_key": signed.new_kid})
            return
        if signed.new_kid is not None:
            typer.echo(
                f"A representative was revoked, so a new exam key was made: {signed.new_kid}. Hand out this exam file "
                "in place of the earlier ones: what is recorded under those is still sealed to the old key."
            )
        typer.echo(f"Signed {signed.path}\n  {signed.exam.terms.text()}")


@exam.command("show")
def show(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="EXAM", help="An exam's id, or an exam file.")],
    as_json: AsJson = False,
) -> None:
    """Check an exam file, or the newest one of an exam, and print what it says."""
    with exits():
        institution = console(context).institution()
        if Path(what).is_file():
            signed = authoring.read_own(institution, Path(what)).exam
        else:
            institution.keyring().exam(what)
            versions = authoring.signed_versions(institution, what)
            if not versions:
                raise UsageError(f"no exam file of “{what}” has been signed yet: exam sign {what}")
            signed = versions[-1]
        settings = signed.settings()
        if as_json:
            print_json({**_shown(signed), "settings": settings.model_dump(mode="json")})
            return
        typer.echo(f"{signed.terms.text()}\nsettings SHA-256 {signed.settings_sha256}\n")
        typer.echo(signed.settings_bytes.decode("utf-8"), nl=False)


@exam.command("keys")
def keys(context: typer.Context, as_json: AsJson = False) -> None:
    """List the exam keys, and who can open what is sealed to them."""
    with exits():
        keyring = console(context).institution().keyring()
        rows: list[dict[str, Any]] = [
            {
                "exam": each.exam,
                "kid": each.key.kid,
                "made": each.made,
                "words": list(words(each.key.public().fingerprint)),
                "opened_by": [by.key.kid for by in keyring.holders(each)],
                "recovery": keyring.recovery is not None and keyring.recovery.key.kid in each.wrapped,
                "retired": each.retired,
                "recipient": each.key.model_dump(),
            }
            for each in keyring.exams
        ]
        if as_json:
            print_json(rows)
            return
        for row in rows:
            state = f"retired {row['retired']}" if row["retired"] else f"made {row['made']}"
            by = [*row["opened_by"], *(["recovery sheets"] if row["recovery"] else [])]
            typer.echo(f"{row['kid']}  {state}  opened by: {', '.join(by) or 'nobody'}")
            typer.echo(f"  {' '.join(row['words'])}")
        if not rows:
            typer.echo("No exam keys yet. Make one: exam new EXAM --title TITLE")


def _holders(keyring: Keyring, key: ExamKey) -> str:
    people = [each.name for each in keyring.holders(key)]
    if keyring.recovery is not None and keyring.recovery.key.kid in key.wrapped:
        people.append(f"{keyring.recovery.needed} recovery sheets together")
    return ", ".join(people) or "nobody"


def _accommodations(path: Path | None) -> AccommodationSettings | None:
    return None if path is None else read_model(path, "accommodations", AccommodationSettings)


def _template(path: Path | None) -> dict[str, Any]:
    return {} if path is None else read_object(path, "settings", MAX_SETTINGS_BYTES)


def _endpoint(path: Path) -> Endpoint:
    try:
        return Endpoint.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"“{path}” cannot be read: {error.strerror}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise UsageError(f"“{path}” describes no endpoint: {faults}") from error


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"“{text}” is no time; write it as 2026-11-22T09:00:00Z") from error
    if moment.tzinfo is None:
        raise UsageError(f"“{text}” has no time zone; write it as 2026-11-22T09:00:00Z or with +01:00")
    return moment


def _shown(signed: SignedExam) -> dict[str, Any]:
    terms = signed.terms
    return {
        "institution": terms.institution,
        "exam": terms.exam,
        "sequence": terms.sequence,
        "valid_from": terms.valid_from.isoformat(),
        "valid_until": terms.valid_until.isoformat(),
        "deliver_until": terms.deliver_until.isoformat(),
        "settings_sha256": signed.settings_sha256,
        "signature": signed.signature,
    }
