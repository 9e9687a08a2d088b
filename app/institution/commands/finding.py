"""Where a SESSION comes from, as the commands take it, and the endpoint that most come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from app.institution.commands.console import AsJson, Console, console, end_progress, exits, print_json, progress_line
from app.institution.copies import fetching, local_copies
from app.institution.copies.endpoint_client import EndpointClient
from app.institution.copies.sealed_take import SealedTake
from app.institution.errors import NotAnInstitution, UsageError
from app.institution.json_file import read_model
from app.institution.keys.institution import InstitutionFolder
from app.institution.recordings.attempt import AttemptReport, examine
from app.institution.witnesses import published_heads
from app.institution.witnesses.kept_heads import KeptHeads, keep_newest, kept_heads
from app.policy.delivery import Endpoint
from resources.language import N_, _, isolate, ngettext

HEADS_FOLDER = "heads"
"""Where an institution keeps, below its folder, the heads that endpoints have published."""

Session = Annotated[
    str,
    typer.Argument(metavar="SESSION", help=N_("Folder of a sealed session or its takes, or an id at the endpoint.")),
]
SessionOrClip = Annotated[
    str,
    typer.Argument(
        metavar="SESSION",
        help=N_("Folder of a sealed session or its takes, an id at the endpoint, or a file that “disclose” has made."),
    ),
]
EndpointUrl = Annotated[
    str | None, typer.Option("--endpoint", metavar="URL", help=N_("Endpoint; the institution's own."))
]
CaFile = Annotated[Path | None, typer.Option("--ca-file", metavar="F", help=N_("Authority of --endpoint, PEM."))]
TokenFile = Annotated[
    Path | None, typer.Option("--token-file", metavar="F", help=N_("File with the institution's review token."))
]


LevelsFile = Annotated[
    Path | None,
    typer.Option("--levels", metavar="F", help=N_("What is green, yellow, red; otherwise DIR/levels.json.")),
]
LimitsFile = Annotated[
    Path | None,
    typer.Option("--limits", metavar="F", help=N_("JSON with other limits: incidents are worked out again with them.")),
]


@dataclass(frozen=True)
class ReadingChoice:
    """The options that say how a recording is read, other than as its settings say."""

    levels: LevelsFile = None
    limits: LimitsFile = None


@dataclass(frozen=True)
class EndpointChoice:
    """The options that say which endpoint to ask, and with which token."""

    endpoint: EndpointUrl = None
    ca_file: CaFile = None
    token_file: TokenFile = None

    def client(self, console: Console) -> EndpointClient:
        """Open the connection; what is not given comes from institution.json and DIR/machine/review-token."""
        own = console.institution().record.endpoint
        url = self.endpoint.rstrip("/") if self.endpoint else None
        if url is None:
            if own is None:
                raise UsageError(
                    _("say which endpoint with --endpoint URL --ca-file F, or give it to “init --endpoint”")
                )
            url = own.url
        if not url.startswith("https://"):
            raise UsageError(_("“{url}” is no endpoint; it must begin with https://").format(url=isolate(url)))
        if self.ca_file is not None:
            ca_pem = self.ca_file.read_text(encoding="utf-8")
        elif own is not None and own.url == url:
            ca_pem = own.ca_pem
        else:
            raise UsageError(
                _("give the certificate authority of {url} with --ca-file; no other is trusted").format(
                    url=isolate(url)
                )
            )
        token_file = self.token_file or console.folder / "machine" / "review-token"
        if not token_file.is_file():
            raise UsageError(
                _("there is no review token in “{file}”; ask the endpoint's operator, give --token-file").format(
                    file=isolate(token_file)
                )
            )
        return EndpointClient(url, ca_pem, token_file.read_text(encoding="utf-8").strip())


def examined(console: Console, session: str, choice: EndpointChoice) -> AttemptReport:
    """Find the attempt that `session` is or belongs to, verify it, and hold it against what the institution knows."""
    try:
        institution = console.institution()
    except NotAnInstitution:
        institution = None
    asked = Path(session).resolve().name if Path(session).is_dir() else session
    report = examine(find(console, session, choice), institution, asked=asked)
    if institution is None:
        return report
    return report.and_compared(published_heads.compared(report.takes, _heads(console, institution)))


def _heads(console: Console, institution: InstitutionFolder) -> tuple[KeptHeads, ...]:
    by_key = {each.receipt_key: each for each in console.endpoints()}
    folder = console.folder / HEADS_FOLDER
    return tuple(kept_heads(folder, each, institution.record.id) for each in by_key.values())


def keep_head(console: Console, client: EndpointClient) -> None:
    """Keep the head that the endpoint publishes now, if it is one that is known here, before anything is fetched."""
    own = console.institution().record.id
    for each in console.endpoints():
        if each.url == client.url:
            keep_newest(client, kept_heads(console.folder / HEADS_FOLDER, each, own), own)
            return


def find(console: Console, session: str, choice: EndpointChoice) -> tuple[SealedTake, ...]:
    """The takes that `session` means; fetched first, when it is an id and not a folder."""
    if Path(session).is_dir():
        return local_copies.in_folder(Path(session), console.endpoints())
    if not fetching.is_id(session):
        raise UsageError(
            _("“{session}” is neither a folder nor the id of an attempt or session").format(session=isolate(session))
        )
    copies = console.folder / "sessions"
    try:
        own = console.institution().record
    except NotAnInstitution:
        own = None
    if own is None or (choice.endpoint is None and own.endpoint is None):
        here = local_copies.takes_of(copies, session, console.endpoints())
        if not here:
            raise UsageError(
                _("there is no copy of “{session}” here; say where to fetch it with --endpoint, --token-file").format(
                    session=isolate(session)
                )
            )
        return here
    with choice.client(console) as client:
        keep_head(console, client)
        found = fetching.fetch(
            client,
            own.id,
            session,
            copies,
            _progressed,
            console.endpoints(),
        )
    end_progress()
    return found


def _progressed(done: int, count: int) -> None:
    said = ngettext("fetching {done} of {count} object", "fetching {done} of {count} objects", count)
    progress_line(said.format(done=isolate(done), count=isolate(count)))


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
