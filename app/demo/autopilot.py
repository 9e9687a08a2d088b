"""Clicks through a sitting as a test taker would, with the real windows, and takes a picture of each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import mss
import mss.tools
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.client.phases import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from app.client.composition import ClientProgram

TICK_S = 0.1
PATIENCE_S = 90.0
SETTLE_S = 0.6
"""A window that has just appeared is drawn within this time; the picture is taken after it."""

ANSWERS = (
    "The tide tables show two high waters a day, and the water is deepest at the second of them.",
    "I would weigh the sample twice and write both numbers down.",
)


class AutopilotError(Exception):
    """A window did not come within the time; the message says which was waited for and which was shown."""


class Autopilot:
    """Drives one client program from its first window to its last; call `start` once the program runs.

    `seconds` is how long to record; `screens` receives one PNG a window, numbered in the order they came.
    """

    def __init__(self, program: ClientProgram, *, seconds: float, screens: Path, leave: bool = False) -> None:
        self._program = program
        self._seconds = seconds
        self._screens = screens
        self._pictures = 0
        self._script = self._sit()
        self._waiting_for: Callable[[], bool] | None = None
        self._what = ""
        self._deadline = 0.0
        self._leave = leave

    def start(self) -> None:
        """Begin to click."""
        self._screens.mkdir(parents=True, exist_ok=True)
        self._timer = self._program.bridge.every(TICK_S, self._tick)

    def _tick(self) -> None:
        if self._waiting_for is not None and not self._waiting_for():
            if time.monotonic() > self._deadline:
                self._timer.stop()
                self._picture("stuck")
                raise AutopilotError(f"{self._what} did not come; the window shows {self._program.window.page_name!r}")
            return
        try:
            self._what, self._waiting_for, patience_s = next(self._script)
        except StopIteration:
            self._timer.stop()
            return
        self._deadline = time.monotonic() + patience_s

    def _sit(self) -> Iterator[tuple[str, Callable[[], bool], float]]:
        window = self._program.window
        yield "the first page", lambda: window.page_name in {"informed", "trust", "trouble"}, PATIENCE_S
        if window.page_name == "trust":
            yield from self._look("trust")
            self._click(window, "trustButton")
            yield "the page of information", lambda: window.page_name == "informed", PATIENCE_S
        yield from self._look("before-you-start")
        self._click(window, "acceptButton")
        yield "the device check", lambda: window.page_name == "checks", PATIENCE_S
        yield "the start button", lambda: self._button(window, "startButton").isEnabled(), PATIENCE_S
        yield self._pause(1.5)
        yield from self._look("device-check")
        self._click(window, "startButton")
        yield "the exam page", lambda: self._controller_phase() is Phase.RUNNING, PATIENCE_S
        began = time.monotonic()
        yield from self._look("exam")
        yield from self._answer()
        yield from self._look("exam-answered")
        yield "the end of the exam", lambda: time.monotonic() - began >= self._seconds - 0.6, self._seconds + PATIENCE_S
        exam = self._program.controller.exam_window
        if exam is None:
            raise AutopilotError("the exam window closed early")
        self._click(exam, "leaveButton" if self._leave else "handInButton")
        yield self._pause(0.6)
        yield from self._look("hand-in-question")
        confirm = "confirmLeaveButton" if self._leave else "confirmHandInButton"
        if self._controller_phase() is Phase.RUNNING:
            self._click(exam, confirm)
        yield "handing in", lambda: window.page_name in {"handing_in", "goodbye"}, PATIENCE_S
        self._picture("handing-in")
        yield "the good-bye", lambda: window.page_name == "goodbye", PATIENCE_S
        yield from self._look("good-bye")
        self._click(window, "closeButton")

    def _answer(self) -> Iterator[tuple[str, Callable[[], bool], float]]:
        exam = self._program.controller.exam_window
        view = exam.findChild(QWebEngineView) if exam is not None else None
        if view is None:
            raise AutopilotError("the exam window holds no page")
        for number, answer in enumerate(ANSWERS):
            view.page().runJavaScript(
                f"const f = document.querySelectorAll('textarea, input[type=text]')[{number}]; if (f) f.focus();"
            )
            view.setFocus()
            yield self._pause(0.3)
            target = view.focusProxy() or view
            for letter in answer:
                QTest.keyClicks(target, letter)
                QApplication.processEvents()
        view.page().runJavaScript("const r = document.querySelector('input[type=radio]'); if (r) r.click();")
        yield self._pause(0.3)

    def _look(self, name: str) -> Iterator[tuple[str, Callable[[], bool], float]]:
        yield self._pause(SETTLE_S)
        self._picture(name)

    def _pause(self, seconds: float) -> tuple[str, Callable[[], bool], float]:
        until = time.monotonic() + seconds
        return "a moment", lambda: time.monotonic() >= until, seconds + PATIENCE_S

    def _picture(self, name: str) -> None:
        self._pictures += 1
        with mss.MSS() as screen:
            shot = screen.grab(screen.monitors[0])
            mss.tools.to_png(shot.rgb, shot.size, output=str(self._screens / f"{self._pictures:02d}-{name}.png"))

    def _controller_phase(self) -> Phase:
        return self._program.controller.phase

    def _button(self, window: QWidget, name: str) -> QPushButton:
        button = window.findChild(QPushButton, name)
        if button is None:
            raise AutopilotError(f"there is no button {name!r} in the window")
        return button

    def _click(self, window: QWidget, name: str) -> None:
        QTest.mouseClick(self._button(window, name), Qt.MouseButton.LeftButton)
