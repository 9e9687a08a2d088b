"""The witness: checks each log record as it arrives, before it is stored and countersigned by its receipt.

From then on the test taker's machine can no more rewrite what it has sealed: the endpoint has signed
for the record, and holds it. No decryption key is involved.
"""

from dataclasses import dataclass

from app.endpoint.records import Records
from app.endpoint.storage import Storage
from app.wire.objects import ObjectId
from crypto.errors import FormatError, SealingError
from crypto.header import Header
from crypto.log import SEGMENT_RECORD_BYTES, FinalEntry, LogVerifier, SegmentEntry, segment_body

_DESCRIPTION_BYTES = 48
"""So far a record describes its segment; the chain and the next key follow."""


class LogRefused(Exception):
    """A log record does not continue the log that is stored."""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A log record that may be stored and countersigned."""

    final: bool
    """Whether nothing may follow it."""
    state: bytes
    """Where the log's check goes on with the next record; belongs into the records together with this one."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Checks one record against what the records say of the log before it, however long that is.

    Callers serialise the calls for one session.
    """

    storage: Storage
    records: Records

    def accept(self, object_id: ObjectId, record: bytes) -> Witnessed:
        """Check that `record` is the session's next; nothing is stored here.

        Raises:
            LogRefused: it is not, or what is stored cannot be continued.
        """
        verifier = self._verifier(object_id.sid, object_id.seq)
        try:
            final = isinstance(verifier.accept(record), FinalEntry)
        except SealingError as error:
            raise LogRefused(str(error)) from error
        return Witnessed(final, verifier.state())

    def vouches_for(self, object_id: ObjectId, size: int, sha256: str) -> bool:
        """Whether a record of the stored log names exactly this segment."""
        if object_id.stream is None:
            return False
        named = SegmentEntry(object_id.stream, object_id.seq, size, bytes.fromhex(sha256), b"", b"", b"")
        log, record = self.storage.log(object_id.sid), segment_body(named)[:_DESCRIPTION_BYTES]
        at = log.find(record)
        while at >= 0 and at % SEGMENT_RECORD_BYTES:
            at = log.find(record, at + 1)
        return at >= 0

    def _verifier(self, sid: str, count: int) -> LogVerifier:
        data = self.storage.get(ObjectId(sid, "header", 0))
        if data is None:
            raise LogRefused("The session's header is not stored yet.")
        try:
            header = Header.parse(data)
            return self._resumed(sid, header, count) or self._replayed(sid, header, count)
        except SealingError as error:
            raise LogRefused(f"What is stored of this session cannot be continued: {error}") from error

    def _resumed(self, sid: str, header: Header, count: int) -> LogVerifier | None:
        state = self.records.log_state(sid)
        if state is None:
            return None
        try:
            verifier = LogVerifier.resume(header, state)
        except FormatError:
            return None
        return verifier if verifier.count + verifier.finished == count else None

    def _replayed(self, sid: str, header: Header, count: int) -> LogVerifier:
        """Check the log from its beginning: its first record, and data folders from before states were kept."""
        verifier = LogVerifier(header)
        for seq in range(count):
            verifier.accept(self.storage.get(ObjectId(sid, "log", seq)) or b"")
        return verifier
