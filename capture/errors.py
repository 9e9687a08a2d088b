"""What can go wrong in capture.

    CaptureError
    ├── SourceError        a device, file or address that should deliver pictures or sound
    │   ├── SourceAbsent   it cannot be opened: not there, not allowed, not readable
    │   └── SourceLost     it was open and stopped delivering
    └── EncoderError       this machine's media library cannot encode what was asked

A `SourceError` is everyday life for a recorder: the supervisor turns it into a state and a gap, and tries again. None
leaves `capture.pipeline.Pipeline`. What is reported is the error's code. Its text is for developers, in English, and
names no path, address or serial number.
"""

from __future__ import annotations

import traceback
from enum import StrEnum
from pathlib import Path


class SourceFault(StrEnum):
    """Why a source does not deliver."""

    NOT_CHOSEN = "not_chosen"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    IN_USE = "in_use"
    NO_ANSWER = "no_answer"
    UNREADABLE = "unreadable"
    STOPPED = "stopped"
    FROZEN = "frozen"
    SOUND_LIBRARY_MISSING = "sound_library_missing"
    SOUND_CONFIGURATION_MISSING = "sound_configuration_missing"
    FILE_UNREADABLE = "file_unreadable"
    FILE_WITHOUT_LENGTH = "file_without_length"
    FILE_WITHOUT_SOUND = "file_without_sound"
    FAILED = "failed"


class CaptureError(Exception):
    """Base of every error of this package."""


class SourceError(CaptureError):
    """A source does not deliver; `fault` says why."""

    def __init__(self, message: str, fault: SourceFault) -> None:
        super().__init__(message)
        self.fault = fault


class SourceAbsent(SourceError):
    """A source cannot be opened."""


class SourceLost(SourceError):
    """An open source stopped delivering."""


class EncoderError(CaptureError):
    """A stream cannot be encoded on this machine; `encoder` is the media library's name of what is to do it."""

    def __init__(self, message: str, encoder: str | None = None) -> None:
        super().__init__(message)
        self.encoder = encoder


def placed(error: BaseException) -> str:
    """Say for the log which kind of error came from which line, without its message, which may name a path."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where
