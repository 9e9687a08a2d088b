"""The demonstration's test taker: the real client program, clicked through by the autopilot.

A process of its own, `python -m app.demo.test_taker EXAM ...`, so that it can be killed and started again like a
test taker's.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.client.__main__ import prepare_process
from app.client.state.paths import ClientPaths


def take_exam(
    exam: Annotated[str, typer.Argument(help="Exam file or link")],
    data: Annotated[Path, typer.Option(help="The client's folder")],
    spool: Annotated[Path, typer.Option(help="Where sealed objects wait")],
    screens: Annotated[Path, typer.Option(help="Where pictures of the windows go")],
    seconds: Annotated[float, typer.Option(help="How long to record")] = 20.0,
    camera: Annotated[str | None, typer.Option()] = None,
    microphone: Annotated[str | None, typer.Option()] = None,
    screen: Annotated[str | None, typer.Option()] = None,
    candidate: Annotated[str, typer.Option()] = "demo-candidate",
    attended: Annotated[bool, typer.Option(help="Let a person click")] = False,
    leave: Annotated[bool, typer.Option(help="Leave the exam instead of handing it in")] = False,
) -> None:
    """Sit the exam."""
    from app.client.composition import ClientProgram  # noqa: PLC0415 - Qt is loaded after the environment is scrubbed
    from app.client.recording.recording import ChosenSources  # noqa: PLC0415
    from app.demo.autopilot import Autopilot  # noqa: PLC0415

    program = ClientProgram(
        exam, paths=ClientPaths(data, spool), sources=ChosenSources(camera, microphone, screen), candidate=candidate
    )
    if not attended:
        Autopilot(program, seconds=seconds, screens=screens, leave=leave).start()
    raise typer.Exit(program.run())


if __name__ == "__main__":
    prepare_process(sys.argv)
    typer.run(take_exam)
