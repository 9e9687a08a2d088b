"""When the exam page counts as stuttering."""

from app.client.recording.lag_watch import LATE_S, SUSPENDED_S, WITHIN_S, LagWatch


def stutters(*late_s: float) -> list[bool]:
    """What a watch says of beats of one second that are late by these times."""
    watch, now_s, said = LagWatch(1.0), 0.0, []
    for late in (0.0, *late_s):
        now_s += 1 + late
        said.append(watch.beat(now_s))
    return said[1:]


def test_three_late_beats_soon_after_another_are_a_stutter_and_two_are_none() -> None:
    assert stutters(0.01, LATE_S + 0.01, 0.02, LATE_S + 0.01) == [False] * 4
    assert stutters(0.01, LATE_S + 0.01, LATE_S, 0.02, LATE_S + 0.2) == [False, False, False, False, True]
    assert stutters(LATE_S, LATE_S, *[0.0] * int(WITHIN_S), LATE_S)[-1] is False


def test_the_same_beats_are_told_of_once() -> None:
    assert stutters(*[0.6] * 7) == [False, False, True, False, False, True, False]


def test_computer_that_slept_does_not_stutter() -> None:
    assert not any(stutters(0.0, SUSPENDED_S, 3600.0, 0.0))


def test_first_beat_is_late_for_nothing() -> None:
    watch = LagWatch(1.0)
    assert [watch.beat(at_s) for at_s in (4.0, 5.6, 7.2)] == [False] * 3
    assert watch.beat(8.8), "the third that was late"


def test_late_is_half_a_second_and_five_are_a_computer_that_slept() -> None:
    assert stutters(0.49, 0.49, 0.49) == [False] * 3
    assert stutters(0.5, 0.5, 0.5)[-1]
    assert stutters(4.9, 4.9, 4.9)[-1]
    assert not any(stutters(5.1, 5.1, 5.1))


def test_three_late_beats_count_within_fifteen_seconds() -> None:
    watch = LagWatch(1.0)
    times = [0.0, 1.0, 3.0, 4.0, 6.0, *(float(second) for second in range(7, 17))]
    assert not any(watch.beat(at_s) for at_s in times)
    assert watch.beat(18.0), "15 s after the first"
    watch = LagWatch(1.0)
    assert not any(watch.beat(at_s) for at_s in (*times, 17.0))
    assert not watch.beat(19.0)
