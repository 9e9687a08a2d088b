"""Pacing, rate limits, playback and the clock of arriving sound, without waiting."""

import itertools
import random

import pytest

from capture.clock import SECOND_NS, Pace, RateLimit
from capture.frames import samples_to_ns
from capture.sources.arrival import ArrivalClock
from capture.sources.playback import LoopTiming

MS = 1_000_000


class FakeClock:
    def __init__(self, now_ns: int = 5 * SECOND_NS) -> None:
        self.time_ns = now_ns

    def now_ns(self) -> int:
        return self.time_ns

    def sleep(self, seconds: float) -> None:
        self.time_ns += max(0, round(seconds * SECOND_NS))


def test_pace_keeps_its_beat_without_adding_up_errors() -> None:
    clock = FakeClock()
    origin = clock.now_ns()
    pace = Pace(30, clock, origin)
    due = [pace.wait(1.0) for _ in range(301)]
    assert due == [origin + round(n * SECOND_NS / 30) for n in range(301)]
    assert clock.now_ns() == due[-1]


def test_pace_leaves_out_what_was_missed() -> None:
    clock = FakeClock()
    origin = clock.now_ns()
    pace = Pace(10, clock, origin)
    pace.wait(1.0)
    clock.sleep(2.345)
    assert pace.wait(1.0) == origin + 2300 * MS
    assert pace.wait(1.0) == origin + 2400 * MS


def test_pace_comes_back_empty_handed_when_it_may_not_wait_so_long() -> None:
    clock = FakeClock()
    pace = Pace(1, clock, clock.now_ns())
    pace.wait(0)
    assert pace.wait(0.25) is None
    assert clock.now_ns() == 5 * SECOND_NS + 250 * MS


@pytest.mark.parametrize(("arriving_per_s", "expected"), [(30, 100), (10, 100), (9, 90), (15, 100), (60, 100)])
def test_rate_limit_is_even_and_lets_a_device_of_that_rate_through_whole(arriving_per_s: int, expected: int) -> None:
    limit = RateLimit(10)
    jitter = random.Random(1)
    admitted = [
        at
        for n in range(arriving_per_s * 10)
        if limit.admits(at := round(n * SECOND_NS / arriving_per_s) + jitter.randrange(4 * MS))
    ]
    assert len(admitted) == pytest.approx(expected, abs=2)
    assert max(b - a for a, b in itertools.pairwise(admitted)) <= 180 * MS


def test_playback_loops_on_the_files_length() -> None:
    playback = LoopTiming(anchor_ns=100, duration_ns=1000)
    assert [(m.cycle, m.position_ns) for m in map(playback.at, (100, 1099, 1100, 3350))] == [
        (0, 0),
        (0, 999),
        (1, 0),
        (3, 250),
    ]
    assert playback.when(3, 250) == 3350


def arrivals(count: int, *, drift_ppm: float = 0, late_ms: float = 30, seed: int = 3) -> list[int]:
    jitter = random.Random(seed)
    block = samples_to_ns(960)
    return [
        SECOND_NS + round((n + 1) * block * (1 + drift_ppm / 1e6)) + round(jitter.random() * late_ms * MS)
        for n in range(count)
    ]


def test_samples_are_counted_whatever_the_jitter() -> None:
    clock = ArrivalClock()
    captured = [clock.captured_ns(at, 960, overflowed=False) for at in arrivals(1000)]
    assert {b - a for a, b in itertools.pairwise(captured)} == {samples_to_ns(960)}
    assert abs(captured[0] - SECOND_NS) <= 30 * MS


def test_drift_of_a_sound_card_never_grows_beyond_what_an_eye_notices() -> None:
    for ppm in (50, -50, 400):
        clock = ArrivalClock()
        block = samples_to_ns(960)
        for n, at in enumerate(arrivals(60_000, drift_ppm=ppm, late_ms=5)):  # an hour
            truth = SECOND_NS + round(n * block * (1 + ppm / 1e6))
            assert abs(clock.captured_ns(at, 960, overflowed=False) - truth) < 60 * MS


def test_samples_lost_in_an_overflow_are_made_up_for_within_two_seconds() -> None:
    clock = ArrivalClock()
    block = samples_to_ns(960)
    at, captured = SECOND_NS, 0
    for n in range(60):
        at += block + (300 * MS if n == 20 else 0)
        captured = clock.captured_ns(at, 960, overflowed=n == 20)
    assert captured == at - block
