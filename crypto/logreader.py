"""Reads the log of a session out of its objects, as far as it holds."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from crypto.errors import FormatError, TamperedError
from crypto.faults import Fault
from crypto.folder import SealedSource
from crypto.header import Header
from crypto.log import FINAL_RECORD_BYTES, SEGMENT_RECORD_BYTES, LogVerifier, SegmentEntry, split_log
from crypto.names import LOG_NAME, parse_slice_name, slice_name
from crypto.report import FindingCode, VerificationFinding


@dataclass(frozen=True, slots=True)
class ReadLog:
    """The records of a log up to its end, or to the first that does not hold."""

    entries: tuple[SegmentEntry, ...]
    names: frozenset[str]
    """Of the objects it consists of."""
    faults: tuple[VerificationFinding, ...]
    """Objects of it that are missing or cannot be read."""
    end: VerificationFinding | None
    """What is to be said of its end: a fault, or `not-finished` where only the final record is missing."""
    verifier: LogVerifier
    """Stands behind the last record that holds; has confirmed no segment yet."""


def read_log(source: SealedSource, present: Set[str], header: Header) -> ReadLog:
    """Read and check the log, be it one file or slices. Never raises for what the objects contain."""
    return _LogReader(source, present, header).read()


class _LogReader:
    def __init__(self, source: SealedSource, present: Set[str], header: Header) -> None:
        self._source = source
        self._present = present
        self._verifier = LogVerifier(header)
        self._entries: list[SegmentEntry] = []
        self._names: set[str] = set()
        self._faults: list[VerificationFinding] = []

    def read(self) -> ReadLog:
        end = self._walk(*self._records())
        return ReadLog(tuple(self._entries), frozenset(self._names), tuple(self._faults), end, self._verifier)

    def _walk(self, records: Sequence[bytes], cut: bool) -> VerificationFinding | None:
        for record in records:
            try:
                entry = self._verifier.accept(record)
            except TamperedError as error:
                facts = {**error.facts, "record": self._verifier.count}
                return VerificationFinding(FindingCode.LOG, self._place(), error.fault, facts)
            if isinstance(entry, SegmentEntry):
                self._entries.append(entry)
        if not self._verifier.finished:
            facts = {"segments": self._verifier.count, "inside": int(cut)}
            return VerificationFinding(FindingCode.NOT_FINISHED, self._place(), None, facts)
        return VerificationFinding(FindingCode.LOG, LOG_NAME, Fault.AFTER_END) if cut else None

    def _place(self) -> str:
        return f"{LOG_NAME} record {self._verifier.count}"

    def _records(self) -> tuple[Sequence[bytes], bool]:
        """The whole records, and whether something that is none follows them, be it an empty slice."""
        if LOG_NAME in self._present:
            self._names.add(LOG_NAME)
            records, cut = split_log(self._content(LOG_NAME))
            return records, bool(cut)
        slices = sorted(name for name in self._present if parse_slice_name(name) is not None)
        self._names.update(slices)
        records = []
        for number, name in enumerate(slices):
            if name != slice_name(number):
                self._faults.append(VerificationFinding(FindingCode.LOG, slice_name(number), Fault.MISSING))
                return records, False
            records.append(self._content(name))
        if records and _is_cut(records[-1]):
            return records[:-1], True
        return records, False

    def _content(self, name: str) -> bytes:
        try:
            return self._source.read(name)
        except FormatError as error:
            self._faults.append(VerificationFinding(FindingCode.LOG, name, error.fault, error.facts))
            return b""


def _is_cut(record: bytes) -> bool:
    full_size = {b"": 1, b"E": SEGMENT_RECORD_BYTES, b"F": FINAL_RECORD_BYTES}.get(record[:1], 0)
    return len(record) < full_size
