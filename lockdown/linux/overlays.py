"""Detects on X11 that other windows hide the exam, whatever window manager is running.

The X server tells of every window that comes, goes or changes its order, with a compositor or without one, so that
nothing is looked at while nothing happens; whether the exam's window is in other hands is asked once a second. A
program that has the server for itself alone can show what it likes, and the news of it come afterwards: a process of
our own asks the server all the time (`lockdown.linux.server_probe`).
"""

from __future__ import annotations

import logging
import os
import select
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from lockdown.contract.errors import GuardError, LockdownError
from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal
from lockdown.watching.coverage import Occlusion

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

from lockdown.linux.server_probe import PROBE_COMMAND, ServerProbe  # noqa: E402  (empty on other platforms)
from lockdown.linux.window_occlusion import WindowOcclusion  # noqa: E402
from lockdown.linux.x11 import XServer  # noqa: E402

_log = logging.getLogger(__name__)

_BETWEEN_LOOKS_S = 0.2
_LOOK_EVERY_S = 1.0
_MOST_STORED = 100


class OverlayGuard:
    """Reports that the exam window is covered, by how much and for how long; it knows no titles or contents.

    `exam` gives the window's number and is asked when it is engaged: what a window shows first can change its number.
    """

    name = Control.OVERLAYS.value

    def __init__(
        self,
        exam: Callable[[], int],
        needed: Callable[[int], bool],
        probe_command: Sequence[str] = PROBE_COMMAND,
    ) -> None:
        self._exam = exam
        self._needed = needed
        self._probe_command = probe_command
        self._probe: ServerProbe | None = None
        self._occlusion = Occlusion()
        self._found: deque[Violation] = deque(maxlen=_MOST_STORED)
        self._call: Callable[[], None] | None = None
        self._end_read = self._end_write = -1
        self._thread: threading.Thread | None = None
        self._percent = 0.0
        self._in_other_hands = False

    def engage(self, journal: Journal) -> Engagement:
        """Begin to watch, on a thread, a connection and by a process of its own; changes nothing."""
        try:
            server = XServer()
        except LockdownError as error:
            _log.warning("windows over the exam cannot be watched: %s", error)
            return Engagement("not_available", Limit.WINDOW_SYSTEM)
        exam = self._exam()
        if server.family(exam) is None:
            server.close()
            return Engagement("not_available", Limit.WINDOW_NOT_FOUND)
        probe = ServerProbe(self._server_lost, self._probe_command)
        try:
            probe.start()
        except GuardError:
            server.close()
            raise
        self._probe = probe
        self._end_read, self._end_write = os.pipe()
        occlusion = WindowOcclusion(server, exam, self._needed)
        self._thread = threading.Thread(
            target=self._run,
            args=(occlusion, server),
            name="lockdown-overlays",
            daemon=True,
        )
        self._thread.start()
        return Engagement("observed")

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` when there is something to report."""
        self._call = callback

    def check(self) -> Sequence[Violation]:
        """Return what was noticed since the last call."""
        taken = []
        while self._found:
            taken.append(self._found.popleft())
        return taken

    def release(self) -> None:
        """Stop watching; a look that waits for a server held by another program is left behind."""
        probe, self._probe = self._probe, None
        if probe is not None:
            probe.stop()
        thread, self._thread = self._thread, None
        if thread is not None:
            os.write(self._end_write, b"x")
            thread.join(_LOOK_EVERY_S)
            if not thread.is_alive():
                os.close(self._end_read)
                os.close(self._end_write)

    def _run(self, occlusion: WindowOcclusion, server: XServer) -> None:
        try:
            self._watch(occlusion, server)
        except Exception as error:
            kind = type(error).__name__
            _log.error("guard %s cannot look: %s", self.name, kind)
            self._report((Violation(self.name, Code.GUARD_FAILED, time.monotonic_ns(), {"error": kind}),))
        finally:
            server.close()

    def _watch(self, occlusion: WindowOcclusion, server: XServer) -> None:
        waiting = select.poll()
        waiting.register(self._end_read, select.POLLIN)
        resting = select.poll()
        resting.register(self._end_read, select.POLLIN)
        waiting.register(server.descriptor, select.POLLIN)
        changed = True
        while server.alive():
            if changed:
                self._percent = occlusion.hidden_percent()
            before, self._in_other_hands = self._in_other_hands, occlusion.in_other_hands()
            lost = (self._lost(),) if self._in_other_hands and not before else ()
            self._report((*lost, *self._occlusion.hidden(self._percent, time.monotonic())))
            if resting.poll(1000 * _BETWEEN_LOOKS_S):
                break
            changed = server.changed()
            if not changed and not self._occlusion.under_way:
                if any(descriptor == self._end_read for descriptor, _ in waiting.poll(1000 * _LOOK_EVERY_S)):
                    break
                changed = server.changed()
        else:
            self._report((self._lost(),))

    def _server_lost(self, seen_ns: int) -> None:
        self._report((self._lost(seen_ns),))

    def _lost(self, seen_ns: int | None = None) -> Violation:
        seen_ns = time.monotonic_ns() if seen_ns is None else seen_ns
        return Violation(self.name, Code.CONTROL_LOST, seen_ns, control=Control.OVERLAYS)

    def _report(self, seen: Sequence[Violation]) -> None:
        self._found.extend(seen)
        if seen and self._call is not None:
            self._call()
