"""The wall clock is set, the machine sleeps: noticed, told apart, and told once."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.clock import SECOND_NS
from capture.watching.time_watch import MOVED_NS, SLEPT_NS, ClockMoved, ClockReading, Slept, TimeWatch, read_clocks


class Machine:
    """A machine's clocks; `counts_sleep`: its monotonic clock goes on while it sleeps, as on Windows."""

    def __init__(self, *, counts_sleep: bool) -> None:
        self._counts_sleep = counts_sleep
        self._elapsed_ns, self._slept_ns, self._set_ns = 40 * SECOND_NS, 0, 1_790_000_000 * SECOND_NS
        self.watch = TimeWatch(self._reading())

    def second(self, *, slept_ns: int = 0, clock_set_by_ns: int = 0) -> list[ClockMoved | Slept]:
        self._elapsed_ns += SECOND_NS + slept_ns
        self._slept_ns += slept_ns
        self._set_ns += clock_set_by_ns
        return self.watch.look(self._reading())

    def _reading(self) -> ClockReading:
        awake_ns = self._elapsed_ns - self._slept_ns
        monotonic_ns = self._elapsed_ns if self._counts_sleep else awake_ns
        return ClockReading(monotonic_ns, self._set_ns + self._elapsed_ns, self._elapsed_ns, awake_ns)


@pytest.mark.parametrize("counts_sleep", [False, True])
def test_a_sleep_is_no_change_of_the_clock_and_its_place_is_known(counts_sleep: bool) -> None:
    machine = Machine(counts_sleep=counts_sleep)
    assert machine.second() == []
    (slept,) = machine.second(slept_ns=725 * SECOND_NS)
    assert isinstance(slept, Slept)
    assert slept.slept_ns == 725 * SECOND_NS
    assert slept.to_ns - slept.from_ns == (725 * SECOND_NS if counts_sleep else 0)
    assert machine.second() == []


@pytest.mark.parametrize("by_s", [3600, -3600, 0.6])
def test_a_clock_that_is_set_is_told_once_with_by_how_much(by_s: float) -> None:
    machine = Machine(counts_sleep=False)
    machine.second()
    (moved,) = machine.second(clock_set_by_ns=round(by_s * SECOND_NS))
    assert isinstance(moved, ClockMoved)
    assert moved.by_ns == round(by_s * SECOND_NS)
    assert machine.second() == []


def test_a_clock_that_is_set_while_the_machine_sleeps_is_both() -> None:
    machine = Machine(counts_sleep=False)
    happened = machine.second(slept_ns=60 * SECOND_NS, clock_set_by_ns=-7200 * SECOND_NS)
    assert [type(each) for each in happened] == [Slept, ClockMoved]
    assert happened[1] == ClockMoved(happened[1].at_ns if isinstance(happened[1], ClockMoved) else 0, -7200 * SECOND_NS)


def test_a_time_server_that_corrects_it_slowly_is_told_when_it_adds_up() -> None:
    machine = Machine(counts_sleep=False)
    told = [each for _ in range(2100) for each in machine.second(clock_set_by_ns=500_000)]  # 500 ppm, the kernel's most
    assert [each.by_ns for each in told if isinstance(each, ClockMoved)] == [MOVED_NS, MOVED_NS]


steps = st.tuples(st.integers(0, 10**13), st.integers(-(10**13), 10**13))


@given(st.booleans(), st.lists(steps, max_size=20))
def test_nothing_is_left_out_of_what_is_told_but_what_is_too_small(
    counts_sleep: bool, happens: list[tuple[int, int]]
) -> None:
    machine = Machine(counts_sleep=counts_sleep)
    told = [each for slept, by in happens for each in machine.second(slept_ns=slept, clock_set_by_ns=by)]
    moved = sum(each.by_ns for each in told if isinstance(each, ClockMoved))
    assert abs(sum(by for _, by in happens) - moved) < MOVED_NS
    slept = sum(each.slept_ns for each in told if isinstance(each, Slept))
    assert slept == sum(slept for slept, _ in happens if slept >= SLEPT_NS)


def test_this_machines_clocks_agree_while_nothing_happens() -> None:
    watch = TimeWatch(read_clocks())
    before_ns = time.monotonic_ns()
    time.sleep(0.05)
    reading = read_clocks()
    assert watch.look(reading) == []
    assert before_ns < reading.monotonic_ns <= time.monotonic_ns()
