"""What keeps sealed objects from being delivered at the moment: a code with facts.

The sentence for people is made in `app/client/pages/delivery_words.py`.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.client.delivery.errors import DeliveryError, EndpointInvalid, SpoolFull


class ProblemCode(StrEnum):
    """What is wrong, on the way to the endpoint, at the endpoint or on this computer."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    PROXY_REFUSED = "proxy_refused"
    PROXY_PASSWORD = "proxy_password"  # noqa: S105 - a code
    CERTIFICATE_REFUSED = "certificate_refused"
    REDIRECTED = "redirected"
    RECEIPT_INVALID = "receipt_invalid"
    RECEIPT_OF_ANOTHER = "receipt_of_another"
    ADMISSION_UNREADABLE = "admission_unreadable"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a code
    ANOTHER_REGION = "another_region"
    ENDPOINT_BUSY = "endpoint_busy"
    ENDPOINT_DISK_FULL = "endpoint_disk_full"
    UNEXPECTED_STATUS = "unexpected_status"
    """`DeliveryProblem.status` is the HTTP status."""
    OBJECT_REFUSED = "object_refused"
    """A part or the attempt; `DeliveryProblem.kind` is the endpoint's own word for why (`app.wire.refusals`)."""
    OBJECT_DAMAGED = "object_damaged"
    DISK_FULL = "disk_full"
    SPOOL_UNUSABLE = "spool_unusable"
    ENDPOINT_INVALID = "endpoint_invalid"


@dataclass(frozen=True, slots=True)
class DeliveryProblem:
    """One problem; `status` and `kind` only where the code says so."""

    code: ProblemCode
    status: int | None = None
    kind: str = ""


def problem_of(error: DeliveryError) -> DeliveryProblem:
    """Return what `error` of the outbox means for delivery."""
    match error:
        case SpoolFull():
            return DeliveryProblem(ProblemCode.DISK_FULL)
        case EndpointInvalid():
            return DeliveryProblem(ProblemCode.ENDPOINT_INVALID)
        case _:
            return DeliveryProblem(ProblemCode.SPOOL_UNUSABLE)
