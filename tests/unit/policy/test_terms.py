import dataclasses
from datetime import datetime, timedelta

import pytest

from app.policy.errors import TermsUnreadable, WrongInstitution
from app.policy.exam_file import verify_exam_file, write_exam_file
from app.policy.terms import SignedTerms
from crypto.signing import SigningKey


def test_what_is_written_is_read(terms):
    assert SignedTerms.parse(terms.text()) == terms


@pytest.mark.parametrize(
    "change",
    [
        {"institution": "Example U"},
        {"exam": ""},
        {"exam": "a b"},
        {"sequence": 0},
        {"sequence": 1_000_000_000},
        {"valid_from": datetime(2026, 11, 22)},  # noqa: DTZ001  # a time without a zone is what is refused
    ],
)
def test_terms_that_cannot_be_signed(terms, change):
    with pytest.raises(TermsUnreadable):
        dataclasses.replace(terms, **change)


def test_an_empty_validity_is_refused(terms):
    with pytest.raises(TermsUnreadable, match="empty"):
        dataclasses.replace(terms, valid_until=terms.valid_from)
    with pytest.raises(TermsUnreadable, match="empty"):
        dataclasses.replace(terms, deliver_until=terms.valid_until - timedelta(seconds=1))


def test_an_own_file_is_checked_against_the_own_key(settings_bytes, terms, root):
    data = write_exam_file(settings_bytes, terms, root)
    assert verify_exam_file(data, root.verify_key).terms == terms
    with pytest.raises(WrongInstitution):
        verify_exam_file(data, SigningKey.generate().verify_key)
