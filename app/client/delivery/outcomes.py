"""What can come of delivering one object: four values, and how an endpoint's refusal is read."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pydantic import ValidationError

from app.client.delivery.problems import DeliveryProblem, ProblemCode
from app.wire.receipts import Receipt
from app.wire.refusals import Refusal

LONGEST_RETRY_AFTER_S = 3600.0

_OF_THIS_OBJECT = {400, 409, 410, 411, 413, 422}


@dataclass(frozen=True, slots=True)
class Stored:
    """Delivered now. `data` is the receipt's exact bytes."""

    receipt: Receipt
    data: bytes


@dataclass(frozen=True, slots=True)
class AlreadyStored:
    """Delivered by an earlier try whose answer was lost."""

    receipt: Receipt
    data: bytes


@dataclass(frozen=True, slots=True)
class Retry:
    """The endpoint cannot be used at the moment; every object has to wait.

    Attributes:
        after_s: how long the endpoint asked to wait, `None` if it did not say.
        problem: why.
    """

    after_s: float | None
    problem: DeliveryProblem


@dataclass(frozen=True, slots=True)
class UploadRefused:
    """This one object is not accepted as things stand; others may be."""

    kind: str
    problem: DeliveryProblem


Delivery = Stored | AlreadyStored | Retry | UploadRefused


@dataclass(frozen=True, slots=True)
class EndpointResponse:
    """What came back over the connection; `body` is bounded."""

    status: int
    retry_after: str | None
    body: bytes


def refusal_of(response: EndpointResponse) -> Retry | UploadRefused:
    """Read an answer that is no success: about this object only, or about all."""
    if 300 <= response.status < 400:
        return Retry(None, DeliveryProblem(ProblemCode.REDIRECTED))
    kind = kind_of(response)
    if response.status in _OF_THIS_OBJECT and kind:
        return UploadRefused(kind, DeliveryProblem(ProblemCode.OBJECT_REFUSED, kind=kind))
    after_s = _seconds(response.retry_after) if response.status in {429, 503, 507} else None
    code = _CODES.get(response.status)
    unexpected = DeliveryProblem(ProblemCode.UNEXPECTED_STATUS, status=response.status)
    return Retry(after_s, unexpected if code is None else DeliveryProblem(code))


_CODES = {
    401: ProblemCode.TOKEN_REFUSED,
    403: ProblemCode.TOKEN_REFUSED,
    407: ProblemCode.PROXY_PASSWORD,
    421: ProblemCode.ANOTHER_REGION,
    429: ProblemCode.ENDPOINT_BUSY,
    503: ProblemCode.ENDPOINT_BUSY,
    507: ProblemCode.ENDPOINT_DISK_FULL,
}


def kind_of(response: EndpointResponse) -> str:
    """The endpoint's own word for its refusal, empty if the answer is not its own."""
    # Only a typed body is the endpoint's own word; a proxy's 400 says nothing about the object.
    try:
        return Refusal.model_validate_json(response.body).kind
    except ValidationError:
        return ""


def _seconds(retry_after: str | None) -> float | None:
    if retry_after is None:
        return None
    try:
        seconds = (
            float(int(retry_after))
            if retry_after.isascii() and retry_after.isdigit()
            else (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
        )
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER_S)
