"""The exam window with pages beside the exam's, as a picture: small, large, and with large text."""

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QTabBar

from tests.fixtures.exam_page import BOUND_MS, click, run
from tests.fixtures.window_models import EXAM_PAGE, TROUBLED, exam_status
from tests.fixtures.window_pictures import LARGE, SAVING, SIZES, SMALL, cut_off, keep, settle
from ui.client.exam.controls import ExamWindowControls
from ui.theme import apply_theme


@pytest.mark.parametrize("percent", [100, 200])
def test_exam_window_with_pages_beside_the_exam(percent, open_exam, platform, qapp: QApplication, qtbot) -> None:
    names = ("Formula sheet", "Quantiles of the normal distribution", "Periodic table", "Dictionary")
    links = "".join(f"<p><a id=go{n} target=_blank href=/{n}.html>{name}</a>" for n, name in enumerate(names))
    platform.pages |= {"/": EXAM_PAGE + links} | {
        f"/{n}.html": f"<title>{name}</title>{EXAM_PAGE.replace('Introduction', name)}" for n, name in enumerate(names)
    }
    apply_theme(qapp, percent / 100)
    try:
        for size in SIZES if percent == 100 else (SMALL, LARGE):
            window = open_exam(size=size, controls=ExamWindowControls())
            window.set_status(exam_status(**TROUBLED))
            for n in range(len(names)):
                run(window, qtbot, f"document.querySelector('#go{n}').scrollIntoView();1")
                click(window, qtbot, f"#go{n}")
                tabs = window.findChild(QTabBar, "pageTabs")
                qtbot.waitUntil(lambda n=n, tabs=tabs: tabs.accessibleTabName(n + 1) == names[n], timeout=BOUND_MS)
                if n in (0, len(names) - 1):
                    settle(window)
                    qtbot.wait(400 if SAVING else 0)  # for the page to be drawn, which a picture is to show
                    suffix = f"{size[0]}x{size[1]}{'' if percent == 100 else '-text-200'}"
                    keep(window.grab().toImage(), f"exam-material-{n + 1}-{suffix}")
                    assert cut_off(window) == []
                window.findChild(QAbstractButton, "backToExamButton").click()
            assert window._view.isVisible()
            window.close_for_good()
    finally:
        apply_theme(qapp, 1.0)
