"""An attempt checked against what the endpoint says to have admitted, and against the times that it has signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.institution.comparison_codes import Check, Compared, Why
from app.institution.copies.endpoint_listing import ListedSession
from app.institution.copies.sealed_take import SealedTake
from app.institution.finding_codes import AttemptFinding
from app.institution.recordings.moments import CLOCKS_DIFFER, began, moment
from crypto.header import SessionDescription
from crypto.verdict import VerificationFinding

_Known = tuple[SealedTake, SessionDescription, ListedSession | None]


def check_admission(found: Sequence[tuple[SealedTake, SessionDescription | None]]) -> Iterator[Compared]:
    """Compare what was admitted, the number given out for it, and the times; each take with the endpoint's record."""
    known: list[_Known] = [(each, header, each.listed) for each, header in found if header is not None]
    none = _why_nothing(found)
    admitted = [each for each in known if any(_facts(each[2]).values())]
    numbered = [each for each in known if each[2] is not None and each[2].nonce]
    yield Compared(
        Check.ADMISSION,
        tuple(f for each in admitted for f in _otherwise(*each)),
        why=None if admitted else none,
    )
    listed = [each for each, _, _ in known if each.other_attempts is not None]
    yield Compared(Check.ATTEMPTS, tuple(f for each in listed[:1] for f in _others(each)), None if listed else none)
    yield Compared(Check.PERSON, why=Why.PEOPLE_LOOK)
    numbers = tuple(f for each in numbered for f in _number(*each))
    lacking = any(f.code == AttemptFinding.NONCE_MISSING for f in numbers)
    yield Compared(Check.NONCE, numbers, why=Why.NO_NUMBER if lacking else None if numbered else none)
    times = [list(_times(*each)) for each in known]
    timed = [each for each in times if each]
    yield Compared(
        Check.TIMES,
        tuple(finding for each in timed for finding in each if finding is not None),
        why=None if timed else none if any(began(header) for _, header, _ in known) else Why.NO_TIME,
    )


def _why_nothing(found: Sequence[tuple[SealedTake, SessionDescription | None]]) -> Why:
    if all(header is None for _, header in found):
        return Why.NO_HEADER
    if all(each.listed is None and each.signed is None for each, _ in found):
        return Why.NO_RECORD
    return Why.NOT_SAID


def _facts(admission: ListedSession | None) -> dict[str, str | None]:
    """What was admitted, by the header's fields; None or empty where the endpoint does not say."""
    if admission is None:
        return {}
    return {
        "exam": admission.exam,
        "candidate": admission.candidate,
        "config_sha256": admission.settings_sha256,
    }


def _otherwise(take: SealedTake, header: SessionDescription, listed: ListedSession | None) -> list[VerificationFinding]:
    return [
        VerificationFinding(AttemptFinding.NOT_ADMITTED, take.label, None, {"differs": name})
        for name, admitted in _facts(listed).items()
        if admitted and getattr(header, name) != admitted
    ]


def _others(take: SealedTake) -> list[VerificationFinding]:
    others = take.other_attempts or ()
    facts: dict[str, int | str] = {"count": len(others), "attempt": next(iter(others), "")}
    return [VerificationFinding(AttemptFinding.ANOTHER_ATTEMPT, take.label, None, facts)] if others else []


def _number(take: SealedTake, header: SessionDescription, listed: ListedSession | None) -> list[VerificationFinding]:
    if listed is None or header.nonce == listed.nonce:
        return []
    if not header.nonce:
        return [VerificationFinding(AttemptFinding.NONCE_MISSING, take.label)]
    return [VerificationFinding(AttemptFinding.NOT_ADMITTED, take.label, None, {"differs": "nonce"})]


def _times(
    take: SealedTake, header: SessionDescription, admission: ListedSession | None
) -> Iterator[VerificationFinding | None]:
    """A finding, or None for a time that was compared and agrees; nothing where there was none to compare with."""
    at = began(header)
    if at is None:
        return
    admitted = None if admission is None else moment(admission.admitted_at)
    if admission is not None and admitted is not None and header.nonce and header.nonce == admission.nonce:
        facts = {"started_at": header.started_at, "admitted_at": admission.admitted_at or ""}
        early = VerificationFinding(AttemptFinding.BEFORE_ADMISSION, take.label, None, facts)
        yield early if admitted - at > CLOCKS_DIFFER else None
    receipt = None if take.signed is None else take.signed.header
    stored = None if receipt is None else moment(receipt.stored_at)
    if receipt is not None and stored is not None:
        facts = {"started_at": header.started_at, "stored_at": receipt.stored_at}
        late = VerificationFinding(AttemptFinding.AFTER_RECEIPT, take.label, None, facts)
        yield late if at - stored > CLOCKS_DIFFER else None
