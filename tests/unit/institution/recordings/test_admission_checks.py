"""An attempt beside what the endpoint says to have admitted: what differs, what is lacking, and what cannot be told."""

import dataclasses

import pytest

from app.institution.comparison_codes import Check, Why
from app.institution.copies.countersignature import Countersignature
from app.institution.copies.endpoint_listing import ListedSession
from app.institution.copies.sealed_take import SealedTake
from app.institution.recordings.admission_checks import check_admission
from app.wire.receipts import Receipt
from crypto.header import SessionDescription

ATTEMPT = "6f1c2f5e-3a53-4d6b-9d11-0c3f5f0b9a77"
SID = f"{ATTEMPT}.0"
HEADER = SessionDescription(
    institution="uni", exam="algebra", config_sha256="ab" * 32, attempt=ATTEMPT, take=0, candidate="c-17",
    started_at="2026-11-22T09:00:00Z", t0_ns=0, client="test", nonce="n-1", streams=("events",),
)  # fmt: skip
ADMITTED = ListedSession(
    sid=SID, attempt=ATTEMPT, exam="algebra", candidate="c-17", settings_sha256="ab" * 32, nonce="n-1",
    admitted_at="2026-11-22T08:59:00Z",
)  # fmt: skip


def checked(header=HEADER, listed=ADMITTED, stored_at=None, others=()):
    """What is compared, by what; `stored_at` is when the endpoint signs to have had the header."""
    receipt = None if stored_at is None else Receipt(SID, "header", 0, "0" * 64, 176, stored_at, "ep")
    signed = None if receipt is None else Countersignature("ep", receipt, None)
    take = SealedTake(SID, {}, listed=listed, signed=signed, other_attempts=others)
    return {each.check: each for each in check_admission([(take, header)])}


def said(compared):
    """Its findings, and why nothing was compared."""
    return [(each.code, each.where, dict(each.facts)) for each in compared.findings], compared.why


def test_what_was_admitted_and_is_recorded_so_agrees():
    found = checked(stored_at="2026-11-22T09:00:05Z")
    for check in (Check.ADMISSION, Check.ATTEMPTS, Check.NONCE, Check.TIMES):
        assert said(found[check]) == ([], None)
    assert said(found[Check.PERSON]) == ([], Why.PEOPLE_LOOK)


@pytest.mark.parametrize(("name", "other"), [("exam", "another"), ("candidate", "c-18"), ("config_sha256", "cd" * 32)])
def test_each_fact_that_was_admitted_otherwise_is_named(name, other):
    found = checked(dataclasses.replace(HEADER, **{name: other}))
    assert said(found[Check.ADMISSION]) == ([("not-admitted", SID, {"differs": name})], None)
    assert said(found[Check.NONCE]) == ([], None)


def test_number_that_was_not_given_out_and_one_that_is_lacking():
    assert said(checked(dataclasses.replace(HEADER, nonce="n-2"))[Check.NONCE]) == (
        [("not-admitted", SID, {"differs": "nonce"})],
        None,
    )
    assert said(checked(dataclasses.replace(HEADER, nonce=""))[Check.NONCE]) == (
        [("nonce-missing", SID, {})],
        Why.NO_NUMBER,
    )


@pytest.mark.parametrize(("admitted_at", "early"), [("2026-11-23T09:00:00Z", False), ("2026-11-23T09:00:01Z", True)])
def test_recording_from_over_a_day_before_its_admission(admitted_at, early):
    listed = ADMITTED.model_copy(update={"admitted_at": admitted_at})
    facts = {"started_at": HEADER.started_at, "admitted_at": admitted_at}
    assert said(checked(listed=listed)[Check.TIMES]) == ([("before-admission", SID, facts)] if early else [], None)
    # Only the number says that it is this admission.
    assert said(checked(dataclasses.replace(HEADER, nonce=""), listed)[Check.TIMES]) == ([], Why.NOT_SAID)


@pytest.mark.parametrize(("stored_at", "late"), [("2026-11-21T09:00:00Z", False), ("2026-11-21T08:59:59Z", True)])
def test_recording_that_begins_over_a_day_after_its_header_was_stored(stored_at, late):
    facts = {"started_at": HEADER.started_at, "stored_at": stored_at}
    expected = [("after-receipt", SID, facts)] if late else []
    assert said(checked(listed=None, stored_at=stored_at)[Check.TIMES]) == (expected, None)


def test_others_of_the_same_candidate_are_counted_and_one_is_named():
    found = checked(others=("first", "second"))
    assert said(found[Check.ATTEMPTS]) == ([("another-attempt", SID, {"count": 2, "attempt": "first"})], None)


def test_why_nothing_is_compared():
    for header, listed, why in (
        (None, ADMITTED, Why.NO_HEADER),
        (HEADER, None, Why.NO_RECORD),
        (HEADER, ListedSession(sid=SID, attempt=ATTEMPT), Why.NOT_SAID),
    ):
        found = checked(header, listed, others=None)
        for check in (Check.ADMISSION, Check.ATTEMPTS):
            assert said(found[check]) == ([], why), (check, why)
    assert checked(None)[Check.TIMES].why is Why.NO_TIME
    assert checked(dataclasses.replace(HEADER, started_at="2026-99-99T99:99:99Z"))[Check.TIMES].why is Why.NO_TIME
