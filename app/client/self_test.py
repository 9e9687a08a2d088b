"""The device check without an exam: `invigilo check`, with the sources and findings that an exam uses."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from app.client.messages import Level, Open, Preview, SourceChanged
from app.client.recorder.link import RecorderLink
from app.client.sitting import RESERVE_BYTES
from capture.settings import RecordingSettings
from lockdown.readiness import findings, look
from lockdown.settings import LockdownSettings

if TYPE_CHECKING:
    from app.client.places import Places

OPENING_S = 15.0
"""A camera or a sound server that answers at all does so within this time."""
_CODES = {"webcam": "C-01", "microphone": "M-01", "screen": "X-01"}


@dataclass(frozen=True)
class SelfTestItem:
    """One finding, as on the page of the device check."""

    code: str
    state: str
    sentence: str
    fix: str = ""


@dataclass(frozen=True)
class SelfTestReport:
    """All findings; `ready` is True where none of them bars an exam."""

    items: tuple[SelfTestItem, ...]

    @property
    def ready(self) -> bool:
        """Whether an exam could start."""
        return all(item.state != "failed" for item in self.items)

    def as_json(self) -> dict[str, object]:
        """The report as JSON values."""
        return {"ready": self.ready, "items": [asdict(item) for item in self.items]}


@dataclass
class _Ear:
    """Keeps the last word on each source, the number of pictures and the loudest sound."""

    states: dict[str, SourceChanged] = field(default_factory=dict)
    pictures: int = 0
    loudest_dbfs: float = -120.0
    ended: threading.Event = field(default_factory=threading.Event)

    def recorder_said(self, message: object) -> None:
        match message:
            case SourceChanged():
                self.states[message.stream] = message
            case Preview():
                self.pictures += 1
            case Level():
                self.loudest_dbfs = max(self.loudest_dbfs, message.dbfs)

    def recorder_ended(self, status: int) -> None:
        self.ended.set()

    def settle(self, timeout_s: float) -> None:
        """Wait until every source has opened or has said why not."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline and not self.ended.wait(0.1):
            if all(stream in self.states and self.states[stream].state != "opening" for stream in _CODES):
                return


def run_self_test(
    places: Places, *, camera: str | None, microphone: str | None, screen: str | None, seconds: float
) -> SelfTestReport:
    """Open the devices for `seconds` and look at the machine; nothing is recorded, sealed or sent."""
    places.prepare()
    ear = _Ear()
    link = RecorderLink(ear)
    try:
        link.say(Open(settings=RecordingSettings(), camera=camera, microphone=microphone, screen=screen))
        ear.settle(OPENING_S)
        began = time.monotonic()
        pictures = ear.pictures
        ear.ended.wait(seconds)
        watched_s = time.monotonic() - began
        devices = [_device(stream, code, ear, (ear.pictures - pictures) / watched_s) for stream, code in _CODES.items()]
    finally:
        link.close(timeout_s=10.0)
    machine = findings(LockdownSettings(), look(LockdownSettings(), places.spool), RESERVE_BYTES)
    return SelfTestReport(
        (*devices, *(SelfTestItem(found.code, found.state, found.sentence, found.fix) for found in machine))
    )


def _device(stream: str, code: str, ear: _Ear, pictures_per_s: float) -> SelfTestItem:
    said = ear.states.get(stream)
    if said is None or said.state != "running":
        return SelfTestItem(code, "attention", (said.sentence if said else "") or "It did not answer in time.")
    if stream == "webcam":
        return SelfTestItem(code, "ok", f"The camera works ({pictures_per_s:.1f} preview pictures a second).")
    if stream == "microphone":
        return SelfTestItem(code, "ok", f"The microphone works (loudest {ear.loudest_dbfs:.0f} dB of full scale).")
    return SelfTestItem(code, "ok", "The screen can be recorded.")
