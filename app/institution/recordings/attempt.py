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

from app.institution.comparison_codes import Check, Compared, Why
from app.institution.copies.countersignature import contradictions
from app.institution.copies.sealed_take import SealedTake
from app.institution.finding_codes import AttemptFinding, AttemptVerdict, verdict_of
from app.institution.keys.institution import InstitutionFolder
from app.institution.recordings.admission_checks import check_admission
from app.institution.recordings.header_checks import check_headers
from app.institution.recordings.signed_settings import check_settings, slot_names
from app.institution.recordings.take_gaps import TakeGap, gaps_of_takes
from app.institution.recordings.takes import Take
from app.institution.recordings.ticket_check import check_ticket
from crypto.errors import SealingError
from crypto.header import Header
from crypto.names import HEADER_NAME
from crypto.verdict import Verdict, VerificationFinding, verify

_SAME = ("attempt", "institution", "exam", "config_sha256", "candidate")
"""Fields of the header that all takes of an attempt have in common."""


@dataclass(frozen=True)
class AttemptReport:
    """All takes in order, the overall verdict, the findings on the attempt itself, and the gaps seen without a key.

    `compared` is what the attempt was checked against, and what could not be. `asked` is the one take that was asked
    for, where the attempt has others.
    """

    takes: tuple[Take, ...]
    verdict: AttemptVerdict
    findings: tuple[VerificationFinding, ...]
    gaps: tuple[TakeGap, ...]
    compared: tuple[Compared, ...] = ()
    asked: str | None = None

    @property
    def attempt(self) -> str | None:
        """The attempt's id; None when no header can be read."""
        return next((take.description.attempt for take in self.takes if take.description is not None), None)

    @property
    def gaps_between_takes(self) -> tuple[TakeGap, ...]:
        """The gaps that lie between takes. With a key those within are known better, by `gaps.gaps_of`."""
        return tuple(gap for gap in self.gaps if not gap.within)

    def and_compared(self, compared: Compared) -> AttemptReport:
        """The same with one comparison more, in place of that check's before; the verdict follows."""
        others = tuple(each for each in self.compared if each.check is not compared.check)
        return replace(
            self,
            compared=(*others, compared),
            findings=tuple(dict.fromkeys((*self.findings, *compared.findings))),
            verdict=AttemptVerdict.worst(self.verdict, *map(verdict_of, compared.findings)),
        )


def examine(
    found: Sequence[SealedTake],
    institution: InstitutionFolder | None = None,
    *,
    asked: str | None = None,
    now: datetime | None = None,
) -> AttemptReport:
    """Verify every take, how they fit together, and whether they are what `institution` has signed.

    `asked` is the session or folder that was asked for. Never raises for what the takes contain; raises `FolderDamaged`
    for an exam file of `institution` that is not as it was signed.
    """
    examined = [(each, _examined(each)) for each in found]
    takes = tuple(sorted((take for _, take in examined), key=lambda take: take.number))
    described = [(each, take.description) for each, take in examined]
    own = None if institution is None else institution.record.id
    compared = (
        *check_headers(takes, own, now or datetime.now(UTC)),
        *check_settings(takes, institution),
        Compared(Check.OPENS, why=Why.NO_KEY),
        Compared(Check.HEADS, why=Why.NO_HEAD),
        Compared(Check.RECEIPTS, why=Why.NO_RECEIPTS),
        *check_admission(described),
        check_ticket(described, institution),
        _earlier(found),
    )
    findings = (
        *_misfits(takes),
        *_shortened(examined),
        *_contradicted(found),
        *(finding for each in compared for finding in each.findings),
    )
    broken = len(takes) > 1 or any(take.number > 0 for take in takes[:1])
    verdict = AttemptVerdict.worst(
        *(AttemptVerdict(take.report.verdict.value) for take in takes),
        AttemptVerdict.INTERRUPTED if broken else AttemptVerdict.COMPLETE,
        *map(verdict_of, findings),
    )
    others = len(takes) > 1 and any(take.label == asked for take in takes)
    return AttemptReport(takes, verdict, findings, tuple(gaps_of_takes(takes)), compared, asked if others else None)


def _examined(found: SealedTake) -> Take:
    signer = None if found.signed is None else found.signed.endpoint_id
    header = None if found.signed is None else found.signed.header
    stored_at = None if header is None else header.stored_at
    report = verify(found.source, found.pk0)
    return Take(found.label, found.source, report, found.pk0, found.log_records, signer, found.listed, stored_at)


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
