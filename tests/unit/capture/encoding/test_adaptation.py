"""When pictures become fewer, smaller or coarser, and when finer again."""

from __future__ import annotations

import itertools

import pytest

from capture.clock import SECOND_NS
from capture.encoding.adaptation import BEHIND_S, CALM_S, Adaptation, EncodingLevel, LevelChange
from capture.encoding.change_gate import ChangeGate, RateGate
from capture.settings import CameraSettings, ScreenSettings
from tests.unit.capture.encoding.test_gaps_and_change import screen

MB_PER_H = 1e6 / 3600
"""Bytes per second."""
SCREEN = ScreenSettings()


class Machine:
    """One stream on a machine whose pictures wait as long as it is told, second after second."""

    def __init__(self, settings: CameraSettings | ScreenSettings) -> None:
        self.steps: list[LevelChange] = []
        self.adaptation = Adaptation(settings, self.steps.append)
        self.now_s = 0

    def run(self, seconds: int, *, waits_s: float = 0.02, mb_per_h: float = 1.0) -> None:
        for _ in range(seconds):
            self.now_s += 1
            self.adaptation.waited(self.now_s * SECOND_NS, waits_s)
            if self.now_s % 4 == 0:
                self.adaptation.spent(self.now_s * SECOND_NS, round(4 * mb_per_h * MB_PER_H))

    @property
    def level(self) -> EncodingLevel:
        return self.adaptation.level


def test_machine_that_falls_behind_gets_fewer_pictures_then_smaller_ones_and_no_less_than_the_limits() -> None:
    machine = Machine(CameraSettings(frames_per_s=12, least_frames_per_s=4, least_scale=0.5))
    machine.run(120, waits_s=2 * BEHIND_S)
    assert [(step.level.frames_per_s, step.level.scale) for step in machine.steps] == [(6, 1), (4, 1), (4, 0.5)]
    assert all(step.down and step.cause == "machine" and step.level.crf == 28 for step in machine.steps)
    quality = machine.steps[-1].quality("webcam")
    assert quality.code == "down"
    assert quality.facts == {"frames_per_s": 4, "scale": 0.5, "crf": 28, "cause": "machine"}


def test_single_late_picture_is_no_reason_to_step_down() -> None:
    machine = Machine(ScreenSettings())
    for _ in range(20):
        machine.run(1, waits_s=2.0)
        machine.run(1)
    assert machine.steps == []


def test_steps_up_come_one_by_one_after_a_calm_minute_each() -> None:
    machine = Machine(ScreenSettings())
    machine.run(30, waits_s=1.0)
    assert machine.level.frames_per_s == 1
    machine.run(round(CALM_S) - 2)
    assert machine.level.frames_per_s == 1
    machine.run(4)
    assert machine.level.frames_per_s == 2
    machine.run(round(CALM_S) + 1)
    assert machine.level == EncodingLevel(5, 1.0, SCREEN.crf, SCREEN.moving_frames_per_s)
    machine.run(600)
    assert len(machine.steps) == 4


def test_step_up_that_was_too_early_is_tried_half_as_often() -> None:
    machine = Machine(ScreenSettings(least_frames_per_s=2))
    for _ in range(3600):  # a machine that can do two pictures a second, and never five
        machine.run(1, waits_s=1.0 if machine.level.frames_per_s == 5 else 0.05)
    ups_s = [step.at_ns / SECOND_NS for step in machine.steps if not step.down]
    pauses_s = [later - sooner for sooner, later in itertools.pairwise(ups_s)]
    assert len(ups_s) <= 6
    assert pauses_s == sorted(pauses_s)
    assert machine.level.frames_per_s in (2, 5)


def test_page_that_stutters_counts_as_a_machine_that_falls_behind() -> None:
    machine = Machine(ScreenSettings())
    machine.run(5)
    machine.adaptation.strained(machine.now_s * SECOND_NS)
    machine.adaptation.strained(machine.now_s * SECOND_NS)
    assert [step.level.frames_per_s for step in machine.steps] == [2], "one step at a time"


@pytest.mark.parametrize("wants_mb_per_h", [65, 120, 400])
def test_bytes_per_hour_are_held_whatever_the_page_shows(wants_mb_per_h: int) -> None:
    settings = ScreenSettings(mb_per_h=60, coarsest_crf=40, least_frames_per_s=1)
    machine, spent = Machine(settings), 0.0
    for _ in range(900):
        level = machine.level
        takes = wants_mb_per_h * 0.7 ** ((level.crf - settings.crf) / 3) * level.frames_per_s / settings.frames_per_s
        spent += takes * 4 / 3600
        machine.run(4, mb_per_h=takes)
    assert spent <= 60 * 1.03, "MB in one hour"
    assert {step.cause for step in machine.steps} == {"bytes"}
    assert len(machine.steps) <= 12, "it settles"


def test_burst_is_let_through_and_a_calm_screen_is_fine_again() -> None:
    machine = Machine(ScreenSettings())
    machine.run(120, mb_per_h=5)
    machine.run(40, mb_per_h=110)
    assert machine.steps == []
    machine.run(60, mb_per_h=110)
    assert machine.level.crf > SCREEN.crf
    machine.run(300, mb_per_h=5)
    assert machine.level == EncodingLevel(5, 1.0, SCREEN.crf, SCREEN.moving_frames_per_s)


def test_limits_that_leave_no_room_switch_the_steps_off() -> None:
    settings = CameraSettings(
        frames_per_s=5, least_frames_per_s=10, least_scale=1.0, crf=30, coarsest_crf=20, mb_per_h=5
    )
    machine = Machine(settings)
    machine.run(300, waits_s=2.0, mb_per_h=500)
    assert machine.steps == []
    assert machine.level == EncodingLevel(5, 1.0, 30)


def test_fewer_pictures_of_a_camera_are_even() -> None:
    per_s = [10]
    gate = RateGate(lambda: per_s[0])
    assert [n for n in range(0, 100, 10) if gate.admits(screen(n, unchanged=False))] == list(range(0, 100, 10))
    per_s[0] = 2
    admitted = [n for n in range(100, 131) if gate.admits(screen(n, unchanged=False))]
    assert {later - sooner for sooner, later in itertools.pairwise(admitted[1:])} == {5}


def test_change_that_comes_too_soon_is_recorded_as_soon_as_it_may_be() -> None:
    per_s = [5]
    gate = ChangeGate(heartbeat_s=2, key_interval_s=3.9, most_per_s=lambda: per_s[0])
    per_s[0] = 1
    admitted = [t for t in range(0, 31, 2) if gate.admits(screen(t, unchanged=t not in (0, 4)))]
    assert admitted == [0, 10, 30]  # 4 waits for 10, and is no longer a change of the source's then
