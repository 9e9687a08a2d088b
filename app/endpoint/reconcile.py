"""Start: put in order what a crash has left between storage and records, before the first request."""

import logging
from collections.abc import Sequence

from app.endpoint.records import Records
from app.endpoint.storage import Storage
from app.endpoint.tables import ObjectRow
from app.wire.objects import ObjectId
from crypto.errors import SealingError
from crypto.header import Header
from crypto.log import FinalEntry, LogVerifier
from crypto.segment import SegmentHead

logger = logging.getLogger(__name__)


def reconcile(storage: Storage, records: Records, now: str) -> Sequence[str]:
    """Remove cut-off uploads, adopt whole objects without a row; sentences that say what was done.

    An object without a row was stored durably but never acknowledged; the client will send it again.
    Adopting needs the session's row and a content that is what the address says; everything else is
    left where it is, for `fsck` to name.
    """
    done = list(storage.repair())
    adopted = 0
    for sid in storage.sessions():
        if records.session(sid) is None:
            continue
        known = {row.object_id for row in records.objects(sid)}
        orphans = [each for each in storage.objects(sid) if each not in known]
        if orphans:
            adopted += _adopt(storage, records, sid, orphans, now)
    if adopted:
        done.append(f"{adopted} objects that were stored but not yet recorded were adopted")
    for sentence in done:
        logger.warning("after a crash: %s", sentence)
    return done


def _adopt(storage: Storage, records: Records, sid: str, orphans: Sequence[ObjectId], now: str) -> int:
    adopted = 0
    data = storage.get(ObjectId(sid, "header", 0))
    try:
        header = Header.parse(data or b"")
    except SealingError:
        return 0
    for object_id in orphans:
        stored = storage.head(object_id)
        if stored is None or object_id.track == "log" or not _coherent(storage, header, object_id):
            continue
        pk0 = header.pk0.hex() if object_id.track == "header" else None
        records.add_object(ObjectRow(object_id, stored.sha256, stored.size, now), pk0=pk0)
        adopted += 1
    if any(each.track == "log" for each in orphans):
        adopted += _adopt_log(storage, records, header, now)
    return adopted


def _adopt_log(storage: Storage, records: Records, header: Header, now: str) -> int:
    sid = header.description.session
    recorded = records.log_records(sid)
    verifier = LogVerifier(header)
    adopted = seq = 0
    try:
        while (stored := storage.head(object_id := ObjectId(sid, "log", seq))) is not None:
            final = isinstance(verifier.accept(storage.get(object_id) or b""), FinalEntry)
            if seq >= recorded:
                row = ObjectRow(object_id, stored.sha256, stored.size, now)
                records.add_object(row, finished=final, log_state=verifier.state())
                adopted += 1
            seq += 1
    except SealingError:
        logger.exception("a stored log does not hold from a record that was never acknowledged")
    return adopted


def _coherent(storage: Storage, header: Header, object_id: ObjectId) -> bool:
    if object_id.track == "header":
        return header.description.session == object_id.sid
    if object_id.track == "keys":
        return True
    try:
        head = SegmentHead.parse(storage.get(object_id) or b"")
    except SealingError:
        return False
    return (head.stream, head.index, head.hid) == (object_id.stream, object_id.seq, header.hid)
