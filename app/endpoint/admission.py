"""Admission: who may begin an attempt here.

Only the signature over the exam settings is looked at, never the settings: institution, exam and
validity are in its trusted comment, and the institution's root key was given to the operator.
"""

import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.endpoint.errors import RequestRefused
from app.endpoint.identity import EndpointIdentity
from app.endpoint.records import Records
from app.endpoint.tables import AttemptRow
from app.policy.errors import TermsUnreadable
from app.policy.terms import SignedTerms
from app.wire.admissions import Admission, AdmissionRequest
from app.wire.errors import TicketRefused
from app.wire.refusals import RefusalKind
from app.wire.regions import Region
from app.wire.tickets import verify_ticket
from app.wire.tokens import UploadToken, issue_token
from crypto.errors import SignatureError
from crypto.signing import VerifyKey, verify_prehashed

CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Admissions:
    """Admits attempts for the institutions whose root keys it was given.

    Attributes:
        now: wall clock, with time zone.
    """

    roots: Sequence[VerifyKey]
    records: Records
    identity: EndpointIdentity
    region: Region
    now: Callable[[], datetime]

    def admit(self, request: AdmissionRequest) -> Admission:
        """Admit an attempt, or the same one again: it gets the same nonce and a fresh token.

        Raises:
            Refused: the settings name another region, their signature, validity or institution does not hold, nor
                does a ticket that is shown, or the attempt's identifier is already used for something else.
        """
        if request.region not in {None, self.region}:
            raise RequestRefused(
                421, RefusalKind.WRONG_REGION, "This endpoint is in another region than the settings name."
            )
        root, comment = self._verified(request)
        try:
            terms = SignedTerms.parse(comment)
        except TermsUnreadable as error:
            raise RequestRefused(
                403, RefusalKind.SIGNATURE_REFUSED, "The signed line of the settings is unknown."
            ) from error
        if terms.settings_sha256 not in {None, request.settings_sha256}:
            sentence = "The settings whose digest is given are not those that were signed."
            raise RequestRefused(403, RefusalKind.SETTINGS_REFUSED, sentence)
        now = self.now().astimezone(UTC)
        if terms.valid_from - now > CLOCK_TOLERANCE:
            raise RequestRefused(403, RefusalKind.OUT_OF_TIME, "This exam has not begun yet.")
        # An exam that began without a connection is admitted afterwards, as long as it may be delivered.
        if now > terms.deliver_until:
            raise RequestRefused(403, RefusalKind.OUT_OF_TIME, "Nothing is accepted for this exam any more.")
        self._require_ticket(request, terms, now)
        if not self.records.bind_institution(terms.institution, root.fingerprint.hex()):
            sentence = "Another root key is known for this institution."
            raise RequestRefused(403, RefusalKind.SIGNATURE_REFUSED, sentence)
        wanted = AttemptRow(
            attempt=request.attempt or str(uuid.uuid4()),
            institution=terms.institution,
            exam=terms.exam,
            settings_sha256=request.settings_sha256,
            candidate=request.candidate,
            nonce=secrets.token_hex(32),
            admitted_at=_stamp(now),
            deliver_until=_stamp(terms.deliver_until),
            valid_from=_stamp(terms.valid_from),
            ticket=request.ticket,
        )
        admitted = self.records.admit(wanted)
        if _who(admitted) != _who(wanted):
            raise RequestRefused(403, RefusalKind.NOT_ALLOWED, "This attempt was admitted for something else.")
        token = UploadToken(admitted.attempt, self.region, terms.institution, terms.exam, terms.deliver_until)
        text = issue_token(token, self.identity.tokens, self.identity.endpoint_id)
        return Admission(admitted.attempt, text, admitted.nonce)

    def _require_ticket(self, request: AdmissionRequest, terms: SignedTerms, now: datetime) -> None:
        """What is shown must hold. Whether anything had to be shown is the institution's business: nothing is lost."""
        if request.ticket is None:
            return
        if terms.ticket_key is None:
            raise _ticket_refused("These settings name no key for tickets.")
        try:
            ticket = verify_ticket(request.ticket, Ed25519PublicKey.from_public_bytes(bytes.fromhex(terms.ticket_key)))
        except TicketRefused as error:
            raise _ticket_refused(str(error)) from error
        if (ticket.institution, ticket.exam) != (terms.institution, terms.exam):
            raise _ticket_refused("The ticket is for another exam.")
        if ticket.candidate != request.candidate:
            raise _ticket_refused("The ticket was issued to another candidate.")
        known = None if request.attempt is None else self.records.attempt(request.attempt)
        # Who was admitted with it in time may ask for a fresh token later.
        shown_before = known is not None and known.ticket == request.ticket
        if not shown_before and not ticket.covers(now, CLOCK_TOLERANCE):
            raise _ticket_refused("The ticket is not valid now.")

    def _verified(self, request: AdmissionRequest) -> tuple[VerifyKey, str]:
        digest = bytes.fromhex(request.settings_blake2b512)
        for root in self.roots:
            try:
                return root, verify_prehashed(digest, request.signature, root)
            except SignatureError:
                continue
        raise RequestRefused(
            403, RefusalKind.SIGNATURE_REFUSED, "The settings are not signed by an institution this endpoint serves."
        )


def _ticket_refused(sentence: str) -> RequestRefused:
    return RequestRefused(403, RefusalKind.TICKET_REFUSED, sentence)


def _who(row: AttemptRow) -> tuple[str, ...]:
    return (row.institution, row.exam, row.settings_sha256, row.candidate)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
