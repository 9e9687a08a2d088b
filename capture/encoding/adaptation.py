"""How finely pictures are encoded: as asked, or less where the machine falls behind or the bytes run out.

Two ladders, walked one step at a time. *Load*: fewer pictures a second, then smaller ones. *Bytes*: what moves on a
screen only as often as there are bytes for it (`capture.encoding.motion_freeze`), then coarser pictures, then fewer.
Each ends at the institution's limits (`capture.settings`). A step down comes soon; a step up needs a calm minute, and
twice as long each time it turns out to have been too early.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from capture.clock import SECOND_NS
from capture.reports import EncodingStep, Quality, StreamName
from capture.settings import CameraSettings, ScreenSettings

Cause = Literal["machine", "bytes"]

BEHIND_S, BEHIND_FOR_S = 0.5, 1.0
"""A picture that waited longer for its encoder is behind, and so is the machine if that lasts; the queue before the
encoder holds a second and a half."""
CALM_S = 60.0
LONGEST_CALM_S = 960.0
_SETTLE_S = 8.0
"""Two units of recording: what a step did is known no earlier."""
_TOO_EARLY_S = 60.0
_AVERAGED_S = 20.0
_CREDIT_S, _FIRST_CREDIT_S = 60.0, 15.0
"""What was saved may be spent on a burst of this length: a page that is opened, a minute of video."""
_DEBT_S = 20.0
"""What was spent too much is saved again by the step that was taken, if it was not more than this; a whole picture of a
screen takes about what there is for fifteen seconds."""
_CRF_STEP = 3
_GROWS = 1.5
"""Three steps of the rate factor make H.264 and AV1 take about 1.4 times the bytes."""


Limits = CameraSettings | ScreenSettings


@dataclass(frozen=True, slots=True)
class EncodingLevel:
    """How finely pictures are encoded: how many a second at most, at which share of their width, how coarse.

    `moving_per_s` is how often at least what moves all the time is recorded; `None` where nothing looks for that.
    """

    frames_per_s: int
    scale: float
    crf: int
    moving_per_s: float | None = None


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A change of level, and why."""

    level: EncodingLevel
    at_ns: int
    down: bool
    cause: Cause

    def quality(self, stream: StreamName) -> Quality:
        """The step as the pipeline reports it."""
        facts: dict[str, str | int | float] = {
            "frames_per_s": self.level.frames_per_s,
            "scale": self.level.scale,
            "crf": self.level.crf,
            "cause": self.cause,
        }
        if self.level.moving_per_s is not None:
            facts["moving_per_s"] = self.level.moving_per_s
        return Quality(stream, EncodingStep.DOWN if self.down else EncodingStep.UP, self.at_ns, facts=facts)


class _Ladder:
    """Levels from the finest to the coarsest, and how long it takes until a step up is tried."""

    def __init__(self, levels: list[EncodingLevel]) -> None:
        self._levels = levels
        self._at = 0
        self._calm_s = CALM_S
        self._moved_ns: int | None = None
        self._was_up = False

    @property
    def level(self) -> EncodingLevel:
        return self._levels[self._at]

    @property
    def taken(self) -> int:
        """How many steps down from the finest."""
        return self._at

    @property
    def grows(self) -> float:
        """How many times the bytes may be after a step up."""
        finer = self._levels[max(0, self._at - 1)]
        return max(_GROWS, finer.frames_per_s / self.level.frames_per_s)

    def down(self, at_ns: int) -> bool:
        if self._at + 1 >= len(self._levels) or self._since_s(at_ns) < _SETTLE_S:
            return False
        if self._was_up and self._since_s(at_ns) < _TOO_EARLY_S:
            self._calm_s = min(LONGEST_CALM_S, 2 * self._calm_s)
        self._move(self._at + 1, at_ns, up=False)
        return True

    def up(self, at_ns: int, calm_since_ns: int) -> bool:
        if self._at == 0 or self._since_s(at_ns) < self._calm_s or (at_ns - calm_since_ns) / SECOND_NS < self._calm_s:
            return False
        self._move(self._at - 1, at_ns, up=True)
        return True

    def _since_s(self, at_ns: int) -> float:
        return math.inf if self._moved_ns is None else (at_ns - self._moved_ns) / SECOND_NS

    def _move(self, to: int, at_ns: int, *, up: bool) -> None:
        self._at, self._moved_ns, self._was_up = to, at_ns, up


class Adaptation:
    """Decides the level of one stream of pictures, and says `report(step)` of each change.

    Bytes are kept in an account, which gains what the budget gives and pays for each picture. `waited`, `spent` and
    `moving_per_s` are called on the encoder's thread, `strained` on any, `level` is read on any.
    """

    def __init__(self, limits: Limits, report: Callable[[LevelChange], None]) -> None:
        self._report = report
        self._bytes_per_s = limits.mb_per_h * 1e6 / 3600
        self._moving_per_s = limits.moving_frames_per_s if isinstance(limits, ScreenSettings) else None
        finest = EncodingLevel(limits.frames_per_s, 1.0, limits.crf, self._moving_per_s)
        self._load = _Ladder(list(_for_the_machine(finest, limits)))
        self._bytes = _Ladder(list(_for_the_bytes(finest, limits)))
        self._lock = threading.Lock()
        self._calm_since_ns: int | None = None
        self._behind_since_ns: int | None = None
        self._spent_ns: int | None = None
        self._rate = 0.0
        self._credit = _FIRST_CREDIT_S * self._bytes_per_s
        self.level = finest

    def waited(self, at_ns: int, waited_s: float) -> None:
        """A picture reached the encoder at `at_ns`, after `waited_s`."""
        if waited_s > BEHIND_S:
            since_ns = self._behind_since_ns = self._behind_since_ns or at_ns
            self._calm_since_ns = None
            if (at_ns - since_ns) / SECOND_NS >= BEHIND_FOR_S:
                self.strained(at_ns)
            return
        self._behind_since_ns = None
        with self._lock:
            calm_since_ns = self._calm_since_ns = at_ns if self._calm_since_ns is None else self._calm_since_ns
            moved = self._load.up(at_ns, calm_since_ns)
        self._step(at_ns, moved=moved, down=False, cause="machine")

    def strained(self, at_ns: int) -> None:
        """The machine cannot keep up: this stream waits, or the exam page stutters."""
        with self._lock:
            self._calm_since_ns = at_ns
            moved = self._load.down(at_ns)
        self._step(at_ns, moved=moved, down=True, cause="machine")

    def spent(self, at_ns: int, size: int) -> None:
        """A picture captured at `at_ns` took `size` bytes."""
        elapsed_s = 0.0 if self._spent_ns is None else max(0.0, (at_ns - self._spent_ns) / SECOND_NS)
        self._spent_ns = at_ns
        self._rate = math.exp(-elapsed_s / _AVERAGED_S) * self._rate + size / _AVERAGED_S
        most = _CREDIT_S * self._bytes_per_s
        self._credit = min(most, self._credit + elapsed_s * self._bytes_per_s) - size
        allowed = -_DEBT_S * self._bytes_per_s if self._bytes.taken else 0.0
        if self._credit < allowed and self._rate > self._bytes_per_s:
            self._step(at_ns, moved=self._bytes.down(at_ns), down=True, cause="bytes")
        elif self._rate * self._bytes.grows < self._bytes_per_s and self._credit > most / 2:
            self._step(at_ns, moved=self._bytes.up(at_ns, 0), down=False, cause="bytes")

    @property
    def moving_per_s(self) -> float | None:
        """How often what moves is to be recorded now: as the settings wish while there are bytes for it."""
        return self._moving_per_s if self._credit >= 0 else self.level.moving_per_s

    def _step(self, at_ns: int, *, moved: bool, down: bool, cause: Cause) -> None:
        if not moved:
            return
        load, thrift = self._load.level, self._bytes.level
        level = EncodingLevel(min(load.frames_per_s, thrift.frames_per_s), load.scale, thrift.crf, thrift.moving_per_s)
        changed, self.level = level != self.level, level
        if changed:
            self._report(LevelChange(level, at_ns, down, cause))


def _for_the_machine(finest: EncodingLevel, limits: Limits) -> Iterator[EncodingLevel]:
    yield finest
    level = finest
    for level in _fewer(finest, limits):
        yield level
    if limits.least_scale < 1.0:
        yield replace(level, scale=limits.least_scale)


def _for_the_bytes(finest: EncodingLevel, limits: Limits) -> Iterator[EncodingLevel]:
    yield finest
    level = finest
    if isinstance(limits, ScreenSettings) and limits.least_moving_frames_per_s < limits.moving_frames_per_s:
        level = replace(level, moving_per_s=limits.least_moving_frames_per_s)
        yield level
    while level.crf < limits.coarsest_crf:
        level = replace(level, crf=min(limits.coarsest_crf, level.crf + _CRF_STEP))
        yield level
    yield from _fewer(level, limits)


def _fewer(level: EncodingLevel, limits: Limits) -> Iterator[EncodingLevel]:
    while level.frames_per_s > limits.least_frames_per_s:
        level = replace(level, frames_per_s=max(limits.least_frames_per_s, level.frames_per_s // 2))
        yield level
