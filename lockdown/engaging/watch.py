"""One thread that asks every engaged guard what it has seen: once an interval, and at once where a guard calls."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from functools import partial
from typing import Protocol

from lockdown.contract.violations import Code, Violation
from lockdown.engaging.guard import ChangeNotifier, Guard

_log = logging.getLogger(__name__)


class WatchListener(Protocol):
    """Told of violations, on the watch's thread, in the order in which the guards reported them."""

    def violated(self, violations: Sequence[Violation]) -> None:
        """Take a non-empty batch; return soon, the next look waits for it."""
        ...


class WatchThread:
    """Calls `check` of each guard every `interval_s` seconds from its own thread, and when a `ChangeNotifier` calls.

    A guard that raises is reported once as ``guard-failed`` and asked again: a watcher that breaks is something the
    reviewers must know, and no reason to end an exam.
    """

    def __init__(self, guards: Sequence[Guard], interval_s: float, listener: WatchListener) -> None:
        self._guards = tuple(guards)
        self._interval_s = interval_s
        self._listener = listener
        self._turn = threading.Condition()
        self._stopping = False
        self._calling: list[Guard] = []
        self._failing: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="lockdown-watch", daemon=True)

    def start(self) -> None:
        """Start looking; the first look is at once."""
        for guard in self._guards:
            if isinstance(guard, ChangeNotifier):
                guard.subscribe(partial(self._called, guard))
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Stop and wait up to `timeout_s` for a look that is under way; return whether the thread has ended.

        Call it before the guards are released.
        """
        with self._turn:
            self._stopping = True
            self._turn.notify()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def look(self) -> tuple[Violation, ...]:
        """Ask every guard once, on the calling thread; tell nobody."""
        return self._ask(self._guards)

    def _ask(self, guards: Sequence[Guard]) -> tuple[Violation, ...]:
        seen: list[Violation] = []
        for guard in guards:
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

    def _called(self, guard: Guard) -> None:
        with self._turn:
            if guard not in self._calling:
                self._calling.append(guard)
            self._turn.notify()

    def _run(self) -> None:
        next_look_s = time.monotonic()
        while (guards := self._wait(next_look_s)) is not None:
            if seen := self._ask(guards or self._guards):
                self._listener.violated(seen)
            if not guards:
                next_look_s = max(next_look_s + self._interval_s, time.monotonic())  # late looks are not made up for

    def _wait(self, next_look_s: float) -> list[Guard] | None:
        """Return the guards that call, none of them when it is time for all, None at the end."""
        with self._turn:
            self._turn.wait_for(
                lambda: self._stopping or bool(self._calling), timeout=max(0.0, next_look_s - time.monotonic())
            )
            if self._stopping:
                return None
            if time.monotonic() >= next_look_s:
                self._calling = []
            calling, self._calling = self._calling, []
            return calling
