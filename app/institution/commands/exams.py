"""``exam``: from an exam's key and settings to the file that test takers open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from app.institution.commands.console import AsJson, PassphraseFile, RootKey, console, exits, passphrase, print_json
from app.institution.errors import UsageError
from app.institution.exams import authoring
from app.institution.exams.fault_words import fault_in_words
from app.institution.json_file import read_model, read_object
from app.institution.keys.keyring import ExamKey, Keyring
from app.policy.accommodations import AccommodationSettings
from app.policy.delivery import Endpoint
from app.policy.document import MAX_SETTINGS_BYTES
from app.policy.exam_file import SignedExam
from app.policy.terms import SignedTerms
from crypto.fingerprint import words
from resources.language import N_, _, isolate, ngettext
from resources.moments import day_and_time

exam = typer.Typer(help=N_("Exam keys, settings and exam files."), no_args_is_help=True)

_OPTIONS = {
    "start_url": "--start-url",
    "allowed": "--allow",
    "hand_in": "--hand-in",
    "retention": "--retention-days",
    "delivery": "--endpoint",
}
"""The keys of the settings that an option gives."""

ExamId = Annotated[str, typer.Argument(metavar="EXAM", help=N_("The exam's id: a-z, 0-9, “.”, “_”, “-”."))]


@exam.command(
    "new", help=N_("Make the exam's key and a first version of its settings, for people to edit before they sign.")
)
def new(
    context: typer.Context,
    identifier: ExamId,
    title: Annotated[str, typer.Option(help=N_("Title, as test takers read it."))],
    settings: Annotated[
        Path | None, typer.Option(metavar="F", help=N_("Settings to begin with (JSON, see app/policy/README.md)."))
    ] = None,
    start_url: Annotated[str | None, typer.Option(metavar="URL", help=N_("The page that opens first."))] = None,
    allowed: Annotated[list[str] | None, typer.Option("--allow", metavar="RULE", help=N_("Allowed address."))] = None,
    hand_in: Annotated[str | None, typer.Option(metavar="URL", help=N_("The address that hands the exam in."))] = None,
    endpoint: Annotated[
        list[Path] | None, typer.Option(metavar="F", help=N_("JSON of an endpoint; the institution's own otherwise."))
    ] = None,
    retention_days: Annotated[int | None, typer.Option(min=1, max=3650, help=N_("Days recordings are kept."))] = None,
    root_key: RootKey = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    with exits():
        institution = console(context).institution()
        values = _template(settings)
        given: dict[str, Any] = {"start_url": start_url, "allowed": allowed, "hand_in": hand_in}
        if retention_days is not None or "retention" not in values:
            given["retention"] = {"days": 30 if retention_days is None else retention_days}
        endpoints = [_endpoint(each) for each in endpoint or ()]
        if not endpoints and "delivery" not in values and institution.record.endpoint is not None:
            endpoints = [institution.record.endpoint]
        if endpoints:
            given["delivery"] = {"endpoints": [each.model_dump() for each in endpoints]}
        given = {name: value for name, value in given.items() if value is not None}
        template = authoring.Template(
            values={**values, **given},
            file=settings,
            text="" if settings is None else settings.read_text("utf-8"),
            options={key: option for key, option in _OPTIONS.items() if key in given or key not in values},
        )
        root = institution.root_key(passphrase(passphrase_file, _("the root key")), root_key)
        key = authoring.new_exam(institution, identifier, title, template, root)
        path = institution.exam_folder(identifier) / "settings.json"
        shown = words(key.key.public().fingerprint)
        if as_json:
            print_json({"exam": identifier, "kid": key.key.kid, "words": list(shown), "settings": str(path)})
            return
        typer.echo(
            _("Made the exam “{title}” ({exam}) and its key {key}: {words}").format(
                title=isolate(title), exam=isolate(identifier), key=isolate(key.key.kid), words=isolate(" ".join(shown))
            )
        )
        typer.echo(_("Its recordings can be opened by: {people}").format(people=_holders(institution.keyring(), key)))
        typer.echo(
            _("Settings: {file}. Edit them, then: exam sign {exam}").format(
                file=isolate(path), exam=isolate(identifier)
            )
        )


@exam.command(
    "sign",
    help=N_(
        "Sign the settings as they stand into an exam file, the newest version; a person's own is an edition of it."
    ),
)
def sign(
    context: typer.Context,
    identifier: ExamId,
    valid_from: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help=N_("RFC 3339; now otherwise."))
    ] = None,
    valid_until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help=N_("RFC 3339; 30 days after --from otherwise."))
    ] = None,
    deliver_until: Annotated[
        str | None,
        typer.Option(
            "--deliver-until", metavar="TIME", help=N_("Deliveries are accepted until then; +14 days otherwise.")
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="F", help=N_("Where to put the exam file as well."))] = None,
    accommodations: Annotated[
        Path | None,
        typer.Option(
            metavar="F", help=N_("JSON file of what one person is granted; it stands in this exam file alone.")
        ),
    ] = None,
    root_key: RootKey = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    with exits():
        institution = console(context).institution()
        begin = _time(valid_from) or datetime.now(UTC)
        end = _time(valid_until) or _later(begin, 30)
        signed = authoring.sign(
            institution,
            identifier,
            institution.root_key(passphrase(passphrase_file, _("the root key")), root_key),
            valid_from=begin,
            valid_until=end,
            deliver_until=_time(deliver_until) or _later(end, 14),
            out=out,
            accommodations=_accommodations(accommodations),
        )
        if as_json:
            notes = [{"key": each.key, "code": each.code} for each in signed.notes]
            print_json(
                {"file": str(signed.path), **_shown(signed.exam), "new_exam_key": signed.new_kid, "notes": notes}
            )
            return
        if signed.new_kid is not None:
            typer.echo(
                _(
                    "A representative was revoked, so a new exam key was made: {key}. Hand out this exam file in place "
                    "of the earlier ones: what is recorded under those is still sealed to the old key."
                ).format(key=isolate(signed.new_kid))
            )
        for odd in signed.notes:
            typer.echo(_("Please note: {what}").format(what=fault_in_words(odd, "")), err=True)
        terms = signed.exam.terms
        typer.echo(_("Signed {file}").format(file=isolate(signed.path)) + f"\n  {_validity(terms)}\n  {terms.text()}")


@exam.command("show", help=N_("Check an exam file, or the newest one of an exam, and print what it says."))
def show(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="EXAM", help=N_("An exam's id, or an exam file."))],
    as_json: AsJson = False,
) -> None:
    with exits():
        institution = console(context).institution()
        if Path(what).is_file():
            signed = authoring.read_own(institution, Path(what)).exam
        else:
            institution.keyring().exam(what)
            versions = authoring.signed_versions(institution, what)
            if not versions:
                raise UsageError(
                    _("no exam file of “{exam}” has been signed yet: exam sign {exam}").format(exam=isolate(what))
                )
            signed = versions[-1]
        settings = signed.settings()
        if as_json:
            print_json({**_shown(signed), "settings": settings.model_dump(mode="json")})
            return
        digest = _("settings SHA-256 {digest}").format(digest=isolate(signed.settings_sha256))
        typer.echo(f"{signed.terms.text()}\n{_validity(signed.terms)}\n{digest}\n")
        typer.echo(signed.settings_bytes.decode("utf-8"), nl=False)


@exam.command("keys", help=N_("List the exam keys, and who can open what is sealed to them."))
def keys(context: typer.Context, as_json: AsJson = False) -> None:
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
            state = _("retired {time}") if row["retired"] else _("made {time}")
            by = [*map(isolate, row["opened_by"]), *([_("recovery sheets")] if row["recovery"] else [])]
            opened_by = _("opened by: {people}").format(people=", ".join(by) or _("nobody"))
            typer.echo(
                f"{row['kid']}  {state.format(time=isolate(day_and_time(row['retired'] or row['made'])))}  {opened_by}"
            )
            typer.echo(f"  {' '.join(row['words'])}")
        if not rows:
            typer.echo(_("No exam keys yet. Make one: exam new EXAM --title TITLE"))


def _holders(keyring: Keyring, key: ExamKey) -> str:
    people = [isolate(each.name) for each in keyring.holders(key)]
    if keyring.recovery is not None and keyring.recovery.key.kid in key.wrapped:
        needed = keyring.recovery.needed
        together = ngettext("{count} recovery sheet", "{count} recovery sheets together", needed)
        people.append(together.format(count=isolate(needed)))
    return ", ".join(people) or _("nobody")


def _accommodations(path: Path | None) -> authoring.Accommodations | None:
    if path is None:
        return None
    return authoring.Accommodations(read_model(path, "accommodations", AccommodationSettings), path)


def _template(path: Path | None) -> dict[str, Any]:
    return {} if path is None else read_object(path, "settings", MAX_SETTINGS_BYTES)


def _endpoint(path: Path) -> Endpoint:
    return read_model(path, "endpoint", Endpoint)


def _validity(terms: SignedTerms) -> str:
    return _("Opens from {begin} until {end}. Recordings are accepted until {late}.").format(
        begin=isolate(day_and_time(terms.valid_from)),
        end=isolate(day_and_time(terms.valid_until)),
        late=isolate(day_and_time(terms.deliver_until)),
    )


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            _("“{text}” is no time; write it as 2026-11-22T09:00:00Z").format(text=isolate(text))
        ) from error
    if moment.tzinfo is None:
        raise UsageError(
            _("“{text}” has no time zone; write it as 2026-11-22T09:00:00Z or with +01:00").format(text=isolate(text))
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise UsageError(_("“{text}” is in no year that can be signed").format(text=isolate(text))) from error


def _later(moment: datetime, days: int) -> datetime:
    """So many days after `moment`; the last day there is where none comes after it, for the signing to refuse."""
    return min(moment, datetime.max.replace(tzinfo=UTC) - timedelta(days=days)) + timedelta(days=days)


def _shown(signed: SignedExam) -> dict[str, Any]:
    terms = signed.terms
    return {
        "institution": terms.institution,
        "exam": terms.exam,
        "sequence": terms.sequence,
        "edition": terms.edition,
        "valid_from": terms.valid_from.isoformat(),
        "valid_until": terms.valid_until.isoformat(),
        "deliver_until": terms.deliver_until.isoformat(),
        "settings_sha256": signed.settings_sha256,
        "signature": signed.signature,
    }
