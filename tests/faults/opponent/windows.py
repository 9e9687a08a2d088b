"""Tricks with windows and keys: another window in front, shortcuts of the desktop, the exam closed or hidden."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import IO

from tests.faults.opponent.hall import BOUND_S, EXAM, Hall
from tests.faults.opponent.outcome import Outcome, Trick, incident

# Brings its window to the front again and again.
INSISTING = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication(sys.argv)
w = QLabel("another program"); w.setWindowTitle("insisting"); w.resize(400, 200); w.show()
def again(): w.raise_(); w.activateWindow()
t = QTimer(interval=20); t.timeout.connect(again); t.start()
print("shown", flush=True)
app.exec()
"""


@contextlib.contextmanager
def intruding(hall: Hall) -> Iterator[queue.SimpleQueue[tuple[str, int]]]:
    """Another program with a window; yields what the X server tells it: "FocusIn" and "FocusOut", with the time."""
    told: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()

    def read(lines: IO[str]) -> None:
        for line in lines:
            if line.startswith("Focus") and "NotifyPointer" not in line:
                told.put((line.split()[0], time.monotonic_ns()))

    with hall.program(
        "stdbuf", "-oL", "xev", "-name", "intruder", "-event", "focus", stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        reader = threading.Thread(target=read, args=(process.stdout,), daemon=True)
        reader.start()
        yield told
        process.kill()
        reader.join(5)


def time_in_front_ms(told: queue.SimpleQueue[tuple[str, int]]) -> float | None:
    """Return for how long the intruder had the keyboard the next time, as the X server told it; None: it keeps it."""
    began_ns = None
    with contextlib.suppress(queue.Empty):
        while True:
            what, at_ns = told.get(timeout=BOUND_S)
            if what == "FocusIn" and began_ns is None:
                began_ns = at_ns
            elif what == "FocusOut" and began_ns is not None:
                return (at_ns - began_ns) / 1e6
    return None


def another_window_opens(hall: Hall) -> Outcome:
    since = hall.told
    with intruding(hall) as told:
        left = hall.wait(lambda line: line["what"] == "window_left", since=since)
        back_ms = time_in_front_ms(told)
        if not hall.until(lambda: hall.active() == EXAM):
            return Outcome("silent", "the other window stays in front")
    return Outcome("incident" if left else "silent", "window_left, and back", back_ms)


def another_window_is_activated(hall: Hall) -> Outcome:
    with intruding(hall) as told:
        time_in_front_ms(told)
        hall.until(lambda: hall.active() == EXAM)
        time.sleep(1.1)  # beyond what the guard counts together
        since = hall.told
        hall.tell("wmctrl", "-a", "intruder")
        left = hall.wait(lambda line: line["what"] == "window_left", since=since)
        back_ms = time_in_front_ms(told)
        if not hall.until(lambda: hall.active() == EXAM):
            return Outcome("silent", "the other window stays in front")
    return Outcome("incident" if left else "silent", "window_left, and back", back_ms)


def window_insists(hall: Hall) -> Outcome:
    with hall.program(sys.executable, "-c", INSISTING, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        since, began_ns = hall.told, time.monotonic_ns()
        line = hall.violation("control-lost", since=since)
    hall.until(lambda: hall.active() == EXAM, 10)
    return incident(line, began_ns)


def shortcuts_of_the_desktop(hall: Hall) -> Outcome:
    """Press the keys of desktops and browsers while another window waits behind the exam."""
    with intruding(hall) as told:
        time_in_front_ms(told)
        if not hall.until(lambda: hall.active() == EXAM):
            return Outcome("silent", "the exam was not in front to begin with")
        for keys in (SHORTCUTS[::2], SHORTCUTS[1::2]):  # no key takes back what another one of its half does
            since = hall.told
            hall.tell("xdotool", "key", *keys)
            time.sleep(0.2)
            shown = hall.tell("xprop", "-root", "_NET_SHOWING_DESKTOP").endswith("= 1")
            launched = (hall.folder / "launched").exists()
            left = any(line["what"] == "window_left" for line in hall.lines[since:])
            if hall.active() != EXAM or shown or launched or left or not hall.running:
                return Outcome("silent", f"{keys}: active {hall.active()}, desktop {shown}, launched {launched}")
    return Outcome("blocked", f"all {len(SHORTCUTS)} stay in the exam")


def asked(*command: str):
    """Have the window manager do something to the exam's window, without any key."""

    def ask(hall: Hall) -> Outcome:
        since, began_ns = hall.told, time.monotonic_ns()
        for part in " ".join(command).split(" ; "):
            hall.tell(*part.split())
        line = hall.wait(lambda line: line["what"] in {"window_left", "page"}, since=since, timeout_s=1.5)
        size = ("xdotool", "search", "--onlyvisible", "--name", f"^{EXAM}$", "getwindowgeometry")
        whole = hall.until(lambda: hall.active() == EXAM and "1920x1080" in hall.tell(*size), 8)
        if not hall.running or not whole:
            return Outcome("silent", f"active: {hall.active()}, {hall.tell(*size)}")
        if line is None:
            return Outcome("blocked", "put right at once")
        return incident(line, began_ns)

    return ask


SHORTCUTS = (
    "alt+Tab", "alt+shift+Tab", "alt+Escape", "alt+F4", "alt+space", "super+d", "super+e", "Super_L", "Print",
    "ctrl+alt+Right", "ctrl+alt+d", "ctrl+alt+t", "ctrl+Escape", "F12", "ctrl+shift+i", "ctrl+u", "ctrl+p", "ctrl+s",
    "ctrl+o", "ctrl+n", "ctrl+t", "ctrl+l", "F11",
)  # fmt: skip

WINDOW_TRICKS = (
    Trick("another window opens", another_window_opens),
    Trick("another window is activated", another_window_is_activated),
    Trick("a window raises itself every 20 ms", window_insists),
    Trick("keys of desktops and browsers", shortcuts_of_the_desktop),
    Trick("the window manager closes the exam", asked("wmctrl -c Exam")),
    Trick("the exam is made small", asked("wmctrl -r Exam -b remove,fullscreen")),
    Trick("the exam is minimised", asked("xdotool search --name ^Exam$ windowminimize")),
    Trick("the exam's window is taken away", asked("xdotool search --name ^Exam$ windowunmap")),
    Trick("another desktop is shown", asked("wmctrl -n 3 ; wmctrl -s 2")),
    Trick("the desktop is shown", asked("wmctrl -k on")),
)
