"""``replay``: which moments other limits would have marked."""

from __future__ import annotations

from contextlib import ExitStack

import typer

from app.institution.attempt import examine
from app.institution.commands.console import (
    AsJson,
    AsRepresentative,
    KeyFile,
    PassphraseFile,
    TokenChoice,
    TokenLabel,
    TokenModule,
    console,
    exits,
    opener,
    print_json,
)
from app.institution.commands.finding import (
    CaFile,
    EndpointChoice,
    EndpointUrl,
    LimitsFile,
    Session,
    TokenFile,
    find,
)
from app.institution.event_words import words
from app.institution.export import event_lines, open_takes
from app.institution.keys_of_recording import exam_of, key_of
from app.institution.reading import chosen_rules, signed_detection
from app.institution.replay import replay
from app.institution.report import clock
from capture.analysis.notation import incident_facts


def replay_session(
    context: typer.Context,
    session: Session,
    limits: LimitsFile = None,
    key: KeyFile = None,
    kid: AsRepresentative = None,
    passphrase_file: PassphraseFile = None,
    endpoint: EndpointUrl = None,
    ca_file: CaFile = None,
    token_file: TokenFile = None,
    module: TokenModule = None,
    token_label: TokenLabel = None,
    as_json: AsJson = False,
) -> None:
    """Work the incidents out again from the sealed observations: with the signed limits, or with those of --limits."""
    with exits():
        here = console(context)
        institution = here.institution()
        report = examine(find(here, session, EndpointChoice(endpoint, ca_file, token_file)))
        exam = exam_of(report)
        rules = chosen_rules(signed_detection(institution, report), limits)
        entry = key_of(institution.keyring(), exam, report)
        token = TokenChoice(module, token_label)
        exam_key = institution.exam_key(exam, opener(institution, key, kid, passphrase_file, token), entry.key.kid)
        try:
            with ExitStack() as stack:
                opened, _ = open_takes(report.takes, exam_key, stack)
                incidents = list(replay(event_lines(opened), rules))
        finally:
            exam_key.wipe()
        found = [incident_facts(incident, 0) for incident in incidents if incident.ended]
        if as_json:
            print_json({"rules": rules.model_dump(), "incidents": found})
            return
        for facts in found:
            said = words({"event": "incident", **facts}).sentence
            typer.echo(f"{clock(facts['from_us'] / 1_000_000)}  {facts['rule']:<9} {said}")
        typer.echo(f"{len(found)} moments would be marked with these limits.")
