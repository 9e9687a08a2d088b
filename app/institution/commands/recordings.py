"""``sessions``, ``verify``, ``export`` and ``report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

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
    find,
)
from app.institution.commands.opening import KeyChoice, find_recording
from app.institution.export.export import Exported, export, finding_json
from app.institution.export.report import KeyHolders, clock, write_report
from app.institution.reading.options import reading
from app.institution.recordings import verdict_explained
from app.institution.recordings.attempt import AttemptReport, Take, examine, missing_takes
from app.institution.wording.phrases import capital
from app.institution.wording.streams import stream_name
from app.institution.wording.verdict import day_and_time, meaning
from crypto.verdict import Verdict

MOST_FINDINGS = 20
"""Findings a terminal shows of one part; --json has them all."""


def list_sessions(
    context: typer.Context,
    place: EndpointChoice,
    as_json: AsJson = False,
) -> None:
    """List the recordings that the endpoint has of this institution."""
    with exits():
        here = console(context)
        with place.client(here) as client:
            listed = client.sessions(here.institution().record.id)
        if as_json:
            print_json([each.model_dump(mode="json") for each in listed])
            return
        for each in listed:
            state = f"deleted {each.deleted_at}" if each.deleted_at else (each.state or "")
            typer.echo(
                f"{each.sid}  {each.exam or '?'}  candidate {each.candidate or '?'}  {each.opened_at or ''}  {state}  "
                f"{each.objects} objects, {each.bytes / 1_000_000:.1f} MB"
            )
        if not listed:
            typer.echo("The endpoint has no sessions of this institution.")


def verify(
    context: typer.Context,
    session: SessionOrClip,
    place: EndpointChoice,
    as_json: AsJson = False,
) -> None:
    """Check, without any key, that a recording is whole and unchanged. Exit status 0 only when it is COMPLETE.

    A file that “disclose” has made is checked too; exit status 0 when all of it is authentic.
    """
    with exits():
        if Path(session).is_file():
            verify_disclosure(Path(session), as_json=as_json)
            return
        report = examine(find(console(context), session, place))
        if as_json:
            print_json(_verified_json(report))
        else:
            _print_verified(report)
        if report.verdict is not Verdict.COMPLETE:
            raise typer.Exit(1)


def export_session(
    context: typer.Context,
    session: SessionOrClip,
    out: Annotated[Path, typer.Option(metavar="DIR", help="New or empty folder for the files.")],
    choice: KeyChoice,
    place: EndpointChoice,
    reading_choice: ReadingChoice,
    as_json: AsJson = False,
) -> None:
    """Open a recording and write it as plain files. Exit status 1 when something was tampered with.

    A file that “disclose” has made needs no key and no institution's folder.
    """
    if Path(session).is_file():
        with exits():
            export_disclosure(Path(session), out, as_json=as_json)
        return
    _open_and_write(context, session, place, choice, out, reading_choice, media=True, as_json=as_json)


def report_session(
    context: typer.Context,
    session: Session,
    out: Annotated[Path, typer.Option(metavar="DIR", help="New or empty folder for the files.")],
    choice: KeyChoice,
    place: EndpointChoice,
    reading_choice: ReadingChoice,
    as_json: AsJson = False,
) -> None:
    """Open a recording and write the report only: report.html, verdict.json, events.jsonl; no pictures, no sound."""
    _open_and_write(context, session, place, choice, out, reading_choice, media=False, as_json=as_json)


def _open_and_write(
    context: typer.Context,
    session: str,
    place: EndpointChoice,
    choice: KeyChoice,
    out: Path,
    reading_choice: ReadingChoice,
    *,
    media: bool,
    as_json: bool,
) -> None:
    def progressed(name: str, at_s: float) -> None:
        progress_line(f"{name} {clock(at_s)}")

    with exits():
        found = find_recording(console(context), session, place)
        read_as = reading(found.institution, found.report, reading_choice.levels, reading_choice.limits)
        with found.exam_key(choice) as exam_key:
            exported = export(found.report, exam_key, out, media=media, progress=progressed)
        holders = KeyHolders(found.entry.key.kid, found.holders)
        named = found.institution.record.name
        write_report(out, exported, institution=named, title=found.title, holders=holders, reading=read_as)
        end_progress()
        if as_json:
            print_json({"out": str(out), **exported.as_json()})
        else:
            _print_exported(exported, out)
        if exported.verdict is Verdict.TAMPERED:
            raise typer.Exit(1)


def _verified_json(report: AttemptReport) -> dict[str, Any]:
    return {
        "verdict": report.verdict.value,
        "meaning": meaning(report.verdict),
        "attempt": report.attempt,
        "checked": list(verdict_explained.checked()),
        "first_bad": None if (bad := verdict_explained.first_bad(report)) is None else finding_json(bad),
        "missing": list(verdict_explained.missing(report)),
        "findings": [finding_json(finding) for finding in report.findings],
        "missing_takes": list(missing_takes(report)),
        "gaps": [
            {"stream": h.stream, "after_take": h.after_take, "from_us": h.from_us, "to_us": h.to_us}
            for h in report.gaps
        ],
        "takes": [
            {
                "session": take.label,
                "verdict": take.report.verdict.value,
                "log_records": take.log_records,
                "witnessed_log_records": take.witnessed,
                "countersigned_by": take.countersigned_by,
                "witness": verdict_explained.ending(take),
                "enrolled": None if take.enrolled_pk0 is None else _is_enrolled(take),
                "segments": len(take.report.segments),
                "intact": sum(segment.intact for segment in take.report.segments),
                "findings": [finding_json(finding) for finding in take.report.findings],
                "unsealed": list(take.report.unsealed),
            }
            for take in report.takes
        ],
    }


def _is_enrolled(take: Take) -> bool:
    """Whether the session's first key is the enrolled one."""
    return all(finding.code != "not-enrolled" for finding in take.report.findings)


def _print_verified(report: AttemptReport) -> None:
    typer.echo(f"{report.verdict.value}  attempt {report.attempt or 'unknown'}")
    typer.echo(meaning(report.verdict))
    described = next((t.report.description for t in report.takes if t.report.description is not None), None)
    if described is not None:
        begun = day_and_time(described.started_at)
        typer.echo(f"{described.institution}, exam {described.exam}, candidate {described.candidate}, begun {begun}")
    for take in report.takes:
        _print_take(take)
    for number in missing_takes(report):
        typer.echo(f"! Part {number + 1} was begun, but it is not here.")
    for finding in report.findings:
        typer.echo(f"! {finding.sentence}")
    for gap in report.gaps:
        typer.echo(f"- {capital(gap.sentence())}")
    bad = verdict_explained.first_bad(report)
    if bad is not None:
        typer.echo(f"The first bad object: {bad.where}")
    for name in verdict_explained.missing(report)[:MOST_FINDINGS]:
        typer.echo(f"Missing: {name}")
    typer.echo("Checked without any key; what is in the recording stays sealed:")
    for each in verdict_explained.checked():
        typer.echo(f"  · {each}")


def _print_take(take: Take) -> None:
    segments = take.report.segments
    intact = sum(segment.intact for segment in segments)
    part = f"Part {take.number + 1}" if take.number >= 0 else "A part"
    typer.echo(f"{part} ({take.label}): {take.report.verdict.value}, {intact} of {len(segments)} sealed pieces intact")
    typer.echo(f"    {verdict_explained.enrolment(take)}")
    typer.echo(f"    {verdict_explained.ending(take)}")
    if (countersignature := verdict_explained.countersignature(take)) is not None:
        typer.echo(f"    {countersignature}")
    for stream in () if take.report.description is None else take.report.description.streams:
        begun = [each.t0_us / 1_000_000 for each in segments if each.stream == stream and each.t0_us is not None]
        pieces = "nothing"
        if begun:
            pieces = f"{len(begun)} pieces, the first begins at {clock(min(begun))}, the last at {clock(max(begun))}"
        typer.echo(f"    {stream_name(stream)}: {pieces}")
    for finding in take.report.findings[:MOST_FINDINGS]:
        typer.echo(f"    ! {finding.sentence}")
    if len(take.report.findings) > MOST_FINDINGS:
        typer.echo(f"    ! and {len(take.report.findings) - MOST_FINDINGS} more; --json lists all")
    if take.report.unsealed:
        typer.echo(f"    {len(take.report.unsealed)} pieces came after the last log record; it does not vouch for them")


def _print_exported(exported: Exported, out: Path) -> None:
    typer.echo(f"{exported.verdict.value}  {out}")
    typer.echo(f"  {meaning(exported.verdict)}")
    for each in exported.streams:
        where = f"{each.file}, {clock(each.first_s)} to {clock(each.last_s)}" if each.file else "nothing that plays"
        typer.echo(f"  {stream_name(each.stream)}: {where}")
        for start, end in each.gaps:
            typer.echo(f"    - nothing from {clock(start)} to {clock(end)}")
        if each.segments_lost:
            typer.echo(f"    ! {each.segments_lost} sealed pieces are missing or not authentic and were left out")
    typer.echo(f"  events.jsonl: {exported.events} events; verdict.json; report.html")
    for finding in exported.findings[:MOST_FINDINGS]:
        typer.echo(f"  ! {finding.sentence}")
