"""What lies over the exam window on a real X server: windows of others count, our own and needed ones do not."""

import ctypes
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QDialog, QToolTip

from lockdown.contract.settings import LockdownSettings, ProcessSettings, ProgramRule
from lockdown.contract.violations import Code, Violation
from lockdown.engaging.journal import Journal
from lockdown.linux.overlays import OverlayGuard
from lockdown.linux.window_occlusion import WindowOcclusion
from lockdown.linux.x11 import XServer
from lockdown.platforms.backend import backend
from lockdown.platforms.window_guards import window_guards
from lockdown.watching.coverage import common
from tests.faults.opponent.x11_program import Opponent
from tests.fixtures.display import USUAL
from ui.client.exam.controls import ExamWindowControls

BOUND_MS = 10_000
PERCENT = 100 / (USUAL[0] * USUAL[1])
PART, INSIDE = 300 * 150 * PERCENT, 600 * 400 * PERCENT
"""How much the windows of these tricks hide of an exam on the whole display."""
PROGRAM = Path(__file__).parents[1] / "faults/opponent/x11_program.py"
HOLDING = f"""
import sys, time
sys.path.insert(0, {str(PROGRAM.parent)!r})
from x11_program import Opponent, _xlib
here = Opponent(0)
_xlib.XGrabServer(here.display)
here.sync()
print("held", flush=True)
time.sleep(2)
here.close()
"""
LOCKED = ExamWindowControls(full_screen=True, focus_return=True)
PAGE = "<select style='position:absolute; left:100px; top:100px; font-size:60px'><option>one<option>two</select>"


@contextmanager
def another_program(trick: str, exam: int = 0) -> Iterator[None]:
    command = [sys.executable, "-B", str(PROGRAM), trick, str(exam)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "done\n"
            yield
        finally:
            process.kill()


@pytest.fixture
def server(display: str) -> Iterator[XServer]:
    opened = XServer(display)
    yield opened
    opened.close()


def nobody(_pid: int) -> bool:
    return False


def shown_over(server: XServer, exam: int) -> int:
    """How many windows lie above the one that the exam is in, whosever they are."""
    root = server.family(server.root).children
    framed = next(at for at, each in enumerate(root) if each == exam or exam in server.family(each).children)
    on_screen = server.outline(server.root)
    return sum(bool(common(server.outline(each), on_screen)) for each in server.shown(root[framed + 1 :]))


def test_own_lists_tooltips_and_dialogs_are_not_told(open_exam, platform, server, qtbot):
    platform.pages["/"] = PAGE
    window = open_exam(controls=LOCKED)
    exam = int(window.winId())
    look = WindowOcclusion(server, exam, nobody)
    qtbot.waitUntil(lambda: look.hidden_percent() == 0, timeout=BOUND_MS)

    QToolTip.showText(window.mapToGlobal(QPoint(300, 300)), "how long is left")
    qtbot.waitUntil(lambda: shown_over(server, exam) == 1, timeout=BOUND_MS)
    assert look.hidden_percent() == 0
    QToolTip.hideText()
    qtbot.waitUntil(lambda: shown_over(server, exam) == 0, timeout=BOUND_MS)

    top = window._view.mapToGlobal(QPoint(0, 0))
    subprocess.run(["xdotool", "mousemove", str(top.x() + 130), str(top.y() + 130), "click", "1"], check=True)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None, timeout=BOUND_MS)
    qtbot.waitUntil(lambda: shown_over(server, exam) == 1, timeout=BOUND_MS)
    assert look.hidden_percent() == 0
    subprocess.run(["xdotool", "key", "Escape"], check=True)
    qtbot.waitUntil(lambda: shown_over(server, exam) == 0, timeout=BOUND_MS)

    dialog = QDialog(window)  # the window manager puts a frame of its own around it
    dialog.resize(400, 300)
    dialog.show()
    qtbot.waitUntil(lambda: shown_over(server, exam) == 1, timeout=BOUND_MS)
    assert look.hidden_percent() == 0
    with another_program("all"):
        assert look.hidden_percent() == 100
    dialog.close()
    qtbot.waitUntil(lambda: look.hidden_percent() == 0, timeout=BOUND_MS)


def test_a_program_that_the_settings_allow_may_cover_the_exam(open_exam, server, qtbot):
    window = open_exam(controls=LOCKED)
    settings = LockdownSettings(
        overlays="warn",
        processes=ProcessSettings(policy="warn", allow=(ProgramRule(title="Magnifier", command=PROGRAM.name),)),
    )
    (guard,) = window_guards(settings, backend(), window.winId)
    exam = int(window.winId())
    allowed = WindowOcclusion(server, exam, guard._needed)
    other = WindowOcclusion(server, exam, nobody)
    with another_program("part"):
        assert other.hidden_percent() == pytest.approx(PART, abs=0.1)
        assert allowed.hidden_percent() == 0
        with another_program("inside", exam):
            assert other.hidden_percent() == pytest.approx(INSIDE + PART, abs=2.3)
            assert allowed.hidden_percent() == 0


def test_an_exam_put_into_another_window_is_in_other_hands_and_hidden_by_what_it_lost(server):
    ours = Opponent(0)
    exam = ours.window(ours.root, 0, 0, *USUAL)
    ours.show(exam)
    ours.sync()
    look = WindowOcclusion(server, exam, nobody)
    assert (look.hidden_percent(), look.in_other_hands()) == (0, False)
    with another_program("shrunk", exam):
        assert look.hidden_percent() == pytest.approx(100 - 640 * 480 * PERCENT)
        assert look.in_other_hands()
    ours.close()


def test_a_watch_that_an_error_ends_says_so(open_exam, qtbot, tmp_path):
    window = open_exam(controls=LOCKED)

    def unreadable(_pid: int) -> bool:
        raise RuntimeError("a private sentence")

    guard = OverlayGuard(lambda: int(window.winId()), unreadable)
    journal = Journal.create(tmp_path, "attempt.0")
    assert guard.engage(journal).level == "observed"
    told: list[Violation] = []
    try:
        with another_program("part"):
            qtbot.waitUntil(lambda: bool(told.extend(guard.check()) or told), timeout=BOUND_MS)
    finally:
        guard.release()
        journal.close()
    assert (told[0].code, told[0].facts) == (Code.GUARD_FAILED, {"error": "RuntimeError"})


def test_a_server_that_is_held_while_qt_waits_for_it_is_told_with_the_time_at_which_it_was_seen(
    open_exam, qtbot, tmp_path
):
    """Qt keeps the interpreter until the server answers; a program that keeps it itself holds nothing."""
    exam = open_exam()
    looking = threading.Event()
    guard = OverlayGuard(lambda: int(exam.winId()), nobody)
    guard.subscribe(looking.set)
    journal = Journal.create(tmp_path, "attempt.0")
    assert guard.engage(journal).level == "observed"
    try:
        ctypes.PyDLL(None).usleep(2_500_000)
        assert not looking.wait(0.5)
        with subprocess.Popen([sys.executable, "-B", "-c", HOLDING], stdout=subprocess.PIPE) as holding:
            assert holding.stdout is not None
            assert holding.stdout.readline() == b"held\n"
            began_ns = time.monotonic_ns()
            exam.grabKeyboard()
            answered_ns = time.monotonic_ns()
        assert looking.wait(BOUND_MS / 1000)
        (lost,) = guard.check()
        assert lost.code == Code.CONTROL_LOST
        assert began_ns < lost.seen_ns < answered_ns
    finally:
        exam.releaseKeyboard()
        guard.release()
        journal.close()
