"""``sessions``, ``verify``, ``export`` and ``report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.institution.commands.console import (
    AsJson,
    console,
    end_progress,
    exits,
    print_json,
    progress_line,
)
from app.institution.commands.disclosing import export_disclosure, verify_disclosure
from app.institution.commands.finding import (
    EndpointChoice,
    ReadingChoice,
    Session,
    SessionOrClip,
    examined,
    keep_head,
)
from app.institution.commands.opening import KeyChoice, find_recording, tried_with_key
from app.institution.commands.verify_output import MOST_FINDINGS, print_verified, verified_json
from app.institution.copies.endpoint_listing import ListedSession
from app.institution.errors import UsageError
from app.institution.finding_codes import AttemptVerdict
from app.institution.option_groups import expanded
from app.institution.witnesses import receipts
from app.institution.wording.findings import finding_sentence
from app.institution.wording.phrases import clock
from app.institution.wording.streams import stream_name
from app.institution.wording.verdict import meaning
from resources.language import N_, _, isolate, ngettext
from resources.moments import day_and_time

if TYPE_CHECKING:
    from app.institution.export.export import Exported

commands = typer.Typer()


@commands.command("sessions", help=N_("List the recordings that the endpoint has of this institution."))
@expanded
def list_sessions(
    context: typer.Context,
    place: EndpointChoice,
    as_json: AsJson = False,
) -> None:
    with exits():
        here = console(context)
        with place.client(here) as client:
            keep_head(here, client)
            listed = client.sessions(here.institution().record.id)
        if as_json:
            print_json([each.model_dump(mode="json") for each in listed])
            return
        for each in listed:
            typer.echo(_listed(each))
        if not listed:
            typer.echo(_("The endpoint has no sessions of this institution."))


@commands.command(
    "verify",
    help=N_(
        "Check, without any key, that a recording is whole and unchanged, and is what was signed and admitted. Exit "
        "status 0 only when it is COMPLETE."
        "\n\nWith --as, --key or a token it is also tried whether it opens with the exam's key; nothing is shown."
        "\n\nA file that “disclose” has made is checked too; exit status 0 when all of it is authentic."
    ),
)
@expanded
def verify(
    context: typer.Context,
    session: SessionOrClip,
    place: EndpointChoice,
    choice: KeyChoice,
    receipts_file: Annotated[
        Path | None,
        typer.Option(
            "--receipts", metavar="F", help=N_("The test taker's receipts: what the endpoint signed for is compared.")
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    with exits():
        if Path(session).is_file():
            if receipts_file is not None:
                raise UsageError(_("receipts are of a whole recording and say nothing of a clip"))
            verify_disclosure(Path(session), as_json=as_json)
            return
        here = console(context)
        report = examined(here, session, place)
        if choice.given:
            report = tried_with_key(here, report, choice)
        if receipts_file is not None:
            report = report.and_compared(receipts.compared(receipts_file, here.endpoints(), report))
        if as_json:
            print_json(verified_json(report))
        else:
            print_verified(report)
        if report.verdict is not AttemptVerdict.COMPLETE:
            raise typer.Exit(1)


@commands.command(
    "export",
    help=N_(
        "Open a recording and write it as plain files. Exit status 1 when something was tampered with, does not fit "
        "what was signed and admitted, or does not decode."
        "\n\nA file that “disclose” has made needs no key and no institution's folder."
    ),
)
@expanded
def export_session(
    context: typer.Context,
    session: SessionOrClip,
    out: Annotated[Path, typer.Option(metavar="DIR", help=N_("New or empty folder for the files."))],
    choice: KeyChoice,
    place: EndpointChoice,
    reading_choice: ReadingChoice,
    no_decode_check: Annotated[
        bool,
        typer.Option(
            "--no-decode-check",
            help=N_("Do not decode what was written to see that it plays: that takes longer than all the rest."),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    if Path(session).is_file():
        with exits():
            export_disclosure(Path(session), out, decode_check=not no_decode_check, as_json=as_json)
        return
    checked = not no_decode_check
    _open_and_write(
        context, session, place, choice, out, reading_choice, media=True, decode_check=checked, as_json=as_json
    )


@commands.command(
    "report",
    help=N_(
        "Open a recording and write the report only: report.html, verdict.json, events.jsonl; no pictures, no sound."
    ),
)
@expanded
def report_session(
    context: typer.Context,
    session: Session,
    out: Annotated[Path, typer.Option(metavar="DIR", help=N_("New or empty folder for the files."))],
    choice: KeyChoice,
    place: EndpointChoice,
    reading_choice: ReadingChoice,
    as_json: AsJson = False,
) -> None:
    _open_and_write(
        context, session, place, choice, out, reading_choice, media=False, decode_check=False, as_json=as_json
    )


def _open_and_write(
    context: typer.Context,
    session: str,
    place: EndpointChoice,
    choice: KeyChoice,
    out: Path,
    reading_choice: ReadingChoice,
    *,
    media: bool,
    decode_check: bool,
    as_json: bool,
) -> None:
    from app.institution.export.export import export  # noqa: PLC0415 - media libraries, which verifying need not wait for
    from app.institution.export.report import KeyHolders, write_report  # noqa: PLC0415 - likewise
    from app.institution.reading.options import reading  # noqa: PLC0415 - all events there are

    def progressed(doing: str, at_s: float) -> None:
        progress_line(f"{doing} {clock(at_s)}")

    with exits():
        found = find_recording(console(context), session, place)
        read_as = reading(found.institution, found.report, reading_choice.levels, reading_choice.limits)
        with found.exam_key(choice) as exam_key:
            exported = export(found.report, exam_key, out, media=media, decode_check=decode_check, progress=progressed)
        holders = KeyHolders(found.entry.key.kid, found.holders)
        named = found.institution.record.name
        write_report(out, exported, institution=named, title=found.title, holders=holders, reading=read_as)
        end_progress()
        if as_json:
            print_json({"out": str(out), **exported.as_json()})
        else:
            _print_exported(exported, out)
        if exported.verdict in {AttemptVerdict.TAMPERED, AttemptVerdict.INCONSISTENT} or not exported.decodes:
            raise typer.Exit(1)


def _listed(session: ListedSession) -> str:
    size = ngettext("{count} object, {size} MB", "{count} objects, {size} MB", session.objects).format(
        count=isolate(session.objects), size=isolate(f"{session.bytes / 1_000_000:.1f}")
    )
    candidate = _("candidate {candidate}").format(candidate=isolate(session.candidate or "?"))
    state = isolate(session.state or "")
    if session.deleted_at:
        state = _("deleted {time}").format(time=isolate(day_and_time(session.deleted_at)))
    named = [isolate(session.sid), isolate(session.exam or "?"), candidate, isolate(session.opened_at or "")]
    listed = [*named, state, size]
    if session.alarms:
        alarms = ngettext("{count} alarm", "{count} alarms", len(session.alarms))
        listed.append(alarms.format(count=isolate(len(session.alarms))))
    return "  ".join(listed)


def _print_exported(exported: Exported, out: Path) -> None:
    typer.echo(f"{exported.verdict.value}  {isolate(out)}")
    typer.echo(f"  {meaning(exported.verdict)}")
    for each in exported.streams:
        where = _("nothing to play")
        if each.file:
            where = _("{file}, {begin} to {end}").format(
                file=isolate(each.file), begin=isolate(clock(each.first_s)), end=isolate(clock(each.last_s))
            )
        typer.echo("  " + _("{stream}: {facts}").format(stream=stream_name(each.stream), facts=where))
        for gap in (gap for gap in exported.gaps if gap.stream == each.stream):
            begin, end = isolate(clock(gap.from_s)), isolate(clock(gap.to_s))
            nothing = _("nothing from {begin} to {end}").format(begin=begin, end=end)
            # The recording's time may stand still while the computer sleeps.
            typer.echo(f"    - {nothing if gap.from_s < gap.to_s else f'{begin} {gap.sentence}'}")
        if each.decoded is None and each.file is not None:
            typer.echo("    - " + _("It was not decoded: whether it plays was not looked at."))
        if each.decoded is not None:
            typer.echo(f"    {'!' if each.decoded.failed else '-'} {each.decoded.sentence(each.stream)}")
            for from_s, to_s in each.decoded.failed:
                failed = _("from {begin} to {end}")
                typer.echo("    ! " + failed.format(begin=isolate(clock(from_s)), end=isolate(clock(to_s))))
        if each.segments_lost:
            lost = ngettext(
                "{count} sealed piece is missing or not authentic and was left out",
                "{count} sealed pieces are missing or not authentic and were left out",
                each.segments_lost,
            )
            typer.echo("    ! " + lost.format(count=isolate(each.segments_lost)))
    events = ngettext(
        "events.jsonl: {count} event; verdict.json; report.html",
        "events.jsonl: {count} events; verdict.json; report.html",
        exported.events,
    )
    typer.echo("  " + events.format(count=isolate(exported.events)))
    for finding in exported.findings[:MOST_FINDINGS]:
        typer.echo(f"  ! {finding_sentence(finding)}")
