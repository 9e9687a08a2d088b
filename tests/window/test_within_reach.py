"""On every hostile page Leave and Hand in answer, by mouse and by keyboard, and what it tried is told."""

import time

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QPushButton, QRadioButton

from tests.fixtures.busy_machine import slowness
from tests.fixtures.exam_page import click
from tests.fixtures.hostile_pages import lay_out
from tests.fixtures.locked_exam import tell
from tests.fixtures.soak import SOAK

IN_TIME_S = 2.0
BOUND_MS = 30_000
EVERY = (("leave", "mouse"), ("hand in", "keyboard"), ("leave", "keyboard"), ("hand in", "mouse"))
"""In turn two of them on each page; in `make soak` all."""
ON_CLICK = "onclick = () => { %s }"
TRICKS = {
    "windows without end": ("for (let i = 0; i < 1000; i++) open('/', '_blank')", set()),
    "printing without end": ("setInterval(() => print(), 5)", {"print_blocked"}),
    "closing without end": ("setInterval(() => close(), 5)", set()),
    "pictures from elsewhere": (
        "for (let i = 0; i < 3000; i++) new Image().src = 'http://127.0.9.9/?' + i",
        {"resource_blocked"},
    ),
    "files without end": (
        "const a = document.createElement('a'); a.href = 'data:,x'; a.download = 'x';"
        "for (let i = 0; i < 30; i++) a.click()",
        {"download_blocked"},
    ),
    "questions to the engine": (
        "Notification.requestPermission(); navigator.geolocation.getCurrentPosition(() => 0);"
        "navigator.mediaDevices.getUserMedia({audio: true, video: true}).catch(() => 0)",
        {"permission_refused"},
    ),
    "a title of a million letters": ("setInterval(() => document.title = Math.random() + 'x'.repeat(1e6), 20)", set()),
    "history without end": ("for (let i = 0; i < 150; i++) history.pushState(i, '', '?' + i); history.go(-99)", set()),
    "the keyboard for itself": (
        "setInterval(() => { focus(); document.querySelector('#a').focus() }, 1);"
        "addEventListener('keydown', e => { e.preventDefault(); e.stopImmediatePropagation() }, true)",
        set(),
    ),
    "asking before it is left": ("onbeforeunload = e => { e.preventDefault(); return 'stay' }", set()),
    "a window that moves": ("setInterval(() => { moveTo(-900, -900); resizeTo(10, 10) }, 5)", set()),
    "the whole screen and the pointer": (
        ON_CLICK % "document.documentElement.requestFullscreen().catch(() => 0);"
        "document.body.requestPointerLock(); navigator.keyboard && navigator.keyboard.lock()",
        set(),
    ),
    "loading itself again": ("onload = () => setTimeout(() => location.reload(), 40)", set()),
    "a script without end": ("onload = () => setTimeout(() => { for (;;) { } }, 50)", set()),
}


def shown(window, name: str) -> QPushButton | None:
    return next((each for each in window.findChildren(QPushButton, name) if each.isVisible()), None)


def press(button: QPushButton) -> None:
    at = button.mapToGlobal(QPoint(button.width() // 2, button.height() // 2))
    tell("xdotool", "mousemove", str(at.x()), str(at.y()), "click", "1")


def focused() -> str:
    widget = QApplication.focusWidget()
    return widget.objectName() if widget is not None else ""


def ask(window, qtbot, way: str, by: str) -> float:
    """Open the question of a way out, take it back, and give how long it took to come."""
    opener, back = {
        "leave": ("leaveButton", "leaveStayButton"),
        "hand in": ("handInButton", "handInBackButton"),
    }[way]
    button = shown(window, opener)
    began = time.monotonic()
    if by == "mouse":
        press(button)
    else:
        while (before := focused()) != "handInButton":  # from the bar the first leads into the page
            tell("xdotool", "key", "F6")
            qtbot.waitUntil(lambda before=before: focused() != before, timeout=BOUND_MS)
        tell("xdotool", "key", *(("space",) if way == "hand in" else ("shift+Tab", "space")))
    qtbot.waitUntil(lambda: shown(window, back) is not None, timeout=BOUND_MS)
    took_s = time.monotonic() - began
    tell("xdotool", "key", "Escape")
    qtbot.waitUntil(lambda: shown(window, back) is None, timeout=BOUND_MS)
    return took_s


@pytest.mark.clock
def test_the_ways_out_answer_on_every_hostile_page(open_exam, platform, qtbot):
    """Failed before: a page that leads away again and again took the keyboard from the question to leave."""
    exam = lay_out(platform, 9)
    for number, (name, (script, _told)) in enumerate(TRICKS.items()):
        platform.pages[f"/trick/{number}"] = (
            f"<title>{name}</title><h1>Exam</h1><textarea id=a></textarea><select><option>a<option>b</select>"
            f"<script>{script}</script>"
        )
    tricks = {f"/trick/{number}": name for number, name in enumerate(TRICKS)}
    window = open_exam()
    told: list[str] = []
    window.page_event.connect(lambda kind, _host: told.append(kind))
    slow: dict[str, float] = {}
    silent: set[tuple[str, str]] = set()
    for number, path in enumerate((*exam.paths, *tricks)):
        told.clear()
        with qtbot.waitSignal(window.page.loadFinished, timeout=BOUND_MS):
            window.page.open(platform.url + path)
        if "onclick" in platform.pages[path]:
            click(window, qtbot, "h1")
        qtbot.wait(100)
        for way, by in EVERY if SOAK else EVERY[:2] if number % 2 else EVERY[2:]:
            took_s = ask(window, qtbot, way, by)
            if took_s > IN_TIME_S * slowness():
                slow[f"{tricks.get(path, path)}: {way} by {by}"] = took_s
        if path in tricks:
            silent |= {(tricks[path], kind) for kind in TRICKS[tricks[path]][1] - set(told)}
        assert window.isFullScreen()
    assert (slow, silent) == ({}, set())
    left: list[str] = []
    window.leave_requested.connect(lambda reason, _more: left.append(reason))
    press(shown(window, "leaveButton"))
    qtbot.waitUntil(lambda: shown(window, "leaveConfirmButton") is not None, timeout=BOUND_MS)
    window.findChild(QRadioButton, "leaveReason0").click()
    press(shown(window, "leaveConfirmButton"))
    qtbot.waitUntil(lambda: left != [], timeout=BOUND_MS)
    began = time.monotonic()
    window.close_for_good()
    assert time.monotonic() - began < IN_TIME_S * slowness(), "though its page still runs"
