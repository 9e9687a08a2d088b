"""Tricks with the keyboard's grab and with what the X server calls a monitor."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.faults.opponent.hall import Hall
from tests.faults.opponent.outcome import Outcome, Trick, incident

UNGRAB = "ctrl+alt+KP_Divide"
HALF = "960/250x1080/280+0+0"
QUARTER = "960/250x540/140+960+540"
HALVES = (HALF, "960/250x1080/280+960+0")
STRIPS = ("300/80x1080/280+0+0", "1620/420x1080/280+300+0")
TIMES = 8
AFTER_THE_LAST_S = 2.0
"""The exam has to be seen whole before its loss is one of its own."""
SIZE = ("xdotool", "search", "--onlyvisible", "--name", "^Exam$", "getwindowgeometry")
WHOLE = "1920x1080"


def grab_ended_by_keys(hall: Hall) -> Outcome:
    """End the grab by keys that the keyboard map has for it, again and again; then press one that launches a program.

    Faster than the answer a program can be; a person is not.
    """
    launched = hall.folder / "launched"
    launched.unlink(missing_ok=True)
    fired, told = 0, 0
    for _ in range(TIMES):
        hall.tell("setxkbmap", "-option", "grab:break_actions")
        since = hall.told
        hall.tell("xdotool", "key", UNGRAB)
        told += _lost(hall, since, "system_shortcuts", "keyboard_map") is not None
        hall.tell("xdotool", "key", "Print")
        time.sleep(0.2)
        fired += launched.exists()
        launched.unlink(missing_ok=True)
    hall.tell("setxkbmap", "-option", "")
    said = f"a key of the desktop worked {fired} of {TIMES} times, told {told} times"
    return Outcome("incident" if told == TIMES and not fired else "silent", said)


def _lost(hall: Hall, since: int, *guards: str) -> dict[str, object] | None:
    return hall.wait(
        lambda line: line.get("code") == "control-lost" and line["guard"] in guards, since=since, timeout_s=8
    )


def part_of_the_display(*monitors: str) -> Callable[[Hall], Outcome]:
    """Call parts of the display monitors while the exam runs."""

    def call(hall: Hall) -> Outcome:
        time.sleep(AFTER_THE_LAST_S)
        since, began_ns = hall.told, time.monotonic_ns()
        try:
            for number, monitor in enumerate(monitors):
                hall.tell("xrandr", "--setmonitor", f"PART{number}", monitor, "none" if number else "screen")
            made_smaller = hall.until(lambda: WHOLE not in hall.tell(*SIZE), 3)
            line = _lost(hall, since, "full_screen") if made_smaller else None
        finally:
            for number in range(len(monitors)):
                hall.tell("xrandr", "--delmonitor", f"PART{number}")
        if not hall.until(lambda: WHOLE in hall.tell(*SIZE), 8):
            return Outcome("silent", f"the exam is not back: {hall.tell(*SIZE)}")
        return incident(line, began_ns) if made_smaller else Outcome("blocked", "the exam stays as it is")

    return call


def keys_that_end_the_grab_come(hall: Hall) -> Outcome:
    """Give the keyboard map a key that ends the program with the grab, and press it once that can be known."""
    since, began_ns = hall.told, time.monotonic_ns()
    hall.tell("setxkbmap", "-option", "grab:break_actions")
    line = _lost(hall, since, "keyboard_map")
    hall.tell("xdotool", "key", "ctrl+alt+KP_Multiply")
    time.sleep(0.2)
    if not hall.running or "grab" in hall.tell("setxkbmap", "-query"):
        return Outcome("silent", f"runs: {hall.running}; {hall.tell('setxkbmap', '-query')}")
    return incident(line, began_ns)


def grab_ended_by_a_key_of_ones_own(hall: Hall) -> Outcome:
    """Give another key the meaning of ending grabs, without the option that is looked for."""
    launched = hall.folder / "launched"
    launched.unlink(missing_ok=True)
    since, began_ns = hall.told, time.monotonic_ns()
    hall.tell("xmodmap", "-e", "keysym F9 = XF86Ungrab")
    hall.tell("xdotool", "key", "F9")
    time.sleep(0.3)
    hall.tell("xdotool", "key", "Print")
    time.sleep(0.3)
    escaped = launched.exists()
    launched.unlink(missing_ok=True)
    line = _lost(hall, since, "system_shortcuts", "keyboard_map") if escaped else None
    hall.tell("setxkbmap", "-option", "")
    return incident(line, began_ns) if escaped else Outcome("blocked", "the keys of the desktop do not work")


SCREEN_TRICKS = (
    Trick("the grab is ended by keys", grab_ended_by_keys),
    Trick("keys that end the program with the grab", keys_that_end_the_grab_come),
    Trick("the grab is ended by a key of one's own", grab_ended_by_a_key_of_ones_own),
    Trick("a half is called the display", part_of_the_display(HALF)),
    Trick("a quarter is called the display", part_of_the_display(QUARTER)),
    Trick("two halves are called displays", part_of_the_display(*HALVES)),
    Trick(
        "a strip is called the display, the rest another",
        part_of_the_display(*STRIPS),
    ),
)
