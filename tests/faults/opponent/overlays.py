"""Tricks that hide the exam without taking the keyboard: windows over it and in it, and what else X11 allows."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults.opponent.hall import EXAM, Hall, Line
from tests.faults.opponent.outcome import Outcome, Trick, incident

PROGRAM = Path(__file__).with_name("x11_program.py")
SETTLED_S = 1.0
"""What is hidden is told after less, by hurried watchers; another desktop that is shown hides the exam too."""


@contextlib.contextmanager
def played(hall: Hall, trick: str) -> Iterator[None]:
    """Play a trick of `x11_program` for as long as the context lasts."""
    with hall.program(
        sys.executable, "-B", str(PROGRAM), trick, str(hall.window), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        try:
            yield
        finally:
            process.stdin.write("\n")
            process.stdin.flush()
            assert process.stdout.readline() == "undone\n"


def _clear(hall: Hall) -> bool:
    """Return whether what an earlier trick hid is told to be over."""
    codes = [line["code"] for line in list(hall.lines) if line.get("code") in {"exam-covered", "exam-uncovered"}]
    return not codes or codes[-1] == "exam-uncovered"


def _settle(hall: Hall) -> None:
    """Wait until nothing is told any more of what earlier tricks did."""
    hall.until(lambda: _clear(hall) and hall.quiet_s > SETTLED_S)


def hidden(trick: str, least_percent: float, most_percent: float) -> Callable[[Hall], Outcome]:
    """Hide about so much of the exam; that and the end of it have to be told."""

    def hide(hall: Hall) -> Outcome:
        _settle(hall)
        since, began_ns = hall.told, time.monotonic_ns()
        with played(hall, trick):
            line = hall.violation("exam-covered", since=since)
        over = hall.violation("exam-uncovered", since=since)
        if line is None or over is None:
            return Outcome("silent", "not told" if line is None else "its end is not told")
        percent = over["facts"]["percent"]
        if not least_percent <= percent <= most_percent:
            return Outcome("silent", f"{percent} % are told")
        return incident(line, began_ns)

    return hide


def out_of_hand(trick: str) -> Callable[[Hall], Outcome]:
    """Do what no list of windows tells of; that the screen could not be watched has to be told."""

    def play(hall: Hall) -> Outcome:
        _settle(hall)
        since, began_ns = hall.told, time.monotonic_ns()
        with played(hall, trick):
            line = hall.wait(
                lambda line: line.get("code") == "control-lost" and line["guard"] == "overlays", since=since
            )
        return incident(line, began_ns)

    return play


def put_into_another(trick: str) -> Callable[[Hall], Outcome]:
    """Put the exam's window into one of ours: that has to be told, and the exam to be back.

    Where the window manager takes it out at once it lies under ours instead, and that has to be told.
    """

    def told(line: Line) -> bool:
        return line.get("guard") == "overlays" and line["code"] in {"control-lost", "exam-covered"}

    def put(hall: Hall) -> Outcome:
        _settle(hall)
        since, began_ns = hall.told, time.monotonic_ns()
        with played(hall, trick):
            line = hall.wait(told, since=since)
        if not hall.until(lambda: hall.active() == EXAM and _clear(hall)):
            return Outcome("silent", "the exam is not back")
        return incident(line, began_ns)

    return put


def without_a_window(hall: Hall) -> Outcome:
    """Take the keyboard away, by no window of any kind."""
    since, began_ns = hall.told, time.monotonic_ns()

    def known() -> bool:
        return any(line["what"] == "window_left" for line in hall.lines[since:])

    def back() -> bool:
        return hall.tell("xdotool", "getwindowfocus") == str(hall.window)

    with played(hall, "keyboard"):
        if not hall.until(lambda: known() or back()) or not hall.until(back):
            return Outcome("silent", "the keyboard is not back")
        if not known():
            return Outcome("blocked", "the window manager gives it back at once")
        return incident(hall.wait(lambda line: line["what"] == "window_left", since=since), began_ns)


OVERLAY_TRICKS = (
    Trick("a window lies over the whole exam", hidden("all", 99, 100)),
    Trick("a window lies over a part of the exam", hidden("part", 2, 2.4)),
    Trick("a window lets every click through to the exam", hidden("untouchable", 99, 100)),
    Trick("a window is put into the exam's own", hidden("inside", 11, 12)),
    Trick("the keyboard is taken without a window", without_a_window),
)

SERVER_TRICKS = (
    Trick("a window holds one line of text", hidden("line", 0.3, 0.4)),
    Trick("a window blinks over the exam", hidden("blinking", 11, 12)),
    Trick("the exam's outline is cut", hidden("outline", 90, 91)),
    Trick("the compositors' window is used", hidden("overlay", 99, 100)),
    Trick("the exam is drawn into memory only", out_of_hand("redirected")),
    Trick("the X server serves one program alone", out_of_hand("held")),
    Trick("the exam's window is put into another one", put_into_another("framed")),
    Trick("the exam's window is made small in another one", put_into_another("shrunk")),
)
