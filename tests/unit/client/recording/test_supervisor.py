"""One recorder after another: started, watched, replaced, and never waited for."""

import logging

import pytest

from app.client.ipc.from_recorder import Finished
from app.client.ipc.to_recorder import Finish
from app.client.recording.heartbeat import SILENT_TICKS, STUCK_TICKS
from app.client.recording.supervisor import RESTART_DELAYS_S, RecorderSupervisor
from tests.fixtures.fake_recorder import FakeRecorders
from tests.fixtures.manual_scheduler import ManualScheduler


class Observer:
    def __init__(self) -> None:
        self.opened = 0
        self.messages: list[object] = []
        self.lost: list[int] = []
        self.responding: list[bool] = []

    def recorder_opened(self) -> None:
        self.opened += 1

    def recorder_message(self, message: object) -> None:
        self.messages.append(message)

    def recorder_lost(self, status: int) -> None:
        self.lost.append(status)

    def recorder_responding(self, *, responding: bool) -> None:
        self.responding.append(responding)


class Bench:
    def __init__(self) -> None:
        self.observer, self.loop, self.recorders = Observer(), ManualScheduler(), FakeRecorders()
        self.supervisor = RecorderSupervisor(self.observer, self.loop, self.recorders)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_one_is_started_and_what_it_says_is_heard(bench):
    assert bench.supervisor.pid is None
    assert not bench.supervisor.send(Finish())
    bench.supervisor.open()
    assert bench.supervisor.pid == bench.recorders.latest.pid
    assert bench.observer.opened == 1
    assert bench.supervisor.send(Finish())
    bench.recorders.latest.speak(Finished())
    assert bench.observer.messages == [Finished()]
    bench.supervisor.ensure()
    assert len(bench.recorders.started) == 1


def test_one_that_dies_is_started_again_at_once_and_later_each_time(bench, caplog):
    bench.supervisor.open()
    for number, delay_s in enumerate((*RESTART_DELAYS_S, RESTART_DELAYS_S[-1]), start=1):
        bench.recorders.latest.exit(-9)
        assert bench.observer.lost == [-9] * number
        assert bench.supervisor.pid is None
        bench.loop.pass_s(delay_s - 0.01) if delay_s else None
        assert len(bench.recorders.started) == number
        bench.loop.pass_s(0.02)
        assert len(bench.recorders.started) == number + 1
    assert all(record.levelno == logging.WARNING for record in caplog.records)


def test_one_that_cannot_be_started_is_tried_again(bench):
    bench.recorders.fail = True
    bench.supervisor.open()
    assert bench.observer.lost == [-1]
    assert bench.observer.opened == 0
    bench.recorders.fail = False
    bench.loop.pass_s(0.1)
    assert bench.observer.opened == 1


def test_opening_again_waits_until_the_one_before_has_let_go(bench):
    bench.supervisor.open()
    first = bench.recorders.latest
    bench.supervisor.open()
    assert first.closed
    assert bench.supervisor.pid is None
    first.speak(Finished())
    assert bench.observer.messages == [], "the last words of one that was replaced concern nobody"
    first.exit(0)
    assert len(bench.recorders.started) == 2
    assert bench.observer.lost == []


def test_what_cannot_wait_is_started_beside_one_that_still_ends(bench):
    bench.supervisor.open()
    first = bench.recorders.latest
    bench.supervisor.open()
    bench.supervisor.ensure()
    assert len(bench.recorders.started) == 2
    first.exit(0)
    assert len(bench.recorders.started) == 2


def test_after_the_stop_nothing_is_started_and_the_end_is_told_once_it_is_gone(bench):
    told = []
    bench.supervisor.open()
    bench.supervisor.stop(lambda: told.append("gone"))
    assert bench.recorders.latest.closed
    assert told == []
    bench.recorders.latest.exit(0)
    assert told == ["gone"]
    bench.supervisor.stop(lambda: told.append("again"))
    assert told == ["gone", "again"]
    bench.supervisor.ensure()
    bench.loop.pass_s(60)
    assert len(bench.recorders.started) == 1


def test_the_last_of_all_is_waited_for_where_no_window_waits(bench):
    bench.supervisor.open()
    bench.supervisor.stop()
    bench.supervisor.join(5)
    assert bench.recorders.latest.gone
    bench.supervisor.join(5)


def test_one_that_falls_silent_is_told_and_one_that_stays_so_is_ended(bench):
    bench.supervisor.open()
    recorder = bench.recorders.latest
    recorder.speak(Finished())
    bench.loop.pass_s(SILENT_TICKS - 0.5)
    assert bench.observer.responding == []
    bench.loop.pass_s(1)
    assert bench.observer.responding == [False]
    recorder.speak(Finished())
    assert bench.observer.responding == [False, True]
    bench.loop.pass_s(STUCK_TICKS - 1)
    assert not recorder.killed
    bench.loop.pass_s(2)
    assert recorder.killed
    recorder.exit(-9)
    bench.loop.pass_s(0.1)
    assert bench.observer.opened == 2
    assert bench.observer.lost == [-9]


def test_the_ticks_of_one_that_is_gone_count_for_nobody(bench):
    bench.supervisor.open()
    bench.loop.pass_s(0.5)
    bench.recorders.latest.exit(0)
    bench.recorders.fail = True
    bench.loop.pass_s(5)
    assert not bench.recorders.started[0].killed


def test_the_ticks_of_one_that_was_replaced_do_not_count_for_the_next(bench):
    bench.supervisor.open()
    bench.loop.pass_s(0.5)
    bench.recorders.latest.exit(-9)
    bench.loop.pass_s(0.1)
    bench.recorders.latest.speak(Finished())
    bench.loop.pass_s(SILENT_TICKS - 0.2)
    assert bench.observer.responding == [], "it has been silent for less than three of its own seconds"


def test_one_that_dies_beside_one_that_still_ends_is_replaced(bench):
    bench.supervisor.open()
    first = bench.recorders.latest
    bench.supervisor.open()
    bench.supervisor.ensure()
    bench.recorders.latest.exit(-9)
    assert bench.observer.lost == [-9]
    bench.loop.pass_s(0.1)
    assert len(bench.recorders.started) == 3
    first.exit(0)
    assert bench.observer.lost == [-9]


def test_a_page_that_stutters_makes_the_recorder_take_less(bench, monkeypatch):
    bench.supervisor.open()
    now = [100.0]
    monkeypatch.setattr("app.client.recording.supervisor.time.monotonic", lambda: now[0])
    for _ in range(6):
        now[0] += 2.0
        bench.loop.pass_s(1)
    assert [message.kind for message in bench.recorders.latest.sent].count("reduce_load") >= 1
