"""A page beside the exam that does not come, is one too many, or goes: never a dead end, never the program's end."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QPushButton, QTabBar

from tests.fixtures.exam_page import BOUND_MS, click, events_of, run
from tests.fixtures.material import MATERIAL, WAYS, exam_with, in_sight, opened, press
from tests.window.test_sign_in import Person
from ui.client.exam.tabs import tabbed_pages

NOTHING_COMES = {
    "leads elsewhere": ("redirects", "http://elsewhere.invalid/", "U-01"),
    "empty error": ("statuses", 503, "U-02 503"),
    "not answered": ("silent", None, "U-04"),
    "a file": ("extra_headers", {"Content-Disposition": "attachment; filename=a.docx"}, "U-06"),
    "no page": ("statuses", 204, "U-07"),
    "sign-in": ("sign_ins", "ada:secret", "U-08"),
}


@pytest.mark.parametrize("why", NOTHING_COMES)
def test_tab_that_nothing_comes_to_says_so_and_can_be_closed(why, open_exam, platform, qtbot, monkeypatch):
    where, what, code = NOTHING_COMES[why]
    platform.pages |= {"/": exam_with(WAYS["link"]), "/material.html": ""}
    window = open_exam()
    monkeypatch.setattr("ui.client.exam.loading.page_loading.UNANSWERED_MS", 300)
    wrong = getattr(platform, where)
    wrong.add("/material.html") if what is None else wrong.update({"/material.html": what})
    seen = events_of(window)
    person = Person(None)
    click(window, qtbot, "#go")
    qtbot.waitUntil(lambda: window._tabs.count() == 2, timeout=BOUND_MS)
    message = window._tabs._front().place.message
    qtbot.waitUntil(lambda: message.isVisible() and code in message._facts.text(), timeout=BOUND_MS)
    assert "page_not_loaded" in seen
    assert len(person.asked) == (why == "sign-in")
    press(window, qtbot, "closeTabButton")
    in_sight(window, qtbot, "Exam")
    assert window._tabs.count() == 1
    assert not window.findChild(QTabBar, "pageTabs").isVisible()
    platform.speak.set()


def test_material_that_came_after_all_is_shown(open_exam, platform, qtbot):
    platform.pages |= {"/": exam_with(WAYS["link"]), "/material.html": ""}
    platform.statuses["/material.html"] = 503
    window = open_exam()
    click(window, qtbot, "#go")
    qtbot.waitUntil(lambda: window._tabs.count() == 2, timeout=BOUND_MS)
    message = window._tabs._front().place.message
    qtbot.waitUntil(message.isVisible, timeout=BOUND_MS)
    assert message.retry_button.hasFocus() or not window.isActiveWindow()
    del platform.statuses["/material.html"]
    platform.pages["/material.html"] = MATERIAL
    qtbot.mouseClick(message.retry_button, Qt.MouseButton.LeftButton)
    in_sight(window, qtbot, "Formula sheet")


@pytest.mark.parametrize("closed_by", ["key", "button", "itself", "the exam's page"])
def test_closed_tab_gives_the_exam_back(closed_by, open_exam, platform, qtbot):
    window, beside = opened(open_exam, platform, qtbot, "empty first")
    seen = events_of(window)
    gone = []
    beside.page.destroyed.connect(lambda: gone.append(1))
    if closed_by == "key":
        qtbot.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    elif closed_by == "button":
        press(window, qtbot, "closeTabButton")
    else:
        (beside if closed_by == "itself" else window).page.runJavaScript(
            "window.close()" if closed_by == "itself" else "w.close()"
        )
    qtbot.waitUntil(lambda: window._tabs.count() == 1, timeout=BOUND_MS)
    qtbot.waitUntil(lambda: bool(gone), timeout=BOUND_MS)
    in_sight(window, qtbot, "Exam")
    assert run(window, qtbot, "document.querySelector('#essay').value") == "my essay"
    assert seen == []


def test_tab_that_is_closed_while_it_asks_is_deleted_after_the_answer(open_exam, platform, qtbot):
    window, beside = opened(open_exam, platform, qtbot, "empty first")
    gone, looks = [], []
    beside.page.destroyed.connect(lambda: gone.append(1))

    def answer() -> None:  # the page waits in a loop of its own, in which only a timer is heard
        found = window.findChild(QPushButton, "pageDialogOkButton")
        if found is None:
            return
        looks.append((window._tabs.count(), len(gone)))
        if len(looks) == 1:
            qtbot.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
        elif len(looks) == 2:
            beside.close_wanted.emit()
        elif len(looks) == 8:
            clock.stop()
            found.click()

    clock = QTimer(interval=40)
    clock.timeout.connect(answer)
    clock.start()
    beside.page.runJavaScript("setTimeout(() => { confirm('Sure?') }, 0)")
    qtbot.waitUntil(lambda: bool(gone), timeout=BOUND_MS)
    assert looks[1] == (2, 0), "a question is answered first"
    assert looks[-1] == (1, 0), "the page was deleted while its script waited"
    in_sight(window, qtbot, "Exam")


def test_no_more_than_so_many_open_and_the_next_is_told(open_exam, platform, qtbot, monkeypatch):
    assert tabbed_pages.MOST_BESIDE == 4
    monkeypatch.setattr(tabbed_pages, "MOST_BESIDE", 2)
    links = "".join(f"<p><a id=go{n} target=_blank href=/{n}.html>{n}</a>" for n in range(3))
    platform.pages |= {
        "/": exam_with(links),
        **{f"/{n}.html": f"<title>{n}</title><h1>Sheet {n}</h1>" for n in range(3)},
    }
    window = open_exam()
    for n in range(2):
        click(window, qtbot, f"#go{n}")
        qtbot.waitUntil(lambda n=n: window._tabs.count() == n + 2, timeout=BOUND_MS)
        press(window, qtbot, "backToExamButton")
    seen = events_of(window)
    click(window, qtbot, "#go2")
    qtbot.waitUntil(lambda: "2 pages are open" in window._notices.sentence, timeout=BOUND_MS)
    assert window._view.isVisible()
    assert window._tabs.count() == 3
    click(window, qtbot, "#go0")
    in_sight(window, qtbot, "Sheet 0")
    assert window._tabs.count() == 3, "what is open already is gone to"
    qtbot.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    click(window, qtbot, "#go2")
    in_sight(window, qtbot, "Sheet 2")
    assert window._tabs.count() == 3
    assert seen == []


def test_tab_whose_process_ends_says_so_and_the_exam_goes_on(open_exam, platform, qtbot):
    window, beside = opened(open_exam, platform, qtbot)
    seen = events_of(window)
    beside.page.renderProcessTerminated.emit(beside.page.RenderProcessTerminationStatus.CrashedTerminationStatus, 1)
    assert beside.place.message.isVisible()
    assert seen == ["page_crashed"]
    press(window, qtbot, "backToExamButton")
    assert run(window, qtbot, "document.querySelector('#essay').value") == "my essay"


def test_window_goes_with_all_its_pages_before_the_profile(open_exam, platform, qtbot, capfd):
    window, _beside = opened(open_exam, platform, qtbot)
    press(window, qtbot, "backToExamButton")
    click(window, qtbot, "#go")
    qtbot.waitUntil(lambda: window._tabs.count() == 3, timeout=BOUND_MS)
    press(window, qtbot, "closeTabButton")
    order = []
    window._engine._profile.profile.destroyed.connect(lambda: order.append("profile"))
    for each in (window, *window._tabs._beside):
        each.page.destroyed.connect(lambda: order.append("page"))
    window.close_for_good()
    qtbot.waitUntil(lambda: "profile" in order, timeout=BOUND_MS)
    assert order == ["page", "page", "profile"]
    assert "Expect troubles" not in capfd.readouterr().err
