"""When waits for the X server mean that another program holds it."""

from __future__ import annotations

import pytest

from lockdown.linux.probe_process import HoldDetector, Scheduled, starved_s


def told(waits):
    """Play questions, each `(rests_s, waits_s)`, in ticks of 0.05 s; return when something was told."""
    detector, now_s, at = HoldDetector(), 100.0, []
    for rests_s, waits_s in waits:
        now_s += rests_s
        for tick in range(1, round(waits_s / 0.05) + 1):
            now_s += 0.05
            if detector.waited(tick * 0.05, now_s, answered=tick == round(waits_s / 0.05)):
                at.append(round(now_s - 100, 2))
    return at


@pytest.mark.parametrize(
    ("waits", "at"),
    [
        ([(0, 0.95)], []),
        ([(0, 1.0)], [1.0]),
        ([(0, 5.0)], [1.0]),  # one hold, told while it lasts
        ([(0, 5.0), (0.25, 5.0)], [1.0, 6.25]),
        ([(0.25, 0.2)] * 40, []),  # shorter than what counts
        ([(0, 0.5), (9.0, 0.5)], [10.0]),
        ([(0, 0.5), (10.5, 0.5)], []),
        ([(1.0, 0.3)] * 8, [5.15, 10.35]),
    ],
    ids=["short", "a second", "long", "twice", "many short", "together", "apart", "again and again"],
)
def test_a_second_in_all_is_told_once(waits, at):
    assert told(waits) == pytest.approx(at)


@pytest.mark.parametrize(
    ("before", "after", "starved"),
    [
        (Scheduled(5, 5, False), Scheduled(5, 5, False), 0.0),
        (Scheduled(5, 5, False), Scheduled(5, 5, True), 0.05),
        (Scheduled(5, 5, True), Scheduled(6, 5, True), 0.0),
        (Scheduled(5, 0, True), Scheduled(6, 20_000_000, False), 0.02),
        (Scheduled(5, 0, True), Scheduled(6, 900_000_000, False), 0.05),
        (Scheduled(), Scheduled(), 0.0),
    ],
    ids=["held: it sleeps", "still waits for one", "kept busy", "has waited", "has waited since before", "not known"],
)
def test_what_a_server_waits_for_a_processor_is_no_hold(before, after, starved):
    assert starved_s(before, after, 0.05) == pytest.approx(starved)
