"""Displays that come and go during the exam, on a real X server."""

import subprocess
import time

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication

from app.client.machine.window_adapter import WindowGuardAdapter
from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control
from lockdown.contract.violations import Code
from lockdown.engaging.journal import Journal
from ui.client.exam.controls import ExamWindowControls
from ui.client.exam.guards.displays import DisplayCount
from ui.client.exam.guards.full_screen import fills

BOUND_MS = 10_000


def xrandr(*arguments: str) -> None:
    subprocess.run(["xrandr", *arguments], check=True, timeout=10, capture_output=True)


@pytest.fixture
def journal(tmp_path):
    opened = Journal.create(tmp_path / "journal", "test")
    yield opened
    opened.close()


@pytest.fixture
def second_display(display, qtbot):
    """Connects a second display, and takes it away again whatever happens."""
    number = len(QGuiApplication.screens())
    connected = []

    def connect():
        connected.append(time.monotonic_ns())  # before: the program's own start counts too
        xrandr("--setmonitor", "SECOND", "640/160x800/200+640+0", "none")
        return connected[0]

    def disconnect():
        if connected:
            connected.clear()
            xrandr("--delmonitor", "SECOND")

    yield connect, disconnect
    disconnect()
    qtbot.waitUntil(lambda: len(QGuiApplication.screens()) == number, timeout=BOUND_MS)


def test_device_check_counts_displays_that_came_after_it_was_opened(second_display, qtbot):
    connect, disconnect = second_display
    count = DisplayCount()
    assert count.number == 1
    connect()
    qtbot.waitUntil(lambda: count.number == 2, timeout=BOUND_MS)
    disconnect()
    qtbot.waitUntil(lambda: count.number == 1, timeout=BOUND_MS)


@pytest.fixture
def half(display, qtbot):
    """Calls a half of the display the display, and takes it back whatever happens."""
    whole = QGuiApplication.primaryScreen().geometry()

    def is_whole() -> bool:
        return [screen.geometry() for screen in QGuiApplication.screens()] == [whole]

    def call():
        xrandr("--setmonitor", "HALF", f"{whole.width() // 2}/250x{whole.height()}/280+0+0", "screen")
        qtbot.waitUntil(lambda: not is_whole(), timeout=BOUND_MS)

    def take_back():
        subprocess.run(["xrandr", "--delmonitor", "HALF"], check=False, timeout=10, capture_output=True)
        qtbot.waitUntil(is_whole, timeout=BOUND_MS)

    yield call, take_back
    take_back()


def test_an_exam_on_a_half_of_the_display_is_not_said_to_fill_it(open_exam, half, qtbot):
    call, take_back = half
    call()
    window = open_exam(controls=ExamWindowControls(full_screen=True))
    (guard,) = window.guards
    given = guard.engage(None)
    assert (given.level, Limit(given.limit)) == ("not_available", Limit.PART_OF_DISPLAY)
    assert [met.code for met in guard.check()] == ["control-lost"]
    guard.release()
    take_back()
    qtbot.waitUntil(lambda: window.width() == QGuiApplication.primaryScreen().size().width(), timeout=BOUND_MS)
    assert guard.engage(None).level == "enforced"
    call()
    met = []
    qtbot.waitUntil(lambda: bool(met.extend(guard.check()) or met), timeout=BOUND_MS)
    assert [(one.code, one.control) for one in met] == [("control-lost", "full_screen")]
    qtbot.wait(1500)
    assert guard.check() == (), "once"
    guard.release()


@pytest.mark.parametrize(
    ("window", "displays", "full"),
    [
        ((0, 0, 1920, 1080), [(0, 0, 1920, 1080)], True),
        ((0, 0, 960, 1080), [(0, 0, 1920, 1080)], False),
        ((0, 0, 1920, 1080), [(0, 0, 1920, 1080), (1920, 0, 1280, 800)], True),
        ((0, 0, 2000, 1080), [(0, 0, 1920, 1080), (1920, 0, 1280, 800)], False),
        ((0, 0, 1366, 768), [(0, 0, 1366, 768), (0, 0, 1920, 1080)], False),
        ((0, 0, 1920, 1080), [], False),
    ],
    ids=["whole", "half", "one of two", "into a second", "the smaller of two that show the same", "no display"],
)
def test_a_window_fills_each_display_that_it_is_on(window, displays, full):
    assert fills(QRect(*window), [QRect(*display) for display in displays]) is full


def watcher(open_exam, at_most=1):
    window = open_exam(controls=ExamWindowControls(full_screen=True, displays_at_most=at_most))
    _, guard = window.guards
    return WindowGuardAdapter(guard)


@pytest.mark.clock
def test_display_that_comes_and_goes_is_reported_with_numbers_only(open_exam, second_display, journal, qtbot):
    connect, disconnect = second_display
    watch = watcher(open_exam)
    assert watch.engage(journal).level == "observed"
    assert watch.check() == ()
    connected_ns = connect()
    met = []
    qtbot.waitUntil(lambda: bool(met.extend(watch.check()) or met), timeout=BOUND_MS)
    (more,) = met
    assert (more.code, more.control) == (Code.DISPLAYS_COUNTED, Control.DISPLAYS)
    assert dict(more.facts) == {"displays": 2, "at_most": 1}
    print(f"seen {(more.seen_ns - connected_ns) / 1e6:.1f} ms after xrandr was called")
    assert more.seen_ns - connected_ns < 200e6
    disconnect()
    qtbot.waitUntil(lambda: len(QGuiApplication.screens()) == 1, timeout=BOUND_MS)
    assert watch.check() == (), "putting it right is no report"
    watch.release()
    watch.release()


def test_display_connected_before_the_exam_is_reported_once(open_exam, second_display, journal, qtbot):
    connect, _ = second_display
    connect()
    qtbot.waitUntil(lambda: len(QGuiApplication.screens()) == 2, timeout=BOUND_MS)
    watch = watcher(open_exam)
    watch.engage(journal)
    assert [dict(seen.facts) for seen in watch.check()] == [{"displays": 2, "at_most": 1}]
    assert watch.check() == ()
    watch.release()


def test_displays_that_are_allowed_are_no_report(open_exam, second_display, journal, qtbot):
    connect, disconnect = second_display
    connect()
    qtbot.waitUntil(lambda: len(QGuiApplication.screens()) == 2, timeout=BOUND_MS)
    watch = watcher(open_exam, at_most=2)
    watch.engage(journal)
    assert watch.check() == ()
    disconnect()
    qtbot.waitUntil(lambda: len(QGuiApplication.screens()) == 1, timeout=BOUND_MS)
    connect()
    qtbot.waitUntil(lambda: len(QGuiApplication.screens()) == 2, timeout=BOUND_MS)
    assert watch.check() == ()
    watch.release()


def test_nothing_is_reported_after_release(open_exam, second_display, journal, qtbot):
    connect, _ = second_display
    watch = watcher(open_exam)
    watch.engage(journal)
    watch.release()
    connect()
    qtbot.waitUntil(lambda: len(QGuiApplication.screens()) == 2, timeout=BOUND_MS)
    assert watch.check() == ()
