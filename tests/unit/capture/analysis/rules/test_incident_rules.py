"""Observations to incidents: how long, what interrupts, what the numbers say, and replay with other thresholds."""

import pytest

from capture.analysis.calibration import Calibration, Zero, ZeroLearner
from capture.analysis.observations import FaceReading, PictureObservation, PictureQuality, SoundObservation
from capture.analysis.rules.incidents import RULES_VERSION, replay
from capture.analysis.settings import DetectionRules

RULES = DetectionRules()


def looking(deg):
    return FaceReading(0.9, 150, -deg, 5, 0, deg, 5, 0.3)


def pictures(states, per_s=5, from_s=0.0):
    """One observation for each of `states`: "gone", "two", or degrees of the look."""
    seen = []
    for number, state in enumerate(states):
        at_ns = round((from_s + number / per_s) * 1e9)
        if state == "gone":
            seen.append(PictureObservation(at_ns, False, 0, None))
        elif state == "dark":
            seen.append(PictureObservation(at_ns, False, 0, None, (PictureQuality.TOO_DARK,)))
        elif state == "back":
            seen.append(PictureObservation(at_ns, True, 1, None, ("face_not_read",)))
        elif state == "two":
            seen.append(PictureObservation(at_ns, True, 2, looking(0)))
        else:
            seen.append(PictureObservation(at_ns, True, 1, looking(state)))
    return seen


def told(observations, rules=RULES, zero=None):
    return [(i.rule, i.ended) for i in replay(observations, rules, zero)]


def test_a_person_who_is_gone_for_the_time_is_noticed_once_and_its_end_too():
    found = list(replay(pictures([0] * 10 + ["gone"] * 25 + [0] * 10), RULES))
    assert [(i.rule, i.ended) for i in found] == [("face_presence", False), ("face_presence", True)]
    began, ended = found
    assert began.from_ns == 2_000_000_000
    assert began.noticed_ns == 5_000_000_000 == ended.noticed_ns
    assert ended.to_ns == 6_800_000_000
    assert began.number == ended.number
    assert ended.numbers == {"lasted_s": 3.0, "observations": 25, "mean": 1.0, "extreme": 1.0}
    assert ended.rules_version == RULES_VERSION
    assert len([name for name in ended.models if "@" in name]) == 6


def test_a_shorter_time_is_nothing():
    assert told(pictures([0] * 5 + ["gone"] * 14 + [0] * 10)) == []


def test_a_blink_of_presence_does_not_interrupt_absence_and_a_return_does():
    assert told(pictures(["gone"] * 8 + [0] + ["gone"] * 8)) == [("face_presence", False), ("face_presence", True)]
    assert told(pictures(["gone"] * 10 + [0] * 6 + ["gone"] * 10)) == []


def test_a_dark_picture_is_a_state_of_the_picture_and_never_absence():
    assert told(pictures(["dark"] * 200)) == [("face_readability", False), ("face_readability", True)]


def test_somebody_seen_from_behind_is_present_and_neither_absent_nor_away():
    assert {rule for rule, _ in told(pictures(["back"] * 200))} == {"face_readability"}


def test_a_hole_in_the_observations_ends_what_was_going_on():
    assert told(pictures(["gone"] * 12) + pictures(["gone"] * 12, from_s=30)) == []


def test_a_look_away_needs_the_angle_and_the_time():
    assert told(pictures([0] * 5 + [40] * 19 + [0] * 10)) == []
    assert told(pictures([0] * 5 + [29] * 40)) == []
    assert told(pictures([0] * 5 + [-40] * 22 + [0] * 10)) == [("gaze", False), ("gaze", True)]


def test_the_way_back_is_further_than_the_way_out():
    assert told(pictures([31, 24] * 20)) == [("gaze", False), ("gaze", True)]
    assert told(pictures([24] * 40)) == []


def test_a_zero_moves_the_middle_and_narrows_the_limit():
    zero = Zero(12.0, 0.0, learned=False)
    assert told(pictures([-10] * 30), zero=zero) == [("gaze", False), ("gaze", True)]
    assert told(pictures([26] * 30), zero=zero) == []
    (began, _) = replay(pictures([-10] * 30), RULES, zero)
    assert began.numbers["zero_deg"] == 12
    assert began.numbers["limit_deg"] == RULES.away_with_zero_deg
    assert began.numbers["extreme"] == -22


def test_two_people_are_noticed_after_a_second_and_uncounted_pictures_say_nothing():
    uncounted = [PictureObservation(200_000_000 * n, True, None, looking(0)) for n in range(40)]
    assert told(uncounted) == []
    assert told(pictures(["two"] * 4 + [0] * 10)) == []
    assert told(pictures(["two"] * 6 + [0] * 10)) == [("people_count", False), ("people_count", True)]


def heard(speech):
    return [SoundObservation(n * 512_000_000, (n + 1) * 512_000_000, -40, s, s / 0.512) for n, s in enumerate(speech)]


def test_speech_counts_within_its_window():
    assert told(heard([0, 0.3, 0, 0, 0, 0, 0.4, 0, 0, 0, 0])) == []
    assert told(heard([0, 0.5, 0.4, 0, 0, 0, 0, 0, 0, 0])) == [("voice", False), ("voice", True)]


def test_rules_that_are_off_say_nothing():
    off = DetectionRules(face_presence=False, gaze=False, people_count=False, voice=False)
    seen = pictures(["gone"] * 100 + [60] * 100 + ["two"] * 100)
    assert told([*seen, *heard([0.5] * 20)], off) == []


def test_replay_with_other_thresholds_finds_other_incidents():
    seen = pictures([0] * 5 + [20] * 30 + [0] * 10)
    assert told(seen) == []
    assert told(seen, DetectionRules(away_deg=15)) == [("gaze", False), ("gaze", True)]


def test_too_many_in_an_hour_are_counted_and_not_reported():
    rules = DetectionRules(most_per_hour=3)
    once = ["two"] * 6 + [0] * 10
    found = [i for i in replay(pictures(once * 6), rules) if not i.ended]
    assert len(found) == 3
    later = pictures(once * 6) + pictures(once, from_s=3700)
    last = [i for i in replay(later, rules) if not i.ended][-1]
    assert last.withheld == 3
    assert last.number == 4


def test_a_zero_comes_from_steady_looks_at_the_centre():
    calibration = Calibration()
    for seen in pictures([9, 10, 11, 10, 10, 9, 11]):
        calibration.take("centre", seen)
    for target, deg in (("top_left", -12), ("bottom_left", -14), ("top_right", 16), ("bottom_right", 18)):
        for seen in pictures([deg] * 5):
            calibration.take(target, seen)
    zero = calibration.zero()
    assert zero is not None
    assert zero.gaze_h_deg == 10
    assert not zero.learned
    assert calibration.spread_deg() == pytest.approx(30)


@pytest.mark.parametrize("looks", [[10] * 4, ["gone"] * 30, [-40, 40] * 10, [50] * 20])
def test_without_such_looks_there_is_no_zero(looks):
    calibration = Calibration()
    for seen in pictures(looks):
        calibration.take("centre", seen)
    assert calibration.zero() is None
    assert calibration.spread_deg() is None


def test_a_zero_is_learned_from_the_first_seconds_only():
    learner = ZeroLearner(2)
    for seen in pictures([8] * 11 + [-20] * 50):
        learner.take(seen)
    assert learner.zero == Zero(8, 5, learned=True)
    nothing = ZeroLearner(0)
    for seen in pictures([8] * 50):
        nothing.take(seen)
    assert nothing.zero is None
