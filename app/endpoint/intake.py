"""Intake: what happens to one object on its way from a request to a receipt. Blocking; called on worker threads.

Order of a new object: checks -> storage (durable, create-only) -> row (durable) -> receipt. A receipt is
never made from anything but a row, so the answer to a repeated PUT waits for the same row.
"""

import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from app.endpoint.enrolment import HeaderRefused, enrolled
from app.endpoint.errors import LogGap, RequestRefused, StorageFault
from app.endpoint.identity import EndpointIdentity
from app.endpoint.records import Records
from app.endpoint.storage import Storage
from app.endpoint.tables import OPEN, AttemptRow, ObjectRow
from app.endpoint.witness import LogRefused, Witness, Witnessed
from app.wire.objects import ObjectId
from app.wire.refusals import RefusalKind
from app.wire.tokens import UploadToken
from crypto.errors import FormatError
from crypto.header import Header
from resources.language import _

logger = logging.getLogger(__name__)

MIN_FREE_BYTES = 64 << 20
"""Below this the disk counts as full: records and logs still need room."""
_LOCKS = 64
_DISK_FULL_RETRY_S = 30


@dataclass(frozen=True, slots=True)
class Receipted:
    """An object that is stored; `created` tells whether by this request."""

    receipt: bytes
    created: bool


@dataclass(slots=True)
class Intake:
    """Takes objects in, one session's objects one at a time.

    Attributes:
        now: wall clock, with time zone.
    """

    storage: Storage
    records: Records
    identity: EndpointIdentity
    now: Callable[[], datetime]
    _witness: Witness = field(init=False)
    _locks: tuple[threading.Lock, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._witness = Witness(self.storage, self.records)
        self._locks = tuple(threading.Lock() for _ in range(_LOCKS))

    def before_body(self, object_id: ObjectId, token: UploadToken, sha256: str | None) -> Receipted | None:
        """Decide what can be decided without the body; a receipt if exactly this object is stored already.

        Raises:
            Refused: the object cannot be taken now.
        """
        if object_id.attempt != token.attempt:
            raise RequestRefused(403, RefusalKind.NOT_ALLOWED, "The token is for another attempt.")
        session = self.records.session(object_id.sid)
        if session is not None and session.state != OPEN:
            raise RequestRefused(410, RefusalKind.DELETED, "This session was deleted here; its retention has ended.")
        row = self.records.object(object_id)
        if row is not None and row.sha256 == sha256:
            return Receipted(self.identity.receipt(row), created=False)
        free = self.storage.health().free_bytes
        if row is None and free is not None and free < MIN_FREE_BYTES:
            raise RequestRefused(
                507, RefusalKind.DISK_FULL, "The endpoint's disk is full.", retry_after_s=_DISK_FULL_RETRY_S
            )
        return None

    def take(self, object_id: ObjectId, token: UploadToken, data: bytes, sha256: str) -> Receipted:
        """Store an object whose body has arrived whole.

        Args:
            object_id: address.
            token: an upload token for its attempt.
            data: the body.
            sha256: the digest the client declared, hexadecimal.

        Raises:
            Refused: digest mismatch, conflict, log out of order or not valid, header not enrolled.
            StorageFull: nothing was stored.
            StorageFault: nothing was acknowledged.
        """
        if hashlib.sha256(data).hexdigest() != sha256:
            raise RequestRefused(
                400, RefusalKind.DIGEST_MISMATCH, "The body is not what its digest says; send it again."
            )
        with self._locks[hash(object_id.sid) % _LOCKS]:
            if (row := self.records.object(object_id)) is not None:
                return self._again(row, data, sha256)
            attempt = self.records.attempt(object_id.attempt)
            if attempt is None:
                raise RequestRefused(403, RefusalKind.NOT_ALLOWED, "This attempt was not admitted here.")
            return self._first(object_id, attempt, data, sha256)

    def _again(self, row: ObjectRow, data: bytes, sha256: str) -> Receipted:
        if row.sha256 == sha256:
            return Receipted(self.identity.receipt(row), created=False)
        raise self._conflict(row.object_id, data, sha256)

    def _first(self, object_id: ObjectId, attempt: AttemptRow, data: bytes, sha256: str) -> Receipted:
        # First, so that the institution hears of a session of which everything is refused.
        self.records.open_session(object_id.sid, attempt.attempt, attempt.institution, attempt.exam, self._stamp())
        pk0 = self._enrolled_key(object_id, attempt, data, sha256) if object_id.track == "header" else None
        self._require_not_ended(object_id, data, sha256)
        log = self._witnessed(object_id, data, sha256) if object_id.track == "log" else None
        row = ObjectRow(object_id, sha256, len(data), self._stamp())
        try:
            # An earlier try may have stored the object and failed to record it.
            if not self.storage.create(object_id, data) and self._stored_digest(object_id) != sha256:
                raise self._conflict(object_id, data, sha256)
            self.records.add_object(
                row, pk0=pk0, finished=log is not None and log.final, log_state=None if log is None else log.state
            )
        except LogGap as error:
            raise StorageFault(_("The stored log is shorter than its records; run fsck.")) from error
        return Receipted(self.identity.receipt(row), created=True)

    def _stored_digest(self, object_id: ObjectId) -> str | None:
        stored = self.storage.head(object_id)
        return stored.sha256 if stored else None

    def _enrolled_key(self, object_id: ObjectId, attempt: AttemptRow, data: bytes, sha256: str) -> str:
        try:
            return enrolled(data, object_id.sid, attempt, self._header_before(object_id)).pk0.hex()
        except HeaderRefused as error:
            raise self._alarm(error.kind, object_id, data, sha256, str(error)) from error

    def _header_before(self, object_id: ObjectId) -> Header | None:
        if object_id.take == 0:
            return None
        before = ObjectId(f"{object_id.attempt}.{object_id.take - 1}", "header", 0)
        try:
            return Header.parse(self.storage.get(before) or b"")
        except FormatError:
            return None

    def _require_not_ended(self, object_id: ObjectId, data: bytes, sha256: str) -> None:
        """Refuse what comes after the final record, except what it came too late for: pieces that the log names."""
        session = self.records.session(object_id.sid)
        if session is None or session.finished_at is None or object_id.track in {"header", "keys"}:
            return
        if not self._witness.vouches_for(object_id, len(data), sha256):
            sentence = "The session has ended: its final record is stored, and no record names this."
            raise self._alarm(RefusalKind.SESSION_ENDED, object_id, data, sha256, sentence)

    def _witnessed(self, object_id: ObjectId, data: bytes, sha256: str) -> Witnessed:
        session = self.records.session(object_id.sid)
        expected = self.records.log_records(object_id.sid)
        if session is None or session.pk0 is None:
            sentence = "The session's header has not arrived yet."
            raise RequestRefused(409, RefusalKind.LOG_OUT_OF_ORDER, sentence, expected=0)
        if object_id.seq != expected:
            sentence = f"Log records are taken in order; {expected} is next."
            raise RequestRefused(409, RefusalKind.LOG_OUT_OF_ORDER, sentence, expected=expected)
        try:
            return self._witness.accept(object_id, data)
        except LogRefused as error:
            raise self._alarm(RefusalKind.LOG_REFUSED, object_id, data, sha256, str(error)) from error

    def _conflict(self, object_id: ObjectId, data: bytes, sha256: str) -> RequestRefused:
        sentence = "Another content is stored under this address; both are kept."
        return self._alarm(RefusalKind.CONFLICT, object_id, data, sha256, sentence)

    def _alarm(self, kind: RefusalKind, object_id: ObjectId, data: bytes, sha256: str, sentence: str) -> RequestRefused:
        logger.error("alarm: %s on track %s", kind, object_id.track)
        self.storage.quarantine(object_id, data)
        self.records.alarm(object_id, kind, sha256, self._stamp())
        return RequestRefused(409, kind, sentence[:500])

    def _stamp(self) -> str:
        return self.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
