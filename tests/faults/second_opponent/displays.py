"""Servers of displays that no glass shows: in a window of another display, to the network, to nobody."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.fixtures.display import end

SERVERS = {
    "to nobody": ("Xvfb", "-screen", "0", "640x480x24"),
    "in a window": ("Xephyr", "-screen", "640x480"),
    "to the network": ("Xtigervnc", "-localhost", "-SecurityTypes", "None", "-rfbport", "-1"),
}


@contextlib.contextmanager
def display_without_glass(kind: str, outer: str, folder: Path, name: str | None = None) -> Iterator[str]:
    """Run one of `SERVERS`, on the display `outer` where it needs one, as a program called `name`; yields ":N"."""
    program, *arguments = SERVERS[kind]
    if name is not None:
        program = shutil.copy(shutil.which(program) or program, folder / name)
    reader, writer = os.pipe()
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [program, "-displayfd", str(writer), *arguments, "-noreset", "-nolisten", "tcp"],
            pass_fds=[writer], env={**os.environ, "DISPLAY": outer}, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    os.close(writer)
    try:
        with os.fdopen(reader) as numbers:
            number = numbers.readline().strip()
        assert number, (folder / "server.log").read_text()[-400:]
        yield f":{number}"
    finally:
        end(server)
