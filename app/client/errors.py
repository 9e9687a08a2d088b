"""What can go wrong in the test taker's program.

ClientError
├── IllegalStep           a step between phases that the table does not allow
├── RecorderFailed        the recorder process cannot be started or speaks another language
├── ExamUnreachable       an exam file or link cannot be read
├── SourceRefused         a file or address given as a camera where the signed settings allow devices only
├── AttemptUnreadable     the saved state of an attempt cannot be read
└── AlreadyRunning        another client works in the same folder
"""

from __future__ import annotations


class ClientError(Exception):
    """Base of every error of the client; `code` is short and stable, `todo` says what the person can do."""

    code = "C-00"
    todo = "Start Invigilo again. If this comes back, show this page to your institution's support."

    def __init__(self, what: str, *, where: str = "", todo: str | None = None) -> None:
        super().__init__(what if not where else f"{what} ({where})")
        self.what = what
        self.where = where
        if todo is not None:
            self.todo = todo


class IllegalStep(ClientError):
    """A phase was asked for that does not follow from the present one."""

    code = "C-01"

    def __init__(self, current: str, wanted: str) -> None:
        super().__init__(f"An exam session cannot go from {current} to {wanted}")


class RecorderFailed(ClientError):
    """The recorder process cannot run."""

    code = "C-02"


class ExamUnreachable(ClientError):
    """The exam file or link given cannot be read."""

    code = "C-03"
    todo = "Check the file or link that your institution gave you, and your network, then try again."


class SourceRefused(ClientError):
    """A recording source that is not a device was asked for and the signed settings do not allow it."""

    code = "C-04"
    todo = "Start again without --camera, --microphone or --screen, or name a device."


class AttemptUnreadable(ClientError):
    """The saved state of an attempt is damaged; it is kept as it is."""

    code = "C-05"


class AlreadyRunning(ClientError):
    """Another client works in the same folder."""

    code = "C-06"
    todo = "Look for its window, or wait until it has ended."
