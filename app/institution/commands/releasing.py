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
)
from app.institution.errors import UsageError
from app.policy.release import RELEASE_REASONS
from crypto import keyfile, release
from crypto.derivation import wipe

KIND = "release"


def new_release_key(
    kid: Annotated[str, typer.Argument(metavar="KID", help="Short name of who releases, such as exam-room-3.")],
    out: Annotated[Path, typer.Option(metavar="F", help="Where to write the key file, for staff to take along.")],
    passphrase_file: PassphraseFile = None,
    generate_passphrase: GeneratePassphrase = False,
    as_json: AsJson = False,
) -> None:
    """Make a key that releases held exams, and nothing else; name it in the settings before they are signed."""
    with exits():
        if out.exists():
            raise UsageError(f"“{out}” is there already; a key file is never written over")
        chosen = new_passphrase(passphrase_file, f"“{kid}”", generate=generate_passphrase)
        secret = bytearray(release.new_secret())
        try:
            public = release.public_of(secret)
            data = keyfile.lock(secret, kind=KIND, kid=kid, public=public, passphrase=chosen)
        finally:
            wipe(secret)
        write_file(out, data)
        entry = {"kid": kid, "public_b64": base64.b64encode(public).decode("ascii")}
        if as_json:
            print_json(entry)
            return
        typer.echo(f"Made {out}. Put this into “release_keys” of the settings, then sign them:\n  {json.dumps(entry)}")


def release_hold(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code on the held exam's screen.")],
    key: Annotated[Path, typer.Option("--key", metavar="F", help="Key file made by “release-key”.")],
    reason: Annotated[str, typer.Option(metavar="REASON", help=f"One of: {', '.join(RELEASE_REASONS)}.")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Print the code that lets one held exam go on; it is written down first, beside the key file."""
    with exits():
        if reason not in RELEASE_REASONS:
            raise UsageError(f"“{reason}” is no reason to release; there are: {', '.join(RELEASE_REASONS)}")
        unlocked = keyfile.unlock(key.read_bytes(), passphrase(passphrase_file, f"“{key.stem}”"))
        try:
            if unlocked.kind != KIND:
                raise UsageError(f"“{key}” is a key file for something else ({unlocked.kind})")
            given = release.answer(code, unlocked.secret, RELEASE_REASONS.index(reason))
        finally:
            wipe(unlocked.secret)
        _log_release(key.with_suffix(".releases.jsonl"), unlocked.kid, code, reason)
        if as_json:
            print_json({"answer": given, "reason": reason})
            return
        typer.echo(f"Type this into the held exam (once, for this hold only):\n  {given}")


def _log_release(path: Path, kid: str, code: str, reason: str) -> None:
    letters = "".join(code.replace("-", " ").split()).upper()
    line = {
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "key": kid,
        "code_sha256": sha256(letters.encode()).hexdigest(),
        "reason": reason,
    }
    append_to_file(path, json.dumps(line).encode() + b"\n")
