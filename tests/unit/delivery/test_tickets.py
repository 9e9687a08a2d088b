"""Tickets: what one is, which the endpoint admits with, and what stays of it."""

import base64
from datetime import timedelta

import pytest

from app.endpoint.errors import RequestRefused
from app.endpoint.retention import delete
from app.policy.terms import SignedTerms
from app.wire.errors import TicketRefused
from app.wire.refusals import RefusalKind
from app.wire.signed_lines import sign_line
from app.wire.tickets import KIND, verify_ticket
from tests.fixtures.tickets import Issuer
from tests.unit.delivery.kit import new_attempt, sealed

ISSUER = Issuer()


def test_a_ticket_reads_back_and_only_with_its_key():
    ticket = ISSUER.ticket()
    signed = ISSUER.sign(ticket)
    assert verify_ticket(signed, ISSUER.key.public_key()) == ticket
    for wrong in (
        signed.replace("candidate-7", "candidate-8"),
        signed + "\n",
        signed[:-2],
        "",
        "\n\n",
        "x" * 3000,
        "ü",
    ):
        with pytest.raises(TicketRefused):
            verify_ticket(wrong, ISSUER.key.public_key())
    with pytest.raises(TicketRefused, match="not signed"):
        verify_ticket(signed, Issuer().key.public_key())
    of_another_kind = sign_line("invigilo receipt 1", {}, ISSUER.key).decode()
    with pytest.raises(TicketRefused, match="not signed"):
        verify_ticket(of_another_kind, ISSUER.key.public_key())


@pytest.mark.parametrize(
    "facts",
    [
        {"ticket": "7"},
        {"candidate": ""},
        {"exam": "a" * 65},
        {"valid_from": "2026-11-24T09:00:00"},
        {"valid_until": "-"},
    ],
)
def test_a_signed_ticket_whose_facts_are_out_of_bounds_is_refused(facts):
    with pytest.raises(TicketRefused, match="out of bounds"):
        verify_ticket(ISSUER.issue(**facts), ISSUER.key.public_key())
    with pytest.raises(TicketRefused, match="out of bounds"):
        verify_ticket(sign_line(KIND, {"more": 1}, ISSUER.key).decode(), ISSUER.key.public_key())


def test_the_signed_line_of_an_exam_names_the_key(operator):
    comment = (
        operator.institution.signature(tickets=ISSUER.public_hex).splitlines()[2].removeprefix("trusted comment: ")
    )
    terms = SignedTerms.parse(comment)
    assert (terms.ticket_key, terms.text()) == (ISSUER.public_hex, comment)
    assert base64.b64decode(ISSUER.public_b64).hex() == terms.ticket_key


def admit(operator, ticket, attempt=None, tickets=ISSUER.public_hex, candidate="candidate-7"):
    signature = operator.institution.signature(tickets=tickets)
    return operator.admit(attempt, candidate, signature, ticket)


def test_an_attempt_is_admitted_with_its_candidates_ticket_which_is_kept_until_the_recording_is_deleted(operator):
    ticket = ISSUER.issue()
    admission = admit(operator, ticket)
    assert operator.records.attempt(admission.attempt).ticket == ticket
    for name, data in sealed(admission).items():
        operator.take(admission, name, data)
    delete(operator.storage, operator.records, f"{admission.attempt}.0", operator.clock)
    gone = operator.records.attempt(admission.attempt)
    assert (gone.candidate, gone.ticket) == ("", None)


@pytest.mark.parametrize(
    "ticket",
    [
        ISSUER.issue(exam="history-2"),
        ISSUER.issue(institution="another-u"),
        ISSUER.issue("candidate-8"),
        ISSUER.issue(begins=-2, ends=-1),
        ISSUER.issue(begins=1, ends=2),
        Issuer().issue(),
        ISSUER.issue(ticket="7"),
        "no ticket at all",
    ],
)
def test_a_ticket_that_does_not_hold_admits_nobody(operator, ticket):
    attempt = new_attempt()
    with pytest.raises(RequestRefused) as refused:
        admit(operator, ticket, attempt)
    assert (refused.value.status, refused.value.kind) == (403, RefusalKind.TICKET_REFUSED)
    assert operator.records.attempt(attempt) is None


def test_a_ticket_for_settings_that_name_no_key_is_refused(operator):
    with pytest.raises(RequestRefused, match="no key for tickets"):
        admit(operator, ISSUER.issue(), tickets=None)


def test_whom_a_ticket_admitted_in_time_gets_a_fresh_token_later_and_nobody_else_does(operator):
    ticket, attempt = ISSUER.issue(ends=0.01), new_attempt()
    first = admit(operator, ticket, attempt)
    operator.clock += timedelta(hours=1)
    assert admit(operator, ticket, attempt).nonce == first.nonce
    with pytest.raises(RequestRefused, match="not valid now"):
        admit(operator, ticket, new_attempt())


def test_without_a_ticket_nothing_is_lost_and_the_first_that_is_shown_later_is_kept(operator):
    attempt = admit(operator, None).attempt
    assert operator.records.attempt(attempt).ticket is None
    shown = ISSUER.issue()
    for ticket in (shown, ISSUER.issue(), None):
        admit(operator, ticket, attempt)
        assert operator.records.attempt(attempt).ticket == shown
