"""What the client says about camera, microphone and screen, in its real windows: every sentence fits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.client.findings.device_check import DeviceCheck
from app.client.ipc.problems import RecordingProblem
from app.client.pages.status_words import PROBLEMS
from app.client.session.status_board import StatusBoard
from capture.errors import SourceFault
from capture.reports import Condition, Impairment, StreamName
from capture.sources.screen_limits import ScreenLimit
from crypto.keys import RecipientPrivate
from tests.fixtures.client import exam_settings
from tests.fixtures.window_pictures import LARGE, SMALL, cut_off, settle
from ui.client.exam.controls import ExamWindowControls
from ui.client.window import ClientWindow
from ui.model import ChecksModel, ExamStatus
from ui.theme import apply_theme

STREAMS: tuple[StreamName, ...] = get_args(StreamName)
IMPAIRED: dict[Impairment, StreamName] = {
    "picture_black": "webcam",
    "lens_covered": "webcam",
    "sound_silent": "microphone",
    "screen_black": "screen",
}


@pytest.fixture
def checks(tmp_path: Path) -> DeviceCheck:
    every = {"camera": {}, "microphone": {}, "screen": {}}
    settings = exam_settings(tmp_path / "tls", RecipientPrivate.generate("exam-key"), recording=every)
    made = DeviceCheck(settings, tuple(ScreenLimit))
    made.begin()
    return made


def every_page(checks: DeviceCheck) -> Iterator[tuple[str, ChecksModel]]:
    for fault in SourceFault:
        for stream in STREAMS:
            checks.source(stream, Condition.ABSENT, fault)
        yield fault, checks.model()
    for stream in STREAMS:
        checks.source(stream, Condition.RUNNING, None)
    for impairment, stream in IMPAIRED.items():
        yield impairment, checks.quality(stream, impairment)


def every_status() -> Iterator[tuple[str, ExamStatus]]:
    board = StatusBoard(expected=STREAMS, recording=True)
    for fault in SourceFault:
        for stream in STREAMS:
            board.source(stream, Condition.LOST, fault)
        yield fault, board.status()
    for stream in STREAMS:
        board.source(stream, Condition.RUNNING, None)
    for impairment, stream in IMPAIRED.items():
        board.quality(stream, impairment)
        yield impairment, board.status()
    for problem in RecordingProblem:
        board.notice = PROBLEMS[problem]
        yield problem, board.status()
    board.notice, board.responding = "", False
    yield "not_responding", board.status()


def test_every_state_is_among_them(checks: DeviceCheck) -> None:
    expected = {*SourceFault, *Impairment}
    assert {name for name, _ in every_page(checks)} == expected
    assert {name for name, _ in every_status()} == expected | {*RecordingProblem, "not_responding"}


@pytest.mark.parametrize(("size", "scale"), [(SMALL, 1.0), (LARGE, 1.0), (LARGE, 2.0)], ids=["small", "large", "200"])
def test_the_device_check_has_room_for_each(
    size: tuple[int, int], scale: float, checks: DeviceCheck, qapp: QApplication, qtbot
) -> None:
    apply_theme(qapp, scale)
    try:
        window = ClientWindow()
        qtbot.addWidget(window, before_close_func=lambda w: setattr(w, "_closing", True))
        window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        window.resize(*size)
        with qtbot.waitExposed(window):
            window.show()
        for name, model in every_page(checks):
            window.show_checks(model)
            settle(window)
            assert cut_off(window) == [], name
    finally:
        apply_theme(qapp, 1.0)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_the_exam_bar_has_room_for_each(size: tuple[int, int], open_exam, qtbot) -> None:
    window = open_exam(size=size, controls=ExamWindowControls())
    window.resize(*size)
    for name, status in every_status():
        window.set_status(status)
        settle(window)
        assert (window.width(), window.height()) == size
        assert cut_off(window) == [], name
