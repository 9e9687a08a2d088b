"""``replay``: which moments other limits would have marked."""

from __future__ import annotations

from contextlib import ExitStack

import typer

from app.institution.commands.console import (
    AsJson,
    console,
    exits,
    print_json,
)
from app.institution.commands.finding import (
    EndpointChoice,
    LimitsFile,
    Session,
)
from app.institution.commands.opening import KeyChoice, find_recording
from app.institution.option_groups import expanded
from app.institution.recordings.opened import open_takes
from app.institution.wording.phrases import clock
from resources.language import N_, isolate, ngettext

commands = typer.Typer()


@commands.command(
    "replay",
    help=N_(
        "Work the incidents out again from the sealed observations: with the signed limits, or with those of --limits."
    ),
)
@expanded
def replay_session(
    context: typer.Context,
    session: Session,
    choice: KeyChoice,
    place: EndpointChoice,
    limits: LimitsFile = None,
    as_json: AsJson = False,
) -> None:
    # All events there are, and the rules: the other commands need not wait for them.
    from app.events.detection import IncidentEvent  # noqa: PLC0415
    from app.events.sealed import read_line  # noqa: PLC0415
    from app.institution.reading.options import chosen_rules, signed_detection  # noqa: PLC0415
    from app.institution.reading.redetection import replay  # noqa: PLC0415
    from app.institution.wording.events import describe  # noqa: PLC0415

    with exits():
        recording = find_recording(console(context), session, place)
        rules = chosen_rules(signed_detection(recording.institution, recording.report), limits)
        with recording.exam_key(choice) as exam_key, ExitStack() as stack:
            opened = open_takes(recording.report.takes, exam_key, stack)
            incidents = list(replay(map(read_line, opened.event_lines()), rules))
        found = [IncidentEvent.of(incident, 0) for incident in incidents if incident.ended]
        if as_json:
            print_json({"rules": rules.model_dump(), "incidents": [incident.write() for incident in found]})
            return
        for incident in found:
            typer.echo(f"{clock(incident.from_us / 1_000_000)}  {incident.rule:<16} {describe(incident).sentence}")
        typer.echo(
            ngettext(
                "{count} moment would be marked with these limits.",
                "{count} moments would be marked with these limits.",
                len(found),
            ).format(count=isolate(len(found)))
        )
