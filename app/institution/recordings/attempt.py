"""The takes of one attempt, seen together: one verdict, and where the recording has gaps. Needs no key.

A recorder that died was started again as the next take. Each take has a verdict of its own; the attempt's is the
worst of them, and an attempt of several takes is never more than INTERRUPTED, because there is a gap between them.
People read of parts, counted from 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.institution.finding_codes import AttemptFinding
from app.institution.recordings.countersignature import Countersignature, contradictions
from app.institution.recordings.endpoint_listing import ListedSession
from app.institution.wording.streams import stream_name
from crypto.errors import SealingError
from crypto.folder import SealedSource
from crypto.header import Header
from crypto.names import HEADER_NAME, KEYS_NAME
from crypto.slots import read_slots
from crypto.verdict import Verdict, VerificationFinding, VerificationReport, verify

_SAME = ("attempt", "institution", "exam", "config_sha256", "candidate")
"""Fields of the header that all takes of an attempt have in common."""
_WITHOUT_GAPS = frozenset({"events", "stills"})
"""Streams that something is in now and then; between two of their pieces nothing is missing."""

_LONGEST_US = 6_000_000
"""A segment that began longer ago is over: the recorder makes none of more than four seconds."""

_FROM_BEST = (Verdict.COMPLETE, Verdict.INTERRUPTED, Verdict.TAMPERED)


@dataclass(frozen=True)
class Take:
    """One sealed session of the attempt, and what verifying it has found. `label` is its folder's or session's name.

    `witnessed` is how many log records the endpoint had seen; what is here can only have grown since. None: not known.
    `countersigned_by` is the endpoint whose countersignature says so; None where none was checked. `listed` is what the
    operator says of it, unsigned.
    """

    label: str
    source: SealedSource
    report: VerificationReport
    enrolled_pk0: bytes | None = None
    witnessed: int | None = None
    countersigned_by: str | None = None
    listed: ListedSession | None = None

    @property
    def log_records(self) -> int:
        """Log records here that hold; the final one counts too."""
        return len(self.report.segments) + (self.report.verdict is Verdict.COMPLETE)

    @property
    def number(self) -> int:
        """Which take it is, from 0; -1 when the header cannot be read."""
        return -1 if self.report.description is None else self.report.description.take


@dataclass(frozen=True)
class TakeGap:
    """A stream has nothing between two takes, or, where it is `within` the take, between two segments of one.

    `from_us` is where the last sealed segment before the gap begins, in microseconds since the start of the attempt
    (how long that segment lasts is sealed, at most a few seconds); None when the stream was not recorded before.
    `to_us` is where recording goes on, None when it does not. This is what shows without a key; the recorder's own
    word on its gaps is sealed with the events.
    """

    stream: str
    after_take: int
    from_us: int | None
    to_us: int | None
    within: bool = False

    def sentence(self) -> str:
        """The gap in words, to a tenth of a second."""
        name, part = stream_name(self.stream), self.after_take + 1
        if self.within:
            return (
                f"{name}: in part {part} no piece begins between {seconds(self.from_us)} s and {seconds(self.to_us)} s."
            )
        if self.from_us is None:
            return f"{name}: begins only after part {part}, at {seconds(self.to_us)} s."
        if self.to_us is None:
            return f"{name}: ends with part {part}; its last piece begins at {seconds(self.from_us)} s."
        return (
            f"{name}: after part {part} nothing is recorded for a while; the last piece before "
            f"begins at {seconds(self.from_us)} s, recording goes on at {seconds(self.to_us)} s."
        )


@dataclass(frozen=True)
class AttemptReport:
    """All takes in order, the overall verdict, the findings on the attempt itself, and the gaps seen without a key."""

    takes: tuple[Take, ...]
    verdict: Verdict
    findings: tuple[VerificationFinding, ...]
    gaps: tuple[TakeGap, ...]

    @property
    def attempt(self) -> str | None:
        """The attempt's id; None when no header can be read."""
        return next((t.report.description.attempt for t in self.takes if t.report.description is not None), None)

    @property
    def gaps_between_takes(self) -> tuple[TakeGap, ...]:
        """The gaps that lie between takes. With a key those within are known better, by `gaps.gaps_of`."""
        return tuple(gap for gap in self.gaps if not gap.within)


@dataclass(frozen=True)
class SealedTake:
    """A take as it was found: its name, its objects, and what the endpoint witnessed of it while it was recorded.

    `pk0` is the 32-byte key the session was begun with, `log_records` how many log records had arrived, `signed` what
    of this the endpoint has countersigned, `listed` what its operator says beside it, unsigned.
    """

    label: str
    source: SealedSource
    pk0: bytes | None = None
    log_records: int | None = None
    signed: Countersignature | None = None
    listed: ListedSession | None = None


def examine(found: Sequence[SealedTake]) -> AttemptReport:
    """Verify every take and how they fit together. Never raises for what the takes contain."""
    examined = [(each, _examined(each)) for each in found]
    takes = tuple(sorted((take for _, take in examined), key=lambda take: take.number))
    findings = (*_misfits(takes), *_shortened(examined), *_contradicted(found))
    verdict = max((take.report.verdict for take in takes), key=_FROM_BEST.index)
    if findings:
        verdict = Verdict.TAMPERED
    elif len(takes) > 1 or (takes and takes[0].number > 0):
        verdict = max(verdict, Verdict.INTERRUPTED, key=_FROM_BEST.index)
    return AttemptReport(takes, verdict, findings, tuple(_gaps(takes)))


def _examined(found: SealedTake) -> Take:
    signer = None if found.signed is None else found.signed.endpoint_id
    report = verify(found.source, found.pk0)
    return Take(found.label, found.source, report, found.pk0, found.log_records, signer, found.listed)


def sealed_to(report: AttemptReport) -> frozenset[str]:
    """Names of the keys the takes have slots for. A slot file can be changed, so this is a hint and no proof."""
    kids: set[str] = set()
    for take in report.takes:
        try:
            slots, _ = read_slots(take.source.read(KEYS_NAME))
        except SealingError:
            continue
        kids.update(slot.kid.decode("ascii", "replace") for slot in slots)
    return frozenset(kids)


def missing_takes(report: AttemptReport) -> tuple[int, ...]:
    """Numbers of takes that later ones show to have been begun but that are not here."""
    present = {take.number for take in report.takes}
    return tuple(number for number in range(max(present, default=-1)) if number not in present)


def seconds(moment_us: int | None) -> str:
    """A moment of the attempt to the tenth of a second."""
    return "?" if moment_us is None else f"{moment_us / 1_000_000:.1f}"


def _misfits(takes: Sequence[Take]) -> Iterator[VerificationFinding]:
    known = [(take, take.report.description) for take in takes]
    for (before, first), (take, second) in itertools.pairwise(known):
        if first is None or second is None:
            continue
        if second.take == first.take:
            yield VerificationFinding(AttemptFinding.TAKE_TWICE, take.label, None, {"part": second.take + 1})
        differing = [name for name in _SAME if getattr(first, name) != getattr(second, name)]
        if second.previous is not None and second.take == first.take + 1 and second.previous != _hid(before):
            differing.append("previous")
        for name in differing:
            facts: dict[str, int | str] = {"differs": name, "part": first.take + 1}
            yield VerificationFinding(AttemptFinding.TAKE_FOREIGN, take.label, None, facts)


def _shortened(examined: Sequence[tuple[SealedTake, Take]]) -> Iterator[VerificationFinding]:
    for sealed, take in examined:
        here = take.log_records
        if sealed.log_records is not None and here < sealed.log_records and take.report.verdict is not Verdict.TAMPERED:
            facts = {"witnessed": sealed.log_records, "here": here}
            yield VerificationFinding(AttemptFinding.LOG_SHORTENED, take.label, None, facts)


def _contradicted(found: Sequence[SealedTake]) -> Iterator[VerificationFinding]:
    for each in found:
        if each.signed is not None:
            yield from contradictions(each.source, each.signed, each.label)


def _hid(take: Take) -> str | None:
    try:
        return Header.parse(take.source.read(HEADER_NAME)).hid.hex()
    except SealingError:
        return None


def _gaps(takes: Sequence[Take]) -> Iterator[TakeGap]:
    """Where each stream stops and goes on, within a take or with a later one, be some between them empty."""
    streams = dict.fromkeys(segment.stream for take in takes for segment in take.report.segments)
    for stream in streams:
        if stream in _WITHOUT_GAPS:
            continue
        yield from (gap for take in takes for gap in _gaps_within(take, stream))
        spans = [(place, span) for place, take in enumerate(takes) if (span := _span(take, stream)) is not None]
        if not spans:
            continue
        first, last = spans[0], spans[-1]
        if first[0] > 0:
            yield TakeGap(stream, takes[first[0] - 1].number, None, first[1][0])
        for (before, earlier), (_, later) in itertools.pairwise(spans):
            yield TakeGap(stream, takes[before].number, earlier[1], later[0])
        if last[0] < len(takes) - 1:
            yield TakeGap(stream, takes[last[0]].number, last[1][1], None)


def _gaps_within(take: Take, stream: str) -> Iterator[TakeGap]:
    for before_us, after_us in itertools.pairwise(_begins(take, stream)):
        if after_us - before_us > _LONGEST_US:
            yield TakeGap(stream, take.number, before_us, after_us, within=True)


def _span(take: Take, stream: str) -> tuple[int, int] | None:
    """Where the first and the last intact segment of `stream` in `take` begin, microseconds since T0."""
    begins = _begins(take, stream)
    return (begins[0], begins[-1]) if begins else None


def _begins(take: Take, stream: str) -> list[int]:
    return sorted(s.t0_us for s in take.report.segments if s.stream == stream and s.t0_us is not None)
