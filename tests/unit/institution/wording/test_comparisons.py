"""Every comparison is said: that it agrees, and that it could not be made and why."""

import pytest

from app.institution.comparison_codes import Agreement, Check, Compared, Why
from app.institution.wording.comparisons import comparison_sentence
from crypto.verdict import VerificationFinding

FACTS = {
    **{"institution": "example-u", "exam": "algebra-1", "version": 2, "edition": 0, "streams": "events webcam"},
    **{"valid_from": "2026-11-22T09:00:00Z", "valid_until": "2026-11-23T09:00:00Z", "keys": "a b", "key": "a"},
    **{"count": 3, "at": "2026-11-22T09:00:00Z", "ticket": "0f" * 16, "parts": "face id_photo"},
}


@pytest.mark.parametrize("check", [each for each in Check if each is not Check.PERSON])
def test_what_agrees_is_said_with_its_facts(check):
    said = comparison_sentence(Compared(check, facts=FACTS))
    assert said
    assert not set("{}_") & set(said)


@pytest.mark.parametrize("check", Check)
@pytest.mark.parametrize("why", Why)
def test_what_could_not_be_checked_is_said_with_the_reason(check, why):
    subject, _, reason = comparison_sentence(Compared(check, why=why)).partition(": ")
    assert subject.startswith("whether ")
    assert reason


def test_where_it_differs_the_subject_is_said_for_the_findings_to_follow():
    differs = Compared(Check.NAME, (VerificationFinding("misnamed", "a.0", None, {"session": "b.0"}),))
    assert differs.outcome is Agreement.DIFFERS
    assert comparison_sentence(differs) == "whether it is the session it is named after"


def test_facts_are_said_in_words():
    said = comparison_sentence(Compared(Check.STREAMS, facts=FACTS))
    assert said.endswith("require: events and camera") or "camera" in said
    said = comparison_sentence(Compared(Check.VALIDITY, facts=FACTS))
    assert "22 November 2026, 09:00 UTC" in said
