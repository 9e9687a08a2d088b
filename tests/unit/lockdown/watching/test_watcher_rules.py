"""Clock, battery and things that come and go: what is reported, and what is not, without the machine's help."""

from __future__ import annotations

import pytest

from lockdown.contract.limit import Limit
from lockdown.contract.violations import Code
from lockdown.watching.clock import ClockGuard
from lockdown.watching.debugger import DebuggerGuard
from lockdown.watching.inputs import InputDevice, input_guard
from lockdown.watching.network import Interface, network_guard
from lockdown.watching.power import LOOK_EVERY_S, Battery, PowerGuard


class Listed:
    """A source whose list the test changes."""

    def __init__(self, **present):
        self.here = present
        self.changed = None

    def start(self, changed):
        self.changed = changed

    def present(self):
        return dict(self.here)

    def stop(self):
        self.changed = None


class Clocks:
    def __init__(self):
        self.wall, self.boot = 1_000_000.0, 50.0

    def go(self, seconds, *, set_by=0.0):
        self.wall += seconds + set_by
        self.boot += seconds


@pytest.mark.parametrize("set_by", [-3600.0, 2.5, 86_400.0])
def test_clock_that_is_set_is_reported_once_with_how_far(set_by):
    clocks = Clocks()
    guard = ClockGuard(lambda: clocks.boot, lambda: clocks.wall)
    guard.engage(None)
    clocks.go(1)
    assert guard.check() == ()
    clocks.go(1, set_by=set_by)
    (seen,) = guard.check()
    assert (seen.code, dict(seen.facts)) == (Code.CLOCK_SET, {"by_s": round(set_by)})
    clocks.go(1)
    assert guard.check() == ()


def test_time_server_and_sleep_are_no_setting_of_the_clock():
    clocks = Clocks()
    guard = ClockGuard(lambda: clocks.boot, lambda: clocks.wall)
    guard.engage(None)
    for _ in range(100):
        clocks.go(1, set_by=0.0005)  # the fastest a time server slews
        assert guard.check() == ()
    clocks.go(7200)  # the lid was closed
    assert guard.check() == ()


def test_tracer_is_reported_each_time_one_comes():
    answers = iter([False, True, True, False, True])
    guard = DebuggerGuard(lambda: next(answers))
    guard.engage(None)
    assert [len(guard.check()) for _ in range(5)] == [0, 1, 0, 0, 1]


def power(*readings):
    """Return what is reported of these readings, ten seconds apart."""
    now_s = [0.0]
    left = iter(readings)
    guard = PowerGuard(lambda: next(left), lambda: now_s[0])
    told = []
    for _ in readings:
        told.append([dict(one.facts) for one in guard.check()])
        assert guard.check() == (), "asked again before its time"
        now_s[0] += LOOK_EVERY_S
    return told


def test_battery_is_reported_when_the_charger_goes_and_when_it_gets_low():
    told = power(Battery(90, False), Battery(88, True), Battery(60, True), Battery(19, True), Battery(18, True),
                 Battery(9, True), Battery(9, False), Battery(9, True))  # fmt: skip
    assert told == [
        [],
        [{"on_battery": True, "percent": 88}],
        [],
        [{"on_battery": True, "percent": 19}],
        [],
        [{"on_battery": True, "percent": 9}],
        [{"on_battery": False, "percent": 9}],
        [{"on_battery": True, "percent": 9}],
    ]


def test_computer_without_a_battery_reports_nothing():
    assert power(None, None) == [[], []]
    assert PowerGuard(lambda: None).engage(None).limit is Limit.NO_BATTERY
    assert PowerGuard(lambda: Battery(80, in_use=True)).engage(None).limit is None


def test_what_comes_and_goes_is_reported_and_an_ordinary_one_at_the_start_is_not():
    source = Listed(a=InputDevice("keyboard", "built_in"))
    guard = input_guard(source)
    guard.engage(None)
    assert guard.check() == ()
    source.here["b"] = InputDevice("pointer", "usb")
    (came,) = guard.check()
    assert (came.code, dict(came.facts)) == (
        Code.INPUT_ARRIVED,
        {"kind": "pointer", "bus": "usb", "since_start": False},
    )
    del source.here["b"]
    (went,) = guard.check()
    assert (went.code, dict(went.facts)) == (Code.INPUT_REMOVED, {"kind": "pointer", "bus": "usb"})
    guard.release()


def test_what_is_worth_a_look_is_reported_at_the_start_too_and_said_to_be_older():
    source = Listed(eth0=Interface("wired"), tun0=Interface("tunnel"))
    guard = network_guard(source)
    guard.engage(None)
    (seen,) = guard.check()
    assert dict(seen.facts) == {"kind": "tunnel", "since_start": True}
    assert guard.check() == ()


def test_source_that_calls_gets_its_look_and_none_after_the_end():
    source = Listed()
    guard = network_guard(source)
    guard.engage(None)
    source.changed()  # before anybody listens: nothing to do
    looks = []
    guard.subscribe(lambda: looks.append(1))
    call = source.changed
    call()
    guard.release()
    call()
    assert looks == [1]
