"""Puts the spool in order after a crash: what the index does not know is adopted, removed or left alone."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from app.client.delivery.index import SpoolIndex
from app.client.delivery.spool_files import SpoolFiles, object_called
from app.durable_files.writing import flush_file, part_of
from app.wire.objects import MAX_OBJECT_BYTES, ObjectId
from crypto.errors import SealingError
from crypto.header import Header
from crypto.log import FINAL_RECORD_BYTES, SEGMENT_RECORD_BYTES
from crypto.segment import SEGMENT_HEAD_BYTES, SegmentHead

_SMALLEST_SEALED_BYTES = 24 + 32 + 16
_CHUNK_BYTES = 16 * 1024 + 16


@dataclass(frozen=True, slots=True)
class OutboxRecovery:
    """What a recovery found and did.

    Attributes:
        adopted: whole objects that a crash had left without a row; they will be sent.
        parts_removed: files cut short by a crash before they were promised.
        finished: delivered objects whose file a crash had left behind; removed.
        orphans: files in the spool that are no whole object; left where they are, as spool-relative names.
    """

    adopted: int
    parts_removed: int
    finished: int
    orphans: tuple[str, ...]


def recover(files: SpoolFiles, rows: SpoolIndex, now_s: float) -> OutboxRecovery:
    """Go through every file of the spool; the caller holds the index's write lock. `now_s` is wall-clock seconds."""
    adopted = parts = finished = 0
    orphans: list[str] = []
    for name, file in files.found():
        part = part_of(name)
        if file.is_symlink() or (object_id := object_called(part or name)) is None:
            orphans.append(name)
        elif part is not None:
            files.remove(file)
            parts += 1
        elif (row := rows.find(object_id)) is None:
            if _adopt(rows, object_id, file, now_s):
                adopted += 1
            else:
                orphans.append(name)
        elif row.delivered:
            files.remove(file)
            finished += 1
    rows.retry_now()
    files.prune()
    return OutboxRecovery(adopted, parts, finished, tuple(orphans))


def _adopt(rows: SpoolIndex, object_id: ObjectId, file: Path, now_s: float) -> bool:
    data = file.read_bytes()
    if len(data) > MAX_OBJECT_BYTES or not is_complete(object_id, data):
        return False
    flush_file(file)
    rows.add(object_id, hashlib.sha256(data).hexdigest(), len(data), now_s)
    return True


def is_complete(object_id: ObjectId, data: bytes) -> bool:
    """Whether `data` has the form of the object that `object_id` names.

    Only names and plain heads are looked at, without any key: the object's own signature and seal are checked by
    those who verify the session. Knowing that the object is coherent is enough to send it.
    """
    try:
        match object_id.track:
            case "header":
                return Header.parse(data).description.session == object_id.sid
            case "keys":
                return data[:1] == b"K"
            case "log":
                return (data[:1], len(data)) in {(b"E", SEGMENT_RECORD_BYTES), (b"F", FINAL_RECORD_BYTES)}
            case _:
                head = SegmentHead.parse(data)
                sealed = len(data) - SEGMENT_HEAD_BYTES
                # The last chunk of the sealed form is always short; a cut on a chunk's edge shows.
                ended = (sealed - 56) % _CHUNK_BYTES >= 16
                return (head.stream, head.index) == (object_id.stream, object_id.seq) and (
                    sealed >= _SMALLEST_SEALED_BYTES and ended
                )
    except SealingError:
        return False
