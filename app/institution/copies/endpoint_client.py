"""Lists and fetches an institution's sealed sessions from its endpoint, over TLS that trusts one authority only."""

from __future__ import annotations

import hashlib
import http.client
import ssl
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from app.institution.copies.endpoint_listing import ListedContent, ListedHead, ListedObject, ListedSession
from app.institution.errors import EndpointFailure
from app.wire.objects import MAX_OBJECT_BYTES
from resources.language import _, isolate

_TIMEOUT_S = 30.0
_MAX_LISTING_BYTES = 256 * 1024 * 1024

_Listing = TypeVar("_Listing", bound=BaseModel)


class _ListedSessions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    sessions: tuple[ListedSession, ...]


class EndpointClient:
    """One connection to an endpoint, as a context manager. `token` is a review token of the institution."""

    def __init__(self, url: str, ca_pem: str, token: str) -> None:
        address = urlsplit(url)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
        try:
            context.load_verify_locations(cadata=ca_pem)
        except ssl.SSLError as error:
            raise EndpointFailure(
                _("{endpoint}: the certificate authority given for it is not a certificate").format(
                    endpoint=isolate(url)
                )
            ) from error
        self.url = url
        self._token = token
        self._connection = http.client.HTTPSConnection(
            address.hostname or "", address.port or 443, timeout=_TIMEOUT_S, context=context
        )

    def sessions(self, institution: str) -> tuple[ListedSession, ...]:
        """Every session the endpoint has of `institution`."""
        data = self._get(f"/v1/sessions?institution={institution}", _MAX_LISTING_BYTES)
        return self._listing(data, "sessions", _ListedSessions).sessions

    def content(self, sid: str) -> ListedContent:
        """Every object of a session, and what the endpoint countersigns of it."""
        data = self._get(f"/v1/sessions/{sid}/objects", _MAX_LISTING_BYTES)
        return self._listing(data, "objects", ListedContent)

    def head(self, after: int) -> ListedHead | None:
        """The endpoint's head and its entries from number `after` on, a bounded number; None of an older endpoint."""
        status, data = self._answer(f"/v1/head?after={after}", _MAX_LISTING_BYTES)
        if status == http.client.NOT_FOUND:
            return None
        return self._listing(self._good(status, data, "/v1/head"), "entries", ListedHead)

    def fetch(self, sid: str, wanted: ListedObject) -> bytes:
        """The bytes of one object, its digest checked against the listing."""
        data = self._get(f"/v1/sessions/{sid}/{wanted.track}/{wanted.seq}", MAX_OBJECT_BYTES)
        if hashlib.sha256(data).hexdigest() != wanted.sha256:
            raise EndpointFailure(
                _(
                    "{endpoint}: what it sent for {object} is not what it lists. Try again; if it stays so, its "
                    "storage is damaged: its operator should run “invigilo-endpoint fsck”"
                ).format(endpoint=isolate(self.url), object=isolate(wanted.name))
            )
        return data

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _get(self, path: str, limit: int) -> bytes:
        return self._good(*self._answer(path, limit), path)

    def _answer(self, path: str, limit: int) -> tuple[int, bytes]:
        try:
            self._connection.request("GET", path, headers={"Authorization": f"Bearer {self._token}"})
            answer = self._connection.getresponse()
            data = answer.read(limit + 1)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise EndpointFailure(
                _(
                    "{endpoint} cannot be reached or is not the endpoint it should be ({reason}). "
                    "Check the network, the address and its certificate authority"
                ).format(endpoint=isolate(self.url), reason=isolate(error))
            ) from error
        if len(data) > limit:
            self._connection.close()
            raise EndpointFailure(
                _("{endpoint}: its answer to {path} is longer than {limit} bytes").format(
                    endpoint=isolate(self.url), path=isolate(path), limit=limit
                )
            )
        return answer.status, data

    def _good(self, status: int, data: bytes, path: str) -> bytes:
        if status in {401, 403}:
            raise EndpointFailure(
                _(
                    "{endpoint} does not accept the token ({status}). "
                    "Ask its operator for a new one (“invigilo-endpoint issue-token”)"
                ).format(endpoint=isolate(self.url), status=status)
            )
        if status != http.client.OK:
            # Redirects end here too: the address comes from signed settings or from the command line.
            raise EndpointFailure(
                _("{endpoint}: it answered {status} to {path}").format(
                    endpoint=isolate(self.url), status=status, path=isolate(path)
                )
            )
        return data

    def _listing(self, data: bytes, what: str, kind: type[_Listing]) -> _Listing:
        try:
            return kind.model_validate_json(data)
        except ValidationError as error:
            raise EndpointFailure(
                _("{endpoint}: its list of {what} cannot be read; it may be a newer version").format(
                    endpoint=isolate(self.url), what=isolate(what)
                )
            ) from error
