"""The test taker's program: `invigilo EXAM`, and what can be asked of it on the console."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.client.errors import NoDisplay
from app.client.state.paths import ClientPaths, data_home
from app.spoken_help import VersionOption, replace_unencodable_output, spoken
from lockdown.contract.errors import RootRefused
from lockdown.environment import refuse_root, scrub
from resources.language import N_, _, isolate
from resources.visible import visible
from ui.display import display_answers
from ui.input_method import steer_to_shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = ("exam", "check", "upload", "restore", "purge", "policy", "recorder-process", "--help", "--version")
HARMLESS = frozenset({"--help", "--version"})
"""Nothing but words: these may be asked by anybody."""

console = typer.Typer(
    name="invigilo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=N_("Sit an exam in a locked, recorded window."),
)
policy = typer.Typer(help=N_("Settings of this machine."))
console.add_typer(policy, name="policy")

DataOption = Annotated[Path | None, typer.Option("--data", help=N_("The client's folder; the user's own by default"))]
SpoolOption = Annotated[
    Path | None, typer.Option("--spool", help=N_("Where sealed objects wait; in the client's folder by default"))
]
JsonOption = Annotated[bool, typer.Option("--json", help=N_("Answer as one JSON object"))]


@console.callback()
def _program(_version: VersionOption = False) -> None: ...


@console.command(help=N_("Sit an exam, from the device check to handing it in; without one, see a start page."))
def exam(
    exam: Annotated[str | None, typer.Argument(help=N_("Exam file (.invigilo) or link (invigilo://...)"))] = None,
    camera: Annotated[
        str | None, typer.Option(help=N_("Camera: index or name; a file or address if the exam allows it"))
    ] = None,
    microphone: Annotated[str | None, typer.Option(help=N_("Microphone: number or name, or as for --camera"))] = None,
    screen: Annotated[str | None, typer.Option(help=N_("Display: number or all, or as for --camera"))] = None,
    candidate: Annotated[str | None, typer.Option(help=N_("Pseudonym from your institution, never a name"))] = None,
    authority: Annotated[Path | None, typer.Option(help=N_("Certificate authority for an exam link (labs)"))] = None,
    data: DataOption = None,
    spool: SpoolOption = None,
    text_size: Annotated[
        int | None,
        typer.Option(min=100, max=300, help=N_("Size of all text in percent; as the system says by default")),
    ] = None,
    high_contrast: Annotated[bool | None, typer.Option(help=N_("As the system says by default"))] = None,
) -> None:
    if not display_answers(os.environ):
        raise NoDisplay
    from app.client.composition import Appearance, ClientProgram  # noqa: PLC0415 - Qt is loaded for this command alone
    from app.client.recording.recording import ChosenSources  # noqa: PLC0415

    steer_to_shipped(os.environ)
    program = ClientProgram(
        exam,
        paths=ClientPaths(data or data_home(), spool),
        sources=ChosenSources(camera, microphone, screen),
        candidate=candidate,
        authority=authority,
        appearance=Appearance(text_size / 100 if text_size else None, high_contrast),
    )
    raise typer.Exit(program.run())


@console.command(help=N_("Deliver what earlier exams left on this computer; ends when everything has its receipt."))
def upload(
    data: DataOption = None,
    spool: SpoolOption = None,
    timeout_s: Annotated[float, typer.Option(help=N_("Give up after this many seconds; 0 waits without limit"))] = 0.0,
    as_json: JsonOption = False,
) -> None:
    from app.client.upkeep.upload import upload_pending  # noqa: PLC0415
    from app.client.upkeep.words import upload_sentence  # noqa: PLC0415

    outcome = upload_pending(ClientPaths(data or data_home(), spool), timeout_s=timeout_s or None)
    if as_json:
        typer.echo(json.dumps({**asdict(outcome), "sentence": upload_sentence(outcome)}))
    else:
        typer.echo(upload_sentence(outcome), err=outcome.waiting > 0)
    raise typer.Exit(1 if outcome.waiting else 0)


@console.command(help=N_("Put back whatever an exam that ended abnormally left changed on this computer."))
def restore(data: DataOption = None, as_json: JsonOption = False) -> None:
    from app.client.pages.machine_refusals import failure_words  # noqa: PLC0415
    from lockdown.platforms.backend import backend  # noqa: PLC0415
    from lockdown.restore import restore_all  # noqa: PLC0415

    report = restore_all(ClientPaths(data or data_home()).journal, backend().machine_settings())
    if as_json:
        problems = [{**asdict(each), "sentence": failure_words(each.code)} for each in report.problems]
        typer.echo(json.dumps({**report.as_json(), "problems": problems}))
    elif report.clean:
        typer.echo(_("This computer is as it was before."))
    else:
        for problem in report.problems:
            where = isolate(problem.api or problem.journal)
            typer.echo(f"{problem.code}  {where}  {failure_words(problem.code)}", err=True)
    raise typer.Exit(0 if report.clean else 1)


@console.command(
    help=N_("Remove everything that Invigilo keeps on this computer, receipts too; never what is still to be sent.")
)
def purge(
    data: DataOption = None,
    spool: SpoolOption = None,
    yes: Annotated[bool, typer.Option("--yes", help=N_("Remove without a question"))] = False,
    as_json: JsonOption = False,
) -> None:
    from app.client.upkeep.confirmation import agrees_to_purge  # noqa: PLC0415
    from app.client.upkeep.purge import purge as purge_all  # noqa: PLC0415
    from app.client.upkeep.words import purge_sentence  # noqa: PLC0415

    # A program that parses the answer is not asked.
    agreed = agrees_to_purge if not (yes or as_json) else lambda: yes
    outcome = purge_all(ClientPaths(data or data_home(), spool), agreed)
    sentence = purge_sentence(outcome)
    if as_json:
        typer.echo(json.dumps({"removed": outcome.removed, **asdict(outcome), "sentence": sentence}))
    else:
        typer.echo(sentence)
    raise typer.Exit(0 if outcome.removed else 1)


@console.command(
    help=N_(
        "Check the devices and this computer as before an exam; nothing is recorded or sent. Exit status 0 only where "
        "nothing is left to look at."
    )
)
def check(
    as_json: JsonOption = False,
    camera: Annotated[str | None, typer.Option(help=N_("Camera to look at: index or name"))] = None,
    microphone: Annotated[str | None, typer.Option(help=N_("Microphone to listen to: number or name"))] = None,
    screen: Annotated[str | None, typer.Option(help=N_("Display to look at: number or all"))] = None,
    seconds: Annotated[float, typer.Option(help=N_("How long to look at the devices"))] = 4.0,
    data: DataOption = None,
    exam: Annotated[str | None, typer.Option(help=N_("Look at what this exam asks for: exam file or link"))] = None,
    authority: Annotated[Path | None, typer.Option(help=N_("Certificate authority for an exam link (labs)"))] = None,
) -> None:
    from app.client.recording.recording import ChosenSources  # noqa: PLC0415
    from app.client.upkeep.self_check import run_exam_check, run_self_check  # noqa: PLC0415
    from app.client.upkeep.words import check_lines  # noqa: PLC0415

    paths, sources = ClientPaths(data or data_home()), ChosenSources(camera, microphone, screen)
    if exam is None:
        report = run_self_check(paths, sources, seconds=seconds)
    else:
        report = run_exam_check(exam, paths, sources, seconds=seconds, authority=authority)
    if as_json:
        typer.echo(json.dumps(report.as_json()))
    else:
        for line in check_lines(report):
            typer.echo(visible(line, keep="\n"))
    raise typer.Exit(0 if report.readiness.state == "ready" else 1)


@policy.command(
    "show", help=N_("Show what the people who manage this computer have set, where, and the institutions it trusts.")
)
def policy_show(as_json: JsonOption = False, data: DataOption = None) -> None:
    from app.policy.machine import machine_policy  # noqa: PLC0415
    from app.policy.pins import InstitutionPins  # noqa: PLC0415

    paths = ClientPaths(data or data_home())
    trusted = InstitutionPins(paths.pins).trusted() if paths.pins.exists() else {}
    machine = machine_policy()
    source = machine.sources.get("lab_machine", "default")
    if as_json:
        shown = {
            "data": str(paths.root),
            "institutions": {name: list(words) for name, words in trusted.items()},
            "machine": {"lab_machine": {"value": machine.lab_machine, "source": source}},
            "problems": list(machine.problems),
        }
        typer.echo(json.dumps(shown))
    else:
        typer.echo(_("Data folder: {folder}").format(folder=isolate(paths.root)))
        managed = (
            _("Managed by lab staff (lab_machine): yes, from: {source}")
            if machine.lab_machine
            else _("Managed by lab staff (lab_machine): no, from: {source}")
        )
        typer.echo(managed.format(source=isolate(source)))
        for institution, words in trusted.items():
            typer.echo(
                _("Trusted institution: {institution}, key words {words}").format(
                    institution=isolate(institution), words=isolate(" ".join(words))
                )
            )
        for problem in machine.problems:
            typer.echo(_("Not followed: {problem}").format(problem=isolate(problem)), err=True)
    raise typer.Exit(1 if machine.problems else 0)


def prepare_process(arguments: Sequence[str]) -> list[str]:
    """Make this process fit to load the web engine; gives the arguments that are left.

    Starts the program anew where the loader had already followed a variable that is not allowed.

    Raises:
        RootRefused: as root without the variable that tests and containers set.
    """
    scrubbed = scrub(os.environ, arguments)
    if scrubbed.needs_restart and not getattr(sys, "frozen", False):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ)  # noqa: S606 - ourselves, cleaned
    if scrubbed.needs_restart:
        os.execve(sys.executable, [sys.executable, *scrubbed.arguments], os.environ)  # noqa: S606 - ourselves, cleaned
    if HARMLESS.isdisjoint(arguments):
        refuse_root(os.environ)
    return list(scrubbed.arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives 0, 1 (ran, found wrong) or 2 (bad use)."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    logging.Formatter.converter = time.gmtime
    replace_unencodable_output()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["recorder-process"]:
        from app.client.recorder.__main__ import main as recorder  # noqa: PLC0415 - a bundle starts itself for this

        return recorder()
    if given[:1] == ["watchdog-process"]:
        from lockdown.watchdog import main as watchdog  # noqa: PLC0415 - likewise

        sys.argv = [sys.argv[0], *given[1:]]
        watchdog()
        return 0
    if sys.platform == "linux" and given[:1] == ["server-probe-process"]:
        from lockdown.linux.probe_process import main as server_probe  # noqa: PLC0415 - likewise

        return server_probe()
    try:
        given = prepare_process(given)
    except RootRefused as refused:
        from app.client.pages.machine_refusals import failure_words  # noqa: PLC0415 - nothing before the scrub needs it

        typer.echo(failure_words(refused.code), err=True)
        return 2
    if not given or given[0] not in COMMANDS:
        given = ["exam", *given]
    return _run(given)


def _run(arguments: Sequence[str]) -> int:
    from app.client.refused_command import EXPECTED, refusal_sentence  # noqa: PLC0415 - what only some commands need

    try:
        spoken(console)(arguments, prog_name="invigilo")
    except SystemExit as ended:
        return int(ended.code or 0)
    except EXPECTED as error:
        typer.echo(f"invigilo: {visible(refusal_sentence(error))}", err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
