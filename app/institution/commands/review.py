"""``review`` and ``live``: looking at one recording, and at running exams."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from app.institution.commands.console import (
    console,
    end_progress,
    exits,
    fail,
    progress_line,
)
from app.institution.commands.finding import (
    EndpointChoice,
    ReadingChoice,
    Session,
)
from app.institution.commands.opening import KeyChoice, find_recording
from app.institution.errors import UsageError
from app.institution.option_groups import expanded
from app.institution.wording.streams import stream_name
from resources.language import N_, _
from ui.display import display_answers

commands = typer.Typer()


@commands.command("review", help=N_("Look at a recording in a window; it is decrypted in memory only."))
@expanded
def review(
    context: typer.Context,
    session: Session,
    choice: KeyChoice,
    place: EndpointChoice,
    reading_choice: ReadingChoice,
    picture: Annotated[
        Path | None, typer.Option(metavar="F", help=N_("Save a picture of the window as PNG and close it."))
    ] = None,
) -> None:
    from app.institution.reading.options import reading  # noqa: PLC0415 - all events there are
    from app.institution.review.playback import RecordingPlayback  # noqa: PLC0415 - media libraries, for this command
    from app.institution.review.window_model import review_model, show  # noqa: PLC0415 - likewise

    with exits():
        if not display_answers(os.environ):
            raise UsageError(_("there is no display to show the recording on; log in at the computer itself"))
        found = find_recording(console(context), session, place)
        read_as = reading(found.institution, found.report, reading_choice.levels, reading_choice.limits)
        with found.exam_key(choice) as exam_key:
            playback = RecordingPlayback(
                found.report.takes,
                exam_key,
                lambda stream: progress_line(_("opening {stream}").format(stream=stream_name(stream))),
            )
        with playback:
            model = review_model(found.report, playback, found.title, found.holders, read_as)
            end_progress()
            status = show(model, picture)
        raise typer.Exit(status)


@commands.command("live", help=N_("Watch running exams: comes with live proctoring."))
def live() -> None:
    fail(_("watching running exams is not part of this version; it comes with live proctoring"), 2)
