"""kill -9 of client, watchdog or both at random points of locking, being locked and unlocking: nothing stays changed.

The client's real lock around its real window, every guard of this platform on. What is compared is a full probe of
the machine (`tests/fixtures/machine_state.py`), before the program was started and after the machine came back.
"""

from __future__ import annotations

import collections
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import psutil
import pytest

from lockdown.linux.keyboard import XkbOptions
from lockdown.platforms.backend import backend
from lockdown.restore import restore_all
from lockdown.watchdog import markers
from tests.fixtures import locked_client
from tests.fixtures.display import USUAL, running_x_server
from tests.fixtures.machine_state import MachineState
from tests.fixtures.soak import times

NEEDED = ("Xvfb", "openbox", "setxkbmap", "xkbcomp", "xprop", "xev", "xrandr", "xdotool")

pytestmark = [
    pytest.mark.clock,  # what another test mounts meanwhile would count as left behind
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.skipif(
        any(shutil.which(p) is None for p in NEEDED),
        reason="needs " + ", ".join(NEEDED),
    ),
]

KILLS = times(3, 200)
VICTIMS = ("client", "watchdog", "both")
A_LAP_S = 0.6


class Desk:
    """A display with a window manager and somebody else's window, and a home of the client's own."""

    def __init__(self, display: str, folder: Path, url: str) -> None:
        self.display, self.url = display, url
        self.home, self.runtime, self.folder = folder / "home", folder / "runtime", folder / "client"
        for made in (self.home, self.runtime, self.folder, folder / "tmp"):
            made.mkdir(mode=0o700)
        self.watched = (self.home, self.runtime, self.folder, folder / "tmp")
        self.marker = f"INVIGILO_TEST_DESK={folder}"
        self._env = {
            **os.environ,
            "DISPLAY": display,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "TMPDIR": str(folder / "tmp"),
            "INVIGILO_ALLOW_ROOT": "1",
            "PYTHONPATH": str(Path.cwd()),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._log = folder / "client.log"
        with self._log.open("wb") as log:
            self.bystander = subprocess.Popen(
                ["xev", "-name", "bystander"], env=self._env, stdout=subprocess.DEVNULL, stderr=log
            )
        wait_for(self.bring_bystander, "the other program's window")

    def window_of_bystander(self) -> str:
        done = subprocess.run(
            ["xwininfo", "-display", self.display, "-name", "bystander"], capture_output=True, text=True, check=False
        )
        return done.stdout.split("Window id: ")[1].split()[0] if "Window id: " in done.stdout else ""

    def bring_bystander(self) -> bool:
        """Have it active: a window that comes while openbox still starts is managed, but not made the active one."""
        if window := self.window_of_bystander():
            command = ["xdotool", "windowactivate", window]
            subprocess.run(command, env=self._env, stderr=subprocess.DEVNULL, check=False, timeout=10)
        return self.bystander_is_active()

    def bystander_is_active(self) -> bool:
        command = ["xprop", "-display", self.display, "-root", "_NET_ACTIVE_WINDOW"]
        active = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        return self.window_of_bystander() == active.rpartition(" ")[2]

    def state(self) -> MachineState:
        return MachineState.of(
            self.display, marker=self.marker, folders=self.watched, bystander=self.window_of_bystander()
        )

    def start(self) -> subprocess.Popen[str]:
        name, value = self.marker.split("=")
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, locked_client.__file__, str(self.folder), self.url],
                env={**self._env, name: value},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    page = tmp_path / "page"
    page.mkdir()
    (page / "index.html").write_text("<title>Exam</title><h1>Exam</h1><textarea>An answer</textarea>")

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(page))  # type: ignore[arg-type]

        def log_message(self, *_arguments: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    with running_x_server(tmp_path, *USUAL) as display:
        # The first write names the server's default map anew; after it, setting and unsetting is a round trip.
        XkbOptions().write(display, "compose:ralt")
        folder = tmp_path / "desk"
        folder.mkdir()
        made = Desk(display, folder, f"http://127.0.0.1:{server.server_port}/")
        try:
            yield made
        finally:
            made.bystander.kill()
            made.bystander.wait(10)
            server.shutdown()
            server.server_close()


def wait_for(condition, what: str, timeout_s: float = 20.0) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"waited {timeout_s} s for {what}"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


def as_the_next_start_does(desk: Desk) -> None:
    """What `ClientProgram` does before anything else, and what it leaves when it has ended."""
    report = restore_all(desk.folder / "journal", backend().machine_settings(), timeout_s=10)
    assert report.clean, report
    for marker in markers(desk.folder / "journal"):
        assert json.loads(marker.read_text())["problems"] == []
        marker.unlink()
    shutil.rmtree(desk.folder / "browser", ignore_errors=True)


def kill_once(desk: Desk, victim: str, after_s: float) -> str:
    """Run the client, kill `victim` that long after its first lap began; gives what it had said last."""
    client = desk.start()
    assert client.stdout is not None
    said: list[str] = []
    reading = Thread(target=lambda: said.extend(iter(client.stdout.readline, "")), daemon=True)
    try:
        first = client.stdout.readline()
        assert first == "engaging\n", first
        second = client.stdout.readline()  # the first lap's watchdog is there, so that there is one to kill
        reading.start()
        time.sleep(after_s)
        watchdog = int(next(line for line in reversed([second, *said]) if line.startswith("engaged")).split()[1])
        last = (said[-1] if said else second).split()[0]
        if victim in {"watchdog", "both"}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(watchdog, signal.SIGKILL)
        if victim in {"client", "both"}:
            client.kill()
        else:
            client.stdin.write("end\n")
            client.stdin.flush()
        status = client.wait(30)
        assert status == (0 if victim == "watchdog" else -signal.SIGKILL), status
        if victim == "both":
            wait_for(lambda: gone(watchdog), "the watchdog's end")
        return last
    finally:
        if client.poll() is None:
            client.kill()
            client.wait(10)
        reading.join(10)
        client.stdin.close()
        client.stdout.close()


@pytest.mark.timeout(3600)
def test_kill_at_random_points_leaves_the_machine_as_it_was(desk: Desk, record_property) -> None:
    chance = random.Random(20261127)
    (desk.folder / "journal").mkdir()
    before = desk.state()
    assert before.keyboard_free
    assert before.selections_owned == ()
    hit: collections.Counter[str] = collections.Counter()
    for number in range(KILLS):
        victim = VICTIMS[number % len(VICTIMS)]
        said = kill_once(desk, victim, chance.uniform(0.0, A_LAP_S))
        hit[f"{victim}: {said}"] += 1
        # The watchdog and the engine's processes end a moment after the client, by themselves.
        wait_for(
            lambda: desk.state().processes == (), f"the end of every process after kill {number} ({victim}, {said})"
        )
        as_the_next_start_does(desk)
        differences: list[str] = []

        def same(differences: list[str] = differences) -> bool:
            differences[:] = desk.state().differences(before)
            return not differences

        with contextlib.suppress(AssertionError):
            wait_for(same, "the window manager", 5)
        assert not differences, f"kill {number} ({victim}, {said}): {differences}"
    record_property("kills", dict(hit))
    print(f"\n{KILLS} kills, nothing left changed: {dict(sorted(hit.items()))}")
