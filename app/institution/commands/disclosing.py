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
    only_key_file,
    print_json,
)
from app.institution.commands.finding import EndpointChoice, Session
from app.institution.commands.opening import KeyChoice, find_recording
from app.institution.disclosure import checking
from app.institution.disclosure.checking import CheckedClip
from app.institution.disclosure.making import DisclosureRequest, disclose, take_of
from app.institution.errors import UsageError
from app.institution.finding_codes import AttemptVerdict
from app.institution.keys.institution import InstitutionFolder
from app.institution.option_groups import expanded
from app.institution.recordings.opened import open_takes
from app.institution.wording.phrases import capital, clock
from app.institution.wording.streams import stream_name
from resources.language import N_, _, isolate, ngettext
from resources.moments import day_and_time

commands = typer.Typer()


@commands.command(
    "disclose",
    help=N_(
        "Hand out one clip for an appeal: the sealed pieces of a stretch of time with their keys, and nothing else."
        "\n\nWhoever gets the file needs no key: “verify FILE” checks it, “export FILE --out DIR” writes what it shows."
    ),
)
@expanded
def disclose_segments(
    context: typer.Context,
    session: Session,
    stream: Annotated[str, typer.Option(metavar="NAME", help=N_("webcam, microphone, screen, events or stills."))],
    from_s: Annotated[float, typer.Option("--from", metavar="S", help=N_("Seconds since the start of the attempt."))],
    to_s: Annotated[float, typer.Option("--to", metavar="S", help=N_("Seconds since the start of the attempt."))],
    out: Annotated[Path, typer.Option(metavar="FILE", help=N_("The file to hand out; a new one."))],
    choice: KeyChoice,
    place: EndpointChoice,
    reason: Annotated[str, typer.Option(metavar="TEXT", help=N_("Why; stands in the file's note."))] = "",
    as_json: AsJson = False,
) -> None:
    with exits():
        wanted = DisclosureRequest(stream, from_s, to_s, reason)
        if out.exists():
            raise UsageError(_("“{file}” exists already; choose another one with --out").format(file=isolate(out)))
        found = find_recording(console(context), session, place)
        take = take_of(found.report.takes, wanted)
        with found.exam_key(choice) as exam_key, ExitStack() as stack:
            (opened,) = open_takes([take], exam_key, stack).sessions
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
        if found.report.verdict is AttemptVerdict.INCONSISTENT:
            typer.echo("! " + _("This recording does not fit what was signed and admitted; “verify” says what."))
        if found.report.verdict is AttemptVerdict.TAMPERED:
            typer.echo(
                "! "
                + _("Something else in this recording was tampered with, “verify” says what; these pieces were not.")
            )
        typer.echo(
            _("The file is as secret as what it shows: hand it to the one person it is for, by a way you trust.")
        )
        typer.echo(_("They need this program and no key: verify FILE, then export FILE --out DIR."))


def verify_disclosure(path: Path, *, as_json: bool) -> None:
    """Check a file that ``disclose`` has made; raises for one that is not as it was sealed."""
    checked = checking.check(path)
    if as_json:
        checks = {
            "checked": [_(each) for each in checking.CHECKED],
            "not_checked": [_(each) for each in checking.NOT_CHECKED],
        }
        print_json({"authentic": True, **_facts(checked), **checks})
        return
    typer.echo(f"AUTHENTIC  {isolate(path.name)}")
    _say(checked, path)
    for title, lines in ((_("Checked:"), checking.CHECKED), (_("Not checked:"), checking.NOT_CHECKED)):
        typer.echo(title)
        for line in lines:
            typer.echo(f"  · {_(line)}")


def export_disclosure(path: Path, out: Path, *, decode_check: bool, as_json: bool) -> None:
    """Write what such a file shows as plain files."""
    checked = checking.check(path)
    exported = checking.export(checked, out, decode_check=decode_check)
    decoded = exported.decoded
    if as_json:
        check = None if decoded is None else decoded.as_json()
        print_json({"out": str(out), "files": list(exported.files), "decode_check": check, **_facts(checked)})
    else:
        _say(checked, path)
        files = ", ".join(map(isolate, exported.files))
        typer.echo(_("Wrote {files} to {folder}").format(files=files, folder=isolate(out)))
        if decoded is not None:
            typer.echo(f"{'!' if decoded.failed else ' '} {decoded.sentence(checked.stream)}")
    if decoded is not None and decoded.failed:
        raise typer.Exit(1)


def _holder(institution: InstitutionFolder, choice: KeyChoice) -> str:
    if choice.token.token_label is not None:
        return f"token {choice.token.token_label}"
    return choice.kid if choice.key is None and choice.kid else (choice.key or only_key_file(institution)).stem


def _facts(checked: CheckedClip) -> dict[str, object]:
    first_s, last_s = checked.begins_s
    sealed = checked.description
    return {
        "institution": sealed.institution,
        "exam": sealed.exam,
        "session": sealed.session,
        "candidate": sealed.candidate,
        "started_at": sealed.started_at,
        "stream": checked.stream,
        "note": checked.clip.note.model_dump(),
        "segments": [each.index for each in checked.segments],
        "first_begins_s": first_s,
        "last_begins_s": last_s,
    }


def _say(checked: CheckedClip, path: Path) -> None:
    note, sealed, (first_s, last_s) = checked.clip.note, checked.description, checked.begins_s
    typer.echo(
        ngettext(
            "{file}: {stream}, {count} sealed piece; the first begins at {first}, the last at {last}",
            "{file}: {stream}, {count} sealed pieces; the first begins at {first}, the last at {last}",
            len(checked.segments),
        ).format(
            file=isolate(path.name),
            stream=capital(stream_name(checked.stream)),
            count=isolate(len(checked.segments)),
            first=isolate(clock(first_s)),
            last=isolate(clock(last_s)),
        )
    )
    if any(each.index < note.first_index for each in checked.segments):
        typer.echo("  " + _("One more piece, where the stream begins, is in it: nothing plays without it."))
    of = _("{institution}, exam {exam}, candidate {candidate}, session {session}, begun {time}").format(
        institution=isolate(sealed.institution),
        exam=isolate(sealed.exam),
        candidate=isolate(sealed.candidate),
        session=isolate(sealed.session),
        time=day_and_time(sealed.started_at),
    )
    by = (
        _("The note says: disclosed by {person}, {time}, asked for {begin} to {end}; reason: {reason}")
        if note.reason
        else _("The note says: disclosed by {person}, {time}, asked for {begin} to {end}")
    ).format(
        person=isolate(note.disclosed_by),
        time=day_and_time(note.disclosed_at),
        begin=isolate(clock(note.from_s)),
        end=isolate(clock(note.to_s)),
        reason=isolate(note.reason),
    )
    typer.echo(f"  {of}\n  {by}")
