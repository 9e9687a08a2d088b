"""``endpoint``: where the sessions of this institution are delivered and fetched from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.institution.commands.console import AsJson, console, exits, print_json
from app.institution.errors import UsageError
from app.institution.json_file import read_model
from app.policy.delivery import Endpoint
from resources.language import N_, _, isolate

commands = typer.Typer()


@commands.command(
    "endpoint",
    help=N_("Show the endpoint that new exams deliver to and sessions are fetched from, or set another one."),
)
def endpoint(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[F]", help=N_("JSON of the endpoint, as “invigilo-endpoint identity --json” prints it.")
        ),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help=N_("Name no endpoint any more."))] = False,
    as_json: AsJson = False,
) -> None:
    with exits():
        institution = console(context).institution()
        if file is not None and remove:
            raise UsageError(_("name an endpoint or remove it, not both"))
        if file is not None:
            institution.set_endpoint(read_model(file, "endpoint", Endpoint))
        elif remove:
            institution.set_endpoint(None)
        now = institution.record.endpoint
        if as_json:
            print_json(None if now is None else now.model_dump())
            return
        if now is None:
            typer.echo(_("No endpoint is named."))
            return
        typer.echo(
            _("Endpoint {id} in {region}: {url}").format(
                id=isolate(now.endpoint_id), region=isolate(now.region), url=isolate(now.url)
            )
        )
        if file is not None:
            typer.echo(_("Exams keep the endpoint of their own settings: edit those and sign them again."))
