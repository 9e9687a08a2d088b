"""``review`` and ``live``: looking at one recording, and at running exams."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.institution.attempt import examine
from app.institution.commands.console import (
    AsRepresentative,
    KeyFile,
    PassphraseFile,
    TokenChoice,
    TokenLabel,
    TokenModule,
    console,
    end_progress,
    exits,
    fail,
    opener,
    progress_line,
)
from app.institution.commands.finding import (
    CaFile,
    EndpointChoice,
    EndpointUrl,
    LevelsFile,
    LimitsFile,
    Session,
    TokenFile,
    find,
)
from app.institution.keys_of_recording import exam_of, key_of, names_of, title_of
from app.institution.playback import Playback
from app.institution.reading import reading
from app.institution.review import review_model, show


def review(
    context: typer.Context,
    session: Session,
    key: KeyFile = None,
    kid: AsRepresentative = None,
    passphrase_file: PassphraseFile = None,
    endpoint: EndpointUrl = None,
    ca_file: CaFile = None,
    token_file: TokenFile = None,
    module: TokenModule = None,
    token_label: TokenLabel = None,
    levels: LevelsFile = None,
    limits: LimitsFile = None,
    picture: Annotated[
        Path | None, typer.Option(metavar="F", help="Save a picture of the window as PNG and close it.")
    ] = None,
) -> None:
    """Look at a recording in a window; it is decrypted in memory only."""
    with exits():
        here = console(context)
        institution = here.institution()
        report = examine(find(here, session, EndpointChoice(endpoint, ca_file, token_file)))
        exam = exam_of(report)
        read_as = reading(institution, report, levels, limits)
        entry = key_of(institution.keyring(), exam, report)
        token = TokenChoice(module, token_label)
        exam_key = institution.exam_key(exam, opener(institution, key, kid, passphrase_file, token), entry.key.kid)
        try:
            playback = Playback(report.takes, exam_key, lambda stream: progress_line(f"opening {stream}"))
        finally:
            exam_key.wipe()
        with playback:
            title = title_of(institution, exam)
            model = review_model(report, playback, title, names_of(institution, entry.wrapped), read_as)
            end_progress()
            status = show(model, picture)
        raise typer.Exit(status)


def live() -> None:
    """Watch running exams: comes with live proctoring."""
    fail("watching running exams is not part of this version; it comes with live proctoring", 2)
