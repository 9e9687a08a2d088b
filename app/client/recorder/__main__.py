"""Entry point of the recorder process, started by the client with a pipe on standard input and output."""

from __future__ import annotations

import logging
import os
import signal
import sys

from app.client.ipc.pipe import RecorderPipe
from app.client.recorder.process_hardening import harden_memory
from app.client.recorder.service import RecorderService


def main() -> int:
    """Serve one client until it says `Finish` or goes away; the exit status is 0 when everything was sealed."""
    harden_memory()
    # A Ctrl-C in a terminal reaches every process of the group; the client decides when the recording ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    # Libraries print to standard output at times; only messages may travel on the pipe.
    pipe = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return RecorderService(RecorderPipe(os.fdopen(pipe, "wb", buffering=0))).serve(sys.stdin.buffer)


if __name__ == "__main__":
    sys.exit(main())
