"""What was copied outside the exam and inside it, against other programs on a real X server."""

import subprocess
import time

import pytest

from tests.fixtures.locked_exam import BOUND_MS, locked, tell
from ui.client.exam.controls import ExamWindowControls
from ui.client.exam.guards.contract import ControlLost


def copy_outside(text: str, selection: str) -> subprocess.Popen[bytes]:
    command = ["xclip", "-quiet", "-selection", selection, "-i"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdin is not None
    process.stdin.write(text.encode())
    process.stdin.close()
    return process


@pytest.mark.parametrize("selection", ["clipboard", "primary"])
def test_text_copied_outside_is_replaced(selection, open_exam, qtbot):
    before = copy_outside("from before the exam", selection)
    deadline = time.monotonic() + 30
    while tell("xclip", "-o", "-selection", selection) != "from before the exam" and time.monotonic() < deadline:
        time.sleep(0.02)
    window, _ = locked(open_exam, ExamWindowControls(full_screen=True, clipboard=True))
    outside = "-o", "-selection", selection

    def held() -> str:
        process = subprocess.Popen(["xclip", *outside], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        qtbot.waitUntil(lambda: process.poll() is not None, timeout=BOUND_MS)
        assert process.stdout is not None
        with process.stdout:
            return process.stdout.read()

    assert held() == ""
    _, guard = window.guards
    seen: list[ControlLost] = []
    during = copy_outside("the answer is 42", selection)
    qtbot.waitUntil(lambda: bool(seen.extend(guard.check()) or seen), timeout=BOUND_MS)
    assert held() == ""
    qtbot.wait(200)
    seen.extend(guard.check())
    (replaced,) = seen
    assert (replaced.code, dict(replaced.facts)) == ("clipboard-replaced", {"times": 1}), "replacing it counted too"
    for process in (before, during):
        process.wait(10)


def test_text_copied_in_the_exam_stays(open_exam, platform, qtbot):
    platform.pages["/"] = "<textarea id=a autofocus>my own words</textarea>"
    window, _ = locked(open_exam, ExamWindowControls(full_screen=True, clipboard=True))
    seen: list[str] = []
    window.page_event.connect(lambda kind, _host: seen.append(kind))
    for keys in ("ctrl+a", "ctrl+c", "Right", "ctrl+v"):
        tell("xdotool", "key", keys)
        qtbot.wait(80)
    answers: list[object] = []
    window.page.runJavaScript("document.querySelector('#a').value", 0, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=BOUND_MS)
    assert answers == ["my own wordsmy own words"]
    assert seen == []
