"""An attempt goes on under the settings it was begun with, whichever file of the exam is opened later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.client.entry.opening import exam_begun, new_attempt, under
from app.policy.exam_file import VerifiedExam, read_exam_file, write_exam_file
from app.policy.pins import InstitutionPins
from app.policy.terms import SignedTerms
from crypto.keys import RecipientPrivate
from crypto.signing import SigningKey
from tests.fixtures.client import exam_settings

ROOT = SigningKey.generate()
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def versions(tmp_path: Path) -> list[tuple[VerifiedExam, bytes]]:
    """Two versions of one exam, the second without a check-in."""
    pins = InstitutionPins(tmp_path / "pins.json")
    pins.trust("test-college", ROOT.verify_key)
    asked = exam_settings(tmp_path, RecipientPrivate.generate("k"), checks={"id_photo": True})
    eased = asked.model_copy(update={"checks": type(asked.checks)()})
    terms = SignedTerms(
        institution="test-college",
        exam="exam-1",
        sequence=1,
        valid_from=NOW - timedelta(hours=1),
        valid_until=NOW + timedelta(hours=1),
        deliver_until=NOW + timedelta(hours=9),
    )
    files = [
        write_exam_file(each.to_bytes(), replace(terms, sequence=number), ROOT)
        for number, each in enumerate((asked, eased), 1)
    ]
    return [(read_exam_file(file, pins, NOW), file) for file in files]


def test_kind_11_another_version_opened_later_changes_nothing(
    versions: list[tuple[VerifiedExam, bytes]], tmp_path: Path
) -> None:
    """Failed before: the second file was followed, and the recording named the settings of the first."""
    (first, file), (second, other) = versions
    attempt = new_attempt(first, "a", "candidate-1")
    kept = tmp_path / "kept"
    kept.write_bytes(file)
    assert exam_begun(first, file, attempt, kept) == (first, file)
    begun, data = exam_begun(second, other, attempt, kept)
    assert (begun.settings, begun.settings_sha256, data) == (first.settings, first.settings_sha256, file)
    assert under(begun, attempt) == attempt


@pytest.mark.parametrize("kept", ["none", "other", "altered"])
def test_kind_11_where_nothing_that_fits_was_kept_the_recording_says_what_is_followed(
    versions: list[tuple[VerifiedExam, bytes]], tmp_path: Path, kept: str
) -> None:
    (first, file), (second, other) = versions
    attempt = new_attempt(first, "a", "candidate-1")
    place = tmp_path / "kept"
    if kept != "none":
        place.write_bytes(other if kept == "other" else file.replace(b'"id_photo": true', b'"id_photo": false'))
    assert exam_begun(second, other, attempt, place) == (second, other)
    assert under(second, attempt).settings_sha256 == second.settings_sha256
