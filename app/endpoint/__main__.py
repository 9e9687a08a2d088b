"""`invigilo-endpoint`: serve a region, check and clean its storage, give institutions access to their own."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from app.endpoint.errors import EndpointError
from app.endpoint.fsck import differences
from app.endpoint.identity import EndpointIdentity
from app.endpoint.local_storage import LocalStorage
from app.endpoint.records import Records
from app.endpoint.retention import delete, overdue
from app.endpoint.server import Serving, serve, utc_now
from app.policy.delivery import Endpoint
from app.policy.errors import AddressFault, SettingsCode
from app.policy.section import faults_of
from app.spoken_help import VersionOption, replace_unencodable_output, spoken
from app.wire.errors import RegionRefused
from app.wire.regions import Region, region
from app.wire.tokens import ReviewToken, issue_token
from crypto.errors import FormatError
from crypto.signing import VerifyKey
from resources.language import N_, _, isolate, ngettext
from resources.visible import visible

cli = typer.Typer(
    name="invigilo-endpoint",
    help=N_("Regional endpoint: keeps sealed recordings it cannot open. Exit status 0 well, 1 found wrong, 2 bad use."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_ENDPOINT_FAULTS: dict[str, str] = {
    SettingsCode.NO_CERTIFICATE: N_("holds no certificate in PEM."),
    SettingsCode.PRIVATE_KEY: N_("holds a private key; give the certificate only."),
    SettingsCode.ENDPOINT_ADDRESS: N_(
        "must be an https address without a path, such as https://endpoint.example:8443."
    ),
    **dict.fromkeys(AddressFault, N_("is no https address, such as https://endpoint.example:8443.")),
}


@cli.callback()
def _program(_version: VersionOption = False) -> None: ...


DataOption = Annotated[Path, typer.Option("--data", help=N_("Folder of this endpoint."), file_okay=False)]
JsonOption = Annotated[bool, typer.Option("--json", help=N_("For programs."))]
RegionOption = Annotated[str, typer.Option("--region", help=N_("This endpoint's region, such as eu-central."))]


@cli.command("serve", help=N_("Serve until SIGTERM."))
def _serve(
    *,
    region_name: RegionOption,
    tls_cert: Annotated[Path, typer.Option(help=N_("Certificate chain, PEM."), exists=True, dir_okay=False)],
    tls_key: Annotated[Path, typer.Option(help=N_("Its key, PEM, without passphrase."), exists=True, dir_okay=False)],
    institution: Annotated[
        list[Path],
        typer.Option(
            help=N_("Root public key of an institution to serve; may be repeated."), exists=True, dir_okay=False
        ),
    ],
    data: DataOption = Path("endpoint"),
    host: Annotated[str, typer.Option(help=N_("Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(help=N_("Port; 0 for any free one."), min=0, max=65535)] = 8443,
    ready_file: Annotated[
        Path | None, typer.Option(help=N_("Written as JSON once requests are answered."), dir_okay=False)
    ] = None,
) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    roots = [_root(file) for file in institution]
    with _described():
        serve(Serving(data, host, port, _region(region_name), tls_cert, tls_key, roots, ready_file))


@cli.command(
    "identity",
    help=N_(
        "Show what exam settings must say of this endpoint; makes its keys if there are none. With --region, --url "
        "and --ca-file the JSON is a whole endpoint, as “invigilo-institution” reads it."
    ),
)
def _identity(
    data: DataOption = Path("endpoint"),
    region_name: Annotated[str | None, typer.Option("--region", help=N_("As given to “serve”."))] = None,
    url: Annotated[str | None, typer.Option(help=N_("https address under which clients reach this endpoint."))] = None,
    ca_file: Annotated[
        Path | None,
        typer.Option(
            help=N_("Certificate authority of its certificate, PEM; the certificate itself where it is its own.")
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    given = {"--region": region_name, "--url": url, "--ca-file": ca_file}
    missing = [option for option, value in given.items() if value is None]
    if 0 < len(missing) < len(given):
        raise typer.BadParameter(_("needed beside the others."), param_hint=", ".join(missing))
    with _described():
        identity = EndpointIdentity.in_folder(data)
    facts = {"endpoint_id": identity.endpoint_id, "receipt_key": identity.receipt_key}
    if region_name is not None and url is not None and ca_file is not None:
        facts = _whole(_region(region_name), url, ca_file, facts)
    if as_json:
        typer.echo(json.dumps(facts))
    else:
        for name, value in facts.items():
            typer.echo(f"{name}: {value}")


def _whole(region_name: Region, url: str, ca_file: Path, facts: dict[str, str]) -> dict[str, str]:
    try:
        pem = ca_file.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = _("{file} cannot be read: {reason}").format(file=isolate(ca_file), reason=isolate(error))
        raise typer.BadParameter(reason, param_hint="--ca-file") from error
    try:
        return Endpoint(region=region_name, url=url, ca_pem=pem, **facts).model_dump()
    except ValidationError as error:
        fault = faults_of(error)[0]
        option = {"url": "--url", "ca_pem": "--ca-file"}.get(fault.key, fault.key)
        raise typer.BadParameter(_(_ENDPOINT_FAULTS.get(fault.code, fault.code)), param_hint=option) from error


@cli.command(
    "fsck", help=N_("Compare rows, files, digests, logs and heads; exit status 1 if anything differs. Changes nothing.")
)
def _fsck(data: DataOption = Path("endpoint"), as_json: JsonOption = False) -> None:
    with _opened(data) as (storage, records):
        identity = EndpointIdentity.kept_in(data)
        found = list(differences(storage, records, None if identity is None else identity.endpoint_id))
        sessions = len(records.sessions())
    if as_json:
        rows = [{"code": each.code, "where": each.where, "sentence": each.sentence} for each in found]
        typer.echo(json.dumps({"sessions": sessions, "differences": rows}, indent=1))
    else:
        for each in found:
            typer.echo(f"{each.code}: {isolate(each.where)} {each.sentence}")
        counted = ngettext("{count} session", "{count} sessions", sessions).format(count=isolate(sessions))
        differing = ngettext("{count} difference", "{count} differences", len(found)).format(count=isolate(len(found)))
        typer.echo(f"{counted}, {differing}")
    if found:
        raise typer.Exit(1)


@cli.command(
    "retention", help=N_("Delete sessions past their days and verify that they are gone. Can be repeated at any time.")
)
def _retention(
    days: Annotated[int, typer.Option(help=N_("Delete sessions whose newest object is older."), min=1)],
    data: DataOption = Path("endpoint"),
    institution: Annotated[str | None, typer.Option(help=N_("Only this institution's sessions, by its id."))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("Only say what would be deleted."))] = False,
    as_json: JsonOption = False,
) -> None:
    with _opened(data) as (storage, records):
        due = overdue(records, utc_now(), days, institution)
        done = [] if dry_run else [delete(storage, records, session.sid, utc_now()) for session in due]
    if as_json:
        gone = [{"sid": each.sid, "objects": each.objects, "bytes": each.bytes} for each in done]
        typer.echo(json.dumps({"due": [session.sid for session in due], "deleted": gone}, indent=1))
        return
    for session in due if dry_run else ():
        typer.echo(_("would delete {session}").format(session=isolate(session.sid)))
    for each in done:
        gone_now = ngettext(
            "deleted {session}: {count} object, {bytes} bytes, verified gone",
            "deleted {session}: {count} objects, {bytes} bytes, verified gone",
            each.objects,
        )
        typer.echo(gone_now.format(session=isolate(each.sid), count=isolate(each.objects), bytes=isolate(each.bytes)))
    past = ngettext(
        "{count} session past {days} days, {deleted} deleted",
        "{count} sessions past {days} days, {deleted} deleted",
        len(due),
    )
    typer.echo(past.format(count=isolate(len(due)), days=isolate(days), deleted=isolate(len(done))))


@cli.command("issue-token", help=N_("Print a token with which an institution lists and fetches its own sessions."))
def _issue_token(
    institution: Annotated[str, typer.Option(help=N_("The institution's id."))],
    region_name: RegionOption,
    data: DataOption = Path("endpoint"),
    days: Annotated[int, typer.Option(help=N_("How long it is valid."), min=1, max=3650)] = 30,
) -> None:
    token = ReviewToken(institution, _region(region_name), utc_now() + timedelta(days=days))
    with _described():
        identity = EndpointIdentity.in_folder(data)
    typer.echo(issue_token(token, identity.tokens, identity.endpoint_id))


def _region(text: str) -> Region:
    try:
        return region(text)
    except RegionRefused as error:
        raise typer.BadParameter(str(error), param_hint="--region") from error


def _root(file: Path) -> VerifyKey:
    try:
        return VerifyKey.from_text(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, FormatError) as error:
        raise typer.BadParameter(visible(f"{file}: {error}"), param_hint="--institution") from error


@contextmanager
def _opened(data: Path) -> Iterator[tuple[LocalStorage, Records]]:
    try:
        there = (data / "endpoint.sqlite").is_file()
    except OSError:  # a name too long for the system
        there = False
    if not there:
        raise typer.BadParameter(
            _("{folder} is no data folder of an endpoint.").format(folder=isolate(data)), param_hint="--data"
        )
    with _described():
        records = Records.in_folder(data)
        try:
            yield LocalStorage(data), records
        finally:
            records.close()


@contextmanager
def _described() -> Iterator[None]:
    try:
        yield
    except EndpointError as error:
        typer.echo(f"invigilo-endpoint: {visible(error)}", err=True)
        raise typer.Exit(1) from error


def main() -> None:
    """Entry point of the console script."""
    replace_unencodable_output()
    spoken(cli)()


if __name__ == "__main__":
    main()
