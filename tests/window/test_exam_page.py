"""What the exam's page may not do, tried by a real page in a real engine."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton

from ui.client.exam.controls import ExamWindowControls

BOUND_MS = 10_000


def run(window, qtbot, script: str) -> object:
    """Run `script` in the page and return what it gives."""
    answers: list[object] = []
    window.page.runJavaScript(script, 0, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=BOUND_MS)
    return answers[0]


def events_of(window) -> list[str]:
    seen: list[str] = []
    window.page_event.connect(seen.append)
    return seen


def click(window, qtbot, element: str) -> None:
    """Click an element as a mouse does."""
    box = run(
        window,
        qtbot,
        f"JSON.stringify((e=>[e.x+e.width/2,e.y+e.height/2])(document.querySelector('{element}').getBoundingClientRect()))",
    )
    x, y = (float(n) for n in str(box).strip("[]").split(","))
    proxy = window._view.focusProxy()
    qtbot.mouseClick(proxy, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))


@pytest.mark.parametrize("way", ["link", "location", "redirect", "form", "data"])
def test_page_outside_the_exam_is_refused(way, open_exam, platform, qtbot):
    outside = "http://localhost.invalid/elsewhere"
    platform.redirects["/away"] = outside
    window = open_exam()
    seen = events_of(window)
    script = {
        "link": f"const a=document.createElement('a');a.href='{outside}';document.body.append(a);a.click()",
        "location": f"location.href='{outside}'",
        "redirect": "location.href='/away'",
        "form": "const f=document.createElement('form');f.method='post';document.body.append(f);"
        f"f.action='{outside}';f.submit()",
        "data": "location.href='data:text/html,<p>hello'",
    }[way]
    run(window, qtbot, script + ";1")
    if way == "data":  # the engine itself refuses it before anybody is asked
        qtbot.wait(200)
    else:
        qtbot.waitUntil(lambda: "address_blocked" in seen, timeout=BOUND_MS)
        assert "not part of the exam" in window._notices.sentence
    assert window.page.url().host() == "127.0.0.1"
    assert window._stack.currentWidget() is window._view
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "Exam"


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "chrome://version", "view-source:http://127.0.0.1:1/", "qrc:/x"]
)
def test_engine_pages_and_files_are_refused(address, open_exam, platform, qtbot):
    window = open_exam()
    address = address.replace("http://127.0.0.1:1", platform.url)
    seen = events_of(window)
    assert window.page.open(address) is False
    assert seen == ["address_blocked"]
    run(window, qtbot, f"location.href='{address}';1")
    qtbot.wait(100)
    assert window.page.url() == QUrl(platform.url + "/")


def test_request_and_web_socket_outside_are_blocked_and_headers_arrive_inside(open_exam, platform, qtbot):
    window = open_exam()
    seen = events_of(window)
    run(
        window,
        qtbot,
        "fetch('http://localhost:9/x').catch(()=>{window.f=1});new WebSocket('ws://localhost:9/').onerror=()=>{window.w=1};1",
    )
    qtbot.waitUntil(lambda: seen.count("resource_blocked") >= 2, timeout=BOUND_MS)
    run(window, qtbot, "fetch('/inside');1")
    qtbot.waitUntil(lambda: ("GET", "/inside", b"") in platform.requests, timeout=BOUND_MS)
    assert {h["X-Exam"] for h in platform.headers} == {"seven"}


def test_a_part_of_the_page_may_come_from_where_no_whole_page_may(open_exam, platform, qtbot):
    window = open_exam(address_allowed=lambda url: url == platform.url + "/")
    seen = events_of(window)
    run(window, qtbot, "window.got=0;fetch('/part').then(()=>{window.got=1});1")
    qtbot.waitUntil(lambda: run(window, qtbot, "window.got") == 1, timeout=BOUND_MS)
    run(window, qtbot, "location.href='/part';1")
    qtbot.waitUntil(lambda: seen == ["address_blocked"], timeout=BOUND_MS)


def test_download_is_refused(open_exam, platform, qtbot, tmp_path: Path):
    platform.pages["/answers.zip"] = "secret"
    window = open_exam()
    with qtbot.waitSignal(window.page_event, timeout=BOUND_MS, check_params_cb=lambda k: k == "download_blocked"):
        run(window, qtbot, "location.href='/answers.zip';1")
    qtbot.wait(100)
    assert window._stack.currentWidget() is window._view, "a refused download is no lost page"
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "Exam"


def test_print_does_nothing_but_is_told(open_exam, qtbot):
    window = open_exam()
    with qtbot.waitSignal(window.page_event, timeout=BOUND_MS, check_params_cb=lambda k: k == "print_blocked"):
        run(window, qtbot, "setTimeout(()=>print(),0);1")
    assert len([w for w in QApplication.topLevelWidgets() if w.isVisible()]) == 1


def test_new_window_opens_in_this_one_where_allowed(open_exam, platform, qtbot):
    platform.pages["/"] = "<h1>Exam</h1><a id=in target=_blank href=/two>two</a>"
    platform.pages["/two"] = "<h1>Two</h1>"
    window = open_exam()
    click(window, qtbot, "#in")
    qtbot.waitUntil(lambda: window.page.url().path() == "/two", timeout=BOUND_MS)
    assert len([w for w in QApplication.topLevelWidgets() if w.isVisible()]) == 1


@pytest.mark.parametrize("target", ["/two", "http://elsewhere.invalid/"])
def test_new_window_is_refused(target, open_exam, platform, qtbot):
    platform.pages["/"] = f"<h1>Exam</h1><a id=out target=_blank href='{target}'>out</a>"
    window = open_exam(controls=ExamWindowControls(full_screen=True, new_windows=True))
    with qtbot.waitSignal(window.page_event, timeout=BOUND_MS, check_params_cb=lambda k: k == "new_window_blocked"):
        click(window, qtbot, "#out")
    assert window.page.url().path() == "/"


def test_file_is_not_chosen(open_exam, platform, qtbot):
    platform.pages["/"] = "<h1>Exam</h1><input type=file id=f>"
    window = open_exam()
    with qtbot.waitSignal(window.page_event, timeout=BOUND_MS, check_params_cb=lambda k: k == "file_chooser_refused"):
        click(window, qtbot, "#f")
    assert run(window, qtbot, "document.querySelector('#f').files.length") == 0


@pytest.mark.parametrize(
    ("ask", "kind"),
    [
        ("navigator.geolocation.getCurrentPosition(()=>{},e=>{window.r=e.code})", "permission_refused"),
        ("Notification.requestPermission()", "permission_refused"),
        ("navigator.clipboard.readText()", "permission_refused"),
        ("navigator.mediaDevices.getDisplayMedia()", "screen_share_refused"),
    ],
)
def test_permission_is_refused(ask, kind, open_exam, platform, qtbot):
    platform.pages["/"] = (
        f"<h1>Exam</h1><button id=b onclick=\"window.r=0;let p={ask};if(p)p.catch(()=>{{window.r='no'}})\">ask</button>"
    )
    window = open_exam()
    with qtbot.waitSignal(window.page_event, timeout=BOUND_MS, check_params_cb=lambda k: k == kind):
        click(window, qtbot, "#b")


def test_hand_in_address_is_told_once_after_it_arrived(open_exam, platform, qtbot):
    platform.pages["/"] = "<h1>Exam</h1><form method=post action=/handed-in><input name=a value=forty-two></form>"
    window = open_exam()
    told = []
    window.hand_in_requested.connect(lambda: told.append(list(platform.requests)))
    run(window, qtbot, "document.forms[0].submit();1")
    qtbot.waitUntil(lambda: bool(told), timeout=BOUND_MS)
    assert ("POST", "/handed-in", b"a=forty-two") in told[0], "it was told before the answers had arrived"
    run(window, qtbot, "history.replaceState(0,'','/handed-in?again');1")
    qtbot.wait(100)
    assert len(told) == 1


def test_hand_in_address_of_a_single_page_application(open_exam, qtbot):
    window = open_exam()
    with qtbot.waitSignal(window.hand_in_requested, timeout=BOUND_MS):
        run(window, qtbot, "history.pushState(0,'','/handed-in');1")


def test_crashed_page_says_so_and_is_loaded_again(open_exam, qtbot):
    window = open_exam()
    seen = events_of(window)
    os.kill(window.page.renderProcessPid(), signal.SIGKILL)
    qtbot.waitUntil(lambda: seen == ["page_crashed"], timeout=BOUND_MS)
    again = window.findChild(QPushButton, "reloadPageButton")
    assert again.isVisible()
    with qtbot.waitSignal(window.page.loadFinished, timeout=BOUND_MS):
        qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window._stack.currentWidget() is window._view, timeout=BOUND_MS)
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "Exam"


def test_answer_sent_while_the_network_is_gone_is_kept_and_sent_at_the_next_press(open_exam, platform, qtbot):
    platform.pages["/"] = "<h1>Exam</h1><form method=post action=/save><textarea name=a></textarea></form>"
    platform.pages["/save"] = "<h1>Saved</h1>"
    window = open_exam()
    seen = events_of(window)
    run(window, qtbot, "document.querySelector('textarea').value='my long answer';1")
    platform.stop()
    run(window, qtbot, "document.forms[0].submit();1")
    qtbot.waitUntil(lambda: seen == ["page_not_loaded"], timeout=BOUND_MS)
    assert "Nothing is lost" in window._notices.sentence
    assert window._stack.currentWidget() is window._view
    assert run(window, qtbot, "document.querySelector('textarea').value") == "my long answer"
    platform.start()
    run(window, qtbot, "document.forms[0].submit();1")
    qtbot.waitUntil(lambda: seen == ["page_not_loaded", "page_came_back"], timeout=BOUND_MS)
    assert ("POST", "/save", b"a=my+long+answer") in platform.requests
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "Saved"
    assert window._notices.sentence == ""


def test_loaded_page_stays_when_the_network_goes(open_exam, platform, qtbot):
    window = open_exam()
    run(window, qtbot, "document.querySelector('#a').value='half an answer';1")
    platform.stop()
    run(window, qtbot, "fetch('/x').catch(()=>{window.gone=1});1")
    qtbot.waitUntil(lambda: run(window, qtbot, "window.gone") == 1, timeout=BOUND_MS)
    assert window._stack.currentWidget() is window._view
    assert run(window, qtbot, "document.querySelector('#a').value") == "half an answer"


def test_page_that_cannot_be_reached_at_first_comes_by_itself(open_exam, platform, qtbot):
    platform.stop()
    window = open_exam(wait=False)
    qtbot.waitUntil(lambda: window._stack.currentWidget() is window._stack.message, timeout=BOUND_MS)
    platform.start()
    with qtbot.waitSignal(window.page_painted, timeout=BOUND_MS):
        pass
    assert window._stack.currentWidget() is window._view


@pytest.mark.parametrize(
    ("ask", "press", "given"),
    [
        ("confirm('Really?')", "pageDialogOkButton", True),
        ("confirm('Really?')", "pageDialogCancelButton", False),
        ("prompt('Name?','Ada')", "pageDialogOkButton", "Ada"),
        ("prompt('Name?','Ada')", "pageDialogCancelButton", None),
        ("alert('Five minutes left')", "pageDialogOkButton", None),
    ],
)
def test_page_dialog_is_inside_the_window(ask, press, given, open_exam, qtbot):
    window = open_exam()
    pressed: list[int] = []

    def answer() -> None:
        found = window.findChild(QPushButton, press)
        if found is not None:
            pressed.append(len([w for w in QApplication.topLevelWidgets() if w.isVisible()]))
            clock.stop()
            found.click()

    clock = QTimer(interval=30)  # the page waits for the answer in a loop of its own: a timer gives it
    clock.timeout.connect(answer)
    clock.start()
    window.page.runJavaScript(f"window.given=[{ask}]")
    qtbot.waitUntil(lambda: bool(pressed), timeout=BOUND_MS)
    assert pressed == [1], "the dialog is a window of its own"
    assert run(window, qtbot, "JSON.stringify(window.given[0]??null)") == json.dumps(given)


def test_tools_keys_do_nothing_and_text_size_keys_work(open_exam, qtbot):
    window = open_exam()
    proxy = window._view.focusProxy()
    for key in (Qt.Key.Key_F12, Qt.Key.Key_F5):
        qtbot.keyClick(proxy, key)
    qtbot.keyClick(proxy, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(proxy, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    subprocess.run(["xdotool", "key", "ctrl+plus"], check=True, timeout=10)
    qtbot.waitUntil(lambda: window._view.zoomFactor() == 1.25, timeout=BOUND_MS)
    subprocess.run(["xdotool", "key", "F6"], check=True, timeout=10)
    qtbot.waitUntil(lambda: window.focusWidget().objectName() == "handInButton", timeout=BOUND_MS)
    assert len([w for w in QApplication.topLevelWidgets() if w.isVisible()]) == 1
    assert window.page.devToolsPage() is None


def test_window_says_why_a_start_address_is_wrong(open_exam, qtbot):
    window = open_exam(wait=False, start_url="file:///etc/passwd")
    assert window._stack.currentWidget() is window._stack.message


def test_wrong_certificate_file_is_refused(open_exam):
    with pytest.raises(ValueError, match="no certificate"):
        open_exam(extra_ca_pem=b"not a certificate")


def test_context_menu_and_drops_are_off(open_exam, qtbot):
    window = open_exam()
    assert window._view.contextMenuPolicy() == Qt.ContextMenuPolicy.NoContextMenu
    assert not window._view.acceptDrops()
    QApplication.sendEvent(
        window._view, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Menu, Qt.KeyboardModifier.NoModifier)
    )
    assert QApplication.activePopupWidget() is None
