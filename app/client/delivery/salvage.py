"""Whether the bytes of an orphaned spool file are a whole object, and the one its name says.

Only names and plain heads are looked at, without any key: the object's own signature and seal are
checked by those who verify the session. Knowing the object is coherent is enough to send it.
"""

from app.wire.objects import ObjectId
from crypto.errors import SealingError
from crypto.header import Header
from crypto.log import FINAL_RECORD_BYTES, SEGMENT_RECORD_BYTES
from crypto.segment import SEGMENT_HEAD_BYTES, SegmentHead

_SMALLEST_SEALED_BYTES = 24 + 32 + 16
_CHUNK_BYTES = 16 * 1024 + 16


def is_complete(object_id: ObjectId, data: bytes) -> bool:
    """Whether `data` has the form of the object that `object_id` names."""
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
