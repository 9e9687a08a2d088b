"""What an attempt keeps across lives of the client, the recorder and the machine."""

import time

import pytest

from app.client.errors import AttemptUnreadable
from app.client.state.attempts import Attempt, AttemptStore
from crypto.keys import RecipientPrivate
from tests.fixtures.client import exam_settings


@pytest.fixture(scope="module")
def attempt(tmp_path_factory) -> Attempt:
    settings = exam_settings(tmp_path_factory.mktemp("tls"), RecipientPrivate.generate("exam-key"))
    return Attempt(
        attempt="3b0f9b5e-8a34-4c57-9d0e-2f6c1f7a9b10",
        institution="test-college",
        exam="exam-1",
        settings_sha256="0" * 64,
        settings_blake2b512="0" * 128,
        signature="none",
        candidate="candidate-1",
        endpoint=settings.delivery.endpoints[0],
    )


def test_a_saved_attempt_is_found_again_only_while_it_is_unfinished(tmp_path, attempt: Attempt) -> None:
    store = AttemptStore(tmp_path)
    store.save(attempt)
    assert store.unfinished("test-college", "exam-1") is None, "nothing was recorded yet, so there is nothing to resume"
    begun = attempt.model_copy(update={"next_take": 2, "token": "t", "previous": "ab"})
    store.save(begun)
    assert store.unfinished("test-college", "exam-1") == begun
    assert store.unfinished("test-college", "another") is None
    store.save(begun.model_copy(update={"ended": True}))
    assert store.unfinished("test-college", "exam-1") is None
    store.forget(attempt.attempt)
    assert list(store.all()) == []


def test_the_exam_file_is_kept_with_its_attempt_and_goes_with_it(tmp_path, attempt: Attempt) -> None:
    store = AttemptStore(tmp_path)
    assert store.exam_file(attempt.attempt) is None
    store.save(attempt)
    store.keep_exam(attempt.attempt, b"signed")
    kept = store.exam_file(attempt.attempt)
    assert kept is not None
    assert kept.read_bytes() == b"signed"
    assert [each.attempt for each in store.all()] == [attempt.attempt]
    store.forget(attempt.attempt)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_named_and_kept(tmp_path, attempt: Attempt) -> None:
    store = AttemptStore(tmp_path)
    store.save(attempt)
    file = next(tmp_path.glob("*.json"))
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(AttemptUnreadable, match=file.name):
        list(store.all())
    assert file.exists()


def test_time_zero_stays_through_a_restart_of_the_program(attempt: Attempt) -> None:
    begun = attempt.begun()
    assert begun.t0_ns is not None
    assert begun.begun() == begun


def test_time_zero_moves_with_the_clock_of_a_restarted_machine(attempt: Attempt) -> None:
    hour_ns = 3_600_000_000_000
    before = attempt.model_copy(
        update={"t0_ns": time.monotonic_ns() + 900 * hour_ns, "t0_wall_ns": time.time_ns() - hour_ns}
    )
    moved = before.begun()
    assert moved.t0_ns is not None
    elapsed_ns = time.monotonic_ns() - moved.t0_ns
    assert abs(elapsed_ns - hour_ns) < 1_000_000_000


def test_a_step_of_the_wall_clock_alone_does_not_move_time_zero(attempt: Attempt) -> None:
    begun = attempt.begun()
    assert begun.t0_wall_ns is not None
    stepped = begun.model_copy(update={"t0_wall_ns": begun.t0_wall_ns - 60_000_000_000})
    assert stepped.begun().t0_ns == begun.t0_ns
