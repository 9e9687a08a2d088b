"""A tiny process that puts the machine back when the client dies: ``python -m lockdown.watchdog JOURNAL``.

The client holds the other end of its standard input and writes one word when everything is released. When that end
closes without the word, the client is gone: the watchdog waits until no program started by it holds the journal any
more, undoes what the journal holds, and leaves a marker ``SESSION.ended-abnormally`` for the next start to tell.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from lockdown.contract.errors import JournalError, WatchdogError
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.changes import MachineSetting
from lockdown.engaging.flushing import flush, flush_folder
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import SUFFIX, Journal
from lockdown.platforms.backend import backend
from lockdown.restore import Problem, Restored, restore

MARKER_SUFFIX = ".ended-abnormally"
_READY = b"watching\n"
_RELEASED = b"released\n"
_START_TIMEOUT_S = 15.0
_LET_GO_TIMEOUT_S = 15.0


class Watchdog:
    """The client's handle on its watchdog process.

    `command` starts it; a bundled program that has no ``python -m`` gives its own, the journal's path is added.
    """

    def __init__(self, journal: Path, *, command: Sequence[str] = (sys.executable, "-m", "lockdown.watchdog")) -> None:
        self._journal = journal
        self._command = (*command, str(journal))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Its process id, None before the start."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it and wait until it watches.

        Raises:
            WatchdogError: it did not come up; nothing may be changed on this machine then.
        """
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # a Ctrl-C or hang-up that ends the client must not reach it
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
            limit = threading.Timer(_START_TIMEOUT_S, self._process.kill)
            limit.start()
            try:
                ready = self._process.stdout is not None and self._process.stdout.readline() == _READY
            finally:
                limit.cancel()
            if not ready:
                raise WatchdogError("the watchdog ended while starting; look at the log and start again")
        except (OSError, WatchdogError) as error:
            self.abandon()
            raise WatchdogError(f"the watchdog did not start ({error}); without it no exam is locked") from error

    def released(self) -> None:
        """Tell it that everything is back, and wait until it has ended."""
        self._end(_RELEASED)

    def abandon(self) -> None:
        """Close the pipe without the word: it undoes what the journal still holds, once the journal is let go."""
        self._end(b"")

    def _end(self, word: bytes) -> None:
        if self._process is None:
            return
        try:
            self._process.communicate(word, timeout=2 * _LET_GO_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()  # what it did not finish, `invigilo restore` does
            self._process.communicate()
        self._process = None


class WatchdogGuard:
    """The watchdog as a guard: put it first, so that it is the last to be released.

    While something could not be put back, its release leaves the process running: it tries again once this one has
    ended and the journal is free.
    """

    name = "watchdog"

    def __init__(self, *, command: Sequence[str] | None = None) -> None:
        self._command = command
        self._journal: Journal | None = None
        self._watchdog: Watchdog | None = None

    def engage(self, journal: Journal) -> Engagement:
        """Start the watchdog of `journal`."""
        self._journal = journal
        self._start(journal)
        return Engagement("enforced")

    def check(self) -> Sequence[Violation]:
        """Report a watchdog that is gone, and start another."""
        if self._journal is None or (self._watchdog is not None and self._watchdog.alive):
            return ()
        if self._watchdog is not None:
            self._watchdog.abandon()
        try:
            self._start(self._journal)
        except WatchdogError:
            return (self._lost(restarted=False),)
        return (self._lost(restarted=True),)

    def release(self) -> None:
        """Tell the watchdog that everything is back, where it is."""
        if self._watchdog is not None and self._journal is not None and not self._journal.outstanding:
            self._watchdog.released()
            self._watchdog = None
        self._journal = None

    def _start(self, journal: Journal) -> None:
        self._watchdog = Watchdog(journal.path, command=self._command) if self._command else Watchdog(journal.path)
        self._watchdog.start()

    def _lost(self, *, restarted: bool) -> Violation:
        return Violation(self.name, Code.WATCHDOG_LOST, time.monotonic_ns(), {"restarted": restarted})


def markers(directory: Path) -> tuple[Path, ...]:
    """Return the markers of sessions that ended abnormally; who has told of one removes it."""
    return tuple(sorted(directory.glob(f"*{MARKER_SUFFIX}")))


def watch(journal: Path, settings: Mapping[str, MachineSetting]) -> None:
    """Wait for the client's end on standard input, and put the machine back where it ended without the word."""
    if sys.stdin.buffer.readline() == _RELEASED:
        return
    restored: tuple[Restored, ...] = ()
    problems: tuple[Problem, ...] = ()
    try:
        if journal.exists():
            restored, problems = restore(Journal.reopen(journal, timeout_s=_LET_GO_TIMEOUT_S), settings)
    except JournalError as error:
        problems = (Problem(journal.name, error.code),)
    ended = {
        "schema": 1,
        "session": journal.name.removesuffix(SUFFIX),
        "ended_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "restored": [asdict(item) for item in restored],
        "problems": [asdict(item) for item in problems],
    }
    part = journal.with_name(f"{journal.name}{MARKER_SUFFIX}.part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(ended, file)
        file.flush()
        flush(file.fileno())
    part.replace(journal.with_name(f"{journal.name.removesuffix(SUFFIX)}{MARKER_SUFFIX}"))
    flush_folder(journal.parent)


def main() -> None:
    """Run the watchdog process."""
    for ignored in ("SIGINT", "SIGHUP", "SIGTERM"):
        if hasattr(signal, ignored):
            signal.signal(getattr(signal, ignored), signal.SIG_IGN)
    settings = backend().machine_settings()  # before the client is told: what cannot be put back is not changed
    sys.stdout.buffer.write(_READY)
    sys.stdout.buffer.flush()
    watch(Path(sys.argv[1]), settings)


if __name__ == "__main__":
    main()
