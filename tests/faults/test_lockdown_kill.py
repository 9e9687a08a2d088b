"""A client killed with -9 at any moment of a real change of a real X server leaves the machine as it was."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from lockdown.contract.violations import Code
from lockdown.engaging.journal import Journal
from lockdown.linux.keyboard import NO_CONSOLE_KEYS, ConsoleSwitchGuard, XkbOptions
from lockdown.platforms.backend import backend
from lockdown.restore import restore_all
from lockdown.watchdog import MARKER_SUFFIX, markers

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(
        any(shutil.which(program) is None for program in ("Xvfb", "setxkbmap", "xkbcomp", "xprop")),
        reason="needs Xvfb, setxkbmap, xkbcomp and xprop",
    ),
]

ROOT = Path(__file__).parents[2]
KILLS = 7
CLIENT = """
import sys
from pathlib import Path
from lockdown.engaging.journal import Journal
from lockdown.linux.keyboard import ConsoleSwitchGuard
from lockdown.engaging.sequence import GuardSequence
from lockdown.watchdog import Watchdog

display, directory, laps = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
journal = Journal.create(directory, "attempt.0")
watchdog = Watchdog(journal.path)
watchdog.start()
print(watchdog.pid, flush=True)
for _ in range(laps):
    guards = GuardSequence([ConsoleSwitchGuard(display, lab_machine=True)], journal)
    outcome = guards.engage()
    assert outcome.succeeded and outcome.statuses["console_switch"].level == "enforced", outcome
    print("engaged", flush=True)
    sys.stdin.readline() if laps == 1 else None
    assert guards.release() == ()
journal.close()
watchdog.released()
print("released", flush=True)
"""


@pytest.fixture(scope="module")
def display():
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as numbers:
            name = f":{int(numbers.readline())}"
        # The first write names the server's default map anew; after it, setting and unsetting is a round trip.
        XkbOptions().write(name, "compose:ralt")
        yield name
    finally:
        server.terminate()
        server.wait(10)


def state(display: str) -> tuple[str, str]:
    """Return everything the X server says of its keyboard."""
    keymap = subprocess.run(["xkbcomp", "-w0", display, "-"], capture_output=True, text=True, check=True, timeout=10)
    rules = subprocess.run(
        ["xprop", "-display", display, "-root", "_XKB_RULES_NAMES"],
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    return keymap.stdout, rules.stdout


@pytest.fixture
def start(display):
    """Return a function that starts a client; those still running at the end are killed and cleaned up after."""
    clients: list[tuple[subprocess.Popen[str], Path]] = []

    def one(directory: Path, *, laps: int) -> tuple[subprocess.Popen[str], int]:
        client = launch(display, directory, laps=laps)
        clients.append((client, directory))
        assert client.stdout is not None
        return client, int(client.stdout.readline())

    yield one
    for client, directory in clients:
        if client.poll() is None:
            client.kill()
            client.communicate(timeout=20)
            restore_all(directory, backend().machine_settings(), timeout_s=10)


def launch(display: str, directory: Path, *, laps: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CLIENT, display, str(directory), str(laps)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def wait_for(condition, what: str, timeout_s: float = 20.0) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"waited {timeout_s} s for {what}"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def finish(client: subprocess.Popen[str]) -> None:
    client.communicate(timeout=20)


def test_change_is_real_while_engaged_and_gone_after_release(display, tmp_path, start):
    before = state(display)
    client, watchdog = start(tmp_path, laps=1)
    assert client.stdout is not None
    assert client.stdout.readline() == "engaged\n"
    assert XkbOptions().read(display) == f"compose:ralt,{NO_CONSOLE_KEYS}"
    keymap, _ = state(display)
    assert "XF86Switch_VT_1 ]" in before[0]  # on the F1 key; that the action exists at all does not matter
    assert "XF86Switch_VT_1 ]" not in keymap
    out, _ = client.communicate("\n", timeout=20)
    assert out == "released\n"
    assert client.returncode == 0
    assert state(display) == before
    assert list(tmp_path.iterdir()) == []
    assert gone(watchdog)


def test_watchdog_restores_after_the_client_was_killed_while_engaged(display, tmp_path, start):
    before = state(display)
    client, _ = start(tmp_path, laps=1)
    assert client.stdout is not None
    assert client.stdout.readline() == "engaged\n"
    client.kill()
    wait_for(lambda: markers(tmp_path), "the watchdog's marker")
    finish(client)
    assert state(display) == before
    (marker,) = markers(tmp_path)
    ended = json.loads(marker.read_text())
    assert marker.name == f"attempt.0{MARKER_SUFFIX}"
    assert ended["problems"] == []
    assert [entry["result"] for entry in ended["restored"]] == ["restored"]
    assert list(tmp_path.glob("*.journal")) == []


@pytest.mark.slow
@pytest.mark.parametrize("both", [False, True], ids=["client", "client-and-watchdog"])
def test_kill_at_random_moments_leaves_the_machine_as_it_was(display, tmp_path, start, both):
    before = state(display)
    chance = random.Random(20261122 + both)
    found_changed = 0
    for number in range(5 * KILLS):
        if number >= KILLS and found_changed:
            break
        directory = tmp_path / str(number)
        client, watchdog = start(directory, laps=1000)
        time.sleep(chance.uniform(0.0, 0.15))
        if both:
            os.kill(watchdog, signal.SIGKILL)
        client.kill()
        finish(client)
        if both:
            wait_for(lambda pid=watchdog: gone(pid), "the watchdog's end")
            report = restore_all(directory, backend().machine_settings(), timeout_s=10)
            assert report.clean
            assert report.running == ()
            found_changed += any(entry.result == "restored" for entry in report.restored)
        else:
            wait_for(lambda where=directory: markers(where), "the watchdog's marker")
            ended = json.loads(markers(directory)[0].read_text())
            assert ended["problems"] == []
            found_changed += any(entry["result"] == "restored" for entry in ended["restored"])
        assert list(directory.glob("*.journal")) == []
        assert state(display) == before, f"kill {number} left the keyboard changed"
    assert found_changed, "no kill hit the machine while it was changed: the test shows nothing"


def test_what_somebody_else_set_meanwhile_is_left_alone(display, tmp_path, start):
    options = XkbOptions()
    before = options.read(display)
    client, watchdog = start(tmp_path, laps=1)
    assert client.stdout is not None
    assert client.stdout.readline() == "engaged\n"
    os.kill(watchdog, signal.SIGKILL)
    client.kill()
    finish(client)
    try:
        options.write(display, "compose:menu")
        (entry,) = restore_all(tmp_path, backend().machine_settings(), timeout_s=10).restored
        assert entry.result == "left"
        assert options.read(display) == "compose:menu"
    finally:
        options.write(display, before)


def test_console_keys_given_back_by_somebody_are_reported_once(display, tmp_path, monkeypatch):
    options = XkbOptions()
    before = options.read(display)
    monkeypatch.setattr(ConsoleSwitchGuard, "_CHECK_EVERY_S", 0.0)
    journal = Journal.create(tmp_path, "s")
    guard = ConsoleSwitchGuard(display, lab_machine=True)
    guard.engage(journal)
    try:
        assert guard.check() == ()
        options.write(display, before)
        assert [violation.code for violation in guard.check()] == [Code.CONTROL_LOST]
        assert guard.check() == ()
    finally:
        guard.release()
        journal.close()
    assert options.read(display) == before


def test_restore_leaves_a_running_client_alone(display, tmp_path, start):
    client, _ = start(tmp_path, laps=1)
    assert client.stdout is not None
    assert client.stdout.readline() == "engaged\n"
    report = restore_all(tmp_path, backend().machine_settings())
    assert report.running == ("attempt.0",)
    assert NO_CONSOLE_KEYS in (XkbOptions().read(display) or "")
    client.communicate("\n", timeout=20)
    assert client.returncode == 0
