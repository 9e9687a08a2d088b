"""What the recorder seals of its sources and clocks, as the institution reads it."""

from __future__ import annotations

from typing import Any

from app.client.recorder.event_writer import EventWriter
from app.client.recorder.source_reporter import SourceReporter
from app.events.recording import ImpairmentEvent
from app.events.sealed import SealedEvent, read_line
from app.institution.wording.timeline import event_timeline, recorded_gaps
from capture.clock import SECOND_NS
from capture.reports import Condition, Impairment, Quality, SourceState
from capture.watching.time_watch import ClockMoved, Slept

T0_NS = 1_000 * SECOND_NS


class Client:
    """The other end of the pipe."""

    def __init__(self) -> None:
        self.said: list[Any] = []

    def send(self, message: object) -> None:
        self.said.append(message)


class Sealed:
    """A reporter whose timeline is kept instead of sealed."""

    def __init__(self) -> None:
        self.batches: list[bytes] = []
        self.client = Client()
        self.reporter = SourceReporter(self.client)  # type: ignore[arg-type]
        self.events = EventWriter(t0_ns=T0_NS, seal=lambda _t0_us, lines: self.batches.append(lines))

    def read(self) -> list[SealedEvent]:
        self.events.close()
        return [read_line(line) for line in b"".join(self.batches).splitlines()]


def test_a_sleep_is_a_gap_of_every_stream_and_a_clock_that_was_set_is_told() -> None:
    sealed = Sealed()
    for stream in ("webcam", "microphone"):
        sealed.reporter.source_changed(SourceState(stream, Condition.RUNNING))  # type: ignore[arg-type]
    sealed.reporter.attach(sealed.events, T0_NS)
    at_ns = T0_NS + 600 * SECOND_NS
    sealed.reporter.clock_event(Slept(at_ns, at_ns, 725 * SECOND_NS))
    sealed.reporter.clock_event(ClockMoved(at_ns, -3600 * SECOND_NS))
    events = sealed.read()
    gaps = recorded_gaps(events)
    assert [(gap.stream, gap.from_s, gap.to_s) for gap in gaps] == [("webcam", 600, 600), ("microphone", 600, 600)]
    slept = "No camera picture while the computer slept, for 12 min 5 s. The time of the recording stood still."
    assert gaps[0].sentence == slept
    told = [entry.sentence for entry in event_timeline(events)]
    assert slept in told
    assert any("clock was set back by 1 h 0 min" in sentence for sentence in told)


def test_what_is_amiss_when_the_recording_begins_is_sealed_with_it_and_told_to_the_client_at_once() -> None:
    sealed = Sealed()
    sealed.reporter.quality(Quality("microphone", Impairment.SOUND_SILENT, 1, "began"))
    sealed.reporter.quality(Quality("webcam", Impairment.PICTURE_BLACK, 2, "began"))
    sealed.reporter.quality(Quality("webcam", Impairment.PICTURE_BLACK, 3, "ended"))
    assert [(said.what, said.state) for said in sealed.client.said] == [
        ("sound_silent", "began"),
        ("picture_black", "began"),
        ("picture_black", "ended"),
    ]
    sealed.reporter.attach(sealed.events, T0_NS)
    sealed.reporter.quality(Quality("microphone", Impairment.SOUND_SILENT, T0_NS + 5 * SECOND_NS, "ended"))
    assert [sealed_event.event for sealed_event in sealed.read()] == [
        ImpairmentEvent("microphone", "sound_silent", "began"),
        ImpairmentEvent("microphone", "sound_silent", "ended"),
    ]
