"""``exam import-seb``: settings of Safe Exam Browser as a first version of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.institution.commands.console import AsJson, exits, print_json
from app.institution.errors import UsageError
from app.institution.exams.seb_import import ImportedSettings, import_seb
from app.institution.exams.seb_words import entry_line, unreadable
from app.institution.handed_out import write_handed_out
from app.policy.seb.config_key import Spelling, config_key
from app.policy.seb.container import MAX_FILE_BYTES, OpenedSeb, open_container
from app.policy.seb.errors import SebUnreadable
from app.policy.seb.property_list import parse_property_list
from resources.language import N_, _, isolate, ngettext
from resources.visible import visible

commands = typer.Typer()


@commands.command(
    "import-seb",
    help=N_("Take over settings of Safe Exam Browser (.seb), for “exam new --settings”, and say what is left out."),
)
def import_settings(
    file: Annotated[Path, typer.Argument(metavar="F", help=N_("The .seb file."))],
    out: Annotated[Path, typer.Option(metavar="F", help=N_("Where to write the settings."))],
    password_file: Annotated[
        Path | None, typer.Option(metavar="F", help=N_("File that begins with the password of the .seb file."))
    ] = None,
    private_key: Annotated[
        Path | None, typer.Option(metavar="F", help=N_("PEM of the RSA key that the .seb file is encrypted to."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    with exits():
        if out.exists():
            raise UsageError(_("“{file}” is there already; name another file").format(file=isolate(out)))
        try:
            opened = open_container(_read(file), _password(password_file), _keys(private_key))
            seb = parse_property_list(opened.xml)
        except SebUnreadable as error:
            raise UsageError(
                _("“{file}” cannot be read: {reason}").format(file=isolate(file), reason=unreadable(error))
            ) from error
        imported = import_seb(seb)
        keys = {spelling: config_key(seb, spelling) for spelling in Spelling}
        write_handed_out(out, (json.dumps(imported.settings, indent=2, ensure_ascii=False) + "\n").encode())
        if as_json:
            print_json(_for_programs(opened, imported, keys, out))
        else:
            typer.echo(visible(_for_people(imported, keys, out), keep="\n"))


def _for_programs(
    opened: OpenedSeb, imported: ImportedSettings, keys: dict[Spelling, str], out: Path
) -> dict[str, object]:
    entries = [
        {"key": each.place, "taken_as": each.taken_as, "note": each.note, "value": each.shown}
        for each in imported.entries
    ]
    return {
        "settings": str(out),
        "purpose": opened.purpose,
        "encrypted": opened.encrypted,
        "config_key": keys,
        "entries": entries,
        "without_counterpart": imported.without_counterpart,
    }


def _for_people(imported: ImportedSettings, keys: dict[Spelling, str], out: Path) -> str:
    taken = [entry_line(each) for each in imported.entries if each.taken_as]
    left = [entry_line(each) for each in imported.entries if not each.taken_as]
    others = len(imported.without_counterpart)
    parts = [_("Settings: {file}. Read them, then: exam new EXAM --settings {file}").format(file=isolate(out))]
    for title, lines in ((_("Taken over:"), taken), (_("Not taken over, look at each:"), left)):
        parts += ["", title, *(f"  {line}" for line in lines or [_("nothing")])]
    if others:
        title = ngettext("{count} further key has no counterpart:", "{count} further keys have no counterpart:", others)
        parts += ["", title.format(count=isolate(others)), f"  {', '.join(imported.without_counterpart)}"]
    parts += ["", _("Config Key: {key}").format(key=keys[Spelling.SEB])]
    if keys[Spelling.MOODLE] != keys[Spelling.SEB]:
        parts.append(_("Config Key as Moodle makes it: {key}").format(key=keys[Spelling.MOODLE]))
    return "\n".join(parts)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as data:
            return data.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise UsageError(
            _("“{file}” cannot be read: {reason}").format(file=isolate(file), reason=isolate(error.strerror))
        ) from error


def _password(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return _read(file).decode().partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError as error:
        raise UsageError(_("“{file}” is no text").format(file=isolate(file))) from error


def _keys(file: Path | None) -> tuple[RSAPrivateKey, ...]:
    if file is None:
        return ()
    try:
        key = load_pem_private_key(_read(file), password=None)
    except (ValueError, TypeError) as error:
        raise UsageError(
            _("“{file}” holds no private key in PEM without a passphrase").format(file=isolate(file))
        ) from error
    if not isinstance(key, RSAPrivateKey):
        raise UsageError(_("“{file}” holds no RSA key").format(file=isolate(file)))
    return (key,)
