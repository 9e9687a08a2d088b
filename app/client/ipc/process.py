"""The client's end of the pipe: starts one recorder process, speaks to it, hears it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING, Protocol

from pydantic import ValidationError

from app.client.errors import RecorderFailed
from app.client.ipc.protocol import FROM_RECORDER
from app.client.recorder.process_hardening import private_environment

if TYPE_CHECKING:
    from app.client.ipc.protocol import AnyFromRecorder, AnyToRecorder

_log = logging.getLogger(__name__)


class RecorderListener(Protocol):
    """Hears one recorder; called on a thread of the link's own, in the order the recorder spoke."""

    def recorder_message(self, message: AnyFromRecorder) -> None:
        """One message arrived."""

    def recorder_exited(self, status: int) -> None:
        """The process is gone; nothing follows. `status` is its exit status, negative for a signal."""


class RecorderProcess:
    """One recorder process, from start to end; it is never started twice."""

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
        self._listener = listener
        self._thread = threading.Thread(target=self._read_messages, name="recorder-link", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """Process id, for measurements and tests."""
        return self._process.pid

    def send(self, message: AnyToRecorder) -> None:
        """Send one message; silently nothing when the recorder is gone, which `recorder_exited` reports."""
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101 - Popen was given PIPE
        try:
            pipe.write(message.line())
            pipe.flush()
        except (BrokenPipeError, ValueError):
            _log.info("the recorder is gone; a %s message was not sent", message.kind)

    def kill(self) -> None:
        """End a recorder that does not answer; `recorder_exited` follows."""
        self._process.kill()

    def close(self, timeout_s: float) -> None:
        """Let go of the pipe, upon which the recorder seals the rest and ends; kill it after `timeout_s`."""
        pipe = self._process.stdin
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                _log.debug("the recorder had gone before its pipe was closed")
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._thread.join(timeout_s)

    def _read_messages(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101 - Popen was given PIPE
        self._read_lines(pipe)
        pipe.close()
        self._listener.recorder_exited(self._process.wait())

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


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "recorder-process"]
    return [sys.executable, "-m", "app.client.recorder"]
