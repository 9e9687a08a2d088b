"""What lockdown's watchers cost while nothing happens: all of them, on a machine with 600 processes.

The watch runs in this process as it does in the client (once a second, and when the kernel or the X server calls);
processor time is this process's and its helpers', less that of the same wait without it. The watch for windows over the
exam has a display of its own, with openbox and a window in place of the exam's.

    python tests/bench/__main__.py watchers
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from harness import Figure, figure

ROOT = Path(__file__).parents[2]
PROCESSES = 600
SECONDS = 20.0
RUNS = 3
COMMAND = "python tests/bench/__main__.py watchers"
_OF_THE_BENCH = {"sleep", "Xvfb", "openbox"}


def run() -> list[Figure]:
    """Measure `RUNS` times `SECONDS`; nothing where Linux's /proc is missing."""
    if sys.platform != "linux":
        return []
    sys.path.insert(0, str(ROOT))
    here = len(psutil.pids())
    idle = _processes_of_nobody(max(0, PROCESSES - here))
    try:
        shares, processes = [], []
        with _exam_window() as exam:
            for _ in range(RUNS):
                shares.append(_watched(SECONDS, exam))
                processes.append(float(len(psutil.pids())))
    finally:
        for process in idle:
            os.kill(process, signal.SIGKILL)
    return [
        figure("all watchers, idle", shares, "% of a core", goal="<= 1", command=COMMAND),
        figure("processes meanwhile", processes, "", command=COMMAND),
    ]


def _processes_of_nobody(number: int) -> list[int]:
    """Start idle programs that are not this one's own, as those of a person are not the client's; return their ids."""
    start = f"for each in $(seq {number}); do sleep 3600 >/dev/null 2>&1 & echo $!; done"
    told = subprocess.run(["sh", "-c", start], stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    return [int(line) for line in told.stdout.split()]


@contextlib.contextmanager
def _exam_window() -> Iterator[int]:
    """Show a window over the whole of a display that DISPLAY then names; yields its number."""
    from tests.faults.opponent.x11_program import Opponent
    from tests.fixtures.display import running_x_server

    with tempfile.TemporaryDirectory(prefix="bench-") as folder, running_x_server(Path(folder)) as display:
        os.environ["DISPLAY"] = display
        shown = Opponent(0)
        exam = shown.window(shown.root, 0, 0, 1920, 1080)
        shown.show(exam)
        shown.sync()
        yield exam
        shown.close()


def _watched(seconds: float, exam: int) -> float:
    from lockdown.contract.settings import Control, DisplaySettings, LockdownSettings, ProcessSettings
    from lockdown.engaging.journal import Journal
    from lockdown.engaging.watch import WatchThread
    from lockdown.platforms.backend import backend
    from lockdown.platforms.watchers import watchers
    from lockdown.platforms.window_guards import window_guards

    class Unheard:
        def violated(self, violations: object) -> None:
            """Nothing is expected."""

    asked: dict[str, object] = {control.value: "observe" for control in Control}
    asked |= {"processes": ProcessSettings(policy="observe"), "displays": DisplaySettings(policy="observe")}
    settings = LockdownSettings.model_validate(asked)
    guards = [
        *watchers(settings, backend()),
        *(guard for guard in window_guards(settings, backend(), lambda: exam) if guard.name == "overlays"),
    ]
    assert guards[-1].name == "overlays"
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        journal = Journal.create(Path(folder), "bench")
        for guard in guards:
            guard.engage(journal)
        watch = WatchThread(guards, 1.0, Unheard())
        watch.start()
        time.sleep(3)  # the first look reads everything
        helpers = _helpers()
        begun_s, cpu_s = time.monotonic(), _cpu_s(helpers)
        time.sleep(seconds)
        share = (_cpu_s(helpers) - cpu_s) / (time.monotonic() - begun_s)
        watch.stop()
        for guard in reversed(guards):
            guard.release()
        journal.close()
    return 100 * share


def _helpers() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if each.name() not in _OF_THE_BENCH]


def _cpu_s(helpers: list[psutil.Process]) -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    theirs = [each.cpu_times() for each in helpers]
    return own.ru_utime + own.ru_stime + sum(each.user + each.system for each in theirs)
