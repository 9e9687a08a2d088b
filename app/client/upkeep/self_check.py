"""The device check without an exam: `invigilo check`, with the sources and findings that an exam uses."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from app.client.delivery.disk_reserve import RESERVE_BYTES
from app.client.ipc.from_recorder import Heartbeat, QualityChanged, SoundLevel, SourceChanged, SourceCounters
from app.client.ipc.process import RecorderProcess
from app.client.ipc.to_recorder import Open
from app.client.machine.policy_findings import policy_findings
from app.client.pages.device_check import CODES
from app.client.pages.machine_findings import finding_words
from app.client.pages.source_figures import NO_ANSWER_IN_TIME, SLOW_FIX, slow_sentence, works_sentence
from app.client.pages.source_words import fault_sentence, impairment_sentence, limits_sentence
from app.policy.machine import machine_policy
from capture.reports import Condition
from capture.settings import RecordingSettings
from capture.sources.screen_limits import screen_limits
from lockdown.contract.settings import LockdownSettings
from lockdown.platforms.backend import backend
from lockdown.readiness.checks import findings, inspect_machine
from resources.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.client.machine.policy_findings import MachineFinding
    from app.client.state.paths import ClientPaths
    from capture.reports import StreamName

OPENING_S = 15.0
"""A camera or a sound server that answers at all does so within this time."""
MEASURED_S = 10.0
"""The longest wait for two heartbeats; the recorder sends one a second."""
SLOW_SHARE = 0.7
"""Of the pictures asked for. A webcam in a dim room gives fewer on purpose, which is worth a word as well."""


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


@dataclass(frozen=True)
class SelfCheckItem:
    """One finding of the device check: `code` and `facts` for programs, `sentence` and `fix` for people.

    `measured` is there for cameras, microphones and screens, whose facts hold the `fault` of one that does not deliver.
    """

    code: str
    state: str
    sentence: str
    fix: str = ""
    measured: Measurement | None = None
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class SelfCheckReport:
    """All findings; `ready` is True where none of them bars an exam. `cpu_percent` is the recorder's, of one core."""

    items: tuple[SelfCheckItem, ...]
    cpu_percent: float | None

    @property
    def ready(self) -> bool:
        """Whether an exam could start."""
        return all(item.state != "failed" for item in self.items)

    def as_json(self) -> dict[str, object]:
        """The report as JSON values."""
        return {"ready": self.ready, "cpu_percent": self.cpu_percent, "items": [asdict(item) for item in self.items]}


@dataclass
class _Listener:
    """Collects the latest state of each source, the loudest level and the heartbeats."""

    opening_s: dict[str, float] = field(default_factory=dict)
    states: dict[str, SourceChanged] = field(default_factory=dict)
    opened_after_s: dict[str, float] = field(default_factory=dict)
    impairments: dict[str, QualityChanged] = field(default_factory=dict)
    heartbeats: list[Heartbeat] = field(default_factory=list)
    loudest_dbfs: float = -120.0
    ended: threading.Event = field(default_factory=threading.Event)

    def recorder_message(self, message: object) -> None:
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

    def recorder_exited(self, status: int) -> None:
        self.ended.set()

    def wait_until(self, holds: Callable[[], bool], timeout_s: float) -> None:
        """Wait until `holds`, the recorder has ended, or `timeout_s` passed."""
        deadline = time.monotonic() + timeout_s
        while not holds() and time.monotonic() < deadline:
            if self.ended.wait(0.1):
                return

    @property
    def settled(self) -> bool:
        """Whether every source has opened or has said why not."""
        return all(stream in self.states and self.states[stream].state is not Condition.OPENING for stream in CODES)


def run_self_check(
    paths: ClientPaths, *, camera: str | None, microphone: str | None, screen: str | None, seconds: float
) -> SelfCheckReport:
    """Open the devices for `seconds` and look at the machine; nothing is recorded, sealed or sent."""
    paths.prepare()
    settings, listener = RecordingSettings(), _Listener()
    link = RecorderProcess(listener)
    try:
        link.send(Open(settings=settings, camera=camera, microphone=microphone, screen=screen))
        listener.wait_until(lambda: listener.settled, OPENING_S)
        listener.heartbeats.clear()
        listener.ended.wait(seconds)
        listener.wait_until(lambda: len(listener.heartbeats) >= 2, MEASURED_S)
        asked = {"webcam": settings.camera, "screen": settings.screen}
        devices = [
            _device(stream, listener, None if of is None else of.frames_per_s)
            for stream, of in ((stream, asked.get(stream)) for stream in CODES)
        ]
        cpu_percent = _per_s(listener.heartbeats, lambda heartbeat: 100 * heartbeat.cpu_s)
    finally:
        link.close(timeout_s=10.0)
        link.join(timeout_s=12.0)
    machine = findings(LockdownSettings(), inspect_machine(LockdownSettings(), paths.spool, backend()), RESERVE_BYTES)
    found: tuple[MachineFinding, ...] = (*machine, *policy_findings(machine_policy()))
    return SelfCheckReport((*devices, *map(_found, found)), cpu_percent)


def _found(finding: MachineFinding) -> SelfCheckItem:
    words = finding_words(finding)
    return SelfCheckItem(finding.code, finding.state, words.sentence, words.fix, facts=finding.facts_json())


def _device(stream: StreamName, listener: _Listener, asked_per_s: int | None) -> SelfCheckItem:
    code, state, impairment = CODES[stream], listener.states.get(stream), listener.impairments.get(stream)
    present_impairment = impairment if impairment is not None and impairment.state == "began" else None
    items_per_s = _per_s(listener.heartbeats, lambda heartbeat: _of(heartbeat, stream).delivered)
    measured = Measurement(
        opened_after_s=listener.opened_after_s.get(stream),
        per_s=items_per_s if asked_per_s is not None else None,
        asked_per_s=asked_per_s,
        level_dbfs=round(listener.loudest_dbfs, 1) if stream == "microphone" else None,
        impairment=present_impairment.what if present_impairment is not None else "",
        cpu_percent=_per_s(listener.heartbeats, lambda heartbeat: 100 * _of(heartbeat, stream).cpu_s),
    )
    if state is None or state.state is not Condition.RUNNING:
        fault = None if state is None else state.fault
        sentence = _(NO_ANSWER_IN_TIME) if fault is None else fault_sentence(stream, fault)
        facts: dict[str, object] = {} if fault is None else {"fault": fault.value}
        return SelfCheckItem(code, "attention", sentence, measured=measured, facts=facts)
    if present_impairment is not None:
        return SelfCheckItem(code, "attention", impairment_sentence(present_impairment.what), measured=measured)
    if measured.per_s is not None and asked_per_s is not None and measured.per_s < SLOW_SHARE * asked_per_s:
        sentence = slow_sentence(stream, measured.per_s, asked_per_s)
        return SelfCheckItem(code, "attention", sentence, _(SLOW_FIX), measured)
    limits = limits_sentence(screen_limits(os.environ)) if stream == "screen" else ""
    works = works_sentence(
        stream,
        opened_after_s=measured.opened_after_s,
        per_s=measured.per_s,
        asked_per_s=measured.asked_per_s,
        level_dbfs=measured.level_dbfs,
        cpu_percent=measured.cpu_percent,
    )
    return SelfCheckItem(code, "ok", f"{works} {limits}".rstrip(), measured=measured)


def _per_s(heartbeats: Sequence[Heartbeat], count: Callable[[Heartbeat], float]) -> float | None:
    """Rate of increase from the first heartbeat to the last; None where there are fewer than two."""
    if len(heartbeats) < 2:
        return None
    over_s = (heartbeats[-1].at_ns - heartbeats[0].at_ns) / 1e9
    return round((count(heartbeats[-1]) - count(heartbeats[0])) / over_s, 1)


def _of(heartbeat: Heartbeat, stream: str) -> SourceCounters:
    none = SourceCounters(stream=stream, delivered=0, overruns=0, cpu_s=0.0)
    return next((each for each in heartbeat.sources if each.stream == stream), none)
