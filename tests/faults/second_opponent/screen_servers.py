"""Tricks with programs that show the screen elsewhere: changed copies, so that neither name nor package is known."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from lockdown.linux.screen_servers import display_clients
from tests.faults.opponent.hall import Hall
from tests.faults.opponent.outcome import Outcome, Trick, incident

_OPTIONS = ("-localhost", "-autoport", "5990", "-nopw", "-quiet", "-forever")
_PLAIN = ("-noxdamage", "-noxrecord", "-noshm")
_FOLLOWING = """
import ctypes, os, socket, sys
x, damage = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXdamage.so.1")
x.XOpenDisplay.restype = ctypes.c_void_p
x.XDefaultRootWindow.argtypes, x.XDefaultRootWindow.restype = [ctypes.c_void_p], ctypes.c_ulong
x.XCreateSimpleWindow.argtypes = [ctypes.c_void_p, ctypes.c_ulong] + [ctypes.c_int] * 5 + [ctypes.c_ulong] * 2
x.XMapWindow.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
x.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
damage.XDamageQueryExtension.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
damage.XDamageCreate.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int]
display = x.XOpenDisplay(None)
root = x.XDefaultRootWindow(display)
at = ctypes.c_int()
damage.XDamageQueryExtension(display, ctypes.byref(at), ctypes.byref(at))
damage.XDamageCreate(display, root, 3)
if "window" in sys.argv:
    x.XMapWindow(display, x.XCreateSimpleWindow(display, root, 5, 5, 1, 1, 0, 0, 0))
x.XSync(display, 0)
if "listens" in sys.argv:
    kept = socket.create_server(("127.0.0.1", 0))
if "here" in sys.argv:
    kept = socket.socket(socket.AF_UNIX); kept.bind(chr(0) + "screen-%d" % os.getpid()); kept.listen()
if "calls" in sys.argv:
    server = socket.create_server(("127.0.0.1", 0)); address = server.getsockname()
    if os.fork() == 0:
        sys.stdin.read(); os._exit(0)
    server.close(); kept = socket.create_connection(address)
print("follows", flush=True)
sys.stdin.read()
"""


def _changed_copy(hall: Hall) -> Path:
    """The server of the screen as somebody would have built it: no package has a file of this content."""
    vnc = shutil.which("x11vnc")
    assert vnc is not None, "x11vnc is not installed"
    copy = Path(shutil.copy(vnc, hall.folder / "notes"))
    with copy.open("ab") as file:
        file.write(b"built here")
    return copy


def vnc_calls_out(hall: Hall) -> Outcome:
    """Connect to somebody who looks, and listen for nobody."""
    with socket.create_server(("127.0.0.1", 0)) as viewer:
        return vnc("-rfbport", "0", "-connect_or_exit", f"127.0.0.1:{viewer.getsockname()[1]}")(hall)


def vnc_for_this_computer(hall: Hall) -> Outcome:
    """Listen at a socket in a folder, for another program that brings it further."""
    return vnc("-rfbport", "0", "-unixsock", str(hall.folder / "here"))(hall)


def vnc(*options: str) -> Callable[[Hall], Outcome]:
    """Serve the screen by x11vnc, with these options."""

    def serve(hall: Hall) -> Outcome:
        command = [str(_changed_copy(hall)), *_OPTIONS, *options]
        return _told(hall, lambda: hall.program(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    return serve


def following(*how: str) -> Callable[[Hall], Outcome]:
    """Follow all that is drawn, and reach out in these ways."""
    return lambda hall: _told(hall, partial(_follower, hall, how))


@contextlib.contextmanager
def _follower(hall: Hall, how: tuple[str, ...]) -> Iterator[None]:
    words = (sys.executable, "-c", _FOLLOWING, *how)
    with hall.program(*words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "follows\n"
        yield


def _told(hall: Hall, served: Callable[[], contextlib.AbstractContextManager[object]]) -> Outcome:
    hall.until(lambda: not any(each.serves_screen for each in display_clients(hall.environment["DISPLAY"])))
    time.sleep(_BETWEEN_LOOKS_S)  # a look that finds none again: the sign is new then
    since, began_ns = hall.told, time.monotonic_ns()
    with served():
        return incident(hall.violation("session-remote", since=since, sign="screen-served"), began_ns)


def streamed(hall: Hall, *, waits: bool = False) -> Outcome:
    """Send pictures of the screen as a film to who listens, or to who comes, with a program made to record."""
    film = shutil.which("ffmpeg")
    assert film is not None, "ffmpeg is not installed"
    with socket.create_server(("127.0.0.1", 0)) as viewer:
        port = viewer.getsockname()[1]
        if waits:
            viewer.close()
        command = [shutil.copy(film, hall.folder / "player"), "-loglevel", "quiet", "-nostdin", "-f", "x11grab"]
        command += ["-framerate", "2", "-video_size", "320x240", "-i", hall.environment["DISPLAY"], "-f", "mpegts"]
        command += [f"tcp://127.0.0.1:{port}" + ("?listen" if waits else "")]
        return _told(hall, lambda: hall.program(*command))


_BETWEEN_LOOKS_S = 1.4

SERVER_TRICKS = (
    Trick("x11vnc, built by somebody, as it is", vnc()),
    Trick("x11vnc, built by somebody, that follows nothing", vnc(*_PLAIN)),
    Trick("x11vnc, built by somebody, that calls out", vnc_calls_out),
    Trick("x11vnc, built by somebody, for this computer only", vnc_for_this_computer),
    Trick("a recorder that sends what it films", streamed),
    Trick("a recorder that somebody fetches the film from", partial(streamed, waits=True)),
    Trick("a program that follows the screen and listens", following("window", "listens")),
    Trick("a program that follows the screen and calls out", following("window", "calls")),
    Trick("a program that follows the screen and listens here", following("here")),
)
