"""One thread that asks every engaged guard, once an interval, what it has seen."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import Protocol

from lockdown.guard import Guard
from lockdown.violations import Code, Violation

_log = logging.getLogger(__name__)


class WatchListener(Protocol):
    """Told of violations, on the watch's thread, in the order in which the guards reported them."""

    def violated(self, violations: Sequence[Violation]) -> None:
        """Take a non-empty batch; return soon, the next look waits for it."""
        ...


class Watch:
    """Calls `check` of each guard every `interval_s` seconds from one thread of its own.

    A guard that raises is reported once as ``guard-failed`` and asked again: a watcher that breaks is something the
    reviewers must know, and no reason to end an exam.
    """

    def __init__(self, guards: Sequence[Guard], interval_s: float, listener: WatchListener) -> None:
        self._guards = tuple(guards)
        self._interval_s = interval_s
        self._listener = listener
        self._stopping = threading.Event()
        self._failing: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="lockdown-watch", daemon=True)

    def start(self) -> None:
        """Start looking; the first look is at once."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Stop and wait up to `timeout_s` for a look that is under way; return whether the thread has ended.

        Call it before the guards are released.
        """
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def look(self) -> tuple[Violation, ...]:
        """Ask every guard once, on the calling thread; tell nobody."""
        seen: list[Violation] = []
        for guard in self._guards:
            try:
                seen += guard.check()
            except Exception as error:
                if guard.name not in self._failing:
                    self._failing.add(guard.name)
                    kind = type(error).__name__
                    _log.error("guard %s cannot look: %s", guard.name, kind)
                    seen.append(Violation(guard.name, Code.GUARD_FAILED, time.monotonic_ns(), {"error": kind}))
            else:
                self._failing.discard(guard.name)
        return tuple(seen)

    def _run(self) -> None:
        next_look_s = time.monotonic()
        while not self._stopping.wait(max(0.0, next_look_s - time.monotonic())):
            if seen := self.look():
                self._listener.violated(seen)
            next_look_s = max(next_look_s + self._interval_s, time.monotonic())  # late looks are not made up for
