"""Gaps that the recorder names and gaps that are only seen: each is told once."""

from __future__ import annotations

import pytest

from app.institution.recordings.gaps import covered_s, gaps_of
from app.institution.recordings.take_gaps import TakeGap
from app.institution.wording.timeline import RecordedGap
from tests.unit.institution.recordings.sealed_attempt import Attempt, piece


def told(stream: str, from_s: float, to_s: float) -> RecordedGap:
    return RecordedGap(stream, from_s, to_s, "The recorder says so.")


def spans(gaps) -> list[tuple[str, float, float, bool]]:
    return [(gap.stream, gap.from_s, gap.to_s, gap.reported) for gap in gaps]


def test_gap_that_the_recorder_named_is_not_told_again_for_what_is_seen_of_it() -> None:
    assert spans(gaps_of([told("screen", 31.6, 71.5)], {"screen": [(31.4, 71.6)]})) == [("screen", 31.6, 71.6, True)]


@pytest.mark.parametrize(
    ("named", "missing", "whole"),
    [
        ([(11.5, 40.0)], (11.4, 40.9), [(11.4, 40.9)]),
        ([(11.5, 40.0)], (12.0, 40.9), [(11.5, 40.9)]),
        ([(11, 20), (20.5, 40)], (10.5, 40), [(10.5, 20.5), (20.5, 40)]),
        ([(15, 15)], (14.6, 15.7), [(14.6, 15.7)]),
        ([(15, 15.1), (16.0, 30)], (14.0, 30), [(15, 16.0), (16.0, 30)]),
        ([(0, 9)], (20.0, 20.9), [(0, 9)]),
        ([(9, 12), (16, 18)], (9.0, 11.4), [(9, 12), (16, 18)]),
        ([(9, 12), (16, 18)], (8.5, 11.4), [(8.5, 12), (16, 18)]),
    ],
)
def test_what_is_missing_beside_a_named_gap_for_less_than_a_gap_belongs_to_it(named, missing, whole) -> None:
    """Failed before: up to a second on either side was named by nobody."""
    gaps = gaps_of([told("webcam", *each) for each in named], {"webcam": [missing], "microphone": [missing]})
    assert [(from_s, to_s) for stream, from_s, to_s, told in spans(gaps) if told] == whole
    assert {gap.sentence for gap in gaps if gap.reported} == {"The recorder says so."}


@pytest.mark.parametrize(
    ("named", "rest"),
    [
        ([], [(10, 30)]),
        ([(5, 9), (31, 40)], [(10, 30)]),
        ([(10, 12)], [(12, 30)]),
        ([(25, 40)], [(10, 25)]),
        ([(14, 15), (20, 22)], [(10, 14), (15, 20), (22, 30)]),
        ([(20, 22), (12, 25), (13, 14)], [(10, 12), (25, 30)]),
        ([(0, 29.1)], []),
        ([(15, 15)], [(10, 15), (15, 30)]),
    ],
)
def test_what_the_recorder_did_not_name_of_a_gap_is_told_beside_it(named, rest) -> None:
    gaps = gaps_of([told("webcam", *each) for each in named], {"webcam": [(10.0, 30.0)], "screen": []})
    assert [(from_s, to_s) for _, from_s, to_s, reported in spans(gaps) if not reported] == rest
    assert sum(gap.reported for gap in gaps) == len(named)


def test_a_still_screen_is_what_its_last_picture_shows_until_the_gap_that_the_recorder_named() -> None:
    """Failed before: the second and a half before a standstill had a gap of its own that nobody could explain."""
    named = told("screen", 18.0, 57.8)
    assert spans(gaps_of([named], {"screen": [(16.6, 57.8)]})) == [("screen", 18.0, 57.8, True)]
    assert ("screen", 13.9, 18.0, False) in spans(gaps_of([named], {"screen": [(13.9, 57.8)]})), (
        "longer than any is still"
    )
    assert ("screen", 57.8, 59.5, False) in spans(gaps_of([named], {"screen": [(18.0, 59.5)]})), "after it"
    camera = gaps_of([told("webcam", 18.0, 57.8)], {"webcam": [(16.6, 57.8)]})
    assert ("webcam", 16.6, 18.0, False) in spans(camera), "a camera has no still picture"


def test_gaps_of_another_stream_name_nothing_of_this_one_and_all_are_in_order_of_time() -> None:
    gaps = gaps_of([told("microphone", 8, 30), told("stills", 1, 2)], {"webcam": [(10.0, 30.0)], "microphone": []})
    assert spans(gaps) == [("stills", 1, 2, True), ("microphone", 8, 30, True), ("webcam", 10, 30, False)]
    assert gaps[0].sentence == "The recorder says so."
    assert gaps[2].sentence == "Nothing is here for 20 seconds, and the recorder does not say why."


def test_stretches_are_counted_once() -> None:
    assert covered_s([]) == 0
    assert covered_s([(1, 3), (2, 4), (2.5, 3.5), (6, 7), (9, 8)]) == 4


def test_standstill_within_a_take_is_seen_without_a_key(tmp_path) -> None:
    attempt = Attempt(tmp_path / "sealed")
    attempt.take(0, webcam=piece(0, 4, 8, 48, 52), screen=piece(0, 5.9, 11.9, 50), events=piece(0, 50), finish=False)
    attempt.take(1, webcam=piece(60), screen=piece(60))
    report = attempt.report()
    assert set(report.gaps) == {
        TakeGap("webcam", 0, 8_000_000, 48_000_000, within=True),
        TakeGap("screen", 0, 11_900_000, 50_000_000, within=True),
        TakeGap("webcam", 0, 52_000_000, 60_000_000),
        TakeGap("screen", 0, 50_000_000, 60_000_000),
    }
    assert {gap.from_us for gap in report.gaps_between_takes} == {52_000_000, 50_000_000}
    sentence = next(gap for gap in report.gaps if gap.within and gap.stream == "webcam").sentence()
    assert sentence.endswith(": in part 1 no piece begins between 8.0 s and 48.0 s.")


def test_a_stream_that_began_late_or_ended_early_within_its_take_is_seen_without_a_key(tmp_path) -> None:
    attempt = Attempt(tmp_path / "sealed")
    attempt.take(0, webcam=piece(0), screen=piece(7, 12), microphone=piece(0, 5, 10), events=piece(0, 6, 14))
    assert set(attempt.report().gaps) == {
        TakeGap("webcam", 0, 0, 14_000_000, within=True),
        TakeGap("screen", 0, 0, 7_000_000, within=True),
    }
