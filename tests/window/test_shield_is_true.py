"""The shield in the exam window, over a real recorder and a camera that is unplugged: its colour is what is so."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.client.bridge import Bridge
from app.client.recording.recording import ChosenSources, Recording
from app.client.session.presenter import Presenter
from app.client.session.states import Running
from app.client.state.attempts import Attempt, AttemptStore
from crypto.keys import RecipientPrivate
from tests.fixtures.client import exam_settings
from tests.fixtures.mjpeg import MjpegCamera
from ui import theme
from ui.client.exam.window import ExamWindow

BOUND_MS = 20_000


class Unused:
    """The pages before the exam, and what follows from the news: neither matters here."""

    def show_checks(self, model: object) -> None: ...
    def show_preview(self, jpeg: bytes) -> None: ...
    def show_shield(self, shield: str, sentence: str) -> None: ...
    def object_queued(self) -> None: ...
    def recording_finished(self, *, complete: bool) -> None: ...


@pytest.fixture
def recording(tmp_path: Path, mjpeg: MjpegCamera, open_exam, qtbot) -> Iterator[tuple[Recording, ExamWindow, Attempt]]:
    """A recording of the camera alone, not begun, whose news go to an open exam window."""
    only_camera = {"camera": {}, "microphone": None, "screen": None, "key_interval_s": 0.5}
    settings = exam_settings(tmp_path / "tls", RecipientPrivate.generate("exam-key"), recording=only_camera)
    window, bridge, unused = open_exam(), Bridge(), Unused()
    news = Presenter(settings=settings, window=unused, scheduler=bridge, hooks=unused)  # type: ignore[arg-type]
    news.show(Running(window))  # type: ignore[arg-type]
    (tmp_path / "attempts").mkdir()
    made = Recording(
        settings=settings,
        sources=ChosenSources(mjpeg.url, None, None),
        spool=tmp_path / "spool",
        attempts=AttemptStore(tmp_path / "attempts"),
        exam_file=b"signed",
        listener=news,
        scheduler=bridge,
    )
    attempt = Attempt.model_validate(
        {
            "attempt": "3b0f9b5e-8a34-4c57-9d0e-2f6c1f7a9b10",
            "institution": "test-college",
            "exam": "exam-1",
            **dict.fromkeys(("settings_sha256", "settings_blake2b512"), "0" * 64),
            "signature": "none",
            "candidate": "candidate-1",
            "endpoint": settings.delivery.endpoints[0],
        }
    )
    news.refresh()
    made.open()
    yield made, window, attempt
    made.abandon()
    made.join(10)
    qtbot.wait(50)


def colour_of(window: ExamWindow) -> str:
    """The colour that the shield is painted in."""
    sign = window.findChild(QWidget, "shieldIndicator")
    assert sign is not None
    painted = sign.grab().toImage()
    seen = [painted.pixelColor(x, y).name() for x in range(painted.width()) for y in range(painted.height())]
    shades = {theme.GOOD: "green", theme.WARNING: "amber", theme.BAD: "off"}
    return max(shades.items(), key=lambda shade: seen.count(QColor(shade[0]).name()))[1]


def notice(window: ExamWindow) -> str:
    sentence = window.findChild(QWidget, "noticeSentence")
    assert sentence is not None
    return str(sentence.text())


def test_the_shield_follows_the_camera_and_the_recorder(
    recording: tuple[Recording, ExamWindow, Attempt], mjpeg: MjpegCamera, qtbot
) -> None:
    made, window, attempt = recording

    def becomes(colour: str, timeout_ms: int = BOUND_MS) -> None:
        qtbot.waitUntil(lambda: colour_of(window) == colour, timeout=timeout_ms)

    assert colour_of(window) == "off"
    made.begin(attempt)
    becomes("green")
    assert notice(window) == ""

    mjpeg.stop()
    becomes("amber")
    assert (
        notice(window) == "The camera delivers no pictures. Look whether it is still connected. Go on with your exam."
    )
    mjpeg.start()
    becomes("green")
    assert notice(window) == ""

    stopped = made.recorder_pid
    assert stopped is not None
    os.kill(stopped, signal.SIGSTOP)
    becomes("amber", 6_000)
    assert notice(window) == "The recorder does not answer at the moment. Go on with your exam."
    os.kill(stopped, signal.SIGCONT)
    becomes("green")

    os.kill(stopped, signal.SIGKILL)
    becomes("off")
    becomes("green")
    assert made.recorder_pid != stopped

    made.finish()
    becomes("off")
