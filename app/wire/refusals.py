"""Refusals: the typed body of every answer of an endpoint that is not a success.

A JSON object `{"kind": ...}`, for an out-of-order log record also `"expected": n`. The kind never changes; what people
read is made from it where they read it. The endpoint's log says more, at the level DEBUG.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class RefusalKind(StrEnum):
    """Why an endpoint did not do what was asked."""

    BAD_REQUEST = "bad_request"
    DIGEST_MISMATCH = "digest_mismatch"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a word of the protocol
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    LOG_OUT_OF_ORDER = "log_out_of_order"
    LOG_REFUSED = "log_refused"
    HEADER_REFUSED = "header_refused"
    SETTINGS_REFUSED = "settings_refused"
    CANDIDATE_REFUSED = "candidate_refused"
    NONCE_REFUSED = "nonce_refused"
    START_REFUSED = "start_refused"
    SESSION_ENDED = "session_ended"
    DELETED = "deleted"
    LENGTH_REQUIRED = "length_required"
    TOO_LARGE = "too_large"
    WRONG_REGION = "wrong_region"
    BUSY = "busy"
    DISK_FULL = "disk_full"
    SIGNATURE_REFUSED = "signature_refused"
    TICKET_REFUSED = "ticket_refused"
    OUT_OF_TIME = "out_of_time"
    FAULT = "fault"


class Refusal(BaseModel):
    """The body itself; unknown members are ignored so that an older client understands a newer endpoint."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Annotated[str, Field(max_length=64)]
    expected: Annotated[int | None, Field(ge=0)] = None
