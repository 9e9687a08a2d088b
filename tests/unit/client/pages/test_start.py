"""The start page names what was begun, and goes on with it where its exam file was kept."""

from pathlib import Path

import pytest

from app.client.pages.start import start_model
from app.client.state.attempts import Attempt, AttemptStore
from tests.fixtures.session import ATTEMPT, plain_exam


@pytest.fixture
def store(tmp_path: Path) -> AttemptStore:
    """One attempt that was begun and is not ended."""
    made = AttemptStore(tmp_path)
    made.save(
        Attempt(
            attempt=ATTEMPT,
            institution="test-college",
            exam="exam-1",
            settings_sha256="0" * 64,
            settings_blake2b512="0" * 128,
            signature="none",
            candidate="candidate-1",
            endpoint=plain_exam().delivery.endpoints[0],
            next_take=1,
        )
    )
    return made


def test_an_exam_whose_file_was_kept_is_gone_on_with(store: AttemptStore) -> None:
    """Failed before: its file had to be opened again, wherever it was."""
    store.keep_exam(ATTEMPT, b"signed")
    (exam,) = start_model(store).unfinished
    assert exam.exam_file is not None
    assert Path(exam.exam_file).read_bytes() == b"signed"
    assert "Open its file" not in exam.sentence


def test_one_that_was_begun_without_a_copy_asks_for_its_file(store: AttemptStore) -> None:
    (exam,) = start_model(store).unfinished
    assert exam.exam_file is None
    assert "Open its file again" in exam.sentence


def test_what_cannot_be_read_is_said(store: AttemptStore, tmp_path: Path) -> None:
    next(tmp_path.glob("*.json")).write_text("{")
    (exam,) = start_model(store).unfinished
    assert exam.exam_file is None
    assert "cannot be read" in exam.sentence
