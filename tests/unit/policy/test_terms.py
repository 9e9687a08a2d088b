import dataclasses
import hashlib
from datetime import datetime, timedelta

import pytest

from app.policy.errors import SignatureRefused, TermsUnreadable, WrongInstitution
from app.policy.exam_file import read_exam_file, verify_exam_file, write_exam_file
from app.policy.terms import SignedTerms
from crypto.signing import SigningKey


def test_what_is_written_is_read(terms):
    for each in (terms, dataclasses.replace(terms, settings_sha256="0a" * 32)):
        assert SignedTerms.parse(each.text()) == each


@pytest.mark.parametrize(
    "change",
    [
        {"institution": "Example U"},
        {"exam": ""},
        {"exam": "a b"},
        {"sequence": 0},
        {"settings_sha256": "0A" * 32},
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
    signed = verify_exam_file(data, root.verify_key)
    assert dataclasses.replace(signed.terms, settings_sha256=None) == terms
    with pytest.raises(WrongInstitution):
        verify_exam_file(data, SigningKey.generate().verify_key)


def test_the_digest_of_the_settings_is_signed_and_older_files_without_it_still_open(
    settings_bytes, terms, root, pins, now
):
    digest = hashlib.sha256(settings_bytes).hexdigest()
    signed = verify_exam_file(write_exam_file(settings_bytes, terms, root), root.verify_key)
    assert signed.terms.settings_sha256 == digest
    older = signed_as_before(settings_bytes, terms, root)
    assert b"sha256" not in older.partition(b"---")[0]
    assert read_exam_file(older, pins, now).terms.settings_sha256 is None


def test_a_signed_line_with_the_digest_of_other_settings_is_refused(settings_bytes, terms, root, pins, now):
    other = dataclasses.replace(terms, settings_sha256="0" * 64)
    with pytest.raises(SignatureRefused, match="names other settings"):
        read_exam_file(signed_as_before(settings_bytes, other, root), pins, now)


def signed_as_before(settings_bytes, terms, key):
    head = key.verify_key.to_text() + key.sign(settings_bytes, terms.text())
    return b"invigilo exam file 1\n" + head.encode() + b"---\n" + settings_bytes
