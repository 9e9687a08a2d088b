"""Which take follows which: the outbox knows, whoever died, and does not let two follow the same one."""

from pathlib import Path

import pytest

from app.client.delivery.errors import EnqueueRefused
from app.client.delivery.outbox import Outbox

ATTEMPT = "3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b11"
OTHER = "3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b12"


def test_the_latest_take_is_known_to_the_next_process(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    assert outbox.latest_take(ATTEMPT) is None
    outbox.begin_take(ATTEMPT, 9, "a" * 64, None)
    outbox.begin_take(ATTEMPT, 10, "b" * 64, "a" * 64)
    outbox.begin_take(OTHER, 0, "c" * 64, None)
    outbox.close()
    again = Outbox(tmp_path)
    assert again.latest_take(ATTEMPT) == "b" * 64
    again.close()


def test_a_recorder_that_was_overtaken_begins_nothing(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.begin_take(ATTEMPT, 0, "a" * 64, None)
    outbox.begin_take(ATTEMPT, 2, "c" * 64, "a" * 64)
    with pytest.raises(EnqueueRefused, match="does not follow"):
        outbox.begin_take(ATTEMPT, 1, "b" * 64, "a" * 64)
    assert outbox.latest_take(ATTEMPT) == "c" * 64
    outbox.close()


def test_an_index_that_an_attempt_still_needs_outlives_its_client(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.begin_take(ATTEMPT, 0, "a" * 64, None)
    assert not outbox.retire(keep_index=True)
    again = Outbox(tmp_path)
    assert again.latest_take(ATTEMPT) == "a" * 64
    assert again.retire()
    assert list(tmp_path.iterdir()) == []
