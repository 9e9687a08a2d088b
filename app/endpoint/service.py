"""The endpoint's HTTP surface, as a Starlette application.

Every check that needs no body comes before it is read: address, token, region, size, existence. No more
than `MAX_OBJECT_BYTES` of a body are ever held.
"""

import base64
import binascii
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import anyio
from anyio import CapacityLimiter, to_thread
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from app.endpoint.access_log import AccessLog
from app.endpoint.admission import Admissions
from app.endpoint.errors import EndpointError, RequestRefused, StorageFull
from app.endpoint.head_records import HeadRecords
from app.endpoint.identity import EndpointIdentity
from app.endpoint.intake import MIN_FREE_BYTES, Intake, Receipted
from app.endpoint.records import Records
from app.endpoint.sessions_view import countersigned, listed_objects, listed_sessions
from app.endpoint.storage import Storage
from app.wire.admissions import MAX_ADMISSION_BYTES, AdmissionRequest
from app.wire.errors import ObjectNameRefused, TokenRefused
from app.wire.objects import MAX_OBJECT_BYTES, ObjectId, is_sid
from app.wire.receipts import RECEIPT_TYPE
from app.wire.refusals import Refusal, RefusalKind
from app.wire.regions import Region
from app.wire.tokens import ReviewToken, Token, UploadToken, read_token

logger = logging.getLogger(__name__)

T = TypeVar("T")

MAX_BODIES = 256
"""Bodies held in memory at once, 64 MiB together; more are asked to come back."""
BODY_TIMEOUT_S = 120.0
_WORKERS = 16
_BUSY_RETRY_S = 2
_DISK_FULL_RETRY_S = 30
_DIGEST = re.compile(r"(?:^|[, ])sha-256=:([A-Za-z0-9+/]{43}=):")


@dataclass(frozen=True, slots=True)
class ServiceParts:
    """What the surface is wired to."""

    storage: Storage
    records: Records
    identity: EndpointIdentity
    region: Region
    intake: Intake
    admissions: Admissions
    heads: HeadRecords
    now: Callable[[], datetime]


def application(parts: ServiceParts) -> ASGIApp:
    """Build the ASGI application."""
    surface = _Routes(parts)
    routes = [
        Route("/v1/attempts", surface.admit, methods=["POST"]),
        Route("/v1/sessions", surface.list_sessions, methods=["GET"]),
        Route("/v1/sessions/{sid}/objects", surface.list_objects, methods=["GET"]),
        Route("/v1/head", surface.head, methods=["GET"]),
        Route("/v1/sessions/{sid}/{track}/{seq}", surface.put, methods=["PUT"]),
        Route("/v1/sessions/{sid}/{track}/{seq}", surface.get, methods=["GET"]),
        Route("/v1/health", surface.health, methods=["GET"]),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={
            EndpointError: _refuse,
            HTTPException: _refuse_request,
            Exception: _refuse_fault,
        },
    )
    return AccessLog(app, {route.endpoint: f"{route.path}" for route in routes})


class _Routes:
    def __init__(self, parts: ServiceParts) -> None:
        self._parts = parts
        self._bodies = 0
        self._workers: CapacityLimiter | None = None

    async def admit(self, request: Request) -> Response:
        body = await self._body(request, _declared_size(request, MAX_ADMISSION_BYTES))
        try:
            wanted = AdmissionRequest.model_validate_json(body)
        except ValidationError as error:
            # Without pydantic's own words: they would repeat what was sent.
            raise RequestRefused(400, RefusalKind.BAD_REQUEST, "The request for admission cannot be read.") from error
        admission = await self._work(lambda: self._parts.admissions.admit(wanted))
        return JSONResponse(admission.answer().model_dump(), 201, {"Cache-Control": "no-store"})

    async def put(self, request: Request) -> Response:
        object_id = _object_id(request)
        token = self._token(request)
        if not isinstance(token, UploadToken):
            raise RequestRefused(403, RefusalKind.NOT_ALLOWED, "This token does not allow storing.")
        if request.headers.get("if-none-match") != "*":
            raise RequestRefused(400, RefusalKind.BAD_REQUEST, "Objects are created only: send If-None-Match: *.")
        size = _declared_size(request, MAX_OBJECT_BYTES)
        sha256 = _declared_digest(request)
        known = await self._work(lambda: self._parts.intake.before_body(object_id, token, sha256))
        if known is not None:
            return _receipted(known)
        data = await self._body(request, size)
        return _receipted(await self._work(lambda: self._parts.intake.take(object_id, token, data, sha256)))

    async def list_sessions(self, request: Request) -> Response:
        institution = self._reviewer(request).institution
        if request.query_params.get("institution", institution) != institution:
            raise RequestRefused(403, RefusalKind.NOT_ALLOWED, "This token is for another institution.")
        return JSONResponse({"sessions": await self._work(lambda: listed_sessions(self._parts.records, institution))})

    async def list_objects(self, request: Request) -> Response:
        sid = request.path_params["sid"]
        await self._work(lambda: self._require_own(sid, self._reviewer(request)))
        objects = await self._work(lambda: listed_objects(self._parts.records, sid))
        receipts = await self._work(lambda: countersigned(self._parts.records, self._parts.identity, sid))
        return JSONResponse({"objects": objects, "receipts": receipts})

    async def head(self, request: Request) -> Response:
        institution = self._reviewer(request).institution
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) <= 12):
            raise RequestRefused(400, RefusalKind.BAD_REQUEST, "The number of the first entry is none.")
        head, entries = await self._work(lambda: self._parts.heads.head(institution, int(after)))
        return JSONResponse({"head": head.decode("ascii"), "entries": entries}, headers={"Cache-Control": "no-store"})

    async def get(self, request: Request) -> Response:
        object_id = _object_id(request)
        reviewer = self._reviewer(request)
        await self._work(lambda: self._require_own(object_id.sid, reviewer))
        row = await self._work(lambda: self._parts.records.object(object_id))
        data = await self._work(lambda: self._parts.storage.get(object_id)) if row else None
        if row is None or data is None:
            raise RequestRefused(404, RefusalKind.NOT_FOUND, "There is no such object.")
        # The digest is the one signed for when it arrived: the reader sees if the storage has changed it.
        digest = base64.b64encode(bytes.fromhex(row.sha256)).decode()
        headers = {"Repr-Digest": f"sha-256=:{digest}:", "Cache-Control": "no-store"}
        return Response(data, media_type="application/octet-stream", headers=headers)

    async def health(self, _request: Request) -> Response:
        free = (await self._work(self._parts.storage.health)).free_bytes
        has_room = free is None or free >= MIN_FREE_BYTES
        identity = self._parts.identity
        answer = {
            "status": "ok" if has_room else "full",
            "endpoint_id": identity.endpoint_id,
            "region": self._parts.region,
            "receipt_key": identity.receipt_key,
        }
        return JSONResponse(answer, 200 if has_room else 503)

    def _token(self, request: Request) -> Token:
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise RequestRefused(401, RefusalKind.TOKEN_REFUSED, "A token is needed.")
        identity = self._parts.identity
        try:
            token = read_token(text, identity.tokens.public_key(), identity.endpoint_id, self._parts.now())
        except TokenRefused as error:
            raise RequestRefused(401, RefusalKind.TOKEN_REFUSED, str(error)) from error
        if token.region != self._parts.region:
            raise RequestRefused(421, RefusalKind.WRONG_REGION, "This endpoint is in another region than the token.")
        return token

    def _reviewer(self, request: Request) -> ReviewToken:
        token = self._token(request)
        if not isinstance(token, ReviewToken):
            raise RequestRefused(403, RefusalKind.NOT_ALLOWED, "This token does not allow reading.")
        return token

    def _require_own(self, sid: str, reviewer: ReviewToken) -> None:
        session = self._parts.records.session(sid) if is_sid(sid) else None
        # Another institution's session and none at all look the same.
        if session is None or session.institution != reviewer.institution:
            raise RequestRefused(404, RefusalKind.NOT_FOUND, "There is no such session.")

    async def _body(self, request: Request, size: int) -> bytes:
        if self._bodies >= MAX_BODIES:
            raise RequestRefused(503, RefusalKind.BUSY, "The endpoint is busy.", retry_after_s=_BUSY_RETRY_S)
        self._bodies += 1
        body = bytearray()
        try:
            with anyio.fail_after(BODY_TIMEOUT_S):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > size:
                        raise RequestRefused(413, RefusalKind.TOO_LARGE, "The body is longer than it said.")
        except (ClientDisconnect, TimeoutError) as error:
            raise RequestRefused(400, RefusalKind.BAD_REQUEST, "The body did not arrive whole.") from error
        finally:
            self._bodies -= 1
        if len(body) != size:
            raise RequestRefused(400, RefusalKind.BAD_REQUEST, "The body is shorter than it said.")
        return bytes(body)

    async def _work(self, step: Callable[[], T]) -> T:
        if self._workers is None:
            self._workers = CapacityLimiter(_WORKERS)
        return await to_thread.run_sync(step, limiter=self._workers)


def _object_id(request: Request) -> ObjectId:
    parts = request.path_params
    try:
        return ObjectId.from_path(parts["sid"], parts["track"], parts["seq"])
    except ObjectNameRefused as error:
        raise RequestRefused(400, RefusalKind.BAD_REQUEST, "This is no address of an object.") from error


def _declared_size(request: Request, largest: int) -> int:
    text = request.headers.get("content-length", "")
    if not (text.isascii() and text.isdigit()) or "transfer-encoding" in request.headers:
        raise RequestRefused(411, RefusalKind.LENGTH_REQUIRED, "The body's length must be said in advance.")
    if len(text) > 12 or int(text) > largest:
        raise RequestRefused(413, RefusalKind.TOO_LARGE, f"At most {largest} bytes are taken at once.")
    return int(text)


def _declared_digest(request: Request) -> str:
    match = _DIGEST.search(request.headers.get("content-digest", ""))
    try:
        if match is not None:
            return base64.b64decode(match[1], validate=True).hex()
    except binascii.Error:
        pass
    raise RequestRefused(400, RefusalKind.BAD_REQUEST, "A SHA-256 Content-Digest (RFC 9530) is needed.")


def _receipted(stored: Receipted) -> Response:
    return Response(stored.receipt, 201 if stored.created else 200, media_type=RECEIPT_TYPE)


async def _refuse(_request: Request, error: Exception) -> Response:
    match error:
        case RequestRefused():
            refused = error
        case StorageFull():
            refused = RequestRefused(
                507, RefusalKind.DISK_FULL, "The endpoint's disk is full.", retry_after_s=_DISK_FULL_RETRY_S
            )
        case _:
            refused = RequestRefused(
                503, RefusalKind.FAULT, "The endpoint's storage has a fault.", retry_after_s=_DISK_FULL_RETRY_S
            )
    logger.debug("refused with status %d: %s", refused.status, refused)
    body = Refusal(kind=refused.kind, expected=refused.expected)
    headers = {}
    if refused.retry_after_s is not None:
        headers["Retry-After"] = str(refused.retry_after_s)
    if refused.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if refused.status in {411, 413}:
        # What follows on this connection is a body nobody is going to read.
        headers["Connection"] = "close"
    return JSONResponse(body.model_dump(exclude_none=True), refused.status, headers)


async def _refuse_request(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    kind = RefusalKind.NOT_FOUND if status == 404 else RefusalKind.BAD_REQUEST
    return await _refuse(request, RequestRefused(status, kind, "There is nothing of this kind here."))


async def _refuse_fault(request: Request, _error: Exception) -> Response:
    return await _refuse(request, RequestRefused(500, RefusalKind.FAULT, "The endpoint met a fault; try again later."))
