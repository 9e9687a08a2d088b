"""What can go wrong in capture.

    CaptureError
    ├── SourceError        a device, file or address that should deliver pictures or sound
    │   ├── SourceAbsent   it cannot be opened: not there, not allowed, not readable
    │   └── SourceLost     it was open and stopped delivering
    └── EncoderError       this machine's media library cannot encode what was asked

A `SourceError` is everyday life for a recorder: the supervisor turns it into a state and a gap, and tries again. None
leaves `capture.pipeline.Pipeline`. Every message is one plain sentence fit for the test taker's eyes, so it names no
path, address or serial number.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Literal

Why = Literal[
    "not_found", "not_allowed", "in_use", "no_answer", "unreadable", "stopped", "frozen", "failed", "not_chosen"
]
"""Why a source does not deliver, for the record; the message says it to the test taker."""


class CaptureError(Exception):
    """Base of every error of this package."""


class SourceError(CaptureError):
    """A source does not deliver; `why` says it in one fixed word."""

    def __init__(self, sentence: str, why: Why = "failed") -> None:
        super().__init__(sentence)
        self.why: Why = why


class SourceAbsent(SourceError):
    """A source cannot be opened."""


class SourceLost(SourceError):
    """An open source stopped delivering."""


class EncoderError(CaptureError):
    """A stream cannot be encoded on this machine."""


def placed(error: BaseException) -> str:
    """Say for the log which kind of error came from which line, without its message, which may name a path."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where
