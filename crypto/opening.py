"""Opens a sealed session for the institution. The test taker's program and the endpoint never import this."""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from crypto.chunks import ChunkReader
from crypto.derivation import KEY_BYTES, derive, wipe
from crypto.disclosure import Disclosure, SegmentKey
from crypto.errors import FormatError, KeyMismatchError, SealingError, TamperedError
from crypto.folder import SealedSource
from crypto.header import Header, SessionDescription
from crypto.keys import RecipientPrivate
from crypto.names import HEADER_NAME, KEYS_NAME, parse_segment_name
from crypto.ratchet import RatchetMarks, StreamRatchet
from crypto.segment import SEGMENT_HEAD_BYTES, SegmentHead, segment_context
from crypto.slots import HYBRID, TOKEN, read_slots, slot_info
from crypto.steady import SteadySource
from crypto.token_keys import TokenPrivate
from crypto.verdict import Finding, Report, Verdict, verify


@dataclass(frozen=True, slots=True)
class OpenedSegment:
    """The authentic plaintext of one segment."""

    index: int
    t0_us: int
    """Microseconds since the start of the attempt."""
    data: bytes
    sealed: bool
    """Whether the signed log vouches for it and it is whole; else it may be only a beginning of the segment."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    index: int
    name: str
    vouched: bool
    """Whether the log vouches for the object as it is."""


class OpenedSession:
    """A session whose session key was found; a context manager that wipes its keys at the end.

    Not safe for use by several threads at once.
    """

    def __init__(self, source: SealedSource, header: Header, session_key: bytearray, report: Report) -> None:
        self._source = source
        self._report = report
        self._refused: dict[str, Finding] = {}
        self._header = header
        self._marks = {
            name: RatchetMarks(session_key, header.hid, position)
            for position, name in enumerate(header.description.streams)
        }
        self._candidates: dict[str, list[_Candidate]] = {name: [] for name in header.description.streams}
        for record in report.segments:
            self._candidates[record.stream].append(_Candidate(record.index, record.name, record.intact))
        for name in report.unsealed:
            position, index = parse_segment_name(name) or (0, 0)
            self._candidates[header.description.streams[position]].append(_Candidate(index, name, vouched=False))
        for name, candidates in self._candidates.items():
            # Walk the chain of keys now, so that no seek has to wait for it.
            self._marks[name].at(candidates[-1].index if candidates else 0).wipe()

    @property
    def description(self) -> SessionDescription:
        """What the session is."""
        return self._header.description

    @property
    def report(self) -> Report:
        """The verdict before opening, made worse by any segment that was signed but has turned out not to open."""
        if not self._refused:
            return self._report
        findings = (*self._report.findings, *self._refused.values())
        return replace(self._report, verdict=Verdict.TAMPERED, findings=findings)

    def segments(self, stream: str, first: int = 0) -> Iterator[OpenedSegment]:
        """Open the segments of `stream` in order, each when it is asked for, from index `first` on.

        Nothing before `first` is read. Of a damaged or unfinished segment the authentic beginning is given;
        one that is missing, or of which nothing is authentic, is left out, so a gap in `index` is a gap in the
        recording. A session whose verdict is TAMPERED opens all the same: what comes out is authentic, what is
        missing stands in the report. Raises `KeyError` for a stream the session does not have.
        """
        wanted = [candidate for candidate in self._candidates[stream] if candidate.index >= first]
        if not wanted:
            return
        ratchet = self._marks[stream].at(wanted[0].index)
        try:
            for candidate in wanted:
                ratchet.advance_to(candidate.index)
                opened = self._open(candidate, stream, ratchet)
                if opened is not None:
                    yield opened
        finally:
            ratchet.wipe()

    def disclose(self, places: Iterable[tuple[str, int]]) -> Disclosure:
        """Give the keys of single segments, named by stream and index, to be handed out for an appeal.

        They open these segments and no others. Raises `KeyError` for a stream the session does not have and
        `FormatError` for a segment that the log does not vouch for as it is.
        """
        return Disclosure(self._header.hid, tuple(self._segment_key(stream, index) for stream, index in places))

    def close(self) -> None:
        """Wipe the keys."""
        for marks in self._marks.values():
            marks.wipe()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _segment_key(self, stream: str, index: int) -> SegmentKey:
        candidates = self._candidates[stream]
        vouched = next((candidate for candidate in candidates if candidate.index == index and candidate.vouched), None)
        if vouched is None:
            raise FormatError(f"Disclosure: there is no intact segment {index} of {stream} to be handed out.")
        head = self._source.read(vouched.name)[:SEGMENT_HEAD_BYTES]
        ratchet = self._marks[stream].at(index)
        key = ratchet.segment_key(head)
        try:
            return SegmentKey(self.description.streams.index(stream), index, bytes(key))
        finally:
            ratchet.wipe()
            wipe(key)

    def _open(self, candidate: _Candidate, stream: str, ratchet: StreamRatchet) -> OpenedSegment | None:
        try:
            data = self._source.read(candidate.name)
            head = SegmentHead.parse(data)
        except FormatError as error:
            self._refuse(candidate, error)
            return None
        if (head.stream, head.index) != (self.description.streams.index(stream), candidate.index):
            return None
        key = ratchet.segment_key(head.encode())
        try:
            reader = ChunkReader(key, segment_context(head.encode()), memoryview(data)[SEGMENT_HEAD_BYTES:])
        except TamperedError as error:
            self._refuse(candidate, error)
            return None
        finally:
            wipe(key)
        plaintext, whole = reader.beginning()
        if not whole:
            self._refuse(candidate, TamperedError("a part of it is not authentic"))
        return OpenedSegment(head.index, head.t0_us, plaintext, candidate.vouched and whole)

    def _refuse(self, candidate: _Candidate, error: SealingError) -> None:
        # Without a signature that holds, the report speaks of the segment already.
        if candidate.vouched:
            self._refused[candidate.name] = Finding(
                "segment-unopened", candidate.name, f"{candidate.name}: it is signed but does not open: {error}"
            )


def open_session(
    source: SealedSource, key: RecipientPrivate | TokenPrivate, enrolled_pk0: bytes | None = None
) -> OpenedSession:
    """Verify a session and open it with `key`.

    Raises `FormatError` when the header is missing or damaged or there is no slot file, so that there is
    nothing to open, and `KeyMismatchError` when no slot of the session opens with this key.
    """
    steady = SteadySource(source)
    header = Header.parse(steady.read(HEADER_NAME))
    session_key = _session_key(steady.read(KEYS_NAME), header, key)
    try:
        return OpenedSession(steady, header, session_key, verify(steady, enrolled_pk0))
    finally:
        wipe(session_key)


def _session_key(keys: bytes, header: Header, key: RecipientPrivate | TokenPrivate) -> bytearray:
    slots, _ = read_slots(keys)
    kind = TOKEN if isinstance(key, TokenPrivate) else HYBRID
    kid = key.kid.encode("ascii")
    for slot in slots:
        if (slot.kind, slot.kid) != (kind, kid):
            continue
        try:
            candidate = key.unwrap(slot.sealed, slot_info(header, kind, kid))
        except KeyMismatchError:
            continue
        # Anybody can seal to a public key; only the session's own key fulfils its commitment.
        if len(candidate) == KEY_BYTES and hmac.compare_digest(derive(candidate, "commit", header.hid), header.com):
            return candidate
        wipe(candidate)
    raise KeyMismatchError(
        f"{KEYS_NAME}: no slot of session {header.description.session} opens with key {key.kid}. "
        "Use the key of this exam, or fetch the slot file again if it was damaged."
    )
