"""Messages on their way into the recorder's pipe: whoever sends never waits for the one who reads."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections import deque
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing import IO

_log = logging.getLogger(__name__)


class _Line(Protocol):
    def line(self) -> bytes:
        """The message as one line."""


class MessageWriter:
    """Writes messages in the order they were sent, on a thread of its own; `send` and `close` return at once.

    A recorder that is stopped reads nothing, and its pipe holds 64 KiB: the window must not wait for it. At most
    `limit` messages that may be lost wait here; another is refused. All others always find room, because they are few
    and the recording depends on them.
    """

    def __init__(self, pipe: IO[bytes], *, limit: int) -> None:
        self._pipe = pipe
        self._limit = limit
        self._waiting: deque[tuple[_Line, bool]] = deque()
        self._droppable = 0
        self._closed = False
        self._turn = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="recorder-writer", daemon=True)
        self._thread.start()

    def send(self, message: _Line, *, droppable: bool = False) -> bool:
        """Queue one message; False when it is refused, because too many wait or the pipe is closed."""
        with self._turn:
            if self._closed or (droppable and self._droppable >= self._limit):
                return False
            self._droppable += droppable
            self._waiting.append((message, droppable))
            self._turn.notify()
        return True

    def close(self) -> None:
        """Close the pipe once everything that was sent is written; a second call changes nothing."""
        with self._turn:
            self._closed = True
            self._turn.notify()

    def join(self, timeout_s: float) -> bool:
        """Wait until the pipe is closed; False when `timeout_s` passed before."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while (message := self._next()) is not None:
                self._pipe.write(message.line())
                self._pipe.flush()
        except OSError:
            _log.info("the recorder is gone; what was still to be sent to it was not")
        self.close()
        with contextlib.suppress(OSError):  # what was buffered cannot be written any more
            self._pipe.close()

    def _next(self) -> _Line | None:
        with self._turn:
            self._turn.wait_for(lambda: self._waiting or self._closed)
            if not self._waiting:
                return None
            message, droppable = self._waiting.popleft()
            self._droppable -= droppable
            return message
