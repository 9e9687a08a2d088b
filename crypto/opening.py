"""Opens a sealed session for the institution. The test taker's program and the endpoint never import this."""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from crypto.chunks import ChunkReader, MessageDecryptor
from crypto.derivation import KEY_BYTES, derive, wipe
from crypto.disclosure import Disclosure, SegmentKey
from crypto.errors import FormatError, KeyMismatchError, TamperedError
from crypto.folder import SealedSource
from crypto.header import Header, SessionDescription
from crypto.keys import RecipientPrivate
from crypto.names import HEADER_NAME, KEYS_NAME, MAX_OBJECT_BYTES, segment_name
from crypto.ratchet import RatchetMarks, StreamRatchet
from crypto.segment import SEGMENT_HEAD_BYTES, SegmentHead, segment_context
from crypto.slots import HYBRID, TOKEN, read_slots, slot_info
from crypto.token_keys import TokenPrivate
from crypto.verdict import Examination, FindingCode, Verdict, VerificationFinding, VerificationReport


@dataclass(frozen=True, slots=True)
class OpenedSegment:
    """The authentic plaintext of one segment."""

    index: int
    t0_us: int
    """Microseconds since the start of the attempt."""
    data: bytes
    sealed: bool
    """Whether the signed log vouches for it and it is whole; else it may be only a beginning of the segment."""


class OpenedSession:
    """A session whose session key was found; a context manager that wipes its keys at the end.

    Each segment is examined when it is read, so a caller that reads all in order, or asks for the report, has the
    whole session examined. Not safe for use by several threads at once.
    """

    def __init__(self, session_key: bytearray, examination: Examination) -> None:
        self._header = header = examination.header
        self._examination = examination
        self._refused: dict[str, VerificationFinding] = {}
        self._messages = MessageDecryptor(MAX_OBJECT_BYTES)
        self._positions = {name: position for position, name in enumerate(header.description.streams)}
        self._marks = [RatchetMarks(session_key, header.hid, position) for position in self._positions.values()]
        for position, marks in enumerate(self._marks):
            # Walk the chain of keys now, so that no seek has to wait for it.
            marks.at(max(examination.extent(position) - 1, 0)).wipe()

    @property
    def description(self) -> SessionDescription:
        """What the session is."""
        return self._header.description

    @property
    def report(self) -> VerificationReport:
        """The verdict, for which all is examined; made worse by any segment that is signed but did not open."""
        report = self._examination.report
        if not self._refused:
            return report
        return replace(report, verdict=Verdict.TAMPERED, findings=(*report.findings, *self._refused.values()))

    def segments(self, stream: str, first: int = 0) -> Iterator[OpenedSegment]:
        """Open the segments of `stream` in order, each when it is asked for, from index `first` on.

        Of a damaged or unfinished segment the authentic beginning is given; one that is missing, or of which nothing
        is authentic, is left out, so a gap in `index` is a gap in the recording. A session whose verdict is TAMPERED
        opens all the same: what comes out is authentic, what is missing stands in the report. Nothing before `first`
        is read, except that the first jump over what was not yet examined has the whole session examined. Raises
        `KeyError` for a stream the session does not have.
        """
        position = self._positions[stream]
        extent = self._examination.extent(position)
        if first >= extent:
            return
        ratchet = self._marks[position].at(first)
        try:
            for index in range(first, extent):
                ratchet.advance_to(index)
                opened = self._open(position, ratchet)
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
        for marks in self._marks:
            marks.wipe()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _segment_key(self, stream: str, index: int) -> SegmentKey:
        position = self._positions[stream]
        data, vouched = None, False
        if 0 <= index < self._examination.extent(position):
            data, vouched = self._examination.read(position, index)
        if data is None or not vouched:
            raise FormatError(f"Disclosure: there is no intact segment {index} of {stream} to be handed out.")
        ratchet = self._marks[position].at(index)
        key = ratchet.segment_key(data[:SEGMENT_HEAD_BYTES])
        try:
            return SegmentKey(position, index, bytes(key))
        finally:
            ratchet.wipe()
            wipe(key)

    def _open(self, position: int, ratchet: StreamRatchet) -> OpenedSegment | None:
        """Open the segment of the stream at `position` whose key comes next."""
        name = segment_name(position, ratchet.index)
        try:
            data, vouched = self._examination.read(position, ratchet.index)
        except TamperedError as error:
            self._refuse(name, error)
            return None
        head = None if data is None else _own_head(data, position, ratchet.index)
        if data is None or head is None:
            return None
        encoded, message = head.encode(), memoryview(data)[SEGMENT_HEAD_BYTES:]
        key = ratchet.segment_key(encoded)
        try:
            plaintext = self._messages.open(key, segment_context(encoded), message)
            complete = plaintext is not None
            if plaintext is None:
                plaintext, fault = _beginning(key, segment_context(encoded), message)
                # Without a signature that holds, the report speaks of the segment already.
                if vouched:
                    self._refuse(name, fault)
        finally:
            wipe(key)
        return None if plaintext is None else OpenedSegment(head.index, head.t0_us, plaintext, vouched and complete)

    def _refuse(self, name: str, error: TamperedError) -> None:
        self._refused[name] = VerificationFinding(FindingCode.SEGMENT_UNOPENED, name, error.fault, error.facts)


def _own_head(data: bytes, position: int, index: int) -> SegmentHead | None:
    try:
        head = SegmentHead.parse(data)
    except FormatError:
        return None
    return head if (head.stream, head.index) == (position, index) else None


def _beginning(key: bytearray, context: bytes, message: memoryview) -> tuple[bytes | None, TamperedError]:
    """The authentic beginning of a message that is not whole, `None` where nothing of it is authentic; and why."""
    try:
        beginning, _ = ChunkReader(key, context, message).beginning()
    except TamperedError as error:
        return None, error
    return beginning, TamperedError("a part of it is not authentic")


def open_session(
    source: SealedSource, key: RecipientPrivate | TokenPrivate, enrolled_pk0: bytes | None = None
) -> OpenedSession:
    """Verify the log of a session and open the session with `key`; its segments are verified as they are read.

    Raises `FormatError` when the header is missing or damaged or there is no slot file, so that there is
    nothing to open, and `KeyMismatchError` when no slot of the session opens with this key.
    """
    header = Header.parse(source.read(HEADER_NAME))
    return open_examined(Examination(source, source.names(), header, enrolled_pk0), key)


def open_examined(examination: Examination, key: RecipientPrivate | TokenPrivate) -> OpenedSession:
    """Open a session whose log has been verified; its segments are verified as they are read. Raises as `open_session`.

    What is read of it, by whomever, counts for both: the examination's report and this session's.
    """
    session_key = _session_key(examination.source.read(KEYS_NAME), examination.header, key)
    try:
        return OpenedSession(session_key, examination)
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
