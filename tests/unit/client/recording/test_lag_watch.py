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
