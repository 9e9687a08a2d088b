"""``release-key`` and ``release``: staff let a held exam go on, without a network."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from app.durable_files.writing import append_to_file, write_file
from app.institution.commands.console import (
    AsJson,
    GeneratePassphrase,
    PassphraseFile,
    exits,
    new_passphrase,
    passphrase,
    print_json,
    quoted,
)
from app.institution.errors import UsageError
from app.institution.keys import passphrases
from app.policy.release import RELEASE_REASONS
from crypto import keyfile, release
from crypto.derivation import wipe
from resources.language import N_, _, isolate

commands = typer.Typer()

KIND = "release"


@commands.command(
    "release-key",
    help=N_("Make a key that releases held exams, and nothing else; name it in the settings before they are signed."),
)
def new_release_key(
    kid: Annotated[str, typer.Argument(metavar="KID", help=N_("Short name of who releases, such as exam-room-3."))],
    out: Annotated[Path, typer.Option(metavar="F", help=N_("Where to write the key file, for staff to take along."))],
    passphrase_file: PassphraseFile = None,
    generate_passphrase: GeneratePassphrase = False,
    as_json: AsJson = False,
) -> None:
    with exits():
        if out.exists():
            raise UsageError(_("“{file}” is there already; a key file is never written over").format(file=isolate(out)))
        chosen = new_passphrase(passphrase_file, quoted(kid), generate=generate_passphrase)
        passphrases.check(chosen.text, kid)
        secret = bytearray(release.new_secret())
        try:
            public = release.public_of(secret)
            data = keyfile.lock(secret, kind=KIND, kid=kid, public=public, passphrase=chosen.text)
        finally:
            wipe(secret)
        write_file(out, data)
        chosen.tell()
        entry = {"kid": kid, "public_b64": base64.b64encode(public).decode("ascii")}
        if as_json:
            print_json(entry)
            return
        made = _("Made {file}. Put this into “release_keys” of the settings, then sign them:").format(file=isolate(out))
        typer.echo(f"{made}\n  {json.dumps(entry)}")


@commands.command(
    "release",
    help=N_("Print the code that lets one held exam go on; it is written down first, beside the key file."),
)
def release_hold(
    code: Annotated[str, typer.Argument(metavar="CODE", help=N_("The code on the held exam's screen."))],
    key: Annotated[Path, typer.Option("--key", metavar="F", help=N_("Key file made by “release-key”."))],
    reason: Annotated[str, typer.Option(metavar="|".join(RELEASE_REASONS), help=N_("Why the exam may go on."))],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    with exits():
        if reason not in RELEASE_REASONS:
            raise UsageError(
                _("“{reason}” is no reason to release; there are: {reasons}").format(
                    reason=isolate(reason), reasons=", ".join(map(isolate, RELEASE_REASONS))
                )
            )
        unlocked = keyfile.unlock(key.read_bytes(), passphrase(passphrase_file, quoted(key.stem)))
        try:
            if unlocked.kind != KIND:
                raise UsageError(
                    _("“{file}” is a key file for something else ({kind})").format(
                        file=isolate(key), kind=isolate(unlocked.kind)
                    )
                )
            given = release.answer(code, unlocked.secret, RELEASE_REASONS.index(reason))
        finally:
            wipe(unlocked.secret)
        _log_release(key.with_suffix(".releases.jsonl"), unlocked.kid, code, reason)
        if as_json:
            print_json({"answer": given, "reason": reason})
            return
        typer.echo(_("Type this into the held exam (once, for this hold only):") + f"\n  {given}")


def _log_release(path: Path, kid: str, code: str, reason: str) -> None:
    letters = "".join(code.replace("-", " ").split()).upper()
    line = {
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "key": kid,
        "code_sha256": sha256(letters.encode()).hexdigest(),
        "reason": reason,
    }
    append_to_file(path, json.dumps(line).encode() + b"\n")
