"""The recorder's voice on the pipe; it is also the listener that capture reports to."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing import BinaryIO


class _Line(Protocol):
    def line(self) -> bytes:
        """The message as one line."""


class RecorderPipe:
    """Writes messages one line at a time from any thread.

    When the client is gone its end of the pipe is closed; what would have been said is dropped then, because
    nobody is left to hear it and the recording must still be finished.
    """

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def send(self, message: _Line) -> None:
        """Write one message whole."""
        line = memoryview(message.line())
        with self._lock:
            try:
                while line:
                    line = line[self._pipe.write(line) or 0 :]
            except (BrokenPipeError, ValueError):
                return
