"""The witness: checks each log record as it arrives, before it is stored and countersigned by its receipt.

From then on the test taker's machine can no more rewrite what it has sealed: the endpoint has signed
for the record, and holds it. No decryption key is involved.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from app.endpoint.records import Records
from app.endpoint.storage import Storage
from app.wire.objects import ObjectId
from crypto.errors import SealingError
from crypto.header import Header
from crypto.log import FinalEntry, LogVerifier

MAX_REMEMBERED = 1000


class LogRefused(Exception):
    """A log record does not continue the log that is stored."""


@dataclass(slots=True)
class Witness:
    """Remembers how far each session's log has been checked; forgets the least recent and checks them anew.

    Callers serialise the calls for one session.
    """

    storage: Storage
    records: Records
    _verifiers: "OrderedDict[str, LogVerifier]" = field(default_factory=OrderedDict, init=False)

    def accept(self, object_id: ObjectId, record: bytes) -> bool:
        """Check that `record` is the session's next; whether it is the final one.

        The step counts once the record is stored: call `forget` if it was not.

        Raises:
            LogRefused: it is not; nothing has changed.
        """
        verifier = self._verifiers.pop(object_id.sid, None) or self._replay(object_id.sid, object_id.seq)
        try:
            final = isinstance(verifier.accept(record), FinalEntry)
        except SealingError as error:
            self._verifiers[object_id.sid] = verifier
            raise LogRefused(str(error)) from error
        self._verifiers[object_id.sid] = verifier
        while len(self._verifiers) > MAX_REMEMBERED:
            self._verifiers.popitem(last=False)
        return final

    def forget(self, sid: str) -> None:
        """Drop what is remembered of a session; the next record has its log checked from the start."""
        self._verifiers.pop(sid, None)

    def _replay(self, sid: str, count: int) -> LogVerifier:
        data = self.storage.get(ObjectId(sid, "header", 0))
        try:
            if data is None:
                raise LogRefused("The session's header is not stored yet.")
            verifier = LogVerifier(Header.parse(data))
            for seq in range(count):
                verifier.accept(self.storage.get(ObjectId(sid, "log", seq)) or b"")
        except SealingError as error:
            raise LogRefused(f"What is stored of this session cannot be continued: {error}") from error
        return verifier
