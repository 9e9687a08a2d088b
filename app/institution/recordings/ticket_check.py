"""An attempt checked against the ticket that it was admitted with, which the institution itself has signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.institution.comparison_codes import Check, Compared, Why
from app.institution.copies.endpoint_listing import ListedSession
from app.institution.copies.sealed_take import SealedTake
from app.institution.finding_codes import AttemptFinding
from app.institution.recordings.moments import CLOCKS_DIFFER, moment
from app.institution.recordings.signed_settings import SignedFiles
from app.wire.errors import TicketRefused
from app.wire.tickets import Ticket, verify_ticket
from crypto.header import SessionDescription
from crypto.verdict import VerificationFinding


def check_ticket(found: Sequence[tuple[SealedTake, SessionDescription | None]], signed: SignedFiles) -> Compared:
    """Compare the header, and when the endpoint says it admitted the attempt, with the ticket it gives for it.

    The ticket is the institution's own word; that it was the one shown, or that none was, is the endpoint's.
    """
    header = next((header for _, header in found if header is not None), None)
    if header is None or signed.why is not None:
        return Compared(Check.TICKET, why=signed.why)
    keys = {each.terms.ticket_key for each in signed.files if each.settings_sha256 == header.config_sha256}
    if not keys:
        return Compared(Check.TICKET, why=Why.SETTINGS_UNKNOWN)
    if None in keys:
        return Compared(Check.TICKET, why=Why.NO_TICKETS)
    listed = [(take, header, take.listed) for take, header in found if header is not None and take.listed is not None]
    if not listed:
        return Compared(Check.TICKET, why=Why.NO_RECORD)
    said = [(take, header, of, of.ticket) for take, header, of in listed if of.ticket is not None]
    if not said:
        return Compared(Check.TICKET, why=Why.NOT_SAID)
    findings: list[VerificationFinding] = []
    shown: list[str] = []
    for take, header, admission, text in said:
        if not text:
            findings.append(VerificationFinding(AttemptFinding.TICKET_MISSING, take.label))
            continue
        ticket = _issued(text, keys)
        if ticket is not None:
            shown.append(ticket.ticket)
        for differs in ("signature",) if ticket is None else _differing(ticket, header, admission):
            facts: dict[str, int | str] = {"differs": differs}
            findings.append(VerificationFinding(AttemptFinding.TICKET_DIFFERS, take.label, None, facts))
    return Compared(Check.TICKET, tuple(findings), facts={"ticket": next(iter(shown), "")})


def _issued(text: str, keys: set[str | None]) -> Ticket | None:
    for key in keys - {None}:
        try:
            return verify_ticket(text, Ed25519PublicKey.from_public_bytes(bytes.fromhex(key or "")))
        except TicketRefused:
            continue
    return None


def _differing(ticket: Ticket, header: SessionDescription, admission: ListedSession) -> Iterator[str]:
    yield from (name for name in ("institution", "exam", "candidate") if getattr(ticket, name) != getattr(header, name))
    admitted = moment(admission.admitted_at)
    if admitted is not None and not ticket.covers(admitted, CLOCKS_DIFFER):
        yield "admitted_at"
