"""What is known of the attempt is on the disk before anything is done in its name."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest

from app.client.recording.current_attempt import CurrentAttempt
from app.client.state.attempts import Attempt, AttemptStore
from app.policy.document import ExamSettings
from crypto.keys import RecipientPrivate
from tests.fixtures.client import exam_settings

ATTEMPT = "3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b11"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> ExamSettings:
    return exam_settings(tmp_path_factory.mktemp("tls"), RecipientPrivate.generate("exam-1.1"))


def attempt(settings: ExamSettings, **changes: object) -> Attempt:
    values = {
        "attempt": ATTEMPT,
        "institution": "test-college",
        "exam": "exam-1",
        "settings_sha256": "1" * 64,
        "settings_blake2b512": "2" * 128,
        "signature": "none",
        "candidate": "candidate-1",
        "nonce": "given",
        "endpoint": settings.delivery.endpoints[0],
    }
    return Attempt.model_validate({**values, **changes})


def on_disk(folder: Path) -> Attempt:
    (found,) = AttemptStore(folder).all()
    return found


def test_before_a_take_nothing_has_begun(tmp_path: Path) -> None:
    assert not CurrentAttempt(AttemptStore(tmp_path)).begun
    assert list(tmp_path.iterdir()) == []


def test_a_take_is_counted_on_the_disk_before_its_recorder_is_told(tmp_path: Path, settings: ExamSettings) -> None:
    current = CurrentAttempt(AttemptStore(tmp_path))
    first = current.begin_take(attempt(settings).begun(), settings, tmp_path / "spool")
    assert current.begun
    assert (first.take, on_disk(tmp_path).next_take) == (0, 1)
    second = current.begin_take(current.saved, settings, tmp_path / "spool")
    assert (second.take, on_disk(tmp_path).next_take) == (1, 2)
    assert current.saved == on_disk(tmp_path)


def test_the_recorder_is_told_whose_attempt_it_is_and_for_whom_it_seals(tmp_path: Path, settings: ExamSettings) -> None:
    current = CurrentAttempt(AttemptStore(tmp_path))
    begin = current.begin_take(attempt(settings, next_take=2, previous="ab").begun(), settings, tmp_path / "spool")
    assert begin.spool == str(tmp_path / "spool")
    assert (begin.institution, begin.exam, begin.attempt) == ("test-college", "exam-1", ATTEMPT)
    assert (begin.settings_sha256, begin.candidate, begin.nonce) == ("1" * 64, "candidate-1", "given")
    assert (begin.take, begin.previous, begin.t0_ns) == (2, "ab", current.saved.t0_ns)
    (recipient,) = begin.recipients
    assert (recipient.kid, recipient.public_b64) == ("exam-1.1", settings.recipients[0].public_b64)
    assert begin.stills == settings.checks.stills
    said = dt.datetime.strptime(begin.started_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    assert abs(dt.datetime.now(dt.UTC) - said) < dt.timedelta(minutes=1)


def test_the_first_take_continues_none(tmp_path: Path, settings: ExamSettings) -> None:
    current = CurrentAttempt(AttemptStore(tmp_path))
    assert current.begin_take(attempt(settings, previous="ab").begun(), settings, tmp_path).previous is None


def test_what_becomes_known_is_stored_at_once_and_nothing_else_changes(tmp_path: Path, settings: ExamSettings) -> None:
    current = CurrentAttempt(AttemptStore(tmp_path))
    current.begin_take(attempt(settings).begun(), settings, tmp_path / "spool")
    before = current.saved
    after = current.store(identified=True, token="t")
    assert after == current.saved == on_disk(tmp_path)
    assert after == before.model_copy(update={"identified": True, "token": "t"})


def test_time_counts_in_microseconds_from_the_attempts_zero(tmp_path: Path, settings: ExamSettings) -> None:
    current = CurrentAttempt(AttemptStore(tmp_path))
    zero_ns = time.monotonic_ns() - 5_000_000_000
    current.begin_take(attempt(settings, t0_ns=zero_ns), settings, tmp_path / "spool")
    before_us = (time.monotonic_ns() - zero_ns) // 1000
    assert before_us <= current.now_us() <= (time.monotonic_ns() - zero_ns) // 1000


def test_the_exam_file_is_kept_with_it_and_where_that_fails_nothing_stops(
    tmp_path: Path, settings: ExamSettings, caplog: pytest.LogCaptureFixture
) -> None:
    store = AttemptStore(tmp_path)
    current = CurrentAttempt(store)
    current.begin_take(attempt(settings).begun(), settings, tmp_path / "spool")
    current.keep_exam(b"signed")
    kept = store.exam_file(ATTEMPT)
    assert kept is not None
    assert kept.read_bytes() == b"signed"
    kept.unlink()
    kept.mkdir()
    current.keep_exam(b"signed")
    assert store.exam_file(ATTEMPT) is None
    assert "could not be kept" in caplog.text
