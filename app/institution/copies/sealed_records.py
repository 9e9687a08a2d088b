"""The log records of a sealed session by their numbers, whether joined in its log or objects of their own."""

from __future__ import annotations

import hashlib

from crypto.errors import SealingError
from crypto.folder import SealedSource
from crypto.log import FINAL_RECORD_BYTES, SEGMENT_RECORD_BYTES
from crypto.names import LOG_NAME, slice_name


class SealedRecords:
    """Reads the log of `source` once; nothing in it is checked here."""

    def __init__(self, source: SealedSource) -> None:
        self._source = source
        self._log = read_object(source, LOG_NAME)

    def sha256(self, number: int) -> str | None:
        """Digest of record `number`, hexadecimal; None where it is not here whole."""
        record = read_object(self._source, slice_name(number)) if self._log is None else self._of_log(self._log, number)
        return None if record is None else hashlib.sha256(record).hexdigest()

    @staticmethod
    def _of_log(log: bytes, number: int) -> bytes | None:
        begin = number * SEGMENT_RECORD_BYTES
        size = FINAL_RECORD_BYTES if log[begin : begin + 1] == b"F" else SEGMENT_RECORD_BYTES
        record = log[begin : begin + size]
        return record if len(record) == size else None


def read_object(source: SealedSource, name: str) -> bytes | None:
    """The bytes of one object, None where it is missing or cannot be read."""
    try:
        return source.read(name)
    except SealingError:
        return None
