"""Tricks with programs: renamed, short-lived, under another name, handed over, interpreted, remote control, tracing."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import psutil

from lockdown.contract.settings import ProcessSettings, ProgramRule
from lockdown.linux.connector import ProcessConnector
from lockdown.linux.processes import ProcSource, read_build_id
from tests.faults.opponent.hall import Hall
from tests.faults.opponent.outcome import Outcome, Trick, incident

DENIED = Path(shutil.which("tac") or "/usr/bin/tac")
"""What the institution denies here: a small program that waits for its input and that nothing else runs."""

DENIED_PROCESSES = ProcessSettings(
    policy="warn",
    deny=(
        ProgramRule(title="Denied", build_id=read_build_id(DENIED.resolve()), executable=DENIED.name),
        ProgramRule(title="Script", command="answers.py"),
    ),
)

SHORT_S = 0.02
ATTACH = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
done = libc.ptrace(0x4206, int(sys.argv[1]), None, None)
print("attached" if done == 0 else os.strerror(ctypes.get_errno()), flush=True)
sys.stdin.read()
"""


def _renamed(hall: Hall) -> str:
    return shutil.copy(DENIED, hall.folder / "notepad")


def _run(hall: Hall, *command: str, title: str = "Denied") -> Outcome:
    since, began_ns = hall.told, time.monotonic_ns()
    with hall.program(*command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL):
        return incident(hall.violation("program-running", since=since, title=title), began_ns)


def by_its_name(hall: Hall) -> Outcome:
    return _run(hall, str(DENIED))


def renamed(hall: Hall) -> Outcome:
    return _run(hall, _renamed(hall))


def renamed_and_stripped_of_its_path(hall: Hall) -> Outcome:
    copy = Path(_renamed(hall))
    since, began_ns = hall.told, time.monotonic_ns()
    with hall.program(str(copy), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL):
        copy.unlink()  # the file is gone while the program runs
        return incident(hall.violation("program-running", since=since, title="Denied"), began_ns)


def under_another_name(hall: Hall) -> Outcome:
    code = f"""
import ctypes, os
pid = os.fork()
if pid == 0:
    os.execv({str(DENIED)!r}, ["firefox"])
os.waitpid(pid, 0)
"""
    return _run(hall, sys.executable, "-c", code)


def by_the_loader(hall: Hall) -> Outcome:
    """Have the system's loader run it, which is the program then that the kernel names."""
    head = DENIED.resolve().read_bytes()[:4096]
    at = head.index(b"/lib")
    loader = head[at : head.index(b"\0", at)].decode()
    return _run(hall, loader, "--library-path", "/usr/lib", _renamed(hall))


def from_memory(hall: Hall) -> Outcome:
    code = f"""
import os
file = os.memfd_create("notes", 0)
os.write(file, open({str(DENIED)!r}, "rb").read())
os.execve(file, ["notes"], os.environ)
"""
    return _run(hall, sys.executable, "-c", code)


def handed_over_in_place(hall: Hall) -> Outcome:
    with hall.program(
        "sh", "-c", f"read line; exec {DENIED}", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as shell:
        time.sleep(1.2)  # the shell is known to the watcher by now
        since, began_ns = hall.told, time.monotonic_ns()
        assert shell.stdin is not None
        shell.stdin.write("\n")
        shell.stdin.flush()
        return incident(hall.violation("program-running", since=since, title="Denied", timeout_s=35), began_ns)


def script_of_an_interpreter(hall: Hall) -> Outcome:
    script = hall.folder / "answers.py"
    script.write_text("input()\n")
    return _run(hall, sys.executable, "-B", str(script), title="Script")


def short_lived(hall: Hall, times: int = 20) -> Outcome:
    """Run the denied program for 20 ms, again and again; each has to be seen."""
    copy = _renamed(hall)
    since, began_ns = hall.told, time.monotonic_ns()
    for _ in range(times):
        with hall.program(copy, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL):
            time.sleep(SHORT_S)

    def seen() -> int:
        return sum(line.get("code") == "program-running" for line in hall.lines[since:])

    hall.until(lambda: seen() >= times, 5)
    share = seen() / times
    if share < 0.99:
        if not _starts_are_announced():
            return Outcome("not here", f"the kernel announces no starts here; {share:.0%} seen")
        return Outcome("silent", f"{share:.1%} seen")
    return Outcome("incident", f"program-running, {share:.1%} of {times}", (time.monotonic_ns() - began_ns) / 1e6)


def _starts_are_announced() -> bool:
    connector = ProcessConnector(ProcSource())
    refused = connector.start(frozenset())
    connector.stop()
    return refused is None


def remote_control(hall: Hall, name: str = "x11vnc") -> Outcome:
    vnc = shutil.which("x11vnc")
    if vnc is None:
        return Outcome("not here", "x11vnc is not installed")
    if name != "x11vnc":
        vnc = shutil.copy(vnc, hall.folder / name)
    since, began_ns = hall.told, time.monotonic_ns()
    with hall.program(vnc, "-localhost", "-rfbport", "0", "-autoport", "0", "-nopw", "-quiet", "-forever",
                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):  # fmt: skip
        return incident(hall.violation("program-running", since=since, title="x11vnc"), began_ns)


def debugger(hall: Hall, of: str = "") -> Outcome:
    """Attach to the exam's process, or to one that it has started and that is called `of`."""
    victim = _started_by(hall, of) if of else hall.pid
    time.sleep(1.0)  # the one before has been seen to go, so that this one is new
    since, began_ns = hall.told, time.monotonic_ns()
    with hall.program(sys.executable, "-c", ATTACH, str(victim), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as it:
        assert it.stdout is not None
        said = it.stdout.readline().strip()
        if said != "attached":
            return Outcome("blocked", f"the system refuses: {said}")
        return incident(hall.violation("debugger-attached", since=since), began_ns)


def _started_by(hall: Hall, name: str) -> int:
    for each in psutil.Process(hall.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if name in " ".join(each.cmdline()):
                return each.pid
    raise AssertionError(f"the exam has no process {name}")


def switches_of_the_engine(hall: Hall) -> Outcome:
    """Try the door for debuggers that the exam was told to open when it was started."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", hall.debugging_port), timeout=1):
        return Outcome("silent", "the engine listens for a debugger")
    return Outcome("blocked", "the switch was taken away before the engine was loaded")


PROGRAM_TRICKS = (
    Trick("a denied program by its name", by_its_name),
    Trick("a denied program, renamed", renamed),
    Trick("a denied program, renamed and its file deleted", renamed_and_stripped_of_its_path),
    Trick("a denied program that calls itself another", under_another_name),
    Trick("a denied program that takes over a known process", handed_over_in_place),
    Trick("a denied script of an interpreter", script_of_an_interpreter),
    Trick("a denied program for 20 ms, 20 times", short_lived),
    Trick("remote control with x11vnc", remote_control),
    Trick("remote control with x11vnc, renamed", partial(remote_control, name="notes")),
    Trick("a debugger attaches", debugger),
    Trick("switches of the engine in the environment", switches_of_the_engine),
)
