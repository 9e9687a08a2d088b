"""Enrolment: whether a session's header is one that the admitted attempt can have made.

Refused is only what no honest client seals, because what is refused is not on record. A client seals the pseudonym and
the digest of its admission, and the nonce once it has it. Its computer's clock may be wrong, and it may have begun
without a network: so an empty nonce and a start that this endpoint's clock contradicts are stored, for the institution
to see. But it opens an exam file only within the times that are signed with it: a start far outside them is made up.
"""

from datetime import datetime, timedelta

from app.endpoint.tables import AttemptRow
from app.wire.refusals import RefusalKind
from crypto.errors import FormatError
from crypto.header import Header, SessionDescription

CLOCK_DOUBT = timedelta(days=1)
"""How far outside the signed times a start may lie: more than a clock set to the wrong time zone is off."""


class HeaderRefused(Exception):
    """The header is not one of the attempt; `kind` says why."""

    def __init__(self, kind: RefusalKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def enrolled(data: bytes, sid: str, attempt: AttemptRow, before: Header | None) -> Header:
    """Check the header of session `sid` against the attempt's admission.

    Args:
        data: the header's bytes.
        sid: the session it is stored under.
        attempt: as admitted.
        before: the enrolled header of the take before, `None` where there is none.

    Raises:
        HeaderRefused: no client of that admission seals this.
    """
    try:
        header = Header.parse(data)
    except FormatError as error:
        raise HeaderRefused(RefusalKind.HEADER_REFUSED, str(error)) from error
    described = header.description
    if described.session != sid or (described.institution, described.exam) != (attempt.institution, attempt.exam):
        raise HeaderRefused(RefusalKind.HEADER_REFUSED, "The header is of another attempt or exam.")
    if described.config_sha256 != attempt.settings_sha256:
        raise HeaderRefused(RefusalKind.SETTINGS_REFUSED, "The header names other settings than the admission.")
    if described.candidate != attempt.candidate:
        raise HeaderRefused(RefusalKind.CANDIDATE_REFUSED, "The header names another candidate than the admission.")
    _require_nonce(described, attempt, before)
    _require_start(described.started_at, attempt)
    return header


def _require_nonce(described: SessionDescription, attempt: AttemptRow, before: Header | None) -> None:
    if described.nonce == attempt.nonce:
        return
    # No nonce: the recording began before the endpoint could be reached. Who has sealed it once keeps it.
    if described.nonce or (before is not None and before.description.nonce):
        raise HeaderRefused(RefusalKind.NONCE_REFUSED, "The header has not the nonce that the attempt was given.")


def _require_start(started_at: str, attempt: AttemptRow) -> None:
    try:
        start = datetime.fromisoformat(started_at)
    except ValueError as error:
        raise HeaderRefused(RefusalKind.START_REFUSED, "The header's start is no time of the calendar.") from error
    # Data folders of before this check do not know from when an attempt's exam could be begun.
    too_early = attempt.valid_from is not None and datetime.fromisoformat(attempt.valid_from) - start > CLOCK_DOUBT
    if too_early or start - datetime.fromisoformat(attempt.deliver_until) > CLOCK_DOUBT:
        raise HeaderRefused(RefusalKind.START_REFUSED, "The header's start is far outside the exam's signed times.")
