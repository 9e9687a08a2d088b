"""``disclose``, and what ``verify`` and ``export`` do with the file it makes."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from app.institution.commands.console import (
    AsJson,
    console,
    exits,
    print_json,
)
from app.institution.commands.finding import EndpointChoice, Session
from app.institution.commands.opening import KeyChoice, find_recording
from app.institution.disclosure import checking
from app.institution.disclosure.checking import CheckedClip
from app.institution.disclosure.making import DisclosureRequest, disclose, take_of
from app.institution.errors import UsageError
from app.institution.export.export import open_takes
from app.institution.export.report import clock
from app.institution.keys.institution import InstitutionFolder
from app.institution.wording.phrases import capital
from app.institution.wording.streams import stream_name
from app.institution.wording.verdict import day_and_time
from crypto.verdict import Verdict


def disclose_segments(
    context: typer.Context,
    session: Session,
    stream: Annotated[str, typer.Option(metavar="NAME", help="webcam, microphone, screen, events or stills.")],
    from_s: Annotated[float, typer.Option("--from", metavar="S", help="Seconds since the start of the attempt.")],
    to_s: Annotated[float, typer.Option("--to", metavar="S", help="Seconds since the start of the attempt.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to hand out; a new one.")],
    choice: KeyChoice,
    place: EndpointChoice,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; stands in the file's note.")] = "",
    as_json: AsJson = False,
) -> None:
    """Hand out one clip for an appeal: the sealed pieces of a stretch of time with their keys, and nothing else.

    Whoever gets the file needs no key: “verify FILE” checks it, “export FILE --out DIR” writes what it shows.
    """
    with exits():
        wanted = DisclosureRequest(stream, from_s, to_s, reason)
        if out.exists():
            raise UsageError(f"“{out}” exists already; choose another one with --out")
        found = find_recording(console(context), session, place)
        take = take_of(found.report.takes, wanted)
        with found.exam_key(choice) as exam_key, ExitStack() as stack:
            (opened,), _ = open_takes([take], exam_key, stack)
            clip = disclose(
                take,
                opened,
                wanted,
                by=_holder(found.institution, choice),
                at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                program=f"invigilo {version('invigilo')}",
            )
        clip.write(out)
        checked = checking.check(out)
        if as_json:
            print_json({"file": str(out), "part": take.label, "verdict": found.report.verdict.value, **_facts(checked)})
            return
        _say(checked, out)
        if found.report.verdict is Verdict.TAMPERED:
            typer.echo(
                "! Something else in this recording was tampered with, “verify” says what; these pieces were not."
            )
        typer.echo("The file is as secret as what it shows: hand it to the one person it is for, by a way you trust.")
        typer.echo("They need this program and no key: verify FILE, then export FILE --out DIR.")


def verify_disclosure(path: Path, *, as_json: bool) -> None:
    """Check a file that ``disclose`` has made; raises for one that is not as it was sealed."""
    checked = checking.check(path)
    if as_json:
        checks = {"checked": list(checking.CHECKED), "not_checked": list(checking.NOT_CHECKED)}
        print_json({"authentic": True, **_facts(checked), **checks})
        return
    typer.echo(f"AUTHENTIC  {path.name}")
    _say(checked, path)
    for title, lines in (("Checked:", checking.CHECKED), ("Not checked:", checking.NOT_CHECKED)):
        typer.echo(title)
        for line in lines:
            typer.echo(f"  · {line}")


def export_disclosure(path: Path, out: Path, *, as_json: bool) -> None:
    """Write what such a file shows as plain files."""
    checked = checking.check(path)
    files = checking.export(checked, out)
    if as_json:
        print_json({"out": str(out), "files": list(files), **_facts(checked)})
        return
    _say(checked, path)
    typer.echo(f"Wrote {', '.join(files)} to {out}")


def _holder(institution: InstitutionFolder, choice: KeyChoice) -> str:
    if choice.token.token_label is not None:
        return f"token {choice.token.token_label}"
    return choice.kid if choice.key is None and choice.kid else (choice.key or institution.only_key_file()).stem


def _facts(checked: CheckedClip) -> dict[str, object]:
    first_s, last_s = checked.begins_s
    return {
        "note": checked.clip.note.model_dump(),
        "segments": [each.index for each in checked.segments],
        "first_begins_s": first_s,
        "last_begins_s": last_s,
    }


def _say(checked: CheckedClip, path: Path) -> None:
    note, (first_s, last_s) = checked.clip.note, checked.begins_s
    typer.echo(
        f"{path.name}: {capital(stream_name(note.stream))}, {len(checked.segments)} sealed pieces; the first begins at "
        f"{clock(first_s)}, the last at {clock(last_s)} (asked for: {clock(note.from_s)} to {clock(note.to_s)})"
    )
    if any(each.index < note.first_index for each in checked.segments):
        typer.echo("  One more piece, where the stream begins, is in it: nothing plays without it.")
    typer.echo(f"  {note.institution}, exam {note.exam}, candidate {note.candidate}, session {note.session}")
    reason = f"; reason: {note.reason}" if note.reason else ""
    typer.echo(f"  Disclosed by {note.disclosed_by}, {day_and_time(note.disclosed_at)}{reason}")
