"""The device check on the console: `invigilo check`, with the sources, findings and words that an exam has.

With an exam file, what is looked at is what that exam asks for, its servers included; without one, camera, microphone,
screen and this computer's disk, and what nothing was asked of is said to be so.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.client.delivery.disk_reserve import RESERVE_BYTES
from app.client.entry.opening import check_sources, exam_bytes
from app.client.entry.servers import ExamServers
from app.client.errors import ClientError, RecorderFailed
from app.client.findings.device_check import detection_finding
from app.client.findings.exam_file_findings import (
    exam_file_finding,
    exam_not_given,
    exam_refused,
    folder_finding,
    recorder_failed,
)
from app.client.findings.machine_findings import check_item
from app.client.findings.readiness import readiness
from app.client.findings.server_findings import delivery_finding, page_finding
from app.client.findings.source_figures import SLOW_FIXES, slow_sentence, works_sentence
from app.client.findings.source_findings import CODES, source_finding, source_not_asked
from app.client.ipc.process import RecorderProcess
from app.client.ipc.to_recorder import Open
from app.client.machine.policy_findings import policy_findings
from app.client.pages.delivery_words import delivery_sentence
from app.client.pages.source_words import limits_sentence
from app.client.upkeep.source_watch import SourceWatch
from app.policy.errors import PolicyError
from app.policy.exam_file import look_at_exam_file
from app.policy.machine import machine_policy
from app.policy.pins import InstitutionPins
from capture.reports import Condition
from capture.settings import RecordingSettings
from capture.sources.screen_limits import screen_limits
from lockdown.contract.settings import LockdownSettings
from lockdown.platforms.backend import backend
from lockdown.readiness.checks import findings, inspect_machine
from resources.language import _
from ui.model import ChecksModel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.client.findings.readiness import Readiness
    from app.client.machine.policy_findings import MachineFinding
    from app.client.recording.recording import ChosenSources
    from app.client.state.paths import ClientPaths
    from app.client.upkeep.source_watch import Measurement
    from app.policy.document import ExamSettings
    from capture.reports import StreamName
    from ui.model import CheckItem

START_S = 180.0
"""A recorder starts within this time, also where a scanner reads each of its files and a cold disk gives them."""
OPENING_S = 15.0
"""A camera or a sound server that answers at all does so within this time, once there is a recorder to ask it."""
MEASURED_S = 10.0
"""The longest wait for two heartbeats; the recorder sends one a second."""
DETECTION_S = 20.0
"""The models of the detectors are loaded within this time."""
SLOW_SHARE = 0.7
"""Of the pictures asked for. A webcam in a dim room gives fewer on purpose, which is worth a word as well."""


@dataclass(frozen=True)
class SelfCheckItem:
    """One finding of the device check: `item` for people, as the page shows it, `facts` for programs.

    `measured` is there for cameras, microphones and screens, whose facts hold the `fault` of one that does not deliver.
    """

    item: CheckItem
    measured: Measurement | None = None
    facts: dict[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Give the finding as JSON values."""
        shown = {name: getattr(self.item, name) for name in ("code", "title", "state", "sentence", "fix", "override")}
        return {**shown, "measured": asdict(self.measured) if self.measured else None, "facts": self.facts}


@dataclass(frozen=True)
class SelfCheckReport:
    """All findings, and whether an `exam` was asked about. `cpu_percent` is the recorder's, of one core."""

    items: tuple[SelfCheckItem, ...]
    cpu_percent: float | None
    exam: bool

    @property
    def readiness(self) -> Readiness:
        """What the findings come to."""
        return readiness((each.item for each in self.items), exam=self.exam)

    def as_page(self) -> ChecksModel:
        """The report as a page shows it."""
        items, whole = tuple(each.item for each in self.items), self.readiness
        return ChecksModel(items, whole.may_start, whole.sentence, camera_expected=False, microphone_expected=False)

    def as_json(self) -> dict[str, object]:
        """The report as JSON values."""
        whole = self.readiness
        return {
            "state": whole.state,
            "sentence": whole.sentence,
            "ready": whole.state == "ready",
            "may_start": whole.may_start,
            "cpu_percent": self.cpu_percent,
            "items": [each.as_json() for each in self.items],
        }


def run_self_check(paths: ClientPaths, sources: ChosenSources, *, seconds: float) -> SelfCheckReport:
    """Open every device for `seconds` and look at the machine, for no exam; nothing is recorded, sealed or sent."""
    try:
        devices, cpu_percent = _devices(RecordingSettings(), sources, seconds, exam=None)
    except RecorderFailed as error:
        return SelfCheckReport((SelfCheckItem(recorder_failed(error)),), None, exam=False)
    machine = tuple(_machine(LockdownSettings(), paths))
    return SelfCheckReport((*devices, *machine, *map(SelfCheckItem, exam_not_given())), cpu_percent, exam=False)


def run_exam_check(
    exam: str, paths: ClientPaths, sources: ChosenSources, *, seconds: float, authority: Path | None = None
) -> SelfCheckReport:
    """Look at what `exam`, a file or a link, asks for, its servers too; it is not opened and nothing is remembered."""
    pins = InstitutionPins(paths.pins)
    try:
        signed = look_at_exam_file(exam_bytes(exam, authority=authority), pins)
        settings = signed.settings()
        check_sources(settings, sources)
        known = pins.root_key(signed.terms.institution) is not None
    except (PolicyError, ClientError) as error:
        return SelfCheckReport((SelfCheckItem(exam_refused(error)),), None, exam=True)
    try:
        devices, cpu_percent = _devices(settings.recording, sources, seconds, exam=settings)
    except RecorderFailed as error:
        return SelfCheckReport((SelfCheckItem(recorder_failed(error)),), None, exam=True)
    servers = ExamServers(settings, settings.delivery.endpoints[0])
    problem = servers.endpoint_problem()
    items = (
        SelfCheckItem(exam_file_finding(signed, datetime.now(UTC), known=known)),
        *devices,
        SelfCheckItem(page_finding(servers.first_page())),
        SelfCheckItem(delivery_finding(None if problem is None else delivery_sentence(problem))),
        *_machine(settings.lockdown, paths),
    )
    return SelfCheckReport(items, cpu_percent, exam=True)


def _devices(
    settings: RecordingSettings, sources: ChosenSources, seconds: float, exam: ExamSettings | None
) -> tuple[tuple[SelfCheckItem, ...], float | None]:
    asked = {"webcam": settings.camera, "microphone": settings.microphone, "screen": settings.screen}
    check_in = exam.looks_at_check_in() if exam is not None else None
    watch = SourceWatch(tuple(stream for stream in CODES if asked[stream] is not None))
    link = RecorderProcess(watch)
    try:
        link.send(
            Open(
                settings=settings,
                camera=sources.camera,
                microphone=sources.microphone,
                screen=sources.screen,
                check_in=check_in,
            )
        )
        watch.wait_until(lambda: watch.speaks, START_S)
        watch.wait_until(lambda: watch.settled, OPENING_S)
        watch.heartbeats.clear()
        watch.ended.wait(seconds)
        watch.wait_until(lambda: len(watch.heartbeats) >= 2, MEASURED_S)
        if check_in is not None:
            watch.wait_until(lambda: watch.detection is not None, DETECTION_S)
        rates = {
            "webcam": settings.camera.frames_per_s if settings.camera else None,
            "screen": settings.screen.frames_per_s if settings.screen else None,
        }
        items = [
            _device(stream, watch, rates.get(stream), exam=exam is not None)
            if stream in watch.streams
            else SelfCheckItem(source_not_asked(stream))
            for stream in CODES
        ]
        if check_in is not None:
            items.append(SelfCheckItem(detection_finding(available=watch.detection is True)))
        return tuple(items), watch.cpu_percent  # before the recorder is closed, which stops every source
    finally:
        link.close(timeout_s=10.0)
        link.join(timeout_s=12.0)


def _device(stream: StreamName, watch: SourceWatch, asked_per_s: int | None, *, exam: bool) -> SelfCheckItem:
    said, measured = watch.states.get(stream), watch.measured(stream, asked_per_s)
    # One that still opens after all this time is told of as one that does not answer.
    opening = said is None or said.state is Condition.OPENING
    condition = Condition.ABSENT if opening or said is None else said.state
    fault = None if said is None else said.fault
    item = source_finding(stream, condition, fault, watch.impairment(stream), exam=exam)
    if item.state != "ready":
        return SelfCheckItem(item, measured, {} if fault is None else {"fault": fault.value})
    if measured.per_s is not None and asked_per_s is not None and measured.per_s < SLOW_SHARE * asked_per_s:
        sentence = slow_sentence(stream, measured.per_s, asked_per_s)
        return SelfCheckItem(replace(item, state="attention", sentence=sentence, fix=_(SLOW_FIXES[stream])), measured)
    limits = limits_sentence(screen_limits(os.environ)) if stream == "screen" else ""
    works = works_sentence(
        stream,
        opened_after_s=measured.opened_after_s,
        per_s=measured.per_s,
        asked_per_s=measured.asked_per_s,
        level_dbfs=measured.level_dbfs,
        cpu_percent=measured.cpu_percent,
    )
    return SelfCheckItem(replace(item, sentence=f"{works} {limits}".rstrip()), measured)


def _machine(settings: LockdownSettings, paths: ClientPaths) -> Iterator[SelfCheckItem]:
    if (trouble := paths.trouble()) is not None:
        yield SelfCheckItem(folder_finding(trouble))
    policy = machine_policy()
    machine = inspect_machine(settings, paths.on_disk, backend())
    on_machine = findings(settings, machine, RESERVE_BYTES, lab_machine=policy.lab_machine)
    found: tuple[MachineFinding, ...] = (*on_machine, *policy_findings(policy))
    for each in found:
        yield SelfCheckItem(check_item(each), facts=each.facts_json())
