"""Export counts in whole ticks of each run's clock: that must give, bit for bit, what rational arithmetic gives.

The rational arithmetic here is that of the definition: a run whose first packet is where its sealed time says counts
from the start of the attempt; every other is moved there, to the nearest tick.
"""

from __future__ import annotations

import functools
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from unittest.mock import patch

import av
from hypothesis import given, settings
from hypothesis import strategies as st

from app.institution.export import remux
from app.institution.export.remux import ABSOLUTE_WITHIN_S, RemuxTrack, measure
from app.institution.recordings.fragments import Fragment
from app.institution.recordings.gaps import LEAST_S
from tests.unit.institution.conftest import sound, video

CLOCKS_HZ = (1000, 12_800, 16_000, 44_100, 90_000, 30_001, 1_000_003)


@dataclass(frozen=True)
class Run:
    """Fragments of one run: a clock, where its own times begin (ticks), where it was sealed (microseconds)."""

    picture: bool
    clock_hz: int
    first_tick: int
    sealed_us: int
    absolute: bool
    fragments: int


@functools.cache
def units(*, picture: bool) -> tuple[bytes, tuple[bytes, ...]]:
    """The description and the fragments of a film."""
    made = [data for _, data in (video(0.0, 3, key_s=1.0) if picture else sound(0.2, 6))]
    begin = made[0].index(b"moof") - 4
    return made[0][:begin], (made[0][begin:], *made[1:])


def with_clock(init: bytes, clock_hz: int) -> bytes:
    """The description with another number of ticks in a second."""
    mdhd = init.index(b"mdhd") + 4
    assert init[mdhd] == 0
    return init[: mdhd + 12] + struct.pack(">I", clock_hz) + init[mdhd + 16 :]


def tick_of(fragment: bytes) -> int:
    """Where a fragment begins, in ticks."""
    at = fragment.index(b"tfdt") + 4
    assert fragment[at] == 1
    return int(struct.unpack_from(">Q", fragment, at + 4)[0])


def moved(fragment: bytes, ticks: int) -> bytes:
    """A fragment so much later."""
    at = fragment.index(b"tfdt") + 8
    return fragment[:at] + struct.pack(">Q", tick_of(fragment) + ticks) + fragment[at + 8 :]


def fragments(run: Run, number: int) -> Iterator[Fragment]:
    init, film = units(picture=run.picture)
    init = with_clock(init, run.clock_hz)
    begin = round(Fraction(run.sealed_us * run.clock_hz, 1_000_000)) if run.absolute else run.first_tick
    for place, each in enumerate(film[: run.fragments]):
        yield Fragment(number, init, run.sealed_us, moved(each, begin - tick_of(film[0])), place, place + 1, key=True)


def rational(runs: list[Run]) -> tuple[list[tuple[float, int, int]], list[tuple[float, float]], float]:
    """Times of every packet that is written, the gaps, and the end, as the definition has them."""
    packets, gaps = [], []
    last, end = Fraction(-1), None
    for number, run in enumerate(runs):
        pieces = list(fragments(run, number))
        with av.open(io.BytesIO(pieces[0].init + b"".join(each.data for each in pieces))) as film:
            found = [each for each in film.demux() if each.dts is not None]
        base = Fraction(1, run.clock_hz)
        away = Fraction(run.sealed_us, 1_000_000) - found[0].pts * base
        shift = 0 if abs(away) < ABSOLUTE_WITHIN_S else round(away / base)
        whole = True
        for packet in found:
            dts, pts = packet.dts + shift, packet.pts + shift
            whole = dts * base > last and (whole or packet.is_keyframe)
            if not whole:
                continue
            last = dts * base
            packets.append((float(dts * base), pts, dts))
            start_s = float(pts * base)
            end_s = start_s + float((packet.duration or 0) * base)
            end_s = start_s if end_s - start_s > remux.LONGEST_STILL_S else end_s
            if end is not None and start_s - end >= LEAST_S:
                gaps.append((end, start_s))
            end = end_s if end is None else max(end, end_s)
    return packets, gaps, end or 0.0


@given(
    picture=st.booleans(),
    ran=st.lists(
        st.builds(
            Run,
            picture=st.just(False),
            clock_hz=st.sampled_from(CLOCKS_HZ),
            first_tick=st.integers(0, 3_000_000),
            sealed_us=st.integers(0, 20_000_000),
            absolute=st.booleans(),
            fragments=st.integers(1, 3),
        ),
        min_size=1,
        max_size=4,
    ),
    at_once=st.sampled_from((1, 2, 100)),
)
@settings(max_examples=80)
def test_whole_ticks_give_the_times_of_rational_arithmetic(picture: bool, ran: list[Run], at_once: int) -> None:
    runs = [Run(picture, *list(each.__dict__.values())[1:]) for each in ran]
    track = RemuxTrack.of(each for number, run in enumerate(runs) for each in fragments(run, number))
    with patch.object(remux, "_AT_ONCE", at_once):
        given_packets = [(at_s, packet.pts, packet.dts) for at_s, packet in track.packets(None)]
    packets, gaps, end_s = rational(runs)
    assert given_packets == packets
    assert track.coverage.gaps == gaps
    assert track.coverage.last_s == end_s
    assert track.coverage.packets == len(packets)


def test_a_week_does_not_drift() -> None:
    """Ticks that no second is a multiple of, a week after the start: still the nearest number to the true time."""
    week_s = 7 * 24 * 3600
    run = Run(False, 30_001, 0, week_s * 1_000_000, absolute=True, fragments=3)
    track = RemuxTrack.of(fragments(run, 0))
    measure([track])
    first = Fraction(round(Fraction(week_s * 30_001)), 30_001)
    assert track.coverage.first_s == float(first)
    assert rational([run])[2] == track.coverage.last_s
