"""The session's own events as sealed JSON lines: what happened, when, in numbers and codes."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

from app.events.sealed import SealedEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.events.vocabulary import AnyEvent

BATCH_S = 1.0
"""Events wait at most this long before they are sealed together."""


class EventSealer(Protocol):
    """Seals one batch of the events stream."""

    def __call__(self, t0_us: int, plaintext: bytes) -> None:
        """Seal `plaintext`, whose first event happened at `t0_us`."""


class EventWriter:
    """Collects events and seals them in batches of at most one second.

    Any thread may call `note`; one thread of its own seals. `close` seals what is left.
    """

    def __init__(self, *, t0_ns: int, seal: EventSealer) -> None:
        self._t0_ns = t0_ns
        self._seal = seal
        self._lines: list[tuple[int, bytes, Callable[[], None] | None]] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="timeline", daemon=True)
        self._thread.start()

    def note(self, event: AnyEvent, at_ns: int, *, sealed: Callable[[], None] | None = None) -> None:
        """Add one event that happened at monotonic time `at_ns`; `sealed` is called once it is sealed."""
        t_us = max(0, (at_ns - self._t0_ns) // 1000)
        wall_ms = (time.time_ns() - (time.monotonic_ns() - at_ns)) // 1_000_000
        line = SealedEvent(event, t_us, wall_ms).line()
        with self._lock:
            self._lines.append((t_us, line + b"\n", sealed))

    def note_now(self, event: AnyEvent) -> None:
        """Add one event that happens now."""
        self.note(event, time.monotonic_ns())

    def close(self) -> None:
        """Seal the rest and end; no event may follow."""
        self._closing.set()
        self._thread.join()
        self._flush()

    def _run(self) -> None:
        while not self._closing.wait(BATCH_S):
            self._flush()

    def _flush(self) -> None:
        with self._lock:
            lines, self._lines = self._lines, []
        if lines:
            self._seal(min(t_us for t_us, _, _ in lines), b"".join(line for _, line, _ in lines))
        for _, _, sealed in lines:
            if sealed is not None:
                sealed()
