"""Servers of displays that no glass shows: in a window of another display, to the network, to nobody."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.fixtures.display import end

SERVERS = {
    "to nobody": ("Xvfb", "-screen", "0", "640x480x24"),
    "in a window": ("Xephyr", "-screen", "640x480"),
    "to the network": ("Xtigervnc", "-localhost", "-SecurityTypes", "None", "-rfbport", "-1"),
    "by Wayland": ("Xwayland", "-ac"),
    "by xpra": ("Xvfb", "-screen", "0", "640x480x24"),
}
STARTED_BY = {"by Wayland": "cage", "by xpra": "xpra"}
"""What starts the server, where it is not started by itself."""
_HEADLESS = {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1"}
_NOTHING_ELSE = (
    "--daemon=no", "--html=off", "--mdns=no", "--pulseaudio=no", "--notifications=no", "--dbus-launch=no",
    "--dbus-proxy=no", "--systemd-run=no", "--bind=none", "--printing=no", "--webcam=no", "--start-new-commands=no",
)  # fmt: skip
_NOBODY = 65534


@contextlib.contextmanager
def display_without_glass(kind: str, outer: str, name: str | None = None) -> Iterator[str]:
    """Run one of `SERVERS`, on the display `outer` where it needs one, as a program called `name`; yields ":N"."""
    program, *arguments = SERVERS[kind]
    with tempfile.TemporaryDirectory(prefix="display-") as made, contextlib.ExitStack() as ending:
        folder = Path(made)
        if name is not None:
            program = shutil.copy(shutil.which(program) or program, folder / name)
        reader, writer = os.pipe()
        options = [*arguments, "-noreset", "-nolisten", "tcp"]
        command = [program, "-displayfd", str(writer), *options]
        environment = {**os.environ, "DISPLAY": outer, "XDG_RUNTIME_DIR": made, "HOME": made}
        if kind == "by xpra":
            asked_for = folder / "Xvfb"  # by its name xpra knows what it takes; what runs is the other
            asked_for.write_text(f'#!/bin/sh\nexec {program} "$@"\n')
            asked_for.chmod(0o755)
            served = f"--xvfb={' '.join([str(asked_for), *options])}"
            command = ["xpra", "start", f"--displayfd={writer}", served, f"--socket-dirs={made}", *_NOTHING_ELSE]
        if kind == "by Wayland":
            del environment["DISPLAY"]
            environment |= _HEADLESS
            command = ["cage", "--", *command]
            if os.geteuid() == 0:  # cage does not run as root
                os.chown(folder, _NOBODY, _NOBODY)
                command = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", *command]
        with (folder / "server.log").open("wb") as log:
            server = subprocess.Popen(
                command, pass_fds=[writer], env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=made
            )
        ending.callback(end, server)
        os.close(writer)
        with os.fdopen(reader) as numbers:
            number = numbers.readline().strip()
        assert number, (folder / "server.log").read_text()[-400:]
        yield f":{number.removeprefix('S')}"
