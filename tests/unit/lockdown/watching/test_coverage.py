"""How much of the exam is hidden, and when that is worth a report."""

import pytest

from lockdown.contract.violations import Code
from lockdown.watching.coverage import Occlusion, Rectangle, area, common, hidden_percent

EXAM = (Rectangle(0, 0, 100, 100),)
SCREEN = (Rectangle(0, 0, 100, 100),)


@pytest.mark.parametrize(
    ("parts", "points"),
    [
        ((), 0),
        ((Rectangle(0, 0, 10, 10),), 100),
        ((Rectangle(0, 0, 10, 10), Rectangle(5, 5, 15, 15)), 175),
        ((Rectangle(0, 0, 10, 10), Rectangle(2, 2, 4, 4)), 100),
        ((Rectangle(-5, 0, 5, 10), Rectangle(20, 0, 30, 10)), 200),
        ((Rectangle(0, 0, 10, 10),) * 3, 100),
    ],
)
def test_area_counts_each_point_once(parts, points):
    assert area(parts) == points


def test_common_is_what_lies_in_both():
    assert common((Rectangle(0, 0, 10, 10),), (Rectangle(5, 5, 20, 20), Rectangle(10, 0, 20, 10))) == (
        Rectangle(5, 5, 10, 10),
    )


@pytest.mark.parametrize(
    ("exam", "frames", "over", "percent"),
    [
        (EXAM, [SCREEN], (), 0),
        (EXAM, [SCREEN], (Rectangle(50, 0, 300, 50),), 25),
        (EXAM, [SCREEN], (Rectangle(0, 0, 50, 100), Rectangle(25, 0, 75, 100)), 75),
        (EXAM, [SCREEN], (Rectangle(200, 0, 300, 50),), 0),
        ((Rectangle(60, 0, 160, 100),), [SCREEN], (), 60),  # moved off the screen
        ((Rectangle(0, 0, 10, 100),), [SCREEN], (), 90),  # its outline cut
        (EXAM, [(Rectangle(0, 0, 100, 30),), SCREEN], (Rectangle(0, 0, 100, 10),), 80),  # in a small window
        ((), [SCREEN], (), 100),
    ],
)
def test_hidden_is_what_is_covered_cut_off_or_off_the_screen(exam, frames, over, percent):
    assert hidden_percent(exam, frames, over, 10_000) == pytest.approx(percent)


def told(*moments: tuple[float, float]) -> list[tuple[float, Code, dict[str, object]]]:
    """Give (time, percent) one after the other, with looks in between as the guard makes them; return the reports."""
    covering, reports, now_s, percent = Occlusion(), [], 0.0, 0.0
    for at_s, next_percent in moments:
        while now_s < at_s:
            reports += [(now_s, one.code, dict(one.facts)) for one in covering.hidden(percent, now_s)]
            now_s += 0.125
        percent = next_percent
    return reports


def test_a_covering_is_told_after_a_second_and_with_its_end():
    assert told((5, 40.0), (9, 0.0), (30, 0.0)) == [
        (6.0, Code.EXAM_COVERED, {"percent": 40.0}),
        (11.0, Code.EXAM_UNCOVERED, {"percent": 40.0, "for_s": 4}),
    ]


def test_what_grows_large_is_told_again():
    assert [report[1:] for report in told((0, 2.0), (3, 60.0), (6, 1.0), (8, 0.0), (30, 0.0))] == [
        (Code.EXAM_COVERED, {"percent": 2.0}),
        (Code.EXAM_COVERED, {"percent": 60.0}),
        (Code.EXAM_UNCOVERED, {"percent": 60.0, "for_s": 8}),
    ]


def test_what_flashes_by_makes_no_large_covering_of_a_small_one():
    """A desktop that is shown for a moment, and a list of an input method: 100 % and 2 %, but 100 % for no second."""
    reports = told((0, 100.0), (0.25, 0.0), (4, 2.0), (7, 100.0), (7.25, 2.0), (9, 0.0), (30, 0.0))
    assert [report[1:] for report in reports] == [
        (Code.EXAM_COVERED, {"percent": 2.0}),
        (Code.EXAM_UNCOVERED, {"percent": 2.0, "for_s": 5}),
    ]


def test_what_flashes_by_again_and_again_is_a_large_covering():
    flashing = [(second + at_s, percent) for second in range(0, 12, 2) for at_s, percent in ((0, 100.0), (0.25, 2.0))]
    assert [report[1:] for report in told(*flashing, (20, 0.0), (40, 0.0))] == [
        (Code.EXAM_COVERED, {"percent": 2.0}),
        (Code.EXAM_COVERED, {"percent": 100.0}),
        (Code.EXAM_UNCOVERED, {"percent": 100.0, "for_s": 20}),
    ]


def test_less_than_a_line_of_text_or_than_a_second_is_nothing():
    assert told((0, 0.2), (60, 0.0), (90, 0.0)) == []
    assert told((0, 100.0), (0.8, 0.0), (30, 100.0), (30.8, 0.0), (90, 0.0)) == []


def test_a_window_that_blinks_is_counted_together():
    blinking = [(at_s, percent) for second in range(0, 12, 4) for at_s, percent in ((second, 9.0), (second + 0.6, 0.0))]
    assert [report[1] for report in told(*blinking, (40, 0.0))] == [Code.EXAM_COVERED, Code.EXAM_UNCOVERED]


def test_two_coverings_are_two():
    codes = [report[1] for report in told((0, 9.0), (2, 0.0), (6, 9.0), (8, 0.0), (40, 0.0))]
    assert codes == [Code.EXAM_COVERED, Code.EXAM_UNCOVERED] * 2
