"""What ``verify`` says of a recording, to people and to programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from app.institution.comparison_codes import Agreement, Compared
from app.institution.finding_codes import FindingClass, class_of
from app.institution.recordings import verdict_explained
from app.institution.recordings.attempt import AttemptReport, missing_takes
from app.institution.recordings.endpoint_word import said_by_endpoint
from app.institution.recordings.takes import Take
from app.institution.wording.comparisons import compared_json, comparison_sentence, finding_json
from app.institution.wording.findings import finding_sentence
from app.institution.wording.phrases import capital, clock
from app.institution.wording.streams import stream_name
from app.institution.wording.verdict import meaning
from crypto.verdict import FindingCode
from resources.language import N_, _, isolate, ngettext
from resources.moments import day_and_time

MOST_FINDINGS = 20
"""Findings a terminal shows of one part; --json has them all."""


def verified_json(report: AttemptReport) -> dict[str, Any]:
    """A verified attempt for programs."""
    return {
        "verdict": report.verdict.value,
        "meaning": meaning(report.verdict),
        "attempt": report.attempt,
        "asked": report.asked,
        "checked": list(verdict_explained.checked()),
        "compared": [compared_json(each) for each in report.compared],
        "first_bad": None if (bad := verdict_explained.first_bad(report)) is None else finding_json(bad),
        "missing": list(verdict_explained.missing(report)),
        "findings": [finding_json(finding) for finding in report.findings],
        "missing_takes": list(missing_takes(report)),
        "gaps": [
            {
                "stream": gap.stream,
                "after_take": gap.after_take,
                "within": gap.within,
                "from_us": gap.from_us,
                "to_us": gap.to_us,
            }
            for gap in report.gaps
        ],
        "takes": [
            {
                "session": take.label,
                "verdict": take.report.verdict.value,
                "log_records": take.log_records,
                "witnessed_log_records": take.witnessed,
                "countersigned_by": take.countersigned_by,
                "witness": verdict_explained.ending(take),
                "endpoint": None if take.listed is None else take.listed.model_dump(mode="json"),
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
    return all(finding.code != FindingCode.NOT_ENROLLED for finding in take.report.findings)


def print_verified(report: AttemptReport) -> None:
    """Print a verified attempt for people."""
    attempt = _("attempt {attempt}").format(attempt=isolate(report.attempt)) if report.attempt else _("attempt unknown")
    typer.echo(f"{report.verdict.value}  {attempt}")
    typer.echo(meaning(report.verdict))
    if report.asked is not None:
        said = ngettext(
            "This is about the whole attempt, which has {count} part here; {session} alone is one of them.",
            "This is about the whole attempt, which has {count} parts here; {session} alone is one of them.",
            len(report.takes),
        )
        typer.echo(said.format(count=isolate(len(report.takes)), session=isolate(report.asked)))
    described = next((t.description for t in report.takes if t.description is not None), None)
    if described is not None:
        typer.echo(
            _("{institution}, exam {exam}, candidate {candidate}, begun {time}").format(
                institution=isolate(described.institution),
                exam=isolate(described.exam),
                candidate=isolate(described.candidate),
                time=day_and_time(described.started_at),
            )
        )
    for take in report.takes:
        _print_take(take)
    for number in missing_takes(report):
        typer.echo("! " + _("Part {part} was begun, but it is not here.").format(part=isolate(number + 1)))
    for finding in report.findings:
        mark = "-" if class_of(finding) is FindingClass.REMARK else "!"
        typer.echo(f"{mark} {finding_sentence(finding)}")
    for gap in report.gaps:
        typer.echo(f"- {capital(gap.sentence())}")
    bad = verdict_explained.first_bad(report)
    if bad is not None:
        typer.echo(_("The first bad object: {name}").format(name=isolate(bad.where)))
    for name in verdict_explained.missing(report)[:MOST_FINDINGS]:
        typer.echo(_("Missing: {name}").format(name=isolate(name)))
    typer.echo(_("Checked without any key; what is in the recording stays sealed:"))
    for each in verdict_explained.checked():
        typer.echo(f"  · {each}")
    for outcome, title in (
        (Agreement.AGREES, N_("Checked against what was signed, admitted and asked for; it agrees:")),
        (Agreement.REMARKED, N_("It contradicts nothing, and something is to be known about it; see above:")),
        (Agreement.DIFFERS, N_("It does not agree; the findings above say how:")),
        (Agreement.NOT_CHECKED, N_("Could not be checked here:")),
    ):
        _print_compared(_(title), [each for each in report.compared if each.outcome is outcome])


def _print_compared(title: str, compared: Sequence[Compared]) -> None:
    if compared:
        typer.echo(title)
    for each in compared:
        typer.echo(f"  · {comparison_sentence(each)}")


def _print_take(take: Take) -> None:
    segments = take.report.segments
    intact = sum(segment.intact for segment in segments)
    part = _("Part {part} ({name})") if take.number >= 0 else _("A part ({name})")
    pieces = ngettext(
        "{intact} of {count} sealed piece intact", "{intact} of {count} sealed pieces intact", len(segments)
    )
    typer.echo(
        f"{part.format(part=isolate(take.number + 1), name=isolate(take.label))}: "
        + _("by its own log {verdict}").format(verdict=isolate(take.report.verdict.value))
        + ", "
        + pieces.format(intact=isolate(intact), count=isolate(len(segments)))
    )
    typer.echo(f"    {verdict_explained.enrolment(take)}")
    typer.echo(f"    {verdict_explained.ending(take)}")
    if (countersignature := verdict_explained.countersignature(take)) is not None:
        typer.echo(f"    {countersignature}")
    for said in () if take.listed is None else said_by_endpoint(take.listed):
        typer.echo(f"    {said}")
    for stream in () if take.description is None else take.description.streams:
        begun = [each.t0_us / 1_000_000 for each in segments if each.stream == stream and each.t0_us is not None]
        typer.echo("    " + _("{stream}: {facts}").format(stream=stream_name(stream), facts=_extent(begun)))
    for finding in take.report.findings[:MOST_FINDINGS]:
        typer.echo(f"    ! {finding_sentence(finding)}")
    if (more := len(take.report.findings) - MOST_FINDINGS) > 0:
        said = ngettext("and {count} more; --json lists all", "and {count} more; --json lists all", more)
        typer.echo("    ! " + said.format(count=isolate(more)))
    if unsealed := len(take.report.unsealed):
        said = ngettext(
            "{count} piece came after the last log record; it does not vouch for it",
            "{count} pieces came after the last log record; it does not vouch for them",
            unsealed,
        )
        typer.echo("    " + said.format(count=isolate(unsealed)))


def _extent(begun_s: Sequence[float]) -> str:
    if not begun_s:
        return _("nothing")
    return ngettext(
        "{count} piece, the first begins at {first}, the last at {last}",
        "{count} pieces, the first begins at {first}, the last at {last}",
        len(begun_s),
    ).format(count=isolate(len(begun_s)), first=isolate(clock(min(begun_s))), last=isolate(clock(max(begun_s))))
