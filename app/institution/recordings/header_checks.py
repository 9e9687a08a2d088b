"""The headers of an attempt checked without an exam file: against their own names, this institution, the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from app.institution.comparison_codes import Check, Compared, Why
from app.institution.finding_codes import AttemptFinding
from app.institution.recordings.moments import CLOCKS_DIFFER, began
from app.institution.recordings.takes import Take
from crypto.header import SessionDescription
from crypto.verdict import VerificationFinding


def check_headers(takes: Sequence[Take], own: str | None, now: datetime) -> Iterator[Compared]:
    """Compare names, institution (`own` is None where there is none here) and times of beginning."""
    described = [(take, take.description) for take in takes if take.description is not None]
    if not described:
        yield from (Compared(each, why=Why.NO_HEADER) for each in (Check.NAME, Check.INSTITUTION, Check.CALENDAR))
        return
    yield Compared(Check.NAME, tuple(_misnamed(take, header) for take, header in described if _is_misnamed(take)))
    if own is None:
        yield Compared(Check.INSTITUTION, why=Why.NO_INSTITUTION)
    else:
        foreign = [(take, header) for take, header in described if header.institution != own]
        yield Compared(
            Check.INSTITUTION,
            tuple(
                _finding(AttemptFinding.OTHER_INSTITUTION, take, institution=header.institution, own=own)
                for take, header in foreign
            ),
            facts={"institution": own},
        )
    yield Compared(Check.CALENDAR, tuple(f for take, header in described for f in _times(take, header, now)))


def _is_misnamed(take: Take) -> bool:
    return take.description is not None and take.label != take.description.session


def _misnamed(take: Take, header: SessionDescription) -> VerificationFinding:
    return _finding(AttemptFinding.MISNAMED, take, session=header.session)


def _times(take: Take, header: SessionDescription, now: datetime) -> Iterator[VerificationFinding]:
    at = began(header)
    if at is None:
        yield _finding(AttemptFinding.NO_SUCH_TIME, take, started_at=header.started_at)
    elif at > now + CLOCKS_DIFFER:
        facts = {"started_at": header.started_at, "now": now.isoformat(timespec="seconds")}
        yield _finding(AttemptFinding.IN_FUTURE, take, **facts)


def _finding(code: AttemptFinding, take: Take, **facts: str) -> VerificationFinding:
    return VerificationFinding(code, take.label, None, facts)
