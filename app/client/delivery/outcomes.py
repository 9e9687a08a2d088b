"""What can come of delivering one object: four values, and how an endpoint's refusal is read."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pydantic import ValidationError

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
        reason: a sentence for people, without addresses.
    """

    after_s: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class UploadRefused:
    """This one object is not accepted as things stand; others may be."""

    kind: str
    reason: str


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
        return Retry(None, "The endpoint's address was redirected; recordings are never sent elsewhere.")
    kind = kind_of(response)
    if response.status in _OF_THIS_OBJECT and kind:
        return UploadRefused(kind, _REASONS.get(response.status, f"The endpoint refused this object ({kind})."))
    after_s = _seconds(response.retry_after) if response.status in {429, 503, 507} else None
    return Retry(after_s, _REASONS.get(response.status, f"The endpoint answers with status {response.status}."))


_REASONS = {
    401: "The endpoint does not accept this attempt's token.",
    403: "The endpoint does not accept this attempt's token.",
    407: "A network proxy asks for a password.",
    421: "The endpoint belongs to another region; nothing was sent to it.",
    429: "The endpoint is busy.",
    503: "The endpoint is busy.",
    507: "The endpoint's disk is full.",
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
