"""What can go wrong at an endpoint.

EndpointError
├── DataFolderUnusable   the data folder, its keys or its records cannot be used
├── AlreadyServed        another process serves this data folder
├── StorageFull          the disk has no room
├── StorageFault         the storage failed otherwise
├── LogGap               a log record would leave a gap before it
└── Refused              a request is answered with a typed refusal
"""

from app.wire.refusals import RefusalKind


class EndpointError(Exception):
    """Base of every error of the endpoint."""


class DataFolderUnusable(EndpointError):
    """The data folder, its keys or its records cannot be read or written."""


class AlreadyServed(EndpointError):
    """Another process holds this data folder."""


class StorageFull(EndpointError):
    """No room; nothing was stored, and nothing stored before is lost."""


class StorageFault(EndpointError):
    """The storage failed; nothing was stored."""


class LogGap(EndpointError):
    """A log record is not the next one; `expected` is."""

    def __init__(self, expected: int) -> None:
        super().__init__(f"The next log record of this session is {expected}.")
        self.expected = expected


class RequestRefused(EndpointError):
    """A request that is answered with a refusal.

    Attributes:
        status: HTTP status.
        kind: for programs.
        expected: sequence number that would be accepted, for a log record out of order.
        retry_after_s: for 429, 503 and 507.
    """

    def __init__(
        self,
        status: int,
        kind: RefusalKind,
        message: str,
        *,
        expected: int | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.expected = expected
        self.retry_after_s = retry_after_s
