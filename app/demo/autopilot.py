"""Clicks through an exam session as a test taker would, in the real windows, and takes a screenshot of each."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, TypeVar

import mss
import mss.tools
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QPushButton, QRadioButton, QWidget

from app.client.session.phases import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from app.client.composition import ClientProgram
    from ui.client.exam.window import ExamWindow
    from ui.client.window import ClientWindow

_log = logging.getLogger(__name__)

TICK_S = 0.1
STEP_TIMEOUT_S = 90.0
SETTLE_S = 0.6
"""A window that has just appeared is drawn within this time; the picture is taken after it."""
STILL_S = 9.0
"""A camera that gives no still picture has been said to by then."""
HAND_IN_S = 1.3
"""From the click on the bar's button to the last recorded frame, pictures included."""

ANSWERS = {
    "name": "Eratosthenes of Cyrene",
    "shadow": "32",
    "essay": "I timed how long a bottle took to fill and did it three times, because one measurement tells nothing.",
}
CHOICES = ("input[value=distance]", "input[value=moon]", "input[value=sea]", "input[value=storm]")


_Part = TypeVar("_Part", bound=QWidget)


class AutopilotError(Exception):
    """A window did not come within the time; the message says which was waited for and which was shown."""


class Autopilot:
    """Drives one client program from its first window to its last; call `start` once the program runs.

    `seconds` is how long to record, and may be changed while it records; `screens` receives one PNG a window,
    numbered in the order they came.
    """

    def __init__(self, program: ClientProgram, *, seconds: float, screens: Path, leave: bool = False) -> None:
        self._program = program
        self.seconds = seconds
        self._screens = screens
        self._pictures = 0
        self._script = self._take_exam()
        self._waiting_for: Callable[[], bool] | None = None
        self._what = ""
        self._deadline = 0.0
        self._leave = leave
        self._began = 0.0

    def start(self) -> None:
        """Begin to click."""
        self._screens.mkdir(parents=True, exist_ok=True)
        self._timer = self._program.bridge.every(TICK_S, self._tick)

    def _tick(self) -> None:
        if self._waiting_for is not None and not self._waiting_for():
            if time.monotonic() > self._deadline:
                self._give_up(f"{self._what} did not come; the window shows {self._program.window.page_name!r}")
            return
        try:
            self._what, self._waiting_for, timeout_s = next(self._script)
        except StopIteration:
            self._timer.stop()
            return
        except AutopilotError as error:
            self._give_up(str(error))
            return
        self._deadline = time.monotonic() + timeout_s

    def _give_up(self, why: str) -> None:
        self._timer.stop()
        self._picture("stuck")
        _log.error("the autopilot gives up: %s", why)
        self._program.quit(1)

    def _take_exam(self) -> Iterator[tuple[str, Callable[[], bool], float]]:
        window = self._program.window
        yield "the first page", lambda: window.page_name in {"consent", "trust", "trouble"}, STEP_TIMEOUT_S
        if window.page_name == "trust":
            yield from self._look("trust")
            self._click(window, "trustButton")
            yield "the page of information", lambda: window.page_name == "consent", STEP_TIMEOUT_S
        yield from self._look("before-you-start")
        self._click(window, "acceptButton")
        yield "the device check", lambda: window.page_name == "checks", STEP_TIMEOUT_S
        yield "the start button", lambda: self._button(window, "startButton").isEnabled(), STEP_TIMEOUT_S
        yield self._pause(1.5)
        yield from self._look("device-check")
        self._click(window, "startButton")
        yield from self._check_in(window)
        began = self._began
        yield "the exam page", lambda: self._controller_phase() is Phase.RUNNING, STEP_TIMEOUT_S
        yield from self._look("exam")
        yield from self._answer()
        yield from self._look("exam-answered")
        yield (
            "the end of the exam",
            lambda: time.monotonic() - began >= self.seconds - HAND_IN_S,
            self.seconds + STEP_TIMEOUT_S,
        )
        exam = self._program.exam_window
        if exam is None:
            raise AutopilotError("the exam window closed early")
        if self._leave:
            yield from self._leave_exam(exam)
        else:
            yield from self._hand_in(exam)
        yield "handing in", lambda: window.page_name in {"handing_in", "farewell"}, STEP_TIMEOUT_S
        self._picture("handing-in")
        yield "the farewell page", lambda: window.page_name == "farewell", STEP_TIMEOUT_S
        yield from self._look("farewell")
        self._click(window, "closeButton")

    def _check_in(self, window: ClientWindow) -> Iterator[tuple[str, Callable[[], bool], float]]:
        """Go through the steps that the demonstration's settings ask for; recording begins with the first picture."""
        self._began = time.monotonic()
        yield (
            "the check-in or the exam",
            lambda: window.page_name == "face" or self._program.exam_window is not None,
            STEP_TIMEOUT_S,
        )
        if window.page_name != "face":
            return  # the attempt goes on after an interruption: its check-in is behind
        # Where the camera shows nobody, the ways on are taken that a person would take.
        yield (
            "a face, or a try without one",
            self._either(window, "faceContinueButton", "faceWithoutButton"),
            STEP_TIMEOUT_S,
        )
        yield from self._look("face-found" if self._usable(window, "faceContinueButton") else "face-not-found")
        self._click_first(window, "faceContinueButton", "faceWithoutButton")
        yield "the next page", lambda: window.page_name in {"calibration", "still"}, STEP_TIMEOUT_S
        if window.page_name == "calibration":
            yield from self._look("calibration")
            self._click(window, "calibrationBeginButton")
            yield self._pause(1.5)
            yield from self._look("calibration-dot")
            yield (
                "the end of the calibration",
                lambda: self._usable(window, "calibrationContinueButton"),
                STEP_TIMEOUT_S,
            )
            self._began = time.monotonic()
            self._click(window, "calibrationContinueButton")
        yield "the page of the identity document", lambda: window.page_name == "still", STEP_TIMEOUT_S
        self._click(window, "stillTakeButton")
        taking_until = time.monotonic() + STILL_S
        yield (
            "the still picture",
            lambda: self._usable(window, "stillUseButton") or time.monotonic() > taking_until,
            STEP_TIMEOUT_S,
        )
        yield from self._look("identity-document")
        self._click_first(window, "stillUseButton", "stillWithoutButton")
        yield "the page of the desk scan", lambda: window.page_name == "scan", STEP_TIMEOUT_S
        self._click(window, "scanBeginButton")
        yield from self._look("desk-scan")
        while self._usable(window, "scanNextButton"):
            self._click(window, "scanNextButton")
            yield self._pause(0.5)
        self._click(window, "scanContinueButton")

    def _hand_in(self, exam: ExamWindow) -> Iterator[tuple[str, Callable[[], bool], float]]:
        self._click(exam, "handInButton")
        yield from self._look("hand-in-question")
        self._click(exam, "handInBackButton")
        self._run_in_page(exam, "document.getElementById('finish').click()")

    def _leave_exam(self, exam: ExamWindow) -> Iterator[tuple[str, Callable[[], bool], float]]:
        self._click(exam, "leaveButton")
        yield from self._look("leave-question")
        QTest.mouseClick(self._part(exam, QRadioButton, "leaveReason0"), Qt.MouseButton.LeftButton)
        self._click(exam, "leaveConfirmButton")

    def _answer(self) -> Iterator[tuple[str, Callable[[], bool], float]]:
        exam = self._program.exam_window
        view = exam.findChild(QWebEngineView) if exam is not None else None
        if exam is None or view is None:
            raise AutopilotError("the exam window holds no page")
        for field, answer in ANSWERS.items():
            self._run_in_page(exam, f"document.getElementById('{field}').focus()")
            view.setFocus()
            yield self._pause(0.3)
            for letter in answer:
                QTest.keyClicks(view.focusProxy() or view, letter)
            # Keys reach the page later than scripts do: the next field waits until this one holds its answer.
            yield (
                f"the answer in {field}",
                self._page_says(exam, f"document.getElementById('{field}').value", answer),
                15,
            )
        for choice in CHOICES:
            self._run_in_page(exam, f"document.querySelector('{choice}').click()")
        yield self._pause(0.3)

    def _page_says(self, exam: ExamWindow, script: str, wanted: str) -> Callable[[], bool]:
        results: list[object] = []

        def matches() -> bool:
            exam.page.runJavaScript(script, 0, results.append)
            return wanted in results

        return matches

    def _look(self, name: str) -> Iterator[tuple[str, Callable[[], bool], float]]:
        yield self._pause(SETTLE_S)
        self._picture(name)

    def _pause(self, seconds: float) -> tuple[str, Callable[[], bool], float]:
        until = time.monotonic() + seconds
        return "a moment", lambda: time.monotonic() >= until, seconds + STEP_TIMEOUT_S

    def _picture(self, name: str) -> None:
        self._pictures += 1
        with mss.MSS() as screen:
            shot = screen.grab(screen.monitors[0])
            mss.tools.to_png(shot.rgb, shot.size, output=str(self._screens / f"{self._pictures:02d}-{name}.png"))

    def _controller_phase(self) -> Phase:
        return self._program.controller.phase

    def _run_in_page(self, exam: ExamWindow, script: str) -> None:
        exam.page.runJavaScript(script)

    def _button(self, window: QWidget, name: str) -> QPushButton:
        return self._part(window, QPushButton, name)

    def _part(self, window: QWidget, kind: type[_Part], name: str) -> _Part:
        part = window.findChild(kind, name)
        if part is None:
            raise AutopilotError(f"there is no {name!r} in the window")
        return part

    def _either(self, window: QWidget, *names: str) -> Callable[[], bool]:
        return lambda: any(self._usable(window, name) for name in names)

    def _click_first(self, window: QWidget, *names: str) -> None:
        self._click(window, next((name for name in names if self._usable(window, name)), names[0]))

    def _usable(self, window: QWidget, name: str) -> bool:
        found = window.findChild(QPushButton, name)
        return found is not None and found.isVisible() and found.isEnabled()

    def _click(self, window: QWidget, name: str) -> None:
        QTest.mouseClick(self._button(window, name), Qt.MouseButton.LeftButton)
