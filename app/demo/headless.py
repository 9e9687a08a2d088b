"""What a machine without a screen or sound lacks: a virtual display with a window manager, a private sound server."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from resources.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator

LINUX = platform.system() == "Linux"
SCREEN = "1920x1080x24"
START_TIMEOUT_S = 20.0


class DemoEnvironmentError(Exception):
    """The demonstration lacks a program that this machine must have; the message names it."""


def has_display() -> bool:
    """Whether windows can be shown where this process runs."""
    return not LINUX or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def has_sound() -> bool:
    """Whether a sound server answers, or the platform brings one."""
    pactl = shutil.which("pactl")
    if not LINUX or pactl is None:
        return not LINUX
    asked = subprocess.run([pactl, "info"], capture_output=True, check=False, timeout=START_TIMEOUT_S)
    return asked.returncode == 0


@contextmanager
def virtual_display() -> Iterator[dict[str, str]]:
    """Run Xvfb and openbox on a free display number; gives the environment that leads there.

    A window manager is part of it because without one a window never becomes full screen (measured).

    Raises:
        DemoEnvironmentError: when Xvfb or openbox is not installed or does not start.
    """
    for program in ("Xvfb", "openbox"):
        if shutil.which(program) is None:
            raise DemoEnvironmentError(
                _("There is no display here and {program} is not installed: apt-get install xvfb openbox").format(
                    program=program
                )
            )
    with ExitStack() as stack:
        number_end, server_end = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(server_end), "-screen", "0", SCREEN, "-nolisten", "tcp"],
            pass_fds=(server_end,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(_end, server)
        os.close(server_end)
        with os.fdopen(number_end) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise DemoEnvironmentError(_("The virtual display did not start: Xvfb ended at once"))
        environment = {"DISPLAY": f":{number}"}
        manager = subprocess.Popen(
            ["openbox", "--sm-disable"],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(_end, manager)
        yield environment


@contextmanager
def private_sound() -> Iterator[dict[str, str]]:
    """Run a sound server of the demonstration's own; its microphone hears a quiet room and what is played to it.

    Without the room it would deliver complete silence, which is rightly said of a microphone. Its sockets live in a
    folder of a short name, because a socket's path may not have more than 107 characters.

    Raises:
        DemoEnvironmentError: when PulseAudio is not installed or does not start.
    """
    if shutil.which("pulseaudio") is None:
        raise DemoEnvironmentError(
            _("There is no sound server here and PulseAudio is not installed: apt-get install pulseaudio")
        )
    folder = Path(tempfile.mkdtemp(prefix="invigilo-sound-"))
    runtime = folder / "run"
    (runtime / "pulse").mkdir(parents=True, mode=0o700)
    runtime.chmod(0o700)
    configuration = folder / "asound.conf"
    configuration.write_text("</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n")
    environment = {
        "XDG_RUNTIME_DIR": str(runtime),
        "PULSE_RUNTIME_PATH": str(runtime / "pulse"),
        "ALSA_CONFIG_PATH": str(configuration),
    }
    server = subprocess.Popen(
        [
            *("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"),
            *("-L", "module-native-protocol-unix"),
            *("-L", "module-null-sink sink_name=room rate=48000 channels=1"),
            *("-L", "module-remap-source master=room.monitor source_name=microphone"),
        ],
        env={**{k: v for k, v in os.environ.items() if k != "DBUS_SESSION_BUS_ADDRESS"}, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await_sound(environment)
        for what in (["set-default-sink", "room"], ["set-default-source", "microphone"]):
            subprocess.run(["pactl", *what], env={**os.environ, **environment}, check=True, timeout=START_TIMEOUT_S)
        with _null_sound_server(environment):
            yield environment
    finally:
        _end(server)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _null_sound_server(environment: dict[str, str]) -> Iterator[None]:
    """Play faint noise, about 65 dB below full scale; PulseAudio's volume of 65536 is full, and its cube counts."""
    player = subprocess.Popen(
        ["pacat", "--raw", "--format=u8", "--rate=8000", "--channels=1", "--volume=6554", "/dev/urandom"],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        _end(player)


def _await_sound(environment: dict[str, str]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        asked = subprocess.run(["pactl", "info"], env={**os.environ, **environment}, capture_output=True, check=False)
        if asked.returncode == 0:
            return
        time.sleep(0.1)
    raise DemoEnvironmentError(_("The private sound server did not start"))


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
