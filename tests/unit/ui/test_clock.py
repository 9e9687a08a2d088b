"""Times as the review writes them."""

import pytest

from ui.review.clock import as_clock


@pytest.mark.parametrize(
    ("time_s", "written"),
    [(0, "0:00"), (59.9, "0:59"), (60, "1:00"), (3599, "59:59"), (3600, "1:00:00"), (36061, "10:01:01"), (-1, "0:00")],
)
def test_clock(time_s: float, written: str) -> None:
    assert as_clock(time_s) == written
