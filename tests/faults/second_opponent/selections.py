"""Tricks with what is copied: into the exam past a toolkit that believes itself the owner, and out of it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults.opponent.hall import Hall
from tests.faults.opponent.outcome import Outcome, Trick, incident
from tests.faults.second_opponent.selection_program import SECRET

PROGRAM = str(Path(__file__).with_name("selection_program.py"))
QUESTION = "Which year did it begin?"
_OF_THE_ENGINE = ("text/plain;charset=utf-8", "text/html", "chromium/x-web-custom-data", "image/png", "text/uri-list")
_EMPTIED = "clipboard-replaced"


@contextlib.contextmanager
def taken(hall: Hall, selection: str, how: str, *more: str) -> Iterator[None]:
    """Another program takes a selection, and serves it for as long as the context lasts."""
    with hall.program(
        sys.executable, "-B", PROGRAM, "take", selection, how, *more, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        yield


def read(hall: Hall, selection: str, target: str, *more: str) -> str:
    """Return what another program gets when it pastes, ``None`` for nothing."""
    return hall.tell(sys.executable, "-B", PROGRAM, "read", selection, target, *more)


def _at_the_field(hall: Hall) -> tuple[str, str]:
    place = hall.ask("(() => { const r = document.querySelector('#a').getBoundingClientRect();"
                     "return `${r.left + 20 | 0} ${1080 - innerHeight + r.top + 15 | 0}` })()")  # fmt: skip
    x, y = str(place).split()
    return x, y


def pasted(hall: Hall, selection: str) -> str:
    """Paste into the exam's page as a person would, and return what is there then."""
    hall.ask("document.querySelector('#a').value = ''; document.querySelector('#a').focus()")
    if selection == "CLIPBOARD":
        hall.tell("xdotool", "key", "ctrl+v")
    else:
        hall.tell("xdotool", "mousemove", *_at_the_field(hall), "click", "2")
    hall.tell("xdotool", "key", "x")  # typed after it, so it comes after it
    hall.until(lambda: "x" in str(hall.ask("document.querySelector('#a').value")))
    return str(hall.ask("document.querySelector('#a').value"))


def copied(hall: Hall) -> None:
    """Copy a question in the exam's page as a person would: all of it is selected as well."""
    hall.ask(f"document.querySelector('#a').value = '{QUESTION}'; document.querySelector('#a').focus()")
    hall.tell("xdotool", "key", "ctrl+a")
    hall.tell("xdotool", "key", "ctrl+c")
    hall.tell("xdotool", "key", "Right")
    hall.tell("xdotool", "key", "ctrl+v")  # it can be pasted where it was copied
    hall.until(lambda: str(hall.ask("document.querySelector('#a').value")) == QUESTION * 2)
    assert hall.ask("document.querySelector('#a').value") == QUESTION * 2, "copying within the exam does not work"


def into(selection: str, how: str) -> Callable[[Hall], Outcome]:
    """Copy outside, and paste in the exam."""

    def copy(hall: Hall) -> Outcome:
        since, began_ns = hall.told, time.monotonic_ns()
        with taken(hall, selection, how, *([str(hall.window)] if how == "theirs" else [])):
            line = hall.violation(_EMPTIED, since=since)
            got = [pasted(hall, selection) for _ in range(3)]
        if how == "fight":  # it may be faster than the answer for a moment, as long as that is known
            return incident(line, began_ns)
        if any(SECRET.decode() in each for each in got):
            return Outcome("silent", f"pasted: {got}, told: {line}")
        return incident(line, began_ns) if line is not None else Outcome("silent", "nothing was told")

    return copy


def after_a_fight(hall: Hall) -> Outcome:
    """Paste after another program has fought for the clipboard: nothing of it may be left."""
    with taken(hall, "CLIPBOARD", "fight"):
        time.sleep(1.0)
    with taken(hall, "CLIPBOARD", "now"):
        hall.until(lambda: SECRET.decode() not in pasted(hall, "CLIPBOARD"), 5)
        got = pasted(hall, "CLIPBOARD")
    return Outcome("blocked" if SECRET.decode() not in got else "silent", got)


def own_copy_stays(hall: Hall) -> Outcome:
    """Take the clipboard after the page has copied: what the page pastes is its own."""
    copied(hall)
    with taken(hall, "CLIPBOARD", "now"):
        got = [pasted(hall, "CLIPBOARD") for _ in range(2)]
    return Outcome("blocked" if all(each == f"{QUESTION}x" for each in got) else "silent", str(got))


def out_of(selection: str, *targets: str, forged: bool = False) -> Callable[[Hall], Outcome]:
    """Copy in the exam, and paste outside; `forged`: have it written to the exam's own window, and read it there."""

    def paste(hall: Hall) -> Outcome:
        copied(hall)
        hall.tell("xdotool", "key", "ctrl+a")
        got = [read(hall, selection, target, *([str(hall.window)] if forged else [])) for target in targets]
        if any(QUESTION in each or each not in {"None", "b''"} for each in got):
            return Outcome("silent", str(got))
        return Outcome("blocked", "nothing comes out")

    return paste


def taken_in_the_future(hall: Hall) -> Outcome:
    """Take the clipboard at a time that has not come, which no server grants; nothing of it may be pasted."""
    with taken(hall, "CLIPBOARD", "future"):
        got = pasted(hall, "CLIPBOARD")
    return Outcome("silent" if SECRET.decode() in got else "blocked", got)


def taken_and_dropped(hall: Hall) -> Outcome:
    """Take the clipboard and end; then nothing of it may be pasted."""
    with taken(hall, "CLIPBOARD", "now"):
        pass
    got = pasted(hall, "CLIPBOARD")
    return Outcome("silent" if SECRET.decode() in got else "blocked", got)


def kept_by_a_manager(hall: Hall) -> Outcome:
    """Be there as the desktop's clipboard manager, to which programs hand what they had copied."""
    with taken(hall, "CLIPBOARD_MANAGER", "now"):
        return out_of("CLIPBOARD", "SAVE_TARGETS", "UTF8_STRING")(hall)


def in_a_cut_buffer(hall: Hall) -> Outcome:
    """Read what programs of old leave at the root window when something is copied."""
    copied(hall)
    kept = "\n".join(hall.tell("xprop", "-root", f"CUT_BUFFER{number}") for number in range(8))
    return Outcome("silent" if QUESTION in kept else "blocked", kept)


def dragged(hall: Hall) -> Outcome:
    """Drag a selected question, and read it on the way."""
    hall.ask("document.body.insertAdjacentHTML('beforeend', \"<b id=q style='position:absolute;left:90px;top:250px;"
             f"font-size:40px' draggable=true ondragstart='window.d=1'>{QUESTION}</b>\")")  # fmt: skip
    top = hall.ask("1080 - innerHeight")
    y = round(float(str(top))) + 275
    hall.tell("xdotool", "mousemove", "120", str(y), "mousedown", "1")
    for x in range(130, 400, 30):
        hall.tell("xdotool", "mousemove", str(x), str(y + 5))
    began = hall.until(lambda: hall.ask("window.d || 0") == 1, 5)
    got = [read(hall, "XdndSelection", target) for target in ("TARGETS", "UTF8_STRING", "text/plain", "text/html")]
    hall.tell("xdotool", "mouseup", "1")
    hall.ask("document.querySelector('#q').remove()")
    if any(QUESTION in each for each in got) or set(got) != {"None"}:
        return Outcome("silent", str(got))
    return Outcome("blocked", "the engine drags nothing" if not began else "nothing comes out")


SELECTION_TRICKS = (
    *(
        Trick(f"{selection} is taken {how}", into(selection, how))
        for selection in ("CLIPBOARD", "PRIMARY")
        for how in ("now", "same", "loop", "theirs", "fight")
    ),
    Trick("the clipboard after a fight for it", after_a_fight),
    Trick("the clipboard of the page is taken", own_copy_stays),
    Trick("out by the clipboard", out_of("CLIPBOARD", "TARGETS", "UTF8_STRING", "STRING", "text/html", "TIMESTAMP")),
    Trick("out by the selection", out_of("PRIMARY", "TARGETS", "UTF8_STRING", "TEXT")),
    Trick("out by the secondary selection", out_of("SECONDARY", "UTF8_STRING")),
    Trick("out by a window of the exam itself", out_of("CLIPBOARD", "UTF8_STRING", forged=True)),
    Trick("out by dragging", dragged),
    Trick("CLIPBOARD is taken at a time to come", taken_in_the_future),
    Trick("CLIPBOARD is taken and dropped", taken_and_dropped),
    Trick("out by a clipboard manager", kept_by_a_manager),
    Trick("out by a cut buffer", in_a_cut_buffer),
    Trick("out by several at once", out_of("CLIPBOARD", "MULTIPLE", "COMPOUND_TEXT", "TEXT", "text/plain")),
    Trick("out by the engine's own formats", out_of("CLIPBOARD", *_OF_THE_ENGINE)),
    Trick("out by the engine's own formats of the selection", out_of("PRIMARY", *_OF_THE_ENGINE)),
)
