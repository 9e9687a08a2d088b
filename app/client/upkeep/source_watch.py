"""What `invigilo check` measures of camera, microphone and screen, from what a recorder says of them."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.client.ipc.from_recorder import (
    DetectionChanged,
    Heartbeat,
    QualityChanged,
    SoundLevel,
    SourceChanged,
    SourceCounters,
)
from capture.reports import Condition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from capture.reports import Impairment, StreamName


@dataclass(frozen=True)
class Measurement:
    """What was measured of one device.

    `opened_after_s` is None where it never delivered. `per_s` counts pictures a second (for a microphone None),
    `asked_per_s` those that an exam's default settings ask for. `level_dbfs` is the loudest tenth of a second.
    `impairment` is what it delivers instead of a picture or sound (`capture.reports.Impairment`), "" for nothing.
    `cpu_percent` is what reading it takes of one processor core, without recording.
    """

    opened_after_s: float | None
    per_s: float | None
    asked_per_s: int | None
    level_dbfs: float | None
    impairment: str
    cpu_percent: float | None


@dataclass
class SourceWatch:
    """Collects what a recorder says of the `streams` that it was told to open; called on the recorder link's thread."""

    streams: tuple[StreamName, ...]

    opening_s: dict[str, float] = field(default_factory=dict)
    states: dict[str, SourceChanged] = field(default_factory=dict)
    opened_after_s: dict[str, float] = field(default_factory=dict)
    impairments: dict[str, QualityChanged] = field(default_factory=dict)
    heartbeats: list[Heartbeat] = field(default_factory=list)
    loudest_dbfs: float = -120.0
    detection: bool | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def recorder_message(self, message: object) -> None:
        """See `RecorderListener`."""
        match message:
            case SourceChanged():
                self.states[message.stream] = message
                since_s = self.opening_s.setdefault(message.stream, time.monotonic())
                if message.state is Condition.RUNNING:
                    self.opened_after_s.setdefault(message.stream, round(time.monotonic() - since_s, 2))
            case QualityChanged():
                self.impairments[message.stream] = message
            case Heartbeat():
                self.heartbeats.append(message)
            case SoundLevel():
                self.loudest_dbfs = max(self.loudest_dbfs, message.dbfs)
            case DetectionChanged():
                self.detection = message.available

    def recorder_exited(self, status: int) -> None:
        """See `RecorderListener`."""
        self.ended.set()

    def wait_until(self, holds: Callable[[], bool], timeout_s: float) -> None:
        """Wait until `holds`, the recorder has ended, or `timeout_s` passed."""
        deadline = time.monotonic() + timeout_s
        while not holds() and time.monotonic() < deadline:
            if self.ended.wait(0.1):
                return

    @property
    def speaks(self) -> bool:
        """Whether the recorder has said anything yet."""
        return bool(self.states or self.heartbeats)

    @property
    def settled(self) -> bool:
        """Whether every source has opened or has said why not."""
        return all(
            stream in self.states and self.states[stream].state is not Condition.OPENING for stream in self.streams
        )

    def impairment(self, stream: StreamName) -> Impairment | None:
        """What `stream` delivers in place of a picture or sound at the moment, None where nothing is wrong."""
        last = self.impairments.get(stream)
        return last.what if last is not None and last.state == "began" else None

    def measured(self, stream: StreamName, asked_per_s: int | None) -> Measurement:
        """What was measured of `stream`, of which `asked_per_s` pictures were asked for a second."""
        items_per_s = _per_s(self.heartbeats, lambda heartbeat: _of(heartbeat, stream).delivered)
        return Measurement(
            opened_after_s=self.opened_after_s.get(stream),
            per_s=items_per_s if asked_per_s is not None else None,
            asked_per_s=asked_per_s,
            level_dbfs=round(self.loudest_dbfs, 1) if stream == "microphone" else None,
            impairment=self.impairment(stream) or "",
            cpu_percent=_per_s(self.heartbeats, lambda heartbeat: 100 * _of(heartbeat, stream).cpu_s),
        )

    @property
    def cpu_percent(self) -> float | None:
        """What the whole recorder takes of one processor core."""
        return _per_s(self.heartbeats, lambda heartbeat: 100 * heartbeat.cpu_s)


def _per_s(heartbeats: Sequence[Heartbeat], count: Callable[[Heartbeat], float]) -> float | None:
    """Rate of increase from the first heartbeat to the last; None where there are fewer than two."""
    if len(heartbeats) < 2:
        return None
    over_s = (heartbeats[-1].at_ns - heartbeats[0].at_ns) / 1e9
    return round((count(heartbeats[-1]) - count(heartbeats[0])) / over_s, 1)


def _of(heartbeat: Heartbeat, stream: str) -> SourceCounters:
    none = SourceCounters(stream=stream, delivered=0, overruns=0, cpu_s=0.0)
    return next((each for each in heartbeat.sources if each.stream == stream), none)
