from datetime import UTC, datetime, timedelta, timezone

import pytest

from resources.moments import day_and_time


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 22, 23, 47, 59, tzinfo=UTC), "22 November 2026, 23:47 UTC"),
        (datetime(2026, 3, 1, 0, 5, tzinfo=timezone(timedelta(hours=2))), "28 February 2026, 22:05 UTC"),
        ("2026-11-22T23:47:00Z", "22 November 2026, 23:47 UTC"),
        ("2026-11-22T23:47:00.5+05:30", "22 November 2026, 18:17 UTC"),
        ("2026-11-22T23:47:00", "2026-11-22T23:47:00"),
        (datetime(2026, 11, 22, 23, 47), "2026-11-22T23:47:00"),  # noqa: DTZ001 - whose zone nobody said
        ("yesterday", "yesterday"),
    ],
)
def test_a_moment_is_said_in_one_way_with_its_zone(moment: datetime | str, said: str) -> None:
    assert day_and_time(moment) == said
