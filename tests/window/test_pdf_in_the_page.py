"""A PDF of the exam can be read in its window, however the page shows it, and neither saved nor printed."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from tests.fixtures.exam_page import BOUND_MS, click, events_of
from tests.fixtures.window_pictures import keep
from ui.client.exam.controls import ExamWindowControls
from ui.client.exam.features import PageFeatures

DRAWN = "0 0 1 rg 0 0 300 300 re f"
PAPER = f"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<<>>>> endobj
4 0 obj <</Length {len(DRAWN)}>> stream
{DRAWN}
endstream endobj
trailer <</Root 1 0 R>>
"""
WAYS = {
    "link": "<a id=go href=/paper.pdf>paper</a>",
    "iframe": "<iframe width=900 height=600 src=/paper.pdf></iframe>",
    "embed": "<embed width=900 height=600 src=/paper.pdf type=application/pdf>",
    "object": "<object width=900 height=600 data=/paper.pdf type=application/pdf>no PDF here</object>",
}


def blue(window) -> int:
    """How many of some points of the window are of the colour that only the paper has."""
    seen = window.grab().toImage()
    paper = QColor(0, 0, 255).name()
    return sum(
        seen.pixelColor(x, y).name() == paper for x in range(0, seen.width(), 16) for y in range(0, seen.height(), 16)
    )


def read(window, qtbot) -> None:
    """Wait until the paper is seen; between two looks the engine has time to draw it."""
    for _ in range(60):
        qtbot.wait(500)
        if blue(window) > 100:
            return
    raise AssertionError("the paper is not to be seen")


@pytest.mark.parametrize("way", WAYS)
def test_paper_is_read_in_the_window(way, open_exam, platform, qtbot):
    platform.pages |= {"/": f"<!doctype html><h1>Exam</h1>{WAYS[way]}", "/paper.pdf": PAPER}
    window = open_exam()
    seen = events_of(window)
    if "id=go" in WAYS[way]:
        click(window, qtbot, "#go")
    read(window, qtbot)
    keep(window.grab().toImage(), f"exam-pdf-{way}")
    assert seen == []


def test_toolbar_of_the_paper_saves_and_prints_nothing(open_exam, platform, qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    platform.pages |= {"/": WAYS["link"], "/paper.pdf": PAPER}
    window = open_exam()
    seen = events_of(window)
    click(window, qtbot, "#go")
    read(window, qtbot)
    proxy = window._view.focusProxy()
    for left_of_the_edge, refused in ((104, "download_blocked"), (68, "print_blocked")):
        qtbot.mouseClick(proxy, Qt.MouseButton.LeftButton, pos=QPoint(proxy.width() - left_of_the_edge, 28))
        qtbot.waitUntil(lambda refused=refused: seen[-1:] == [refused], timeout=BOUND_MS)
    assert window._stack.currentWidget() is window._view
    assert not list(tmp_path.rglob("*.pdf"))


def test_paper_is_saved_and_that_is_said_where_the_settings_allow_it(open_exam, platform, qtbot, tmp_path, monkeypatch):
    """Failed before: it was saved, or was not, without a word."""
    monkeypatch.setenv("HOME", str(tmp_path))
    platform.pages |= {"/": "<h1>Exam</h1><a id=go href=/paper.pdf download>paper</a>", "/paper.pdf": PAPER}
    window = open_exam(controls=ExamWindowControls())
    seen = events_of(window)
    click(window, qtbot, "#go")
    qtbot.waitUntil(lambda: "was saved in" in window._notices.sentence, timeout=BOUND_MS)
    (saved,) = tmp_path.rglob("paper.pdf")
    assert saved.read_text() == PAPER
    assert saved.parent.name in window._notices.sentence
    window._engine._profile.profile.setDownloadPath("/proc")  # there, and takes no file
    click(window, qtbot, "#go")
    qtbot.waitUntil(lambda: "could not be saved" in window._notices.sentence, timeout=BOUND_MS)
    assert seen == []


def test_paper_is_refused_where_the_settings_say_so(open_exam, platform, qtbot):
    platform.pages |= {"/": f"<h1>Exam</h1>{WAYS['link']}", "/paper.pdf": PAPER}
    window = open_exam(features=PageFeatures(pdf=False))
    with qtbot.waitSignal(
        window.page_event, timeout=BOUND_MS, check_params_cb=lambda kind, _: kind == "download_blocked"
    ):
        click(window, qtbot, "#go")
    assert window.page.url().path() == "/"
