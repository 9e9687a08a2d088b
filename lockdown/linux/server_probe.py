"""Learns from a process of our own that the X server answers nobody, because another program has it for itself.

A process that is gone, or silent while this one ran, is reported as well, and replaced: what it would have seen is not
seen then. Silence is counted in waits of our own, so that a machine or a program that stood still loses nothing.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

from lockdown.contract.errors import GuardError

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

_log = logging.getLogger(__name__)

# Without `site`, it starts in a third of the time.
PROBE_COMMAND = (sys.executable, "-S", "-m", "lockdown.linux.probe_process")
_START_TIMEOUT_S = 15.0
_WAIT_S = 1.0
_SILENT_WAITS = 3
_AGAIN_AFTER_S = 5.0
_END_TIMEOUT_S = 1.0


class ServerProbe:
    """Runs the process until `stop`; calls `lost` with the `time.monotonic_ns` of each thing it reports.

    `lost` is called on a thread of the probe's own. `command` starts the process (`lockdown.linux.probe_process`).
    """

    def __init__(self, lost: Callable[[int], None], command: Sequence[str] = PROBE_COMMAND) -> None:
        self._lost = lost
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""
        self._heard = False
        self._end_read, self._end_write = os.pipe()
        self._thread = threading.Thread(target=self._run, name="lockdown-server-probe", daemon=True)

    @property
    def pid(self) -> int | None:
        """The process's id, None where none runs."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the process and wait until it watches.

        Raises:
            GuardError: it did not come up.
        """
        self._start_process()
        until_s = time.monotonic() + _START_TIMEOUT_S
        while not self._heard:
            if self._process is None or not self._wait(until_s - time.monotonic()) or not self._read():
                self._end_process()
                self._close()
                raise GuardError("what watches the X server did not start; start the exam again")
        self._thread.start()

    def stop(self) -> None:
        """End the process and the thread."""
        os.write(self._end_write, b"x")
        self._thread.join()
        self._end_process()
        self._close()

    def _run(self) -> None:
        silent_waits = 0
        while True:
            heard = self._wait(_WAIT_S if self._process is not None else _AGAIN_AFTER_S)
            if heard is None:
                return
            if heard and self._read():
                silent_waits = 0
                continue
            silent_waits += 1
            if not heard and self._process is not None and silent_waits < _SILENT_WAITS:
                continue
            silent_waits = 0
            self._replace()

    def _wait(self, for_s: float) -> bool | None:
        """Wait for something to read; return whether there is, None at the end."""
        watched = select.poll()
        watched.register(self._end_read, select.POLLIN)
        if self._process is not None and self._process.stdout is not None:
            watched.register(self._process.stdout.fileno(), select.POLLIN)
        ready = [descriptor for descriptor, _ in watched.poll(max(0.0, 1000 * for_s))]
        return None if self._end_read in ready else bool(ready)

    def _read(self) -> bool:
        """Take what the process has written; return whether it still runs."""
        if self._process is None or self._process.stdout is None:
            return False
        written = os.read(self._process.stdout.fileno(), 4096)
        *lines, self._unread = (self._unread + written).split(b"\n")
        for line in lines:
            self._heard = True
            what, _, seen_ns = line.partition(b" ")
            if what == b"held":
                self._lost(int(seen_ns))
        return bool(written)

    def _replace(self) -> None:
        """Start another process, at once where the last one worked; the loss of that one is reported."""
        never_worked = self._process is not None and not self._heard
        self._end_process()
        if never_worked:
            return
        if self._heard:
            _log.error("what watches the X server is gone; another one is started")
            self._lost(time.monotonic_ns())
        self._start_process()

    def _start_process(self) -> None:
        self._heard, self._unread = False, b""
        with contextlib.suppress(OSError):
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            process.wait(_END_TIMEOUT_S)
        except subprocess.TimeoutExpired:  # it waits for a server that is held, or is stopped
            process.kill()
            process.wait()

    def _close(self) -> None:
        os.close(self._end_read)
        os.close(self._end_write)
