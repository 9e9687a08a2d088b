"""Every signal of the windows has somebody who hears it."""

from __future__ import annotations

import re
from pathlib import Path

import ui.client
from app.client.session.phases import Phase
from app.client.session.signals import connect_exam, connect_window
from tests.fixtures.session import FakeSession

OF_THE_PROGRAM = {"trust_confirmed", "retry_requested", "exam_chosen", "check_requested", "start_page_requested"}
"""What is asked before there is a session; `app.client.composition` hears it."""


class Signal:
    def __init__(self) -> None:
        self.slots: list = []

    def connect(self, slot) -> None:
        self.slots.append(slot)

    def emit(self, *args: object) -> None:
        for slot in self.slots:
            slot(*args)


class Signals:
    """Any window, as far as its signals go."""

    def __getattr__(self, name: str) -> Signal:
        made = Signal()
        setattr(self, name, made)
        return made


def declared(file: str) -> set[str]:
    """Names of the signals that the file's window has."""
    text = (Path(ui.client.__file__).parent / file).read_text("utf-8")
    return set(re.findall(r"^    (\w+) = Signal\(", text, re.MULTILINE))


def test_every_signal_of_the_window_is_connected() -> None:
    window = Signals()
    connect_window(window, FakeSession().controller)  # type: ignore[arg-type]
    assert set(vars(window)) == declared("window.py") - OF_THE_PROGRAM


def test_every_signal_of_the_exam_window_is_connected() -> None:
    window = Signals()
    connect_exam(window, FakeSession().reach(Phase.LOCKED).exam)  # type: ignore[arg-type]
    assert set(vars(window)) == declared("exam/window.py")


def test_a_session_can_be_driven_by_the_signals_alone() -> None:
    session, window, exam = FakeSession(), Signals(), Signals()
    connect_window(window, session.controller)  # type: ignore[arg-type]
    window.accepted.emit()
    window.recheck_requested.emit()
    window.start_requested.emit()
    connect_exam(exam, session.exam)  # type: ignore[arg-type]
    exam.page_painted.emit()
    exam.page_event.emit("address_blocked")
    exam.hold_answered.emit("0000")
    exam.leave_requested.emit("other", "")
    assert session.phase is Phase.ABORTING
    assert "page" in session.recording.kinds()
