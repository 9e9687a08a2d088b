"""What can go wrong in the test taker's program: a code with facts; the message is for developers and logs.

The words for people are made in `app/client/pages/refusals.py`.

ClientError
├── IllegalStep           a step between phases that the table does not allow
├── RecorderFailed        the recorder process cannot be started or speaks another language
├── ExamUnreachable       an exam file or link cannot be read
├── SourceRefused         a file or address given as a camera where the signed settings allow devices only
├── AttemptUnreadable     the saved state of an attempt cannot be read
└── AlreadyRunning        another client works in the same folder
"""

from __future__ import annotations

from enum import StrEnum


class ClientError(Exception):
    """Base of every error of the client; `code` is short and stable, `where` names a file, option or system error."""

    code = "H-00"

    def __init__(self, message: str, *, where: str = "") -> None:
        super().__init__(message if not where else f"{message} ({where})")
        self.where = where


class IllegalStep(ClientError):
    """A phase was asked for that does not follow from the present one."""

    code = "H-01"

    def __init__(self, current: str, wanted: str) -> None:
        super().__init__(f"An exam session cannot go from {current} to {wanted}")


class RecorderFailed(ClientError):
    """The recorder process cannot run."""

    code = "H-02"


class UnreachableFault(StrEnum):
    """What kept an exam file or link from being read."""

    FILE_UNREADABLE = "file_unreadable"
    NO_EXAM_THERE = "no_exam_there"
    SERVER_UNPROVEN = "server_unproven"
    SERVER_SILENT = "server_silent"


class ExamUnreachable(ClientError):
    """The exam file or link given cannot be read; `where` is the system's error, or the status a server answered."""

    code = "H-03"

    def __init__(self, fault: UnreachableFault, *, where: str = "") -> None:
        super().__init__(f"the exam cannot be read: {fault}", where=where)
        self.fault = fault


class SourceRefused(ClientError):
    """A recording source that is not a device was asked for and the signed settings do not allow it."""

    code = "H-04"

    def __init__(self, option: str) -> None:
        super().__init__("the settings allow devices only", where=option)


class AttemptUnreadable(ClientError):
    """The saved state of an attempt is damaged; it is kept as it is."""

    code = "H-05"


class AlreadyRunning(ClientError):
    """Another client works in the same folder."""

    code = "H-06"

    def __init__(self) -> None:
        super().__init__("another client works in the same folder")
