"""Keeping a source running."""

from __future__ import annotations

import threading
import time

import numpy as np

from capture.clock import SystemClock
from capture.errors import SourceAbsent, SourceFault
from capture.frames import VideoFrame
from capture.reports import SourceState
from capture.source import SourceHealth
from capture.watching.supervisor import SourceSupervisor

PIXELS = np.zeros((2, 2, 3), np.uint8)


class Scripted:
    """A live source: always has a picture, twenty milliseconds after the last; `faults` are raised by `open` first."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.closed = 0
        self.breaks_on_close = False

    def open(self) -> None:
        if self.faults:
            raise self.faults.pop(0)

    def read(self, timeout_s: float) -> VideoFrame:
        time.sleep(0.02)
        return VideoFrame(PIXELS, time.monotonic_ns())

    def close(self) -> None:
        self.closed += 1
        if self.breaks_on_close:
            self.breaks_on_close = False
            raise RuntimeError("driver trouble")

    def health(self) -> SourceHealth:
        return SourceHealth(0)


class Kept:
    def __init__(self) -> None:
        self.items: list[VideoFrame] = []
        self.states: list[SourceState] = []
        self.running = threading.Event()

    def accept(self, item: VideoFrame) -> None:
        self.items.append(item)

    def source_changed(self, state: SourceState) -> None:
        self.states.append(state)
        if state.state == "running":
            self.running.set()


def test_source_that_always_has_more_ends_at_once() -> None:
    kept = Kept()
    supervisor = SourceSupervisor("webcam", Scripted(), kept, SystemClock())
    supervisor.start()
    assert kept.running.wait(5)
    supervisor.ask_to_stop()
    asked_ns = time.monotonic_ns()
    assert supervisor.join(1)
    assert all(item.captured_ns <= asked_ns + 30_000_000 for item in kept.items)
    assert [state.state for state in kept.states] == ["opening", "running", "stopped"]


def test_surprises_of_a_driver_are_reported_and_tried_again_without_their_message() -> None:
    absent = SourceAbsent("not there", SourceFault.NOT_FOUND)
    source, kept = Scripted(absent, OSError(5, "I/O error", "/dev/secret")), Kept()
    source.breaks_on_close = True
    supervisor = SourceSupervisor("webcam", source, kept, SystemClock())
    supervisor.start()
    assert kept.running.wait(5)
    supervisor.ask_to_stop()
    assert supervisor.join(1)
    assert [state.state for state in kept.states] == ["opening", "absent", "absent", "running", "stopped"]
    assert [(state.fault, state.error) for state in kept.states if state.fault] == [
        (SourceFault.FAILED, "RuntimeError"),
        (SourceFault.FAILED, "OSError"),
    ]
    assert source.closed == 3


class Held(Scripted):
    """A source whose driver does not return from a read, until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.holds, self.held = threading.Event(), threading.Event()
        self.let_go = threading.Event()

    def read(self, timeout_s: float) -> VideoFrame:
        if self.holds.is_set():
            self.held.set()
            assert self.let_go.wait(10)
        return super().read(timeout_s)


class Jumping(SystemClock):
    """The machine's clock, set ahead by the test instead of waiting."""

    ahead_ns = 0

    def now_ns(self) -> int:
        return super().now_ns() + self.ahead_ns


def test_a_driver_that_does_not_return_is_a_loss_too_and_so_is_its_return_a_return() -> None:
    source, kept, clock = Held(), Kept(), Jumping()
    supervisor = SourceSupervisor("webcam", source, kept, clock)
    supervisor.start()
    assert kept.running.wait(5)
    source.holds.set()
    assert source.held.wait(5)
    assert supervisor.look().cpu_ns >= 0
    assert kept.states[-1].state == "running"
    clock.ahead_ns = 3_100_000_000
    supervisor.look()
    supervisor.look()
    assert [state.state for state in kept.states] == ["opening", "running", "lost"]
    assert kept.states[-1].fault is SourceFault.STOPPED
    source.holds.clear()
    kept.running.clear()
    source.let_go.set()
    assert kept.running.wait(5)
    clock.ahead_ns = 0
    supervisor.ask_to_stop()
    assert supervisor.join(1)


class Paused(Scripted):
    """A source on a machine that stands still during one read, and that delivers nothing once it is `silent`."""

    def __init__(self, clock: Jumping) -> None:
        super().__init__()
        self.clock = clock
        self.pauses, self.paused = threading.Event(), threading.Event()
        self.silent = False

    def read(self, timeout_s: float) -> VideoFrame | None:
        if self.pauses.is_set():
            self.pauses.clear()
            self.clock.ahead_ns += 4_000_000_000
            self.paused.set()
            return None
        if self.silent:
            time.sleep(0.01)
            self.clock.ahead_ns += 240_000_000
            return None
        return super().read(timeout_s)


def test_a_machine_that_stood_still_has_lost_no_device_but_one_that_stays_silent_is_lost() -> None:
    clock, kept = Jumping(), Kept()
    source = Paused(clock)
    supervisor = SourceSupervisor("microphone", source, kept, clock)
    supervisor.start()
    assert kept.running.wait(5)
    supervisor.look()
    source.pauses.set()
    assert source.paused.wait(5)
    supervisor.look()
    taken = len(kept.items)
    while len(kept.items) < taken + 2:
        time.sleep(0.01)
    assert [state.state for state in kept.states] == ["opening", "running"]
    source.silent = True
    source.paused.clear()
    source.pauses.set()
    while kept.states[-1].state == "running":
        time.sleep(0.01)
    assert kept.states[-1].fault is SourceFault.STOPPED
    supervisor.ask_to_stop()
    assert supervisor.join(2)
