"""A dead end: a link to allowed material in a new window was refused, or took the exam's place, text and all."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QTabBar

from tests.fixtures.exam_page import BOUND_MS, click, events_of, run
from tests.fixtures.material import MATERIAL, WAYS, exam_with, in_sight, opened, press
from tests.window.test_hold_cover import model, release
from ui.client.exam.controls import ExamWindowControls
from ui.client.exam.page_tools import PageTools


@pytest.mark.parametrize("way", WAYS)
def test_material_opens_beside_the_exam_and_the_exam_is_come_back_to(way, open_exam, platform, qtbot):
    window, _beside = opened(open_exam, platform, qtbot, way)
    seen = events_of(window)
    assert len([w for w in QApplication.topLevelWidgets() if w.isVisible()]) == 1
    assert not window._view.isVisible()
    if way == "form":
        assert ("POST", "/material.html", b"a=b") in platform.requests
    press(window, qtbot, "backToExamButton")
    assert window._view.isVisible()
    assert window._view.hasFocus() or window._view.focusProxy().hasFocus()
    assert run(window, qtbot, "document.querySelector('#essay').value") == "my essay"
    assert [path for _method, path, _body in platform.requests].count("/") == 1, "the exam's page was loaded again"
    assert seen == []
    qtbot.keyClick(window, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    in_sight(window, qtbot, "Formula sheet")


@pytest.mark.parametrize("where", ["exam", "material"])
def test_new_window_to_elsewhere_is_refused_and_said(where, open_exam, platform, qtbot):
    platform.pages["/"] = exam_with("<a id=out target=_blank href='http://elsewhere.invalid/'>out</a>" + WAYS["link"])
    platform.pages["/material.html"] = platform.pages["/"].replace("Exam", "Formula sheet")
    window = open_exam()
    asking, view = window, None
    if where == "material":
        click(window, qtbot, "#go")
        asking = in_sight(window, qtbot, "Formula sheet")
        view = asking.place.view
    pages = window._tabs.count()
    with qtbot.waitSignal(window.page_event, timeout=BOUND_MS, check_params_cb=lambda k, _: k == "new_window_blocked"):
        click(asking, qtbot, "#out", view)
    assert "not part of the exam" in window._notices.sentence
    assert window._tabs.count() == pages


REFUSED = {
    "fetch('http://localhost:9/x').catch(()=>{})": "resource_blocked",
    "setTimeout(()=>print(),0)": "print_blocked",
    "navigator.geolocation.getCurrentPosition(()=>{},()=>{})": "permission_refused",
    "navigator.mediaDevices.getDisplayMedia().catch(()=>{})": "screen_share_refused",
    "document.querySelector('#file').click()": "file_chooser_refused",
    "const v=document.createElement('video');v.src='/none.mp4';document.body.append(v)": "media_not_played",
    "location.href='http://elsewhere.invalid/'": "address_blocked",
    "location.href='/answers.zip'": "download_blocked",
}


def test_what_the_exams_page_may_not_no_page_beside_it_may(open_exam, platform, qtbot):
    asks = "".join(f'<button id=ask{n} onclick="{ask}">{n}</button>' for n, ask in enumerate(REFUSED))
    platform.pages |= {
        "/": exam_with(WAYS["script"]),
        "/material.html": f"<h1>Formula sheet</h1><input hidden type=file id=file>{asks}",
        "/answers.zip": "secret",
    }
    window = open_exam()
    click(window, qtbot, "#go")
    beside = in_sight(window, qtbot, "Formula sheet")
    view = beside.place.view
    seen = events_of(window)
    for n, kind in enumerate(REFUSED.values()):
        click(beside, qtbot, f"#ask{n}", view)
        qtbot.waitUntil(lambda kind=kind: kind in seen, timeout=BOUND_MS)
    qtbot.wait(50)
    assert seen == list(REFUSED.values()), "told more than once, or something else"
    assert {headers["X-Exam"] for headers in platform.headers} == {"seven"}
    assert view.contextMenuPolicy() == Qt.ContextMenuPolicy.NoContextMenu
    assert not view.acceptDrops()
    assert beside.page.devToolsPage() is None


def test_text_size_is_that_of_every_page(open_exam, platform, qtbot):
    window, beside = opened(open_exam, platform, qtbot)
    window.findChild(PageTools)._step_text_size(1)
    assert (window._view.zoomFactor(), beside.place.view.zoomFactor()) == (1.25, 1.25)
    press(window, qtbot, "closeTabButton")
    click(window, qtbot, "#go")
    beside = in_sight(window, qtbot, "Formula sheet")
    qtbot.waitUntil(lambda: beside.place.view.zoomFactor() == 1.25, timeout=BOUND_MS)


@pytest.mark.parametrize("cover", ["hold", "break"])
def test_cover_lies_over_every_page_and_goes_back_to_the_one_that_was_read(cover, open_exam, platform, qtbot):
    window, beside = opened(open_exam, platform, qtbot)
    window.hold(model(release.Challenge())) if cover == "hold" else window.show_break()
    assert not beside.place.view.isVisible()
    assert not window._view.isVisible()
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_W):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
    assert not beside.place.view.isVisible()
    assert not window.findChild(QTabBar, "pageTabs").isEnabled()
    window.end_hold() if cover == "hold" else window.end_break()
    assert beside.place.view.isVisible()
    assert window.findChild(QTabBar, "pageTabs").isEnabled()


def test_tabs_are_named_reached_and_closed_by_keyboard(open_exam, platform, qtbot):
    window, beside = opened(open_exam, platform, qtbot)
    tabs = window.findChild(QTabBar, "pageTabs")
    qtbot.waitUntil(lambda: tabs.accessibleTabName(1) == "Formula sheet", timeout=BOUND_MS)
    assert "Introduction to Statistics" in tabs.accessibleTabName(0)
    assert tabs.tabText(0) == "Exam"
    close = tabs.tabButton(1, QTabBar.ButtonPosition.RightSide)
    assert "Formula sheet" in close.accessibleName()
    assert tabs.tabButton(0, QTabBar.ButtonPosition.RightSide) is None, "the exam's page can be closed"
    qtbot.keyClick(window, Qt.Key.Key_F6)
    focusable = []
    for _ in range(20):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        focusable.append(window.focusWidget())
        if {tabs, close} <= set(focusable):
            break
    assert {tabs, close} <= set(focusable), [each.objectName() for each in focusable]
    tabs.setFocus()
    qtbot.keyClick(tabs, Qt.Key.Key_Left)
    assert window._view.isVisible()
    assert tabs.hasFocus(), "the keyboard stays where it is used"
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    assert beside.place.view.isVisible()
    close.setFocus()
    qtbot.keyClick(close, Qt.Key.Key_Space)
    in_sight(window, qtbot, "Exam")


def test_link_with_a_named_target_shows_the_page_it_leads_to_again(open_exam, platform, qtbot):
    window, _beside = opened(open_exam, platform, qtbot, "named")
    press(window, qtbot, "backToExamButton")
    click(window, qtbot, "#go")
    in_sight(window, qtbot, "Formula sheet")
    assert window._tabs.count() == 2


@pytest.mark.parametrize("size", [(1024, 600), (1920, 1080)], ids=str)
def test_tabs_that_come_and_go_never_move_the_page(size, open_exam, platform, qtbot):
    def place() -> QRect:
        return QRect(window._view.mapTo(window, QPoint()), window._view.size())

    platform.pages |= {"/": exam_with(WAYS["script"]), "/material.html": MATERIAL}
    window = open_exam(size=size, controls=ExamWindowControls())
    before = place()
    run(window, qtbot, "resizes=0;onresize=()=>resizes++;1")
    click(window, qtbot, "#go")
    beside = in_sight(window, qtbot, "Formula sheet")
    assert QRect(beside.place.view.mapTo(window, QPoint()), beside.place.view.size()) == before
    press(window, qtbot, "backToExamButton")
    assert place() == before
    press(window, qtbot, "closeTabButton")
    assert place() == before
    assert run(window, qtbot, "resizes") == 0


@pytest.mark.parametrize("way", ["button", "key"])
def test_link_without_a_target_has_a_way_back_to_what_was_written(way, open_exam, platform, qtbot):
    platform.pages |= {"/": exam_with("<a id=go href=/material.html>sheet</a>"), "/material.html": MATERIAL}
    window = open_exam()
    assert not window.findChild(QPushButton, "tabBackButton").isVisible()
    click(window, qtbot, "#essay")
    qtbot.keyClicks(window._view.focusProxy(), "mine")
    qtbot.waitUntil(lambda: run(window, qtbot, "document.querySelector('#essay').value") == "mine", timeout=BOUND_MS)
    click(window, qtbot, "#go")
    in_sight(window, qtbot, "Formula sheet")
    back = window.findChild(QPushButton, "tabBackButton")
    qtbot.waitUntil(back.isVisible, timeout=BOUND_MS)
    assert back.accessibleName()
    if way == "button":
        qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    else:
        qtbot.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    in_sight(window, qtbot, "Exam")
    qtbot.waitUntil(lambda: run(window, qtbot, "document.querySelector('#essay').value") == "mine", timeout=BOUND_MS)
    qtbot.waitUntil(lambda: not back.isVisible(), timeout=BOUND_MS)


def test_page_that_hands_in_does_so_from_a_tab_too(open_exam, platform, qtbot):
    platform.pages["/"] = exam_with("<a id=go target=_blank href=/handed-in>hand in</a>")
    window = open_exam()
    with qtbot.waitSignal(window.hand_in_requested, timeout=BOUND_MS):
        click(window, qtbot, "#go")
