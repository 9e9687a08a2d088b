"""What the exam's page may not do, tried by a real page in a real engine."""

import json
import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer, QUrl
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton

from tests.fixtures.exam_page import BOUND_MS, click, events_of, run


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
    qtbot.waitUntil(lambda: seen == ["address_blocked", "page_not_loaded"], timeout=BOUND_MS)


def test_download_is_refused(open_exam, platform, qtbot, tmp_path: Path):
    platform.pages["/answers.zip"] = "secret"
    window = open_exam()
    with qtbot.waitSignal(window.page_event, timeout=BOUND_MS, check_params_cb=lambda k, _: k == "download_blocked"):
        run(window, qtbot, "location.href='/answers.zip';1")
    qtbot.wait(100)
    assert window._stack.currentWidget() is window._view, "a refused download is no lost page"
    assert run(window, qtbot, "document.querySelector('h1').textContent") == "Exam"


def test_print_does_nothing_but_is_told(open_exam, qtbot):
    window = open_exam()
    with qtbot.waitSignal(window.page_event, timeout=BOUND_MS, check_params_cb=lambda k, _: k == "print_blocked"):
        run(window, qtbot, "setTimeout(()=>print(),0);1")
    assert len([w for w in QApplication.topLevelWidgets() if w.isVisible()]) == 1


@pytest.mark.parametrize("target", ["http://elsewhere.invalid/", "data:text/html,<p>hello"])
def test_new_window_is_refused(target, open_exam, platform, qtbot):
    platform.pages["/"] = f"<h1>Exam</h1><button id=out onclick=\"window.open('{target}')\">out</button>"
    window = open_exam()
    with qtbot.waitSignal(window.page_event, timeout=BOUND_MS, check_params_cb=lambda k, _: k == "new_window_blocked"):
        click(window, qtbot, "#out")
    assert window.page.url().path() == "/"
    assert window._tabs.count() == 1
    assert len([w for w in QApplication.topLevelWidgets() if w.isVisible()]) == 1


def test_file_is_not_chosen(open_exam, platform, qtbot):
    platform.pages["/"] = "<h1>Exam</h1><input type=file id=f>"
    window = open_exam()
    with qtbot.waitSignal(
        window.page_event, timeout=BOUND_MS, check_params_cb=lambda k, _: k == "file_chooser_refused"
    ):
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
    with qtbot.waitSignal(window.page_event, timeout=BOUND_MS, check_params_cb=lambda k, _: k == kind):
        click(window, qtbot, "#b")


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
    qtbot.keyClick(proxy, Qt.Key.Key_F12)
    qtbot.keyClick(proxy, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(proxy, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    subprocess.run(["xdotool", "key", "ctrl+plus"], check=True, timeout=10)
    qtbot.waitUntil(lambda: window._view.zoomFactor() == 1.25, timeout=BOUND_MS)
    subprocess.run(["xdotool", "key", "F6"], check=True, timeout=10)
    qtbot.waitUntil(lambda: window.focusWidget().objectName() == "handInButton", timeout=BOUND_MS)
    assert len([w for w in QApplication.topLevelWidgets() if w.isVisible()]) == 1
    assert window.page.devToolsPage() is None


def test_context_menu_and_drops_are_off(open_exam, qtbot):
    window = open_exam()
    assert window._view.contextMenuPolicy() == Qt.ContextMenuPolicy.NoContextMenu
    assert not window._view.acceptDrops()
    QApplication.sendEvent(
        window._view, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Menu, Qt.KeyboardModifier.NoModifier)
    )
    assert QApplication.activePopupWidget() is None
