"""Four hours of an exam in seconds: sound stays beside the picture, and nothing is missing that is not named.

The clock is simulated; the code is the recorder's own, up to the encoders, which write down what they are given.
"""

from __future__ import annotations

import itertools
import random
import threading
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.clock import SECOND_NS
from capture.encoding.sound_encoder import SoundEncoder
from capture.errors import SourceFault
from capture.frames import SAMPLE_RATE_HZ, VideoFrame, ns_to_samples
from capture.reports import Condition, SourceState
from capture.sources.arrival import ArrivalClock
from capture.stream_queue import StreamQueue
from tests.fixtures.recording import Recording
from tests.fixtures.soak import times

FOUR_HOURS_S = 4 * 3600
BLOCK = 960
MS = 1_000_000
ALLOWED_NS = 80 * MS
SETTLED_S = 2.0
"""The first window of the corrector lasts a second; the recording begins after the device check, long settled."""


class Places(SoundEncoder):
    """The encoder without Opus: it keeps the place that samples are put at."""

    def __init__(self) -> None:
        super().__init__(lambda _started_s, _data: None, bits_per_s=24_000, length_s=4.0)

    def _write(self, samples: bytes) -> None:
        if self._first is None:
            self._first = self._next
        self._next += len(samples) // 2


@dataclass(frozen=True)
class SoundCard:
    """A card that counts its own seconds `drift_ppm` too fast, behind a driver that delivers late, and later at times.

    `overflows_s`: when the driver lost a fifth of a second of samples, and said so.
    """

    drift_ppm: float
    overflows_s: tuple[float, ...] = ()
    seed: int = 1
    latency_ns: int = 20 * MS

    def worst_offset_ns(self, length_s: float) -> tuple[int, int]:
        """Run it through the corrector and the encoder; the largest distance from the truth, and the last."""
        chance, clock, places = random.Random(self.seed), ArrivalClock(), Places()
        lost, losses = 0, list(self.overflows_s)
        per_sample_ns = SECOND_NS / (SAMPLE_RATE_HZ * (1 + self.drift_ppm / 1e6))
        worst = offset = arrived_ns = 0
        silence = bytes(2 * BLOCK)
        unfound_until_ns = round(SETTLED_S * SECOND_NS)
        for n in itertools.count():
            overflowed = bool(losses) and n * BLOCK / SAMPLE_RATE_HZ >= losses[0]
            if overflowed:
                losses.pop(0)
                lost += SAMPLE_RATE_HZ // 5
            truth_ns = round((n * BLOCK + lost) * per_sample_ns)
            late_ns = round(chance.random() * 25 * MS) + (250 * MS if chance.random() < 0.001 else 0)
            ended_ns = truth_ns + round(BLOCK * per_sample_ns)
            arrived_ns = max(arrived_ns, ended_ns + self.latency_ns + late_ns)
            if overflowed:
                unfound_until_ns = arrived_ns + round(SETTLED_S * SECOND_NS)
            captured_ns = clock.captured_ns(arrived_ns, BLOCK, overflowed=overflowed)
            before = places.next_sample
            places.encode(silence, ns_to_samples(captured_ns))
            written = places.next_sample - max(before, ns_to_samples(captured_ns))
            at_ns = (places.next_sample - max(written, 0)) * SECOND_NS // SAMPLE_RATE_HZ
            # Of a block whose beginning was cut off as an overlap, the rest has its own true time.
            offset = at_ns - truth_ns - round((BLOCK - max(written, 0)) * per_sample_ns)
            if truth_ns > unfound_until_ns:
                worst = max(worst, abs(offset))
            if truth_ns >= length_s * SECOND_NS:
                return worst, abs(offset)
        raise AssertionError


@pytest.mark.parametrize("drift_ppm", [-100, 50, 100])
def test_sound_and_picture_stay_together_for_four_hours_whatever_the_card_thinks_a_second_is(drift_ppm: int) -> None:
    worst_ns, last_ns = SoundCard(drift_ppm).worst_offset_ns(FOUR_HOURS_S)
    print(f"{drift_ppm} ppm: at most {worst_ns / MS:.0f} ms, {last_ns / MS:.0f} ms at the end")
    assert worst_ns <= ALLOWED_NS


@settings(max_examples=times(8, 400), deadline=None)
@given(
    st.floats(-100, 100),
    st.lists(st.floats(5, 590), max_size=6, unique_by=lambda at: round(at / 5)).map(sorted),
    st.integers(0, 2**32),
)
def test_a_card_that_drifts_and_a_driver_that_loses_samples(drift_ppm: float, lost_s: list[float], seed: int) -> None:
    worst_ns, last_ns = SoundCard(drift_ppm, tuple(lost_s), seed).worst_offset_ns(600)
    assert worst_ns <= ALLOWED_NS
    assert last_ns <= ALLOWED_NS


class Now:
    """A clock that stands where the simulation is."""

    time_ns = 0

    def now_ns(self) -> int:
        return self.time_ns

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing waits")


class Kept:
    """An encoder that keeps the times of what it was given, and cannot keep up when it is told to be slow."""

    def __init__(self) -> None:
        self.times_ns: list[int] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def write(self, item: VideoFrame) -> None:
        assert self.may_go_on.wait(30)
        self.times_ns.append(item.captured_ns)

    def lost(self, at_ns: int) -> None: ...
    def idle(self, now_ns: int) -> None: ...
    def close(self, at_ns: int) -> None: ...


PICTURE = np.zeros((2, 2, 3), np.uint8)
ROOM = 50
PER_S = times(4, 10)


def test_of_four_hours_of_pictures_none_is_missing_outside_a_gap() -> None:
    chance, clock, kept, encoder = random.Random(11), Now(), Recording(), Kept()
    track = StreamQueue[VideoFrame, VideoFrame](
        "webcam", room=ROOM, ready=lambda frame: frame, monitor=None, gate=None, listener=kept, clock=clock
    )
    track.source_changed(SourceState("webcam", Condition.RUNNING))
    track.record(0, lambda: encoder)
    captured, away_until_ns, slow_until_ns, begun = [], 0, 0, threading.Event()
    for n in range(FOUR_HOURS_S * PER_S):
        clock.time_ns = n * SECOND_NS // PER_S + chance.randrange(30 * MS)
        if clock.time_ns < away_until_ns:
            continue
        if away_until_ns:
            track.source_changed(SourceState("webcam", Condition.RUNNING))
            away_until_ns = 0
        elif chance.random() < 0.001 / PER_S:  # unplugged, some fifteen times, for up to a minute
            away_until_ns = clock.time_ns + chance.randrange(2, 60) * SECOND_NS
            track.source_changed(SourceState("webcam", Condition.LOST, SourceFault.STOPPED))
            continue
        if slow_until_ns and clock.time_ns >= slow_until_ns:
            slow_until_ns = 0
            encoder.may_go_on.set()
        elif not slow_until_ns and chance.random() < 0.004 / PER_S:  # the processor is taken away for some seconds
            slow_until_ns = clock.time_ns + chance.randrange(1, 25) * SECOND_NS
            encoder.may_go_on.clear()
        while not slow_until_ns and track._queue.qsize() > ROOM // 2:
            begun.wait(0.0005)  # simulated time is faster than the thread that stands for the encoder
        captured.append(clock.time_ns)
        track.accept(VideoFrame(PICTURE, clock.time_ns))
    encoder.may_go_on.set()
    end_ns = clock.time_ns
    assert track.finish(end_ns, 10)

    gaps = sorted((gap.from_ns, gap.to_ns) for gap in kept.gaps)
    begins = [begin for begin, _ in gaps]

    def in_a_gap(at_ns: int) -> bool:
        before = bisect_right(begins, at_ns) - 1
        return before >= 0 and at_ns <= gaps[before][1]

    missing = sorted(set(captured) - set(encoder.times_ns))
    print(f"{len(captured)} pictures, {len(missing)} not encoded, {len(gaps)} gaps")
    assert encoder.times_ns == sorted(set(encoder.times_ns))
    assert len(captured) > 0.9 * FOUR_HOURS_S * PER_S
    assert [at_ns for at_ns in missing if not in_a_gap(at_ns)] == []
    assert len(missing) > 50, "the encoder was slow enough for it to matter"
    for before, after in itertools.pairwise([0, *encoder.times_ns]):
        if after - before > SECOND_NS:
            assert in_a_gap(before), f"nothing for {(after - before) / SECOND_NS} s, and nobody said so"
            assert in_a_gap(after)
