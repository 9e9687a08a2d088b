"""What can go wrong in the test taker's program: a code with facts; the message is for developers and logs.

The words for people are made in `app/client/pages/refusals.py`.

ClientError
├── IllegalStep           a step between phases that the table does not allow
├── RecorderFailed        the recorder process cannot be started or speaks another language
├── ExamUnreachable       an exam file or link cannot be read
├── SourceRefused         a file or address given as a camera where the signed settings allow devices only
├── AttemptUnreadable     the saved state of an attempt cannot be read
├── AlreadyRunning        another client works in the same folder
├── FolderUnusable        the client's folder, or one in it, cannot be written or read
└── NoDisplay             there is no display to show a window on
"""

from __future__ import annotations

import errno
from enum import StrEnum
from pathlib import Path


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


class FolderFault(StrEnum):
    """Why a folder, or a file in it, cannot be used."""

    READ_ONLY = "read_only"
    FULL = "full"
    NOT_ALLOWED = "not_allowed"
    NOT_A_FOLDER = "not_a_folder"
    NO_HOME = "no_home"
    FAILED = "failed"


_FAULTS = {
    errno.EROFS: FolderFault.READ_ONLY,
    errno.ENOSPC: FolderFault.FULL,
    errno.EDQUOT: FolderFault.FULL,
    errno.EFBIG: FolderFault.FULL,
    errno.EACCES: FolderFault.NOT_ALLOWED,
    errno.EPERM: FolderFault.NOT_ALLOWED,
    errno.ENOTDIR: FolderFault.NOT_A_FOLDER,
    errno.EEXIST: FolderFault.NOT_A_FOLDER,
    errno.EISDIR: FolderFault.NOT_A_FOLDER,
}


class FolderUnusable(ClientError):
    """The client's folder cannot be written or read as it has to be; `where` is the folder or the file in it."""

    code = "H-07"

    def __init__(self, fault: FolderFault, *, where: str = "") -> None:
        super().__init__(f"the client's folder cannot be used: {fault}", where=where)
        self.fault = fault

    @classmethod
    def of(cls, error: OSError, folder: Path | None = None) -> FolderUnusable:
        """Give what `error` of the system means; `folder` is where it was met, where that is known.

        The error itself may name a file that was only there to try it.
        """
        met = error.filename if folder is None else folder
        return cls(_FAULTS.get(error.errno or 0, FolderFault.FAILED), where="" if met is None else str(met))


class NoDisplay(ClientError):
    """No window can be shown: there is no display, or none that answers."""

    code = "H-08"

    def __init__(self) -> None:
        super().__init__("there is no display that answers")
