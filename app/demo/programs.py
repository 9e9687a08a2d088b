"""Runs the institution's program and the endpoint as the processes they are."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resources.language import _, isolate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.demo.certificates import EndpointCertificate

READY_TIMEOUT_S = 30.0


class ProgramError(Exception):
    """A program of the demonstration ended otherwise than it should; the message holds what it said."""


def institution(folder: Path, *arguments: str, allow: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
    """Run `invigilo-institution --dir FOLDER ARGUMENTS`.

    Raises:
        ProgramError: when it ends with a status that is not in `allow`.
    """
    done = subprocess.run(
        [sys.executable, "-m", "app.institution", "--dir", str(folder), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in allow:
        output = (done.stderr or done.stdout).strip()
        raise ProgramError(
            _("invigilo-institution {command} ended with status {status}: {output}").format(
                command=" ".join(arguments[:2]), status=done.returncode, output=isolate(output)
            )
        )
    return done


@dataclass(frozen=True)
class RunningEndpoint:
    """Where the endpoint listens and what the settings must say of it."""

    url: str
    region: str
    endpoint_id: str
    receipt_key: str


@contextmanager
def endpoint(
    data: Path, certificate: EndpointCertificate, institution_key: Path, region: str
) -> Iterator[RunningEndpoint]:
    """Run `invigilo-endpoint serve` on a free port of 127.0.0.1 until the end of the block.

    Raises:
        ProgramError: when it is not ready in time.
    """
    ready = data.parent / f"{data.name}.ready"
    ready.unlink(missing_ok=True)
    log = data.parent / "logs" / "endpoint.log"
    log.parent.mkdir(exist_ok=True)
    log_file = log.open("ab")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "app.endpoint", "serve"),
            *("--data", str(data), "--host", "127.0.0.1", "--port", "0", "--region", region),
            *("--tls-cert", str(certificate.certificate), "--tls-key", str(certificate.key)),
            *("--institution", str(institution_key), "--ready-file", str(ready)),
        ],
        stdin=subprocess.DEVNULL,
        stderr=log_file,
    )
    try:
        yield _await_ready(process, ready)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log_file.close()
        ready.unlink(missing_ok=True)


def _await_ready(process: subprocess.Popen[bytes], ready: Path) -> RunningEndpoint:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ProgramError(_("the endpoint ended at once with status {status}").format(status=process.returncode))
        if ready.exists():
            output = json.loads(ready.read_text())
            url = f"https://{output['host']}:{output['port']}"
            return RunningEndpoint(url, output["region"], output["endpoint_id"], output["receipt_key"])
        time.sleep(0.05)
    raise ProgramError(_("the endpoint did not become ready"))
