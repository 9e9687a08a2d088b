"""The client's end of the pipe: starts one recorder process, sends it messages and reads its own."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING, Protocol

from pydantic import ValidationError

from app.client.errors import RecorderFailed
from app.client.ipc.from_recorder import FROM_RECORDER
from app.client.ipc.to_recorder import RecordEvent
from app.client.ipc.writer import MessageWriter
from crypto.sealing import SEALING_ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.client.ipc.from_recorder import AnyFromRecorder
    from app.client.ipc.to_recorder import AnyToRecorder

_log = logging.getLogger(__name__)

MOST_QUEUED_EVENTS = 2000
"""More than a client keeps unsealed at a time: what is to be dropped, and counted, is decided there."""


class RecorderListener(Protocol):
    """Hears one recorder; called on a thread of the link's own, in the order the recorder spoke."""

    def recorder_message(self, message: AnyFromRecorder) -> None:
        """One message arrived."""

    def recorder_exited(self, status: int) -> None:
        """The process is gone; nothing follows. `status` is its exit status, negative for a signal."""


class RecorderProcess:
    """One recorder process, from start to end; it is never started twice. No call waits for it but `join`.

    Raises:
        RecorderFailed: the system does not start it.
    """

    def __init__(self, listener: RecorderListener) -> None:
        try:
            self._process = subprocess.Popen(
                _command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=private_environment(os.environ),
            )
        except OSError as error:
            raise RecorderFailed("The recorder could not be started", where=error.strerror or "") from error
        assert self._process.stdin is not None  # noqa: S101 - Popen was given PIPE
        self._writer = MessageWriter(self._process.stdin, limit=MOST_QUEUED_EVENTS)
        self._listener = listener
        self._gone = threading.Event()
        self._thread = threading.Thread(target=self._read_messages, name="recorder-reader", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """Process id, for measurements and tests."""
        return self._process.pid

    def send(self, message: AnyToRecorder) -> bool:
        """Queue one message; False when the recorder is gone or, for an event, when too many wait already."""
        return self._writer.send(message, droppable=isinstance(message, RecordEvent))

    def kill(self) -> None:
        """End a recorder that does not answer; `recorder_exited` follows."""
        self._process.kill()

    def close(self, timeout_s: float) -> None:
        """Let go of the pipe, upon which the recorder seals the rest and ends; after `timeout_s` it is killed.

        Returns at once; `recorder_exited` follows.
        """
        self._writer.close()
        threading.Thread(target=self._kill_late, args=(timeout_s,), name="recorder-end", daemon=True).start()

    def join(self, timeout_s: float) -> bool:
        """Wait until the process is gone and its last word was heard; False when `timeout_s` passed before."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _kill_late(self, timeout_s: float) -> None:
        if not self._gone.wait(timeout_s):
            _log.warning("the recorder did not end by itself; it is ended")
            self._process.kill()

    def _read_messages(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101 - Popen was given PIPE
        self._read_lines(pipe)
        pipe.close()
        status = self._process.wait()
        self._gone.set()
        self._writer.close()
        self._listener.recorder_exited(status)

    def _read_lines(self, pipe: IO[bytes]) -> None:
        for line in pipe:
            if not line.endswith(b"\n"):
                return  # the process died while it spoke
            try:
                message = FROM_RECORDER.validate_json(line)
            except ValidationError:
                _log.error("the recorder said something that is no message; it is ended")
                self._process.kill()
                return
            self._listener.recorder_message(message)


def private_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Give the environment for the recorder: freed memory is overwritten at once (glibc's allocator).

    `crypto.sealing.SEALING_ENVIRONMENT` says which variables and what was found with and without them.
    """
    poison = SEALING_ENVIRONMENT if sys.platform == "linux" else {}
    return {**environment, **poison, "PYTHONUNBUFFERED": "1"}


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "recorder-process"]
    return [sys.executable, "-m", "app.client.recorder"]
