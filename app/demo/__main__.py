"""`invigilo demo`: a whole exam on one machine, from key ceremony to review, with the real programs."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from app.demo import headless, results
from app.demo.certificates import issue_for_loopback
from app.demo.exam_page import ExamSite
from app.demo.programs import ProgramError, RunningEndpoint, endpoint, institution
from app.demo.settings import EXAM_ID, EXAM_TITLE, INSTITUTION_ID, INSTITUTION_NAME, REGION, demo_settings
from app.demo.steps import step
from app.spoken_help import spoken
from crypto.fingerprint import passphrase, words
from crypto.signing import VerifyKey
from resources.language import N_, _, isolate

if TYPE_CHECKING:
    from collections.abc import Sequence

CAMERA = "test-person"

_say = Console(highlight=False).print


@dataclass(frozen=True)
class DemoFolders:
    """Where the demonstration plays: its folders, and the environment that leads to display and sound."""

    out: Path
    environment: dict[str, str]
    attended: bool

    @property
    def institution(self) -> Path:
        """The institution's folder, with `passphrase.txt`."""
        return self.out / "institution"

    @property
    def passphrase_file(self) -> Path:
        """The passphrase of both key files; in the demonstration only does it lie beside them."""
        return self.institution / "passphrase.txt"

    @property
    def operator(self) -> Path:
        """What the endpoint's operator holds."""
        return self.out / "endpoint"

    @property
    def client(self) -> Path:
        """The test taker's folder."""
        return self.out / "client"

    @property
    def spool(self) -> Path:
        """Where sealed objects wait for a receipt; empty at the end."""
        return self.out / "spool"

    @property
    def review(self) -> Path:
        """What the institution sees."""
        return self.out / "review"

    @property
    def screens(self) -> Path:
        """A picture of every window on the way."""
        return self.out / "screens"


def demo(
    unattended: Annotated[bool, typer.Option("--unattended", help=N_("Click through without a person."))] = False,
    seconds: Annotated[float, typer.Option(help=N_("How long to record when unattended."), min=5)] = 20.0,
    out: Annotated[Path | None, typer.Option(help=N_("Where to leave everything; a new folder by default."))] = None,
    camera: Annotated[str | None, typer.Option(help=N_("Camera, or a video file or address."))] = None,
    microphone: Annotated[str | None, typer.Option(help=N_("Microphone, or a sound file."))] = None,
    screen: Annotated[str | None, typer.Option(help=N_("Display, or a video file."))] = None,
) -> None:
    """Sit a small exam on this machine: recorded, sealed, delivered, opened again and reviewed."""
    folder = out or Path(f"demo-out/{datetime.now(UTC):%Y%m%d-%H%M%S}")
    if folder.exists() and any(folder.iterdir()):
        _say(_("{folder} is not empty; choose another --out or remove it.").format(folder=isolate(folder)))
        raise typer.Exit(2)
    attended = not unattended and headless.has_display()
    if not unattended and not attended:
        _say(_("There is no display here: making a virtual one and clicking through without a person."))
    try:
        with ExitStack() as held:
            environment = _prepare(held, folder, needs_sound=microphone is None)
            set_up = DemoFolders(folder.resolve(), environment, attended)
            status = _play(set_up, seconds, camera or _camera(), microphone, screen)
    except (headless.DemoEnvironmentError, ProgramError) as error:
        _say(_("The demonstration stopped: {reason}").format(reason=isolate(error)), style="red")
        raise typer.Exit(1) from error
    raise typer.Exit(status)


def _prepare(held: ExitStack, folder: Path, *, needs_sound: bool) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    environment: dict[str, str] = {}
    if not headless.has_display():
        environment |= held.enter_context(headless.virtual_display())
    if needs_sound and not headless.has_sound():
        environment |= held.enter_context(headless.private_sound())
    os.environ.update(environment)
    return environment


def _camera() -> str | None:
    from capture.sources.devices import list_cameras  # noqa: PLC0415 - loads OpenCV, which few calls need

    if list_cameras():
        return None
    _say(_("There is no camera here: a drawn test person takes its place, and says so in the picture."))
    return CAMERA


def _play(set_up: DemoFolders, seconds: float, camera: str | None, microphone: str | None, screen: str | None) -> int:
    secret = passphrase()
    set_up.institution.mkdir(parents=True, mode=0o700, exist_ok=True)
    set_up.passphrase_file.write_text(secret + "\n")
    set_up.passphrase_file.chmod(0o600)
    unlock = ("--passphrase-file", str(set_up.passphrase_file))
    step(
        1, _("An institution makes its keys. Passphrase (demonstration only): {passphrase}"), passphrase=isolate(secret)
    )
    institution(set_up.institution, "init", "--id", INSTITUTION_ID, "--name", INSTITUTION_NAME, *unlock)
    institution(set_up.institution, "representative", "add", "representative", *unlock)
    root_key = set_up.institution / "root.pub"
    key_words = words(VerifyKey.from_text(root_key.read_text()).fingerprint)
    step(
        None,
        _("It publishes the words of its key, for test takers to compare: {words}"),
        words=isolate(" ".join(key_words)),
    )
    certificate = issue_for_loopback(set_up.out / "tls")
    with ExamSite() as site, endpoint(set_up.operator, certificate, root_key, REGION) as running:
        step(
            2,
            _("A regional endpoint listens on {address} and holds no key that opens anything."),
            address=isolate(running.url),
        )
        exam_file = _sign_exam(set_up, site, running, certificate.authority_pem, unlock)
        step(3, _("The institution signs its exam: {file}"), file=isolate(exam_file))
        if set_up.attended:
            step(4, _("The test taker opens it."))
        else:
            step(4, _("The test taker opens it and is recorded for {seconds} s."), seconds=f"{seconds:g}")
        _take_exam(set_up, exam_file, seconds, camera, microphone, screen)
    return results.show(
        set_up.out,
        set_up.institution,
        set_up.operator,
        set_up.review,
        unlock,
        attended=set_up.attended,
        screens=set_up.screens,
    )


def _sign_exam(
    set_up: DemoFolders, site: ExamSite, running: RunningEndpoint, authority_pem: str, unlock: Sequence[str]
) -> Path:
    template = set_up.out / "exam-template.json"
    template.write_text(json.dumps(demo_settings(site, running, authority_pem), indent=2))
    institution(set_up.institution, "exam", "new", EXAM_ID, "--title", EXAM_TITLE, "--settings", str(template), *unlock)
    now = datetime.now(UTC)
    exam_file = set_up.out / f"{EXAM_ID}.invigilo"
    institution(
        set_up.institution,
        *("exam", "sign", EXAM_ID, "--out", str(exam_file)),
        *("--from", _stamp(now - timedelta(minutes=5)), "--until", _stamp(now + timedelta(hours=12))),
        *("--deliver-until", _stamp(now + timedelta(days=7))),
        *unlock,
    )
    return exam_file


def _take_exam(
    set_up: DemoFolders, exam_file: Path, seconds: float, camera: str | None, microphone: str | None, screen: str | None
) -> None:
    chosen = {"--camera": camera, "--microphone": microphone, "--screen": screen}
    with (set_up.out / "logs" / "client.log").open("ab") as log:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "app.demo.test_taker", str(exam_file)),
                *("--data", str(set_up.client), "--spool", str(set_up.spool)),
                *("--screens", str(set_up.screens), "--seconds", str(seconds)),
                *("--candidate", f"demo-{secrets.token_hex(3)}"),
                *(part for option, value in chosen.items() if value is not None for part in (option, value)),
                *(["--attended"] if set_up.attended else []),
            ],
            stdin=subprocess.DEVNULL,
            stderr=log,
            check=False,
        )
    if done.returncode != 0:
        raise ProgramError(
            _("the client ended with status {status}; see logs/client.log").format(status=done.returncode)
        )


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demonstration; gives 0 only where the verdict is COMPLETE."""
    # An end from outside must take the display, the sound server and the endpoint along.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    app = typer.Typer(name="invigilo demo", add_completion=False, pretty_exceptions_enable=False)
    app.command(help=N_("Sit a small exam on this machine: recorded, sealed, delivered, opened again and reviewed."))(
        demo
    )
    try:
        spoken(app)(arguments, prog_name="invigilo demo")
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
