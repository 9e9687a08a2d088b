"""Every window as a picture, small and with large text: nothing blank, nothing cut off.

INVIGILO_SAVE_SCREENSHOTS=1 (`make screenshots`) looks at a second size and writes the pictures to
resources/screenshots/, where the README shows them.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from tests.fixtures.exam_page import BOUND_MS, click
from tests.fixtures.window_models import EXAM_PAGE, EXAM_PAPER, TROUBLED, checks, consent, exam_status, review_model
from tests.fixtures.window_pictures import LARGE, SIZES, a_face, cut_off, keep, settle
from tests.window.test_pdf_in_the_page import read
from ui.client.exam.controls import ExamWindowControls
from ui.client.exam.loading.obstacles import Obstacle, ObstacleKind
from ui.client.exam.window import ExamWindow
from ui.client.questions import CloseProgramsQuestion
from ui.client.window import ClientWindow
from ui.model import (
    FarewellModel,
    HandingInModel,
    HoldModel,
    StartModel,
    Statement,
    TroubleModel,
    UnfinishedExam,
)
from ui.review.window import ReviewWindow
from ui.theme import apply_theme
from ui.widgets.overlay import Overlay


def show_checks(window: ClientWindow) -> None:
    window.show_checks(checks())
    window.show_preview(a_face())
    window.show_level(-24.0)


def show_trust(window: ClientWindow) -> None:
    prompt = consent(trust=True).trust
    assert prompt is not None
    window.show_trust(prompt)


BEGUN = StartModel(
    (
        UnfinishedExam("The exam “statistics-final” was begun here and is not ended.", "statistics-final.invigilo"),
        UnfinishedExam("The exam “calculus-1” was begun here and is not ended. Open its file again to go on with it."),
    )
)

PAGES: dict[str, Callable[[ClientWindow], None]] = {
    "start": lambda w: w.show_start(StartModel()),
    "start-unfinished": lambda w: w.show_start(BEGUN),
    "findings": lambda w: w.show_findings(
        replace(checks(), sentence="This has to be solved before an exam can start: Programs.")
    ),
    "trust": show_trust,
    "consent": lambda w: w.show_consent(consent(trust=False)),
    "consent-first-time": lambda w: w.show_consent(consent(trust=True)),
    "checks": show_checks,
    "waiting": lambda w: w.show_waiting("Getting the exam ready …"),
    "handing-in": lambda w: w.show_handing_in(
        HandingInModel(132, 180, "Your exam is handed in. The recording is still on its way.", False, True)
    ),
    "farewell": lambda w: w.show_farewell(
        FarewellModel(
            "Done",
            "Your exam is handed in and the whole recording has arrived.",
            (
                Statement("ok", "Your computer is as before", "Everything that was changed for the exam is undone."),
                Statement("server", "Received by Lakeside University", "180 parts, 84 MB, the last at 11:42."),
                Statement(
                    "trash", "You can remove this program now", "Nothing of the recording is left on this computer."
                ),
            ),
            may_save_receipts=True,
            saved="The receipts are in /media/stick/invigilo.receipts. They prove what was received, and when.",
        )
    ),
    "trouble": lambda w: w.show_trouble(
        TroubleModel(
            "EXAM-07",
            "This exam file has been changed",
            "The signature of Lakeside University does not fit this file. It was not opened.",
            "statistics-final.invigilo",
            "Download the exam file again from your course page. If it happens again, ask the exam office.",
            may_retry=True,
        )
    ),
    "leave": lambda w: (show_checks(w), w.findChild(QAbstractButton, "leaveButton").click()),
    "close-programs": lambda w: (
        show_checks(w),
        CloseProgramsQuestion(w, "AnyDesk, TeamViewer and Discord are running."),
    ),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("page", PAGES)
def test_client_page(page: str, size: tuple[int, int], themed: QApplication, qtbot) -> None:
    window = ClientWindow()
    qtbot.addWidget(window, before_close_func=lambda w: setattr(w, "_closing", True))
    window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    PAGES[page](window)
    qtbot.wait(60)
    assert (window.width(), window.height()) == size
    keep(window.grab().toImage(), f"{page}-{size[0]}x{size[1]}")
    assert cut_off(window) == []


@pytest.mark.parametrize("page", PAGES)
def test_client_page_with_text_at_200_percent(page: str, qapp: QApplication, qtbot) -> None:
    apply_theme(qapp, 2.0)
    try:
        window = ClientWindow()
        qtbot.addWidget(window, before_close_func=lambda w: setattr(w, "_closing", True))
        window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        window.resize(*LARGE)
        with qtbot.waitExposed(window):
            window.show()
        PAGES[page](window)
        qtbot.wait(60)
        keep(window.grab().toImage(), f"{page}-text-200")
        assert cut_off(window) == []
    finally:
        apply_theme(qapp, 1.0)


HELD = HoldModel(("Storage devices",), "KQ7M-2XWD-9T4R-HBN6-5CJA", "This is not the code for this hold.")

UNREACHED = Obstacle(ObstacleKind.UNREACHED, "exam.lakeside.edu", "ERR_NAME_NOT_RESOLVED")
SERVER_ERROR = Obstacle(ObstacleKind.STATUS, "exam.lakeside.edu", "503")
ELSEWHERE = Obstacle(ObstacleKind.ADDRESS, "login.lakeside.edu")


def instead(window: ExamWindow, obstacle: Obstacle, *, seen: bool = False) -> None:
    """What the window does when `obstacle` is met and no page stayed; `seen`: the server sent one of its own."""
    window.set_status(exam_status())
    window._loading._place(obstacle, False, seen, False)


EXAMS: dict[str, Callable[[ExamWindow], object]] = {
    "exam": lambda w: w.set_status(exam_status()),
    "exam-troubled": lambda w: w.set_status(exam_status(**TROUBLED)),
    "exam-leave": lambda w: (w.set_status(exam_status()), w.findChild(QAbstractButton, "leaveButton").click()),
    "exam-hand-in": lambda w: (w.set_status(exam_status()), w.findChild(QAbstractButton, "handInButton").click()),
    "exam-held": lambda w: (w.set_status(exam_status()), w.hold(HELD)),
    "exam-page-stopped": lambda w: (w.set_status(exam_status()), w._crashed()),
    "exam-page-stayed": lambda w: (
        w.set_status(exam_status(**{**TROUBLED, "notice": ""})),
        w._loading._place(UNREACHED, True, True, True),
    ),
    "exam-leads-elsewhere": lambda w: instead(w, ELSEWHERE),
    "exam-server-error": lambda w: (
        instead(w, SERVER_ERROR, seen=True),
        w._banner.show_obstacle(SERVER_ERROR, by_itself=False, other=True, may_go_back=True),
    ),
}


def as_begun(window: ExamWindow) -> None:
    """Take away whatever the picture before was of."""
    for question in window.findChildren(Overlay):
        question.dismiss()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # until then no other question is asked
    window.end_hold()
    window.end_break()
    window._loading.came()
    window._banner.rest()
    window._stack.show_page()


def test_exam_window(open_exam, platform, qtbot) -> None:
    platform.pages["/"] = EXAM_PAGE
    for size in SIZES:
        window = open_exam(size=size, controls=ExamWindowControls())
        for name, show in EXAMS.items():
            as_begun(window)
            window.resize(*size)
            show(window)
            settle(window)
            assert (window.findChild(Overlay) is not None) == (name in {"exam-leave", "exam-hand-in"})
            assert (window.width(), window.height()) == size
            keep(window.grab().toImage(), f"{name}-{size[0]}x{size[1]}")
            assert cut_off(window) == []
        window.close_for_good()


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_exam_window_over_a_server(size: tuple[int, int], open_exam, platform, qtbot) -> None:
    """An exam's server that is not there, then asks for a sign-in, then has a document to read."""
    platform.pages |= {"/": "<a id=go href=/paper.pdf>Formulas</a>", "/paper.pdf": EXAM_PAPER}
    platform.sign_ins["/"] = "anna:secret"
    platform.stop()
    window = open_exam(size=size, wait=False, controls=ExamWindowControls())
    window.resize(*size)
    window.set_status(exam_status())
    pictures: list[str] = []

    def picture(name: str) -> None:
        settle(window)
        assert (window.width(), window.height()) == size
        keep(window.grab().toImage(), f"{name}-{size[0]}x{size[1]}")
        assert cut_off(window) == []
        pictures.append(name)

    def sign_in() -> None:
        if window.findChild(Overlay) is None or "exam-sign-in" in pictures:
            return
        pictures.append("exam-sign-in")  # `settle` looks at timers too
        picture("exam-sign-in")
        assert window._bar._page.word.text() == "Exam page: not loaded", "a server that asks has answered"
        for line, text in (("signInUser", "anna"), ("signInPassword", "secret")):
            window.findChild(QLineEdit, line).setText(text)
        window.findChild(QAbstractButton, "signInButton").click()

    qtbot.waitUntil(lambda: window._stack.currentWidget() is window._stack.message, timeout=BOUND_MS)
    picture("exam-first-page")
    platform.start()
    asked = QTimer(window)
    asked.timeout.connect(sign_in)
    asked.start(30)
    with qtbot.waitSignal(window.page_painted, timeout=BOUND_MS):
        window._stack.message.retry_button.click()
    click(window, qtbot, "#go")
    read(window, qtbot)
    picture("exam-pdf")
    assert {"exam-first-page", "exam-sign-in", "exam-pdf"} == set(pictures)


@pytest.mark.parametrize("verdict", ["COMPLETE", "INTERRUPTED", "TAMPERED"])
@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_review(verdict: str, size: tuple[int, int], themed: QApplication, qtbot) -> None:
    window = ReviewWindow(review_model(verdict))
    qtbot.addWidget(window)
    window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    window.player.seek(1911)
    qtbot.wait(60)
    assert (window.width(), window.height()) == size
    keep(window.grab().toImage(), f"review-{verdict.lower()}-{size[0]}x{size[1]}")
    assert cut_off(window) == []
