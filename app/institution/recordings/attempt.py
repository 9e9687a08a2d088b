"""The takes of one attempt, seen together: one verdict, what it was checked against, and where it has gaps.

A recorder that died was started again as the next take. Each take has a verdict of its own, which says whether it is
as it was sealed and needs no knowledge of exams. The attempt's is the worst of them and of all findings on the attempt:
an attempt of several takes is never more than INTERRUPTED, because there is a gap between them, and one that is not
what was signed, admitted or asked for is INCONSISTENT, however whole it is. No key is needed. People read of parts,
counted from 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from app.institution.comparison_codes import Check, Compared, Why
from app.institution.copies.countersignature import contradictions
from app.institution.copies.sealed_take import SealedTake
from app.institution.finding_codes import AttemptFinding, AttemptVerdict, verdict_of
from app.institution.keys.institution import InstitutionFolder
from app.institution.recordings.admission_checks import check_admission
from app.institution.recordings.header_checks import check_headers
from app.institution.recordings.signed_settings import (
    SignedFiles,
    check_settings,
    settings_of,
    signed_files,
    slot_names,
)
from app.institution.recordings.take_gaps import TakeGap, gaps_of_takes
from app.institution.recordings.takes import Take
from app.institution.recordings.ticket_check import check_ticket
from app.policy.document import ExamSettings
from crypto.errors import SealingError
from crypto.header import Header
from crypto.names import HEADER_NAME
from crypto.verdict import Verdict, VerificationFinding, begin_examination

_SAME = ("attempt", "institution", "exam", "config_sha256", "candidate")
"""Fields of the header that all takes of an attempt have in common."""


@dataclass(frozen=True)
class Findings:
    """What is found of the takes, each part of it when it is first asked for."""

    examined: tuple[tuple[SealedTake, Take], ...]
    takes: tuple[Take, ...]
    signed: SignedFiles
    own: str | None
    now: datetime

    @cached_property
    def compared(self) -> tuple[Compared, ...]:
        """What the attempt is checked against."""
        described = [(each, take.description) for each, take in self.examined]
        return (
            *check_headers(self.takes, self.own, self.now),
            *check_settings(self.takes, self.signed),
            *(Compared(check, why=Why.NO_KEY) for check in (Check.OPENS, Check.CHECK_IN, Check.HOLDS)),
            Compared(Check.HEADS, why=Why.NO_HEAD),
            Compared(Check.RECEIPTS, why=Why.NO_RECEIPTS),
            *check_admission(described),
            check_ticket(described, self.signed),
            _earlier([each for each, _ in self.examined]),
        )

    @cached_property
    def findings(self) -> tuple[VerificationFinding, ...]:
        """What speaks against the attempt."""
        return (
            *_misfits(self.takes),
            *_shortened(self.examined),
            *_contradicted([each for each, _ in self.examined]),
            *(finding for each in self.compared for finding in each.findings),
        )

    @cached_property
    def verdict(self) -> AttemptVerdict:
        """The worst of all."""
        broken = len(self.takes) > 1 or any(take.number > 0 for take in self.takes[:1])
        return AttemptVerdict.worst(
            *(AttemptVerdict(take.report.verdict.value) for take in self.takes),
            AttemptVerdict.INTERRUPTED if broken else AttemptVerdict.COMPLETE,
            *map(verdict_of, self.findings),
        )

    @cached_property
    def gaps(self) -> tuple[TakeGap, ...]:
        """Where the takes have gaps."""
        return tuple(gaps_of_takes(self.takes))


@dataclass(frozen=True)
class AttemptReport:
    """All takes in order, and what is found of them when it is first asked for.

    So that a recording which is opened is read once: by whoever reads it first. `asked` is the one take that was asked
    for, where the attempt has others.
    """

    takes: tuple[Take, ...]
    asked: str | None
    _found: Findings
    _further: tuple[Compared, ...] = ()

    @property
    def attempt(self) -> str | None:
        """The attempt's id; None when no header can be read."""
        return next((take.description.attempt for take in self.takes if take.description is not None), None)

    @property
    def verdict(self) -> AttemptVerdict:
        """The worst that is said of a take or of the attempt."""
        return AttemptVerdict.worst(
            self._found.verdict, *(verdict_of(f) for each in self._further for f in each.findings)
        )

    @property
    def findings(self) -> tuple[VerificationFinding, ...]:
        """The findings on the attempt itself."""
        return tuple(dict.fromkeys((*self._found.findings, *(f for each in self._further for f in each.findings))))

    @property
    def compared(self) -> tuple[Compared, ...]:
        """What the attempt was checked against, and what could not be."""
        again = {each.check for each in self._further}
        return (*(each for each in self._found.compared if each.check not in again), *self._further)

    @property
    def settings(self) -> ExamSettings | Why:
        """The signed settings that it says it was made under, or why they are not known here."""
        return settings_of(self.takes, self._found.signed)

    @property
    def gaps(self) -> tuple[TakeGap, ...]:
        """The gaps seen without a key."""
        return self._found.gaps

    @property
    def gaps_between_takes(self) -> tuple[TakeGap, ...]:
        """The gaps that lie between takes. With a key those within are known better, by `gaps.gaps_of`."""
        return tuple(gap for gap in self.gaps if not gap.within)

    def and_compared(self, *compared: Compared) -> AttemptReport:
        """The same with further comparisons, in place of those of the same checks before; the verdict follows."""
        again = {each.check for each in compared}
        return replace(self, _further=(*(each for each in self._further if each.check not in again), *compared))


def examine(
    found: Sequence[SealedTake],
    institution: InstitutionFolder | None = None,
    *,
    asked: str | None = None,
    now: datetime | None = None,
) -> AttemptReport:
    """Verify header and log of every take; what the report is asked for, it then looks at.

    That is every segment, how the takes fit together, and whether they are what `institution` has signed. `asked` is
    the session or folder that was asked for. Never raises for what the takes contain; raises `FolderDamaged` for an
    exam file of `institution` that is not as it was signed.
    """
    examined = [(each, _begun(each)) for each in found]
    takes = tuple(sorted((take for _, take in examined), key=lambda take: take.number))
    own = None if institution is None else institution.record.id
    findings = Findings(tuple(examined), takes, signed_files(takes, institution), own, now or datetime.now(UTC))
    others = len(takes) > 1 and any(take.label == asked for take in takes)
    return AttemptReport(takes, asked if others else None, findings)


def _begun(found: SealedTake) -> Take:
    signer = None if found.signed is None else found.signed.endpoint_id
    header = None if found.signed is None else found.signed.header
    stored_at = None if header is None else header.stored_at
    begun = begin_examination(found.source, found.pk0)
    return Take(found.label, found.source, begun, found.pk0, found.log_records, signer, found.listed, stored_at)


def sealed_to(report: AttemptReport) -> frozenset[str]:
    """Names of the keys the takes have slots for. A slot file can be changed, so this is a hint and no proof."""
    return frozenset(name for take in report.takes for name in slot_names(take))


def missing_takes(report: AttemptReport) -> tuple[int, ...]:
    """Numbers of takes that later ones show to have been begun but that are not here."""
    present = {take.number for take in report.takes}
    return tuple(number for number in range(max(present, default=-1)) if number not in present)


def _earlier(found: Sequence[SealedTake]) -> Compared:
    operators = tuple(finding for each in found for finding in each.operators)
    fetched = any(each.fetched for each in found)
    return Compared(Check.EARLIER, operators, why=None if operators or fetched else Why.NOT_FETCHED)


def _misfits(takes: Sequence[Take]) -> Iterator[VerificationFinding]:
    known = [(take, take.description) for take in takes]
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
