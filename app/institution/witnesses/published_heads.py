"""A recording checked against the heads that the endpoint has published: what it signed then must be here now."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from datetime import timedelta

from app.institution.comparison_codes import Check, Compared, Why
from app.institution.copies.sealed_records import SealedRecords, read_object
from app.institution.finding_codes import AttemptFinding
from app.institution.recordings.moments import moment
from app.institution.recordings.takes import Take
from app.institution.witnesses.kept_heads import KeptHeads
from app.wire.heads import Entry
from crypto.names import HEADER_NAME, LOG_NAME
from crypto.verdict import VerificationFinding

_JUST_COMING = timedelta(minutes=1)
"""What the endpoint had for less may not have been on its records when it made the head."""


def compared(takes: Sequence[Take], every: Sequence[KeptHeads]) -> Compared:
    """Compare the takes with what is kept of each endpoint's heads."""
    published = [kept for kept in every if kept.heads or kept.contradicting]
    findings = tuple(finding for kept in published for finding in _of_endpoint(takes, kept))
    named = {entry.sid for kept in published for entry in kept.entries}
    if not findings and not any(_session(take) in named for take in takes):
        return Compared(Check.HEADS, why=Why.NO_HEAD)
    newest = max((head.at for kept in published for head in kept.heads), default="")
    return Compared(Check.HEADS, findings, facts={"count": sum(len(kept.heads) for kept in published), "at": newest})


def _of_endpoint(takes: Sequence[Take], kept: KeptHeads) -> Iterator[VerificationFinding]:
    for head in kept.contradicting:
        older = head.size <= kept.size and kept.chains[head.size] == head.chain
        code = AttemptFinding.HEAD_SHORTER if older else AttemptFinding.HEAD_OTHER
        facts: dict[str, int | str] = {"at": head.at, "size": head.size, "before": kept.size, "kept": str(kept.folder)}
        yield VerificationFinding(code, kept.endpoint.endpoint_id, None, facts)
    for take in takes:
        sid = _session(take)
        entries = [(number, entry) for number, entry in enumerate(kept.entries) if entry.sid == sid]
        if entries:
            yield from _of_take(take, entries, kept)
        elif kept.heads and _should_be_named(take, kept):
            yield VerificationFinding(AttemptFinding.HEAD_LACKS, take.label, None, {"at": kept.heads[-1].at})


def _of_take(take: Take, entries: Sequence[tuple[int, Entry]], kept: KeptHeads) -> Iterator[VerificationFinding]:
    for (_, earlier), (number, later) in itertools.pairwise(entries):
        if earlier.records is None or (later.records is not None and later.records <= earlier.records):
            facts: dict[str, int | str] = {"before": earlier.records or 0, "records": later.records or 0}
            facts["at"] = kept.promised_at(number)
            yield VerificationFinding(AttemptFinding.HEAD_REWRITTEN, take.label, None, facts)
            break
    records = SealedRecords(take.source)
    for number, entry in entries:
        if entry.records is not None and (found := _differs(take, records, entry, kept.promised_at(number))):
            yield found
            break


def _differs(take: Take, records: SealedRecords, entry: Entry, at: str) -> VerificationFinding | None:
    if not entry.records:
        header = read_object(take.source, HEADER_NAME)
        here = None if header is None else hashlib.sha256(header).hexdigest()
        name = HEADER_NAME
    else:
        here, name = records.sha256(entry.records - 1), f"{LOG_NAME} record {entry.records - 1}"
    if here is None:
        facts: dict[str, int | str] = {"records": entry.records or 0, "here": take.log_records, "at": at}
        return VerificationFinding(AttemptFinding.HEAD_LONGER, take.label, None, facts)
    if here != entry.sha256:
        return VerificationFinding(AttemptFinding.HEAD_CONTRADICTED, take.label, None, {"object": name, "at": at})
    return None


def _should_be_named(take: Take, kept: KeptHeads) -> bool:
    """Whether the endpoint has signed to have had the header well before it made its newest head."""
    if take.countersigned_by != kept.endpoint.endpoint_id:
        return False
    stored, newest = moment(take.header_stored_at), moment(kept.heads[-1].at)
    return stored is not None and newest is not None and newest - stored > _JUST_COMING


def _session(take: Take) -> str:
    return take.label if take.description is None else take.description.session
