"""The verdict on a sealed session: COMPLETE, INTERRUPTED or TAMPERED, without any decryption key."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from crypto.errors import FormatError, SealingError, TamperedError
from crypto.folder import SealedSource
from crypto.header import Header, SessionDescription
from crypto.log import FINAL_RECORD_BYTES, SEGMENT_RECORD_BYTES, LogVerifier, SegmentEntry, split_log
from crypto.names import (
    HEADER_NAME,
    KEYS_NAME,
    LOG_NAME,
    parse_slice_name,
    segment_name,
    slice_name,
)
from crypto.segment import SEGMENT_HEAD_BYTES, SegmentHead
from crypto.slots import read_slots


class Verdict(Enum):
    """What can be said about a session as a whole."""

    COMPLETE = "COMPLETE"
    """Every byte is as it was sealed, from the first segment to the final record."""
    INTERRUPTED = "INTERRUPTED"
    """Every record there is holds, but the final one is missing: a crash, or a tail cut off."""
    TAMPERED = "TAMPERED"
    """Something was changed, moved, added or taken away; the findings say where."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person should know about a session."""

    code: str
    """Stable name of the kind of finding, listed in FORMAT.md."""
    where: str
    """Object name or log record it is about."""
    sentence: str


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """What the log says about one segment, and whether the segment is so."""

    stream: str
    index: int
    t0_us: int | None
    """Microseconds since the start of the attempt; `None` when the segment is not intact."""
    length: int
    """Bytes of the sealed object, as the log states."""
    name: str
    intact: bool
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on one session and what it rests on."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    """Empty for a COMPLETE session, except for damage to `keys.isf`, which only locks people out."""
    description: SessionDescription | None
    """`None` when the header is missing or damaged."""
    segments: tuple[SegmentRecord, ...]
    """What the log vouches for, in its order."""
    unsealed: tuple[str, ...]
    """Segments that follow those of the log without a record of their own: sealed just before a crash."""


def verify(source: SealedSource, enrolled_pk0: bytes | None = None) -> Report:
    """Check every object of a session against its header and signed log.

    With `enrolled_pk0`, the 32-byte key known from the start of the exam, a session made up afterwards
    is TAMPERED; without it only the session's agreement with itself is checked. Never raises for
    anything the objects contain; what the source itself raises passes through.
    """
    try:
        present = frozenset(source.names())
        header = Header.parse(_read_present(source, present, HEADER_NAME))
    except SealingError as error:
        finding = Finding("header", HEADER_NAME, str(error))
        return Report(Verdict.TAMPERED, (finding,), None, (), ())
    return _Examination(source, present, header).report(enrolled_pk0)


_OR_HEADER = f" Or it is {HEADER_NAME} that was changed: the first record is bound to it."
"""Beside a fault of the first record: which of the two was changed cannot be told."""


class _Examination:
    """One walk over one session; collects what speaks against it."""

    def __init__(self, source: SealedSource, present: frozenset[str], header: Header) -> None:
        self._source = source
        self._present = present
        self._header = header
        self._streams = header.description.streams
        self._verifier = LogVerifier(header)
        self._known = {HEADER_NAME, KEYS_NAME}
        self._faults: list[Finding] = []
        self._remarks: list[Finding] = []
        self._segments: list[SegmentRecord] = []

    def report(self, enrolled_pk0: bytes | None) -> Report:
        if enrolled_pk0 is not None and enrolled_pk0 != self._header.pk0:
            self._fault("not-enrolled", HEADER_NAME, "The session was begun with another key than the enrolled one.")
        self._examine_log()
        unsealed = self._unsealed_tail()
        for name in sorted(self._present - self._known):
            self._fault("stray", name, f"{name}: no record of the session speaks of it.")
        self._examine_keys()
        if self._faults:
            verdict = Verdict.TAMPERED
        else:
            verdict = Verdict.COMPLETE if self._verifier.finished else Verdict.INTERRUPTED
        return Report(
            verdict,
            (*self._faults, *self._remarks),
            self._header.description,
            tuple(self._segments),
            unsealed,
        )

    def _examine_log(self) -> None:
        records, cut = self._records()
        for record in records:
            try:
                entry = self._verifier.accept(record)
            except TamperedError as error:
                where = f"{LOG_NAME} record {self._verifier.count}"
                self._fault("log", where, f"{error}{_OR_HEADER if self._verifier.count == 0 else ''}")
                return
            if isinstance(entry, SegmentEntry):
                self._examine_segment(entry)
        if cut and self._verifier.finished:
            self._fault("log", LOG_NAME, f"{LOG_NAME}: there is data after the final record.")
        elif not self._verifier.finished:
            self._remarks.append(
                Finding(
                    "not-finished",
                    f"{LOG_NAME} record {self._verifier.count}",
                    f"{LOG_NAME}: it ends after {self._verifier.count} segments without a final record"
                    + (", inside a record." if cut else "."),
                )
            )

    def _records(self) -> tuple[Sequence[bytes], bool]:
        """The whole records, and whether something that is none follows them, be it an empty slice."""
        if LOG_NAME in self._present:
            self._known.add(LOG_NAME)
            records, cut = split_log(self._read_log(LOG_NAME))
            return records, bool(cut)
        slices = sorted(name for name in self._present if parse_slice_name(name) is not None)
        self._known.update(slices)
        records = []
        for number, name in enumerate(slices):
            if name != slice_name(number):
                self._fault("log", slice_name(number), f"{slice_name(number)}: this log record is missing.")
                return records, False
            records.append(self._read_log(name))
        if records and _is_cut(records[-1]):
            return records[:-1], True
        return records, False

    def _read_log(self, name: str) -> bytes:
        try:
            return self._source.read(name)
        except FormatError as error:
            self._fault("log", name, str(error))
            return b""

    def _examine_segment(self, entry: SegmentEntry) -> None:
        self._known.add(entry.name)
        t0_us = None
        try:
            data = _read_present(self._source, self._present, entry.name)
            t0_us = self._verifier.confirm(entry, data).t0_us
        except SealingError as error:
            code = "segment-missing" if entry.name not in self._present else "segment-changed"
            self._fault(code, entry.name, str(error))
        self._segments.append(
            SegmentRecord(
                stream=self._streams[entry.stream],
                index=entry.index,
                t0_us=t0_us,
                length=entry.length,
                name=entry.name,
                intact=t0_us is not None,
                sha256=entry.sha256,
            )
        )

    def _unsealed_tail(self) -> tuple[str, ...]:
        if self._verifier.finished:
            return ()
        tail = []
        for stream in range(len(self._streams)):
            index = self._verifier.next_index(stream)
            while (name := segment_name(stream, index)) in self._present:
                self._known.add(name)
                if self._belongs(name, stream, index):
                    tail.append(name)
                index += 1
        return tuple(tail)

    def _belongs(self, name: str, stream: int, index: int) -> bool:
        try:
            data = self._source.read(name)
            if len(data) < SEGMENT_HEAD_BYTES:
                return True
            head = SegmentHead.parse(data)
        except FormatError as error:
            self._fault("segment-foreign", name, str(error))
            return False
        if (head.stream, head.index, head.hid) != (stream, index, self._header.hid):
            self._fault("segment-foreign", name, f"{name}: it says it is another segment, or of another session.")
            return False
        return True

    def _examine_keys(self) -> None:
        try:
            slots, damage = read_slots(_read_present(self._source, self._present, KEYS_NAME))
        except FormatError as error:
            slots, damage = (), error
        if damage is not None or not slots:
            self._remarks.append(
                Finding(
                    "keys",
                    KEYS_NAME,
                    f"{damage or KEYS_NAME + ': it has no slot.'} The recording is not touched by this, "
                    "but someone may be locked out of it.",
                )
            )

    def _fault(self, code: str, where: str, sentence: str) -> None:
        self._faults.append(Finding(code, where, sentence))


def _read_present(source: SealedSource, present: frozenset[str], name: str) -> bytes:
    if name not in present:
        raise FormatError(f"{name}: it is missing.")
    return source.read(name)


def _is_cut(record: bytes) -> bool:
    whole = {b"": 1, b"E": SEGMENT_RECORD_BYTES, b"F": FINAL_RECORD_BYTES}.get(record[:1], 0)
    return len(record) < whole
