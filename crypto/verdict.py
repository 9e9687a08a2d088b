"""Reaches the verdict on a sealed session without any decryption key: COMPLETE, INTERRUPTED or TAMPERED."""

from collections.abc import Iterable
from functools import cached_property

from crypto.errors import FormatError, ObjectError, TamperedError
from crypto.faults import Fault
from crypto.folder import SealedSource
from crypto.header import Header
from crypto.log import SegmentEntry
from crypto.logreader import read_log
from crypto.names import DESKTOP_FILES, HEADER_NAME, KEYS_NAME, segment_name
from crypto.report import FindingCode, SegmentRecord, Verdict, VerificationFinding, VerificationReport
from crypto.segment import SEGMENT_HEAD_BYTES, SegmentHead
from crypto.slots import read_slots

__all__ = [
    "Examination",
    "Fault",
    "FindingCode",
    "SegmentRecord",
    "Verdict",
    "VerificationFinding",
    "VerificationReport",
    "begin_examination",
    "verify",
]


def verify(source: SealedSource, enrolled_pk0: bytes | None = None) -> VerificationReport:
    """Check every object of a session against its header and signed log.

    With `enrolled_pk0`, the 32-byte key known from the start of the exam, a session made up afterwards
    is TAMPERED; without it only the session's agreement with itself is checked. Never raises for
    anything the objects contain; what the source itself raises passes through.
    """
    begun = begin_examination(source, enrolled_pk0)
    return begun.report if isinstance(begun, Examination) else begun


def begin_examination(source: SealedSource, enrolled_pk0: bytes | None = None) -> "Examination | VerificationReport":
    """Check header and log as `verify` does, and leave the rest for later; the whole report where there is no header.

    Whoever opens the session next, by `crypto.opening.open_examined`, reads each segment once, for both.
    """
    try:
        present = frozenset(source.names())
        header = Header.parse(_read_present(source, present, HEADER_NAME))
    except ObjectError as error:
        finding = VerificationFinding(FindingCode.HEADER, HEADER_NAME, error.fault, error.facts)
        return VerificationReport(Verdict.TAMPERED, (finding,), None, (), ())
    return Examination(source, present, header, enrolled_pk0)


class Examination:
    """One session under examination: its log at once, each segment when it is read, the rest for the report.

    So a session that is opened from end to end is read once. `present` are the names of its objects, `enrolled_pk0`
    is as for `verify`. Not safe for use by several threads at once.
    """

    def __init__(
        self, source: SealedSource, present: Iterable[str], header: Header, enrolled_pk0: bytes | None
    ) -> None:
        self.source = source
        self.header = header
        self._present = frozenset(present)
        self._enrolled_pk0 = enrolled_pk0
        self._log = read_log(source, self._present, header)
        self._logged: list[list[SegmentEntry]] = [[] for _ in header.description.streams]
        for entry in self._log.entries:
            self._logged[entry.stream].append(entry)
        self._behind = [self._names_behind_the_log(stream) for stream in range(len(self._logged))]
        self._examined: list[list[SegmentRecord]] = [[] for _ in self._logged]
        self._faults: dict[tuple[int, int], VerificationFinding] = {}

    def extent(self, stream: int) -> int:
        """How many segments of a stream there are to read: those of the log, and those that go on behind its end."""
        return len(self._logged[stream]) + len(self._behind[stream])

    def read(self, stream: int, index: int) -> tuple[bytes | None, bool]:
        """Give the bytes of a segment, and whether the log vouches for just these bytes.

        `None` for an object that is missing or cannot be read. Before a segment is given ahead of those in front of it
        in its stream, everything is examined. Raises `TamperedError` for an object that is no longer what it was when
        it was examined.
        """
        logged, examined = self._logged[stream], self._examined[stream]
        if index >= len(logged):
            return self._bytes_of(segment_name(stream, index)), False
        if index > len(examined):
            self._examine_all()
        if index == len(examined):
            return self._examine(logged[index]), examined[index].intact
        data = self._bytes_of(logged[index].name)
        if examined[index].intact and (data is None or not logged[index].describes(data)):
            raise TamperedError(
                "it was changed after it had been checked; check the session again.", Fault.CHANGED_SINCE
            )
        return data, examined[index].intact

    @cached_property
    def report(self) -> VerificationReport:
        """The verdict on the whole session; what was not read so far is examined for it."""
        self._examine_all()
        end = () if self._log.end is None else (self._log.end,)
        unsealed, foreign = self._unsealed_tail()
        unlisted = self._unlisted()
        faults = (
            *self._not_enrolled(),
            *self._log.faults,
            *(fault for entry in self._log.entries if (fault := self._faults.get((entry.stream, entry.index)))),
            *(finding for finding in end if finding.code == FindingCode.LOG),
            *foreign,
            *(finding for finding in unlisted if finding.code == FindingCode.STRAY),
        )
        remarks = (
            *(finding for finding in end if finding.code != FindingCode.LOG),
            *self._locked_out(),
            *(finding for finding in unlisted if finding.code != FindingCode.STRAY),
        )
        without_faults = Verdict.COMPLETE if self._log.verifier.finished else Verdict.INTERRUPTED
        return VerificationReport(
            Verdict.TAMPERED if faults else without_faults,
            faults + remarks,
            self.header.description,
            tuple(self._examined[entry.stream][entry.index] for entry in self._log.entries),
            unsealed,
        )

    def _examine_all(self) -> None:
        for logged, examined in zip(self._logged, self._examined, strict=True):
            for entry in logged[len(examined) :]:
                self._examine(entry)

    def _examine(self, entry: SegmentEntry) -> bytes | None:
        """Examine the next segment of its stream."""
        data, t0_us, name = None, None, entry.name
        try:
            data = _read_present(self.source, self._present, name)
            t0_us = self._log.verifier.confirm(entry, data).t0_us
        except ObjectError as error:
            code = FindingCode.SEGMENT_CHANGED if name in self._present else FindingCode.SEGMENT_MISSING
            self._faults[entry.stream, entry.index] = VerificationFinding(code, name, error.fault, error.facts)
        self._examined[entry.stream].append(
            SegmentRecord(
                stream=self.header.description.streams[entry.stream],
                index=entry.index,
                t0_us=t0_us,
                length=entry.length,
                name=name,
                intact=t0_us is not None,
                sha256=entry.sha256,
            )
        )
        return data

    def _bytes_of(self, name: str) -> bytes | None:
        try:
            return self.source.read(name)
        except FormatError:
            return None

    def _not_enrolled(self) -> tuple[VerificationFinding, ...]:
        if self._enrolled_pk0 in (None, self.header.pk0):
            return ()
        return (VerificationFinding(FindingCode.NOT_ENROLLED, HEADER_NAME),)

    def _names_behind_the_log(self, stream: int) -> list[str]:
        names: list[str] = []
        first = len(self._logged[stream])
        if not self._log.verifier.finished:
            while (name := segment_name(stream, first + len(names))) in self._present:
                names.append(name)
        return names

    def _unsealed_tail(self) -> tuple[tuple[str, ...], list[VerificationFinding]]:
        unsealed: list[str] = []
        foreign: list[VerificationFinding] = []
        for stream, names in enumerate(self._behind):
            for index, name in enumerate(names, len(self._logged[stream])):
                try:
                    self._require_own_head(self.source.read(name), stream, index, name)
                except ObjectError as error:
                    foreign.append(VerificationFinding(FindingCode.SEGMENT_FOREIGN, name, error.fault, error.facts))
                else:
                    unsealed.append(name)
        return tuple(unsealed), foreign

    def _require_own_head(self, data: bytes, stream: int, index: int, name: str) -> None:
        if len(data) < SEGMENT_HEAD_BYTES:
            return
        head = SegmentHead.parse(data)
        if (head.stream, head.index, head.hid) != (stream, index, self.header.hid):
            raise TamperedError(f"{name}: it says it is another segment, or of another session.", Fault.OTHER_SEGMENT)

    def _unlisted(self) -> list[VerificationFinding]:
        logged = (record.name for examined in self._examined for record in examined)
        unlisted = self._present.difference({HEADER_NAME, KEYS_NAME}, self._log.names, logged, *self._behind)
        return [VerificationFinding(self._stray_code(name), name) for name in sorted(unlisted)]

    def _stray_code(self, name: str) -> FindingCode:
        if name.endswith("/"):
            return FindingCode.DESKTOP_FILE
        if name.rpartition("/")[2].lower() not in DESKTOP_FILES:
            return FindingCode.STRAY
        try:
            self.source.read(name)
        except FormatError as error:
            # A link or a full folder of that name is none; a large file is.
            return FindingCode.DESKTOP_FILE if error.fault == Fault.TOO_LARGE else FindingCode.STRAY
        return FindingCode.DESKTOP_FILE

    def _locked_out(self) -> tuple[VerificationFinding, ...]:
        try:
            slots, damage = read_slots(_read_present(self.source, self._present, KEYS_NAME))
        except FormatError as error:
            slots, damage = (), error
        if damage is not None:
            return (VerificationFinding(FindingCode.KEYS, KEYS_NAME, damage.fault, damage.facts),)
        return () if slots else (VerificationFinding(FindingCode.KEYS, KEYS_NAME, Fault.EMPTY),)


def _read_present(source: SealedSource, present: frozenset[str], name: str) -> bytes:
    if name not in present:
        raise FormatError(f"{name}: it is missing.", Fault.MISSING)
    return source.read(name)
