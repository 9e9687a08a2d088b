"""The moments at which pictures become fewer or coarser, and finer again: not before, and not later."""

from __future__ import annotations

import pytest

from capture.clock import SECOND_NS
from capture.encoding.adaptation import BEHIND_S, Adaptation, LevelChange
from capture.settings import CameraSettings, ScreenSettings

LATE_S, IN_TIME_S = BEHIND_S + 0.01, BEHIND_S
PER_S = 10_000
"""Bytes a second that `BUDGET` gives."""
BUDGET = 36.0
SCREEN = ScreenSettings(mb_per_h=BUDGET)


class Stream:
    """A stream's adaptation, and at which second it stepped, `-` down or `+` up."""

    def __init__(self, settings: CameraSettings | ScreenSettings = SCREEN) -> None:
        self.changes: list[LevelChange] = []
        self.adaptation = Adaptation(settings, self.changes.append)

    def waited(self, waited_s: float, *at_s: float) -> None:
        for each in at_s:
            self.adaptation.waited(round(each * SECOND_NS), waited_s)

    def spent(self, at_s: float, size: int) -> None:
        self.adaptation.spent(round(at_s * SECOND_NS), size)

    def steps(self) -> list[tuple[str, float]]:
        return [("-" if each.down else "+", each.at_ns / SECOND_NS) for each in self.changes]


def test_machine_is_behind_when_pictures_wait_too_long_for_a_whole_second() -> None:
    stream = Stream()
    stream.waited(LATE_S, 10.0, 10.5, 10.99)
    assert stream.steps() == []
    stream.waited(LATE_S, 11.0)
    assert stream.steps() == [("-", 11.0)]


def test_picture_that_waits_as_long_as_it_may_is_in_time() -> None:
    stream = Stream()
    stream.waited(IN_TIME_S, *range(10, 40))
    assert stream.steps() == []


def test_one_picture_in_time_begins_the_second_anew() -> None:
    stream = Stream()
    stream.waited(LATE_S, 10.0, 10.9)
    stream.waited(IN_TIME_S, 10.95)
    stream.waited(LATE_S, 11.0, 11.9)
    assert stream.steps() == []
    stream.waited(LATE_S, 12.0)
    assert stream.steps() == [("-", 12.0)]


def test_step_up_needs_a_whole_minute_without_a_late_picture() -> None:
    stream = Stream()
    stream.waited(LATE_S, 10.0, 11.0)
    stream.waited(IN_TIME_S, *range(12, 60))
    stream.waited(LATE_S, 60.0)  # one alone is no reason to step down, and none to step up either
    stream.waited(IN_TIME_S, *range(61, 121))
    assert stream.steps() == [("-", 11.0)]
    stream.waited(IN_TIME_S, 121.0)
    assert stream.steps() == [("-", 11.0), ("+", 121.0)]


def test_page_that_stutters_puts_the_step_up_off_by_a_minute_too() -> None:
    stream = Stream(ScreenSettings(least_frames_per_s=2))
    stream.waited(LATE_S, 10.0, 11.0)
    stream.adaptation.strained(50 * SECOND_NS)  # nothing is left to take away
    stream.waited(IN_TIME_S, *range(51, 110))
    assert stream.steps() == [("-", 11.0)]
    stream.waited(IN_TIME_S, 110.0)
    assert stream.steps()[1:] == [("+", 110.0)]


def test_second_step_down_waits_until_the_first_can_be_judged() -> None:
    stream = Stream()
    for at_s in (10.0, 17.9, 18.0, 25.9, 26.0, 40.0):
        stream.adaptation.strained(round(at_s * SECOND_NS))
    assert stream.steps() == [("-", 10.0), ("-", 18.0)]
    assert [each.level.frames_per_s for each in stream.changes] == [2, 1]


def ups_after(downs_s: list[float], until_s: int) -> list[float]:
    """When the stream steps up where it is strained at `downs_s` and calm in between."""
    stream = Stream(ScreenSettings(least_frames_per_s=2))
    for second in range(1, until_s):
        if second in downs_s:
            stream.adaptation.strained(second * SECOND_NS)
        else:
            stream.waited(IN_TIME_S, second)
    return [at_s for way, at_s in stream.steps() if way == "+"]


def test_step_up_that_lasted_less_than_a_minute_doubles_the_wait_for_the_next() -> None:
    assert ups_after([10, 129], 260) == [70, 249]  # strained 59 s after 70: 120 s of calm instead of 60


def test_step_up_that_lasted_a_minute_was_not_too_early() -> None:
    assert ups_after([10, 130], 260) == [70, 190]


def test_wait_for_a_step_up_is_at_most_sixteen_minutes() -> None:
    stream = Stream(ScreenSettings(least_frames_per_s=2))
    now_s, waits = 0, []
    for _ in range(7):
        now_s += 10
        stream.adaptation.strained(now_s * SECOND_NS)
        down_s, seen = now_s, len(stream.changes)
        while len(stream.changes) == seen:
            now_s += 1
            stream.waited(IN_TIME_S, now_s)
        waits.append(now_s - down_s)
    assert waits == [60, 120, 240, 480, 960, 960, 960]


def test_steps_for_the_machine_are_fewer_pictures_down_to_the_limit_and_smaller_ones_last() -> None:
    stream = Stream(CameraSettings(frames_per_s=10, least_frames_per_s=3, least_scale=0.25, crf=20))
    for step in range(6):
        stream.adaptation.strained(10 * step * SECOND_NS)
    assert [(each.level.frames_per_s, each.level.scale) for each in stream.changes] == [(5, 1.0), (3, 1.0), (3, 0.25)]


def test_steps_for_the_bytes_are_what_moves_then_coarser_pictures_then_fewer() -> None:
    stream = Stream(
        ScreenSettings(mb_per_h=BUDGET, frames_per_s=4, least_frames_per_s=1, crf=26, coarsest_crf=31, least_scale=0.5)
    )
    for step in range(8):
        stream.spent(10 * step, 60 * PER_S)
    levels = [each.level for each in stream.changes]
    assert [(level.moving_per_s, level.crf, level.frames_per_s) for level in levels] == [
        (0.1, 26, 4),
        (0.1, 29, 4),
        (0.1, 31, 4),
        (0.1, 31, 2),
        (0.1, 31, 1),
    ]
    assert {level.scale for level in levels} == {1.0}, "smaller is harder to read, and is for the machine"


def test_report_of_a_step_says_which_way_and_what_is_recorded_now() -> None:
    stream = Stream()
    stream.waited(LATE_S, 10.0, 11.0)
    stream.waited(IN_TIME_S, *range(12, 75))
    down, up = (each.quality("screen") for each in stream.changes)
    assert (down.stream, down.code, down.at_ns) == ("screen", "down", 11 * SECOND_NS)
    assert (up.code, up.at_ns) == ("up", 71 * SECOND_NS)
    assert down.facts == {"frames_per_s": 2, "scale": 1.0, "crf": SCREEN.crf, "cause": "machine", "moving_per_s": 1.0}


def test_first_pictures_may_take_what_fifteen_seconds_give() -> None:
    stream = Stream()
    stream.spent(0, 15 * PER_S)
    stream.spent(0, 6 * PER_S)
    assert stream.steps() == [("-", 0)], "21 seconds' bytes, and more than the average of twenty gives"
    stream = Stream()
    stream.spent(0, 20 * PER_S)
    assert stream.steps() == [], "on the average of twenty seconds it is no more than the budget"


def test_what_was_saved_in_a_minute_may_be_spent_at_once_and_no_more() -> None:
    for size, steps in ((60 * PER_S, []), (60 * PER_S + 1, [("-", 1000)])):
        stream = Stream()
        stream.spent(0, 1)
        stream.spent(1000, size)
        assert stream.steps() == steps


def test_after_a_step_a_debt_of_twenty_seconds_is_not_answered_with_another() -> None:
    for size, steps in ((20 * PER_S - 1, 1), (20 * PER_S + 1, 2)):
        stream = Stream()
        stream.spent(0, 15 * PER_S)
        stream.spent(0, 6 * PER_S)
        stream.spent(10, 4 * PER_S)  # gains ten seconds, pays four: even
        stream.spent(10, size)
        assert len(stream.steps()) == steps


def test_pictures_become_finer_when_half_a_minute_is_saved_and_the_finer_ones_fit() -> None:
    stream = Stream()
    stream.spent(0, 21 * PER_S)
    for second in range(1, 200):
        stream.spent(second, PER_S // 2)
    down, up = stream.steps()
    assert down == ("-", 0)
    # 6 s of debt at first, half a second saved in each: 30 s are saved after 72, and calm was a minute before.
    assert up == ("+", 73)


def test_pictures_stay_coarse_where_finer_ones_would_take_more_than_there_is() -> None:
    stream = Stream()
    stream.spent(0, 21 * PER_S)
    for second in range(1, 600):
        stream.spent(second, PER_S * 7 // 10)  # times one and a half is more than the budget
    assert stream.steps() == [("-", 0)]


def test_what_moves_is_recorded_as_often_as_wished_while_there_are_bytes() -> None:
    stream = Stream()
    assert stream.adaptation.moving_per_s == 1.0
    stream.spent(0, 21 * PER_S)
    assert stream.adaptation.moving_per_s == 0.1
    stream.spent(5.9, 0)
    assert stream.adaptation.moving_per_s == 0.1
    stream.spent(6.0, 0)
    assert stream.adaptation.moving_per_s == 1.0
    assert stream.adaptation.level.moving_per_s == 0.1


def test_camera_has_no_moving_parts_to_hold() -> None:
    stream = Stream(CameraSettings(mb_per_h=BUDGET))
    stream.spent(0, 30 * PER_S)
    assert stream.adaptation.moving_per_s is None
    assert stream.changes[0].level.crf == 31
    assert "moving_per_s" not in stream.changes[0].quality("webcam").facts


@pytest.mark.parametrize("back_s", [5.0, 9.0])
def test_picture_older_than_the_last_costs_nothing_but_its_bytes(back_s: float) -> None:
    stream = Stream()
    stream.spent(0, 21 * PER_S)
    stream.spent(10, 0)
    stream.spent(10 - back_s, 4 * PER_S)
    assert stream.adaptation.moving_per_s == 1.0
    stream.spent(10 - back_s, 1)
    assert stream.adaptation.moving_per_s == 0.1
