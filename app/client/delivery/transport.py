"""The way to one endpoint: one kept-alive pinned TLS connection, and answers as values.

Nothing that a network can do raises here. What counts as delivery is a receipt that verifies with the
endpoint's key from the signed settings and speaks of exactly the object that was sent; every other
answer, whatever its status, means that the object stays in the outbox.
"""

import base64
import hashlib
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Protocol
from urllib.parse import urlsplit

import requests
from pydantic import BaseModel, ValidationError
from requests.auth import AuthBase

from app.client.delivery.errors import EndpointInvalid
from app.client.delivery.outcomes import (
    AlreadyStored,
    Delivery,
    EndpointResponse,
    Retry,
    Stored,
    UploadRefused,
    kind_of,
    refusal_of,
)
from app.client.delivery.pinned_tls import PinnedAdapter, pinned_context
from app.client.delivery.problems import DeliveryProblem, ProblemCode
from app.wire.admissions import Admission, AdmissionRequest, AdmissionResponse
from app.wire.errors import ReceiptRefused
from app.wire.objects import ObjectId
from app.wire.receipts import receipt_key, verify_receipt

__all__ = ["AlreadyStored", "Delivery", "DeliveryTarget", "EndpointTransport", "Retry", "Stored", "UploadRefused"]

IDLE_S = 60.0
"""A connection unused for longer is not used again; the endpoint keeps it for 75 s."""

_CONNECT_TIMEOUT_S = 10.0
_RESPONSE_TIMEOUT_S = 30.0
_MAX_RESPONSE_BYTES = 32_768


class DeliveryTarget(Protocol):
    """What the signed settings say of an endpoint (`app.policy.document.DeliveryTarget` satisfies this)."""

    @property
    def region(self) -> str:
        """Region whose tokens it accepts."""

    @property
    def url(self) -> str:
        """`https://host[:port]`."""

    @property
    def ca_pem(self) -> str:
        """The only authority whose certificates are accepted."""

    @property
    def receipt_key(self) -> str:
        """Ed25519 public key, 32 bytes in base64."""

    @property
    def endpoint_id(self) -> str:
        """Who must have signed the receipts."""


class _Health(BaseModel):
    """The endpoint's answer on how it is; what else it says is not looked at."""

    status: str
    endpoint_id: str
    region: str


class _Bearer(AuthBase):
    # An auth object, not a header: `requests` would replace a header by what a .netrc file says.
    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class EndpointTransport:
    """Talks to one endpoint. Not for use by two threads at once.

    Args:
        endpoint: from the signed settings.
        token: upload token; `None` only for `admit`.
        monotonic: seconds, for the age of the connection.

    Raises:
        EndpointInvalid: address, authority or key in the settings are unusable.
    """

    def __init__(
        self, endpoint: DeliveryTarget, token: str | None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        parts = urlsplit(endpoint.url)
        if parts.scheme != "https" or not parts.hostname or parts.path not in {"", "/"} or parts.query:
            raise EndpointInvalid("The endpoint's address in the exam settings must be https://host[:port].")
        try:
            context = pinned_context(endpoint.ca_pem)
            self._receipt_key = receipt_key(endpoint.receipt_key)
        except (ssl.SSLError, ReceiptRefused) as error:
            raise EndpointInvalid(f"The endpoint's keys in the exam settings cannot be used: {error}") from error
        self._base = f"https://{parts.netloc}"
        self._endpoint_id = endpoint.endpoint_id
        self._region = endpoint.region
        self._monotonic = monotonic
        self._used_at: float | None = None
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": "invigilo-client", "Accept-Encoding": "identity"})
        self._session.auth = _Bearer(token)
        self._session.mount("https://", PinnedAdapter(context))

    def put(self, object_id: ObjectId, data: bytes) -> Delivery:
        """Deliver one object; idempotent, so trying again is always safe."""
        digest = hashlib.sha256(data)
        headers = {
            "If-None-Match": "*",
            "Content-Digest": f"sha-256=:{base64.b64encode(digest.digest()).decode()}:",
            "Content-Type": "application/octet-stream",
        }
        response = self._request("PUT", object_id.path, data, headers)
        if isinstance(response, Retry):
            return response
        if response.status in {200, 201}:
            return self._receipted(response, object_id, digest.hexdigest(), len(data))
        return refusal_of(response)

    def admit(
        self,
        signature: str,
        *,
        settings_sha256: str,
        settings_blake2b512: str,
        candidate: str,
        attempt: str | None = None,
        ticket: str | None = None,
    ) -> Admission | Retry | UploadRefused:
        """Begin an attempt, or ask again for the token of one.

        Args:
            signature: minisign signature of the settings, four lines.
            settings_sha256: of the settings' exact bytes, hexadecimal.
            settings_blake2b512: likewise.
            candidate: pseudonym.
            attempt: the attempt to admit, if it has begun without a connection or its answer was lost.
            ticket: the candidate's, where the institution issues them.
        """
        request = AdmissionRequest(
            signature=signature,
            settings_sha256=settings_sha256,
            settings_blake2b512=settings_blake2b512,
            candidate=candidate,
            attempt=attempt,
            ticket=ticket,
            region=self._region,
        )
        headers = {"Content-Type": "application/json"}
        # An endpoint of before tickets takes no member that it does not know.
        body = request.model_dump_json(exclude={"ticket"} if ticket is None else None).encode()
        response = self._request("POST", "/v1/attempts", body, headers)
        if isinstance(response, Retry):
            return response
        if response.status == 201:
            try:
                admitted = AdmissionResponse.model_validate_json(response.body)
            except ValidationError:
                return Retry(None, DeliveryProblem(ProblemCode.ADMISSION_UNREADABLE))
            return Admission(**admitted.model_dump())
        refusal = refusal_of(response)
        if response.status in {401, 403}:
            kind = kind_of(response)
            # A proxy's 403 says nothing about the attempt.
            problem = DeliveryProblem(ProblemCode.OBJECT_REFUSED, kind=kind) if kind else refusal.problem
            return UploadRefused(kind, problem)
        return refusal

    def health(self) -> DeliveryProblem | None:
        """Ask whether it answers, is the one of the settings, and has room; None where all of it holds."""
        response = self._request("GET", "/v1/health", b"", {})
        if isinstance(response, Retry):
            return response.problem
        try:
            health = _Health.model_validate_json(response.body)
        except ValidationError:
            return refusal_of(response).problem
        if health.endpoint_id != self._endpoint_id or health.region != self._region:
            return DeliveryProblem(ProblemCode.ANOTHER_REGION)
        return DeliveryProblem(ProblemCode.ENDPOINT_DISK_FULL) if health.status == "full" else None

    def close(self) -> None:
        """Drop the connection."""
        self._session.close()
        self._used_at = None

    def _receipted(self, response: EndpointResponse, object_id: ObjectId, sha256: str, size: int) -> Delivery:
        try:
            receipt = verify_receipt(response.body, self._receipt_key)
        except ReceiptRefused:
            return Retry(None, DeliveryProblem(ProblemCode.RECEIPT_INVALID))
        named = (receipt.object_id, receipt.sha256, receipt.size, receipt.endpoint_id)
        if named != (object_id, sha256, size, self._endpoint_id):
            return Retry(None, DeliveryProblem(ProblemCode.RECEIPT_OF_ANOTHER))
        return (Stored if response.status == 201 else AlreadyStored)(receipt, response.body)

    def _request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> EndpointResponse | Retry:
        if self._used_at is not None and self._monotonic() - self._used_at > IDLE_S:
            self.close()
        reused = self._used_at is not None
        try:
            return self._exchange(method, path, body, headers)
        except requests.exceptions.ConnectionError as error:
            self.close()
            timed_out = isinstance(error, requests.exceptions.Timeout)
            if not reused or timed_out:
                return Retry(None, _problem(error))
        except requests.exceptions.RequestException as error:
            self.close()
            return Retry(None, _problem(error))
        # A kept connection that was closed meanwhile says nothing about the endpoint: once more, at once.
        try:
            return self._exchange(method, path, body, headers)
        except requests.exceptions.RequestException as error:
            self.close()
            return Retry(None, _problem(error))

    def _exchange(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> EndpointResponse:
        timeout = (_CONNECT_TIMEOUT_S, _RESPONSE_TIMEOUT_S)
        with self._session.request(
            method, self._base + path, data=body, headers=headers, timeout=timeout, allow_redirects=False, stream=True
        ) as response:
            content = _bounded(response.iter_content(4096))
            self._used_at = self._monotonic()
            return EndpointResponse(response.status_code, response.headers.get("Retry-After"), content)


def _bounded(chunks: Iterable[bytes]) -> bytes:
    content = b""
    for chunk in chunks:
        content += chunk
        if len(content) > _MAX_RESPONSE_BYTES:
            raise requests.exceptions.ContentDecodingError("The answer is too long.")
    return content


def _problem(error: requests.exceptions.RequestException) -> DeliveryProblem:
    match error:
        case requests.exceptions.ProxyError():
            return DeliveryProblem(ProblemCode.PROXY_REFUSED)
        case requests.exceptions.SSLError():
            return DeliveryProblem(ProblemCode.CERTIFICATE_REFUSED)
        case requests.exceptions.Timeout():
            return DeliveryProblem(ProblemCode.TIMED_OUT)
        case _:
            return DeliveryProblem(ProblemCode.UNREACHABLE)
