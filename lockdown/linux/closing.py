"""Closing a program on Linux through its pidfd, which cannot come to mean another process."""

from __future__ import annotations

import os
import select
import signal
import sys
from pathlib import Path

import psutil

from lockdown.watching.closer import CloseOutcome
from lockdown.watching.processes import ProcessSource
from lockdown.watching.programs import Program

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

WITHIN_S = 5.0


class PidfdCloser:
    """Sends SIGTERM, as a session does when it ends, to programs of this user alone; nothing is ever killed."""

    def __init__(self, source: ProcessSource, within_s: float = WITHIN_S) -> None:
        self._source = source
        self._within_s = within_s

    def close(self, program: Program) -> CloseOutcome:
        """Ask `program` to end, if it still is that program and belongs to this user."""
        try:
            handle = os.pidfd_open(program.pid)
        except ProcessLookupError:
            return "closed"
        try:
            now = self._source.program(program.pid, frozenset())
            if now is None or now.started != program.started:
                return "closed"
            if not _ours_to_close(program.pid):
                return "left alone"
            signal.pidfd_send_signal(handle, signal.SIGTERM)
            ended, _, _ = select.select([handle], [], [], self._within_s)
        except ProcessLookupError:
            return "closed"
        except PermissionError:
            return "left alone"
        finally:
            os.close(handle)
        return "closed" if ended else "still open"


def _ours_to_close(pid: int) -> bool:
    """Whether the process belongs to this user and is not what this program itself runs in."""
    own = psutil.Process()
    if pid == 1 or pid in {own.pid, *(parent.pid for parent in own.parents())}:
        return False
    try:
        return Path(f"/proc/{pid}").stat().st_uid == os.getuid()
    except OSError:
        return False
