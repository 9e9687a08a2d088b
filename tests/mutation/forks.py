"""Processes that tests run in, each forked from one that has everything ready, and ended with all it started."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NoReturn

import pytest

Outcome = Literal["killed", "survived", "timeout"]

PASSED, FAILED, OURS = 0, 1, 70
"""How a process that runs tests ends; the last where something of this file went wrong, and no test did."""
MOST_BYTES = 4 * 1024**3
SLACK_S, TIMES = 20.0, 8.0
"""How much longer than without the change tests may take, on a machine that does other things too."""


def in_a_fork(
    child: Callable[[], NoReturn], took_s: float, folder: Path, config: pytest.Config | None = None
) -> Outcome:
    """Run `child` with a folder for what its tests write, and end it and all it started."""
    shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.flush()  # or the child would say once more what waits to be written
    pid = os.fork()
    if pid == 0:
        os.setsid()
        try:
            most_s = int(SLACK_S + TIMES * took_s)
            resource.setrlimit(resource.RLIMIT_CPU, (most_s, most_s + 5))
            resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
            if config is not None:
                folder.mkdir()
                config._tmp_path_factory._basetemp = folder
            child()
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(OURS)
    until = time.monotonic() + 2 * SLACK_S + 2 * TIMES * took_s
    status = None
    while status is None and time.monotonic() < until:
        done, ended = os.waitpid(pid, os.WNOHANG)
        status = ended if done else None
        time.sleep(0 if done else 0.005)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    if status is None:
        os.waitpid(pid, 0)
    shutil.rmtree(folder, ignore_errors=True)
    if status is None or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGKILL}):
        return "timeout"
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == OURS:
        raise RuntimeError("a process that runs tests went wrong by itself; see the logs in " + str(folder.parent))
    return "survived" if status == 0 else "killed"


def quiet(log: Path) -> None:
    """Let what the tests say go to a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for descriptor in (1, 2):
        os.dup2(file, descriptor)


def leave(status: int) -> NoReturn:
    sys.stdout.flush()
    os._exit(int(status))
