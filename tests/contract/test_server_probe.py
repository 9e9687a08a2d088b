"""A real process asks a real X server: one that is held is told, whoever stands still meanwhile is not blamed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from lockdown.contract.errors import GuardError
from tests.faults.opponent.x11_program import _xlib

pytestmark = [pytest.mark.clock, pytest.mark.skipif(sys.platform != "linux", reason="there is an X server on Linux")]

from lockdown.linux import server_probe  # noqa: E402
from lockdown.linux.probe_process import ALIVE_EVERY_S, BETWEEN_S, HELD_S  # noqa: E402
from lockdown.linux.server_probe import ServerProbe  # noqa: E402

WITHIN_S = 10.0
REPORTED_AFTER_S = HELD_S + BETWEEN_S
SLACK_S = 0.4


@pytest.fixture
def server(tmp_path, monkeypatch):
    """An X server of the test's own, which may be stopped."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "640x480x24", "-nolisten", "tcp"]
    with (tmp_path / "xvfb.log").open("wb") as log:
        process = subprocess.Popen(command, pass_fds=[writer], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as numbers:
        monkeypatch.setenv("DISPLAY", f":{int(numbers.readline())}")
    yield process
    process.send_signal(signal.SIGCONT)
    process.terminate()
    process.wait(10)


@pytest.fixture
def lost():
    return []


@pytest.fixture
def probe(server, lost):
    made = ServerProbe(lost.append)
    made.start()
    yield made
    made.stop()


def until(condition):
    end_s = time.monotonic() + WITHIN_S
    while not condition() and time.monotonic() < end_s:
        time.sleep(0.02)
    return condition()


@contextlib.contextmanager
def held(display=None):
    """Have the server for this program alone."""
    connection = _xlib.XOpenDisplay(display)
    _xlib.XGrabServer(connection)
    _xlib.XSync(connection, 0)
    yield
    _xlib.XUngrabServer(connection)
    _xlib.XCloseDisplay(connection)


def stopped(*processes, for_s):
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    time.sleep(for_s)
    for process in reversed(processes):  # this program last of all, as the probe has to be heard by then
        os.kill(process, signal.SIGCONT)


def test_a_server_that_another_program_holds_is_told_while_it_lasts(probe, lost):
    began_ns = time.monotonic_ns()
    with held():
        assert until(lambda: lost)
        assert HELD_S <= (lost[0] - began_ns) / 1e9 <= REPORTED_AFTER_S + SLACK_S
        time.sleep(1.5)
    time.sleep(0.5)
    assert len(lost) == 1


def test_what_it_sees_while_the_interpreter_is_kept_has_the_time_at_which_it_was_seen(probe, lost):
    """As Qt keeps it while it waits for the server: the report comes late, and its time is true."""
    began_ns = time.monotonic_ns()
    with held():
        import ctypes

        ctypes.PyDLL(None).usleep(2_500_000)
    assert until(lambda: lost)
    assert HELD_S <= (lost[0] - began_ns) / 1e9 <= REPORTED_AFTER_S + SLACK_S


def test_the_server_itself_that_stands_still_is_told(probe, lost, server):
    stopped(server.pid, for_s=1.8)
    assert until(lambda: len(lost) == 1)


def test_short_holds_are_nothing(probe, lost):
    for _ in range(8):
        with held():
            time.sleep(0.15)
        time.sleep(0.1)
    assert lost == []


def test_a_machine_that_stands_still_blames_nobody(probe, lost, server):
    for _ in range(2):
        stopped(probe.pid, server.pid, for_s=2.0)
        time.sleep(0.5)
    assert lost == []


def test_a_server_that_has_no_processor_blames_nobody(probe, lost, server):
    """As on a busy machine: it wants to answer, and something else is running."""
    processor = {min(os.sched_getaffinity(0))}
    os.sched_setaffinity(server.pid, processor)
    os.sched_setscheduler(server.pid, os.SCHED_IDLE, os.sched_param(0))
    waited_s = delayed_s(server.pid)
    with contextlib.ExitStack() as others:
        for _ in range(3):
            other = others.enter_context(subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]))
            others.callback(other.kill)
            os.sched_setaffinity(other.pid, processor)
        time.sleep(8.0)
    if delayed_s(server.pid) - waited_s < 2 * HELD_S:
        pytest.skip("this machine had a processor for it all the same")
    assert lost == []


def delayed_s(process):
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9


def test_a_program_that_stands_still_blames_nobody(server, tmp_path):
    """The one that started it, for longer than it waits for a silent one: what was written meanwhile is read."""
    script = (
        "import sys, time\nfrom lockdown.linux.server_probe import ServerProbe\nlost = []\n"
        "probe = ServerProbe(lost.append)\nprobe.start()\nprint(probe.pid, flush=True)\n"
        "sys.stdin.readline()\ntime.sleep(1.5)\nprint(len(lost), flush=True)\nprobe.stop()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert int(program.stdout.readline()) > 0
        stopped(program.pid, for_s=5.0)
        program.stdin.write("\n")
        program.stdin.flush()
        assert program.stdout.readline() == "0\n"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_a_probe_that_is_taken_away_is_told_and_replaced(probe, lost, how):
    first = probe.pid
    os.kill(first, how)
    assert until(lambda: len(lost) == 1)
    assert until(lambda: probe.pid not in {None, first})
    assert until(lambda: not psutil.pid_exists(first))
    assert until(lambda: probe._heard)
    with held():
        assert until(lambda: len(lost) == 2)


def test_it_ends_with_the_program_that_started_it(server):
    script = (
        "import time\nfrom lockdown.linux.server_probe import ServerProbe\n"
        "probe = ServerProbe(print)\nprobe.start()\nprint(probe.pid, flush=True)\ntime.sleep(60)\n"
    )
    program = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    pid = int(program.stdout.readline())
    with held():  # also while it waits for an answer
        program.kill()
        program.communicate(timeout=10)
        assert until(lambda: not psutil.pid_exists(pid))


def test_a_probe_that_cannot_start_is_an_error(server, monkeypatch):
    for command in (("/nonexistent",), (sys.executable, "-c", "pass")):
        with pytest.raises(GuardError, match="X server"):
            ServerProbe(print, command).start()
    monkeypatch.setenv("DISPLAY", ":4711")
    with pytest.raises(GuardError, match="X server"):
        ServerProbe(print).start()


def test_one_that_never_works_is_not_started_again_and_again(probe, lost, monkeypatch, tmp_path):
    started = tmp_path / "started"
    monkeypatch.setattr(server_probe, "_AGAIN_AFTER_S", 0.3)
    monkeypatch.setattr(probe, "_command", ("sh", "-c", f"echo x >> {started}"))
    os.kill(probe.pid, signal.SIGKILL)
    time.sleep(1.5)
    assert len(lost) == 1
    assert 2 <= len(started.read_text().split()) <= 6


def test_it_takes_next_to_nothing(probe):
    process = psutil.Process(probe.pid)
    before_s = sum(process.cpu_times()[:2])
    time.sleep(10 * ALIVE_EVERY_S)
    assert sum(process.cpu_times()[:2]) - before_s <= 0.05
    assert process.memory_info().rss < 24 << 20
    assert Path(f"/proc/{probe.pid}/task").exists()
    assert process.num_threads() == 1
