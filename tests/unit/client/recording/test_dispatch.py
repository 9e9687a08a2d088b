"""Each word of a recorder reaches whom it concerns, on the main thread, with what it says."""

from __future__ import annotations

import base64
import logging
from typing import Any

import pytest

from app.client.ipc.from_recorder import (
    DetectionChanged,
    FaceSeen,
    GapReported,
    PreviewImage,
    QualityChanged,
    RecorderProblem,
    SoundLevel,
    SourceChanged,
    StillStored,
    StillTaken,
)
from app.client.ipc.problems import RecordingProblem
from app.client.recording.dispatch import RecorderDispatcher, dispatch
from capture.errors import SourceFault
from capture.reports import Condition, Impairment, RecordingFault

SEEN = FaceSeen(present=True, people=1, face=True, quality=())
STILL = StillTaken.of("id_photo", b"jpeg", 4, 3, ())


class Heard:
    """A listener and an observer that keep what they are called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *given, **named: self.calls.append((name, *given, *named.items()))


@pytest.mark.parametrize(
    ("message", "call"),
    [
        (
            SourceChanged(stream="webcam", state=Condition.LOST, fault=next(iter(SourceFault))),
            ("source_changed", "webcam", "lost", next(iter(SourceFault))),
        ),
        (
            QualityChanged(stream="screen", what=Impairment.SCREEN_BLACK, state="began"),
            ("quality_changed", "screen", "screen_black"),
        ),
        (
            QualityChanged(stream="screen", what=Impairment.SCREEN_BLACK, state="ended"),
            ("quality_changed", "screen", None),
        ),
        (PreviewImage(jpeg_b64=base64.b64encode(b"jpeg").decode()), ("preview", b"jpeg")),
        (SoundLevel(dbfs=-30.0), ("level", -30.0)),
        (SEEN, ("seen", SEEN)),
        (STILL, ("still_taken", STILL)),
        (StillStored(purpose="id_photo", stored=True), ("still_stored", ("stored", True))),
        (StillStored(purpose="id_photo", stored=False), ("still_stored", ("stored", False))),
        (DetectionChanged(available=True), ("detection_changed", ("available", True))),
        (
            RecorderProblem(code=RecordingProblem.DISK_FULL),
            ("recording_problem", RecordingProblem.DISK_FULL, ("recorder_gone", False)),
        ),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_word_reaches_the_listener(message: object, call: tuple[Any, ...]) -> None:
    heard = Heard()
    dispatch(message, heard)
    assert heard.calls == [call]


def test_detectors_that_cannot_run_are_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    heard = Heard()
    with caplog.at_level(logging.WARNING):
        dispatch(DetectionChanged(available=True), heard)
        assert caplog.records == []
        dispatch(DetectionChanged(available=False), heard)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert heard.calls[-1] == ("detection_changed", ("available", False))


def test_a_gap_is_sealed_by_the_recorder_and_shown_to_nobody() -> None:
    heard = Heard()
    dispatch(GapReported(stream="webcam", from_us=1, to_us=2, reason=RecordingFault.MACHINE_BUSY), heard)
    assert heard.calls == []


def test_a_recorders_words_come_on_the_main_thread_in_their_order_with_its_generation() -> None:
    heard, posted = Heard(), []

    class Scheduler:
        def post(self, call: Any) -> None:
            posted.append(call)

    dispatcher = RecorderDispatcher(heard, 3, Scheduler())
    dispatcher.recorder_message(SEEN)
    dispatcher.recorder_exited(-9)
    assert heard.calls == [], "not on the reader's thread"
    for call in posted:
        call()
    assert heard.calls == [("received", 3, SEEN), ("ended", 3, -9)]
