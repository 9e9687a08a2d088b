"""The first vocabulary, which had no version, reads as today's; what it does not explain stays as it was sealed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.events.checkin import ScanEvent, ScanPlace, ScanProgress, ScanSubject, StillSkippedEvent, StillSubject
from app.events.detection import DetectionFailedEvent, IncidentEvent
from app.events.legacy import kind_name, rule_name, translated
from app.events.lockdown import ViolationEvent
from app.events.recording import EncodingLevelEvent, GapEvent, ImpairmentEvent, ScreenRecordedEvent, StreamNoticeEvent
from app.events.sealed import kind_in, read_line
from app.events.session import ExamLeftEvent, LeftReason
from app.events.values import UnknownCode
from app.events.violations import ClipboardReplacedFacts, StorageArrivedFacts
from app.events.vocabulary import MalformedEvent, UnknownEvent
from lockdown.contract.settings import Control
from lockdown.contract.storage_size import StorageSize
from tests.fixtures.event_examples import anything

RECORDED = Path(__file__).parents[2] / "vectors" / "recorded_before_codes" / "expected"
EDGES = {"stream": "webcam", "from_us": 1, "to_us": 2}
KINDS = ("gap", "quality", "screen_recorded", "incident", "detection_failed", "still", "scan", "left", "page", "zero")


def read(kind: str, /, **facts: Any) -> object:
    return read_line(json.dumps({"event": kind, **facts}).encode()).event


def storage(size: str, **version: int) -> object:
    return read("violation", guard="storage", code="storage-arrived", storage_class="usb", size=size, **version)


def stick(size: StorageSize | UnknownCode) -> ViolationEvent:
    return ViolationEvent(Control.STORAGE, StorageArrivedFacts("usb", size))


@pytest.mark.parametrize(
    ("event", "typed"),
    [
        (read("gap", **EDGES, reason="asleep", slept_ms=5), GapEvent("webcam", 1, 2, "suspended", 5)),
        (read("gap", **EDGES, reason="recorder_died"), GapEvent("webcam", 1, 2, "recorder_exited")),
        (
            read("gap", **EDGES, reason="No camera was found. Connect one and wait a moment."),
            GapEvent("webcam", 1, 2, "not_found", text="No camera was found. Connect one and wait a moment."),
        ),
        (
            read("gap", **EDGES, reason="The source failed (OSError)."),
            GapEvent("webcam", 1, 2, "failed", error="OSError", text="The source failed (OSError)."),
        ),
        (read("gap", **EDGES, reason="A cat."), GapEvent("webcam", 1, 2, UnknownCode("A cat."))),
        (read("gap", **EDGES, reason=3), MalformedEvent("gap", {**EDGES, "reason": 3})),
        (
            read("quality", stream="webcam", what="lens_covered", state="began"),
            ImpairmentEvent("webcam", "lens_covered", "began"),
        ),
        (
            read("quality", stream="screen", what="stepped_up", frames_per_s=5, scale=0.5, crf=28, cause="bytes"),
            EncodingLevelEvent("screen", "up", 5, 0.5, 28, "bytes"),
        ),
        (
            read("quality", stream="screen", what="stepped_down", frames_per_s=5, scale=0.5, crf=28),
            EncodingLevelEvent("screen", "down", 5, 0.5, 28),
        ),
        (
            read("quality", stream="screen", what="display_changed"),
            StreamNoticeEvent("screen", "display_changed"),
        ),
        (read("screen_recorded", left_out=""), ScreenRecordedEvent()),
        (read("screen_recorded", left_out="pointer,smell"), ScreenRecordedEvent(("pointer", UnknownCode("smell")))),
        (read("screen_recorded", left_out=["pointer"]), ScreenRecordedEvent(("pointer",))),
        (
            read("detection_failed", why="The model a.tflite cannot be run on this machine: no\nop"),
            DetectionFailedEvent("model_not_runnable", "a.tflite", "no\nop"),
        ),
        (
            read("detection_failed", why="The recorder ended each time while it ran the detectors."),
            DetectionFailedEvent("recorder_kept_ending"),
        ),
        (read("detection_failed", why="Rain."), DetectionFailedEvent(UnknownCode("Rain."))),
        (read("detection_failed", why=None), MalformedEvent("detection_failed", {"why": None})),
        (read("still", what="signature", state="left_out"), StillSkippedEvent(StillSubject.SIGNATURE)),
        (read("still", what="signature", state="lost"), UnknownEvent("still", {"what": "signature", "state": "lost"})),
        (read("still", what="signature"), UnknownEvent("still", {"what": "signature"})),
        (
            read("scan", what="desk", state="place", place="the_desk_top", **{"try": 2}),
            ScanEvent(ScanSubject.DESK, ScanProgress.ASKED, 2, ScanPlace.DESK_TOP),
        ),
        (
            read("scan", what="desk", state="left_out", **{"try": 0}),
            ScanEvent(ScanSubject.DESK, ScanProgress.SKIPPED, 0),
        ),
        (read("scan", state=1), MalformedEvent("scan", {"state": 1, "place": None})),
        (read("left", reason="I do not feel well: ill"), ExamLeftEvent(LeftReason.UNWELL, "ill")),
        (read("left", reason="Another reason"), ExamLeftEvent(LeftReason.OTHER)),
        (read("left", reason="No hook; start again"), ExamLeftEvent(LeftReason.NOT_LOCKED, "No hook; start again")),
        (read("left", reason=""), ExamLeftEvent(LeftReason.OTHER)),
        (read("left", reason=None), MalformedEvent("exam_left", {"reason": None})),
        (
            read("page", what="clipboard_replaced"),
            ViolationEvent(Control.CLIPBOARD, ClipboardReplacedFacts(1)),
        ),
        (storage("0-1 GB"), stick(StorageSize.GB_0_TO_1)),
        (storage("256-1024 GB"), stick(StorageSize.GB_256_TO_1024)),
        (storage("1024 GB or more", version=2), stick(StorageSize.GB_FROM_1024)),
        (storage("none", version=2), stick(StorageSize.NO_MEDIUM)),
        (storage("gb_1_to_4", version=2), stick(StorageSize.GB_1_TO_4)),
        (storage("9 GB", version=2), stick(UnknownCode("9 GB"))),
        (read("incident", rule=1), MalformedEvent("incident", {"rule": 1})),
    ],
)
def test_what_was_sealed_in_other_words_reads_as_today(event: object, typed: object) -> None:
    assert event == typed
    assert type(event) is type(typed)


def test_every_event_of_the_recordings_of_then_is_typed_and_understood() -> None:
    lines = [
        line
        for session in ("every-event", "interrupted", "whole")
        for line in (RECORDED / session / "events.jsonl").read_bytes().splitlines()
    ]
    assert len(lines) > 400
    for line in lines:
        sealed = read_line(line)
        assert sealed.version == 1
        assert kind_in(line) == sealed.event.kind
        assert sealed.understood, line
        assert not isinstance(sealed.event, UnknownEvent), line
        assert sealed.t_us == json.loads(line)["t_us"]


def test_an_incident_has_the_name_of_its_setting() -> None:
    names = [rule_name(name) for name in ("absent", "not_read", "away", "people", "speech", "smell")]
    assert names == ["face_presence", "face_readability", "gaze", "people_count", "voice", "smell"]
    line = next(
        line for line in (RECORDED / "whole" / "events.jsonl").read_bytes().splitlines() if b'"rule": "away"' in line
    )
    event = read_line(line).event
    assert isinstance(event, IncidentEvent)
    assert event.rule == "gaze"


def test_a_kind_that_was_never_renamed_keeps_its_name() -> None:
    assert (kind_name("left"), kind_name("window_left")) == ("exam_left", "window_left")


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(["what", "state", "reason", "why", "place"]), anything))
def test_no_facts_stop_the_translation(kind: str, facts: dict[str, Any]) -> None:
    translated(kind, facts)
