"""Detectors are trusted until two recorders in a row died early of them, and then no more."""

from app.client.recording.detector_breaker import EARLY_S, DetectorBreaker


def lives(trust, *seconds, detecting=True):
    ended = []
    now_s = 0.0
    for length_s in seconds:
        trust.opened(now_s, detecting=detecting)
        now_s += length_s
        ended.append(trust.exited(now_s))
    return ended


def test_two_early_deaths_in_a_row_end_the_trust_once():
    trust = DetectorBreaker()
    assert lives(trust, 1.0, 1.0, 1.0) == [False, True, False]
    assert not trust.allows


def test_deaths_far_apart_do_not():
    trust = DetectorBreaker()
    assert lives(trust, 1.0, EARLY_S + 1, 1.0, EARLY_S + 1) == [False] * 4
    assert trust.allows


def test_deaths_of_a_recorder_without_detectors_do_not():
    trust = DetectorBreaker()
    assert lives(trust, 1.0, 1.0, 1.0, detecting=False) == [False] * 3
    assert trust.allows


def test_a_death_is_early_below_twenty_seconds():
    trust = DetectorBreaker()
    assert lives(trust, 19.9, 20.0, 19.9) == [False, False, False]
    assert lives(trust, 19.9) == [True]


def test_a_death_without_detectors_in_between_begins_the_count_anew():
    trust = DetectorBreaker()
    lives(trust, 1.0)
    lives(trust, 1.0, detecting=False)
    assert lives(trust, 1.0) == [False]
    assert trust.allows


def test_a_death_before_any_recorder_was_opened_is_no_detectors():
    trust = DetectorBreaker()
    assert [trust.exited(0.0) for _ in range(3)] == [False] * 3
    assert trust.allows
