"""The watch asks every guard, survives one that breaks, and stops within its bound."""

from __future__ import annotations

import threading
import time

from lockdown.contract.violations import Code, Violation
from lockdown.engaging.watch import WatchThread


class Asked:
    def __init__(self, name, answer):
        self.name = name
        self.answer = answer
        self.asked = 0

    def engage(self, journal):
        raise NotImplementedError

    def release(self):
        raise NotImplementedError

    def check(self):
        self.asked += 1
        return self.answer(self.asked)


class Collected:
    def __init__(self):
        self.seen: list[Violation] = []
        self.came = threading.Event()

    def violated(self, violations):
        assert violations, "an empty batch says nothing"
        self.seen += violations
        self.came.set()


def violation(name):
    return Violation(name, Code.CONTROL_LOST, 1)


def broken(count):
    raise OSError("secret path")


def test_listener_gets_what_guards_report_in_their_order():
    listener = Collected()
    watch = WatchThread([Asked("a", lambda n: [violation("a")]), Asked("b", lambda n: [violation("b")])], 60, listener)
    watch.start()
    assert listener.came.wait(5)
    assert watch.stop()
    assert [seen.guard for seen in listener.seen] == ["a", "b"]


def test_broken_guard_is_reported_once_by_kind_and_the_others_are_still_asked(caplog):
    other = Asked("other", lambda n: [])
    watch = WatchThread([Asked("bad", broken), other], 60, Collected())
    first, second = watch.look(), watch.look()
    assert [(seen.guard, seen.code, dict(seen.facts)) for seen in first] == [
        ("bad", Code.GUARD_FAILED, {"error": "OSError"})
    ]
    assert second == ()
    assert other.asked == 2
    assert "secret" not in caplog.text


def test_guard_that_recovers_is_reported_again_when_it_breaks_again():
    def every_other(count):
        return broken(count) if count % 2 else []

    watch = WatchThread([Asked("bad", every_other)], 60, Collected())
    assert [len(watch.look()) for _ in range(4)] == [1, 0, 1, 0]


def test_looks_come_once_an_interval():
    guard = Asked("a", lambda n: [])
    watch = WatchThread([guard], 0.05, Collected())
    watch.start()
    end = time.monotonic() + 5
    while guard.asked < 4 and time.monotonic() < end:
        time.sleep(0.01)
    assert watch.stop()
    asked = guard.asked
    assert asked >= 4
    time.sleep(0.12)
    assert guard.asked == asked


class Announcer(Asked):
    look = None

    def subscribe(self, look):
        self.look = look


def test_guard_that_calls_is_asked_at_once_and_alone():
    quiet, calling = Asked("quiet", lambda n: []), Announcer("calling", lambda n: [violation("calling")][: n - 1])
    listener = Collected()
    watch = WatchThread([quiet, calling], 60, listener)
    watch.start()
    end = time.monotonic() + 5
    while (quiet.asked, calling.asked) != (1, 1) and time.monotonic() < end:
        time.sleep(0.005)
    calling.look()
    assert listener.came.wait(5), "the next look would have come in 60 s"
    assert (quiet.asked, calling.asked) == (1, 2)
    assert watch.stop()
    calling.look()
    assert calling.asked == 2


def test_calls_put_off_no_look_of_the_others():
    quiet, calling = Asked("quiet", lambda n: []), Announcer("calling", lambda n: [])
    watch = WatchThread([quiet, calling], 0.05, Collected())
    watch.start()
    end = time.monotonic() + 5
    while quiet.asked < 4 and time.monotonic() < end:
        calling.look()
        time.sleep(0.001)
    assert watch.stop()
    assert quiet.asked >= 4


def test_stop_is_bounded_when_a_guard_hangs():
    let_go = threading.Event()
    watch = WatchThread([Asked("hangs", lambda n: let_go.wait(20) and [])], 60, Collected())
    watch.start()
    began = time.monotonic()
    assert not watch.stop(0.1)
    assert time.monotonic() - began < 5
    let_go.set()
    assert watch.stop()


def test_stop_without_start_does_nothing():
    assert WatchThread([], 1, Collected()).stop()
