"""Every window as a picture, small and with large text: nothing blank, nothing cut off.

INVIGILO_SAVE_SCREENSHOTS=1 (`make screenshots`) looks at a second size and writes the pictures to
resources/screenshots/, where the README shows them.
"""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from tests.fixtures.window_pictures import LARGE, SIZES, a_face, cut_off, keep
from ui.client.exam.controls import ExamWindowControls
from ui.client.questions import CloseProgramsQuestion
from ui.client.window import ClientWindow
from ui.model import (
    CheckItem,
    ChecksModel,
    ConsentModel,
    ExamStatus,
    FarewellModel,
    HandingInModel,
    HoldModel,
    ReviewEvent,
    ReviewGap,
    ReviewModel,
    SourceLight,
    Statement,
    TroubleModel,
    TrustPrompt,
)
from ui.review.window import ReviewWindow
from ui.theme import apply_theme

INSTITUTION = "Lakeside University"
EXAM = "Introduction to Statistics, final exam"


def consent(*, trust: bool) -> ConsentModel:
    return ConsentModel(
        institution=INSTITUTION,
        exam_title=EXAM,
        proctoring="This exam is recorded. Nobody watches while you write. "
        "People at your institution look at marked moments afterwards.",
        recorded=(
            Statement("webcam", "Your camera", "From the start of the exam until you hand in, 10 pictures a second."),
            Statement("microphone", "Your microphone", "All sound in the room during the exam."),
            Statement("screen", "Your screen", "Everything it shows during the exam, 2 pictures a second."),
        ),
        controls=(
            Statement("full-screen", "The exam fills the screen", "Other programs stay behind it."),
            Statement("keyboard", "Shortcuts stay in the exam", "Alt+Tab and similar keys do not switch away."),
            Statement("clipboard", "Copied text is emptied", "What you copied before is removed without being read."),
        ),
        observed=(
            Statement("person", "Whether you can be seen", "Marked when nobody is in the picture for 3 seconds."),
            Statement("speaker", "Whether somebody speaks", "Marked when speech is heard for 0.8 seconds."),
        ),
        checks=("Camera and microphone", "Free disk space", "Connection to Lakeside University", "Running programs"),
        stored=Statement(
            "server",
            "Where it goes",
            "Sealed on this computer, then sent to Lakeside University in Frankfurt, Germany.",
        ),
        opened_by=Statement("key", "Who can open it", "Only Lakeside University. Key: amber falcon tulip winter."),
        retention=Statement("clock", "How long it is kept", "30 days, then it is deleted."),
        never=(
            "It never compares your face or voice with anything.",
            "It never reads your files, messages or passwords.",
            "It never decides anything about you. People do.",
        ),
        trust=TrustPrompt(INSTITUTION, ("amber", "falcon", "tulip", "winter", "meadow", "copper", "ladder", "sunday"))
        if trust
        else None,
    )


def checks() -> ChecksModel:
    return ChecksModel(
        items=(
            CheckItem("CAM-00", "Camera", "ok", "HD Webcam, 640 by 480."),
            CheckItem("MIC-00", "Microphone", "ok", "Built-in microphone."),
            CheckItem("DISK-00", "Disk space", "ok", "14 GB are free, 1.2 GB are needed."),
            CheckItem(
                "PROC-02",
                "Programs",
                "failed",
                "AnyDesk is running. It can show your screen to others.",
                fix="Close AnyDesk, then check again.",
                override="your institution's exam office",
            ),
            CheckItem("VM-01", "This computer", "attention", "It looks like a virtual machine. This is noted."),
            CheckItem("NET-00", "Connection", "running", "Trying to reach Lakeside University."),
        ),
        may_start=False,
        camera_expected=True,
        microphone_expected=True,
    )


def show_checks(window: ClientWindow) -> None:
    window.show_checks(checks())
    window.show_preview(a_face())
    window.show_level(-24.0)


EXAM_PAGE = """<!doctype html><title>Statistics</title>
<style>
  body { font: 18px/1.6 "DejaVu Sans", sans-serif; max-width: 46rem; margin: 2.5rem auto; padding: 0 1.5rem; }
  textarea { width: 100%; height: 7rem; font: inherit; padding: .6rem; border: 1px solid #999; border-radius: 6px }
  label { display: block; margin: .3rem 0 }
</style>
<h1>Introduction to Statistics</h1>
<p><b>1.</b> A fair coin is tossed three times. How likely are at least two heads?</p>
<label><input type=radio name=q> 1/4</label>
<label><input type=radio name=q checked> 1/2</label>
<label><input type=radio name=q> 3/8</label>
<p><b>2.</b> Explain in your own words what a confidence interval says.</p>
<textarea>It says that </textarea>"""


def exam_status(**chosen: object) -> ExamStatus:
    usual: dict[str, object] = {
        "shield": "on",
        "shield_sentence": "Everything your institution asked for is in place.",
        "sources": tuple(SourceLight(s, "on", "") for s in ("webcam", "microphone", "screen")),
        "connection": "connected",
        "connection_sentence": "Everything recorded so far has arrived.",
        "waiting_objects": 3,
        "waiting_bytes": 412_000,
    }
    return ExamStatus(**{**usual, **chosen})


TROUBLED = {
    "shield": "attention",
    "shield_sentence": "The camera is lost.",
    "sources": (
        SourceLight("webcam", "lost", "The camera does not answer. The exam goes on."),
        SourceLight("microphone", "on", ""),
        SourceLight("screen", "on", ""),
    ),
    "connection": "offline",
    "connection_sentence": "No connection. Everything is kept here and sent later.",
    "waiting_bytes": 8_412_000,
    "notice": "Your camera does not answer. Please check its cable; your exam goes on.",
}


def review_model(verdict: str = "INTERRUPTED") -> ReviewModel:
    face = cv2.cvtColor(cv2.imdecode(np.frombuffer(a_face(), np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    page = np.full((720, 1280, 3), 250, np.uint8)
    cv2.putText(page, "Introduction to Statistics", (90, 130), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (40, 40, 40), 3)
    for row in range(7):
        cv2.line(page, (90, 220 + 56 * row), (900 - 60 * (row % 3), 220 + 56 * row), (150, 150, 150), 8)
    sound = np.abs(np.sin(np.arange(900) / 37) * np.sin(np.arange(900) / 5)) * 0.8
    return ReviewModel(
        title="Attempt 7f3a, Introduction to Statistics",
        verdict=verdict,
        verdict_sentence="Nothing was changed. 41 seconds are missing because the program was started again.",
        facts=(
            Statement("clock", "22 November 2026, 09:00", "1 h 31 min recorded"),
            Statement("key", "Opened with key 2", "amber falcon tulip winter"),
            Statement("server", "Received from Frankfurt", "1,204 parts, all receipts signed"),
        ),
        duration_s=5460,
        events=(
            ReviewEvent(3, "exam_started", "The exam started.", "green"),
            ReviewEvent(640, "window_left", "Another window was in front for 4 seconds.", "yellow"),
            ReviewEvent(1911, "violation", "Text copied outside was replaced, unread.", "yellow"),
            ReviewEvent(2700, "gap", "The program was started again. 41 seconds are missing.", "yellow"),
            ReviewEvent(4020, "two_people", "Two people were seen for 12 seconds.", "red"),
            ReviewEvent(5449, "handed_in", "The exam was handed in.", "green"),
        ),
        gaps=(ReviewGap("webcam", 2659, 2700, "started again"), ReviewGap("microphone", 3100, 3320)),
        streams=("webcam", "microphone", "screen"),
        frame_at=lambda stream, _: (face.tobytes(), 640, 480) if stream == "webcam" else (page.tobytes(), 1280, 720),
        sound_envelope=tuple(float(v) for v in sound),
    )


def show_trust(window: ClientWindow) -> None:
    prompt = consent(trust=True).trust
    assert prompt is not None
    window.show_trust(prompt)


PAGES: dict[str, Callable[[ClientWindow], None]] = {
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
def test_client_page(page: str, size: tuple[int, int], themed: QApplication, qtbot, tmp_path: Path) -> None:
    window = ClientWindow()
    qtbot.addWidget(window, before_close_func=lambda w: setattr(w, "_closing", True))
    window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    PAGES[page](window)
    qtbot.wait(60)
    assert (window.width(), window.height()) == size
    keep(window.grab().toImage(), f"{page}-{size[0]}x{size[1]}", tmp_path)
    assert cut_off(window) == []


@pytest.mark.parametrize("page", PAGES)
def test_client_page_with_text_at_200_percent(page: str, qapp: QApplication, qtbot, tmp_path: Path) -> None:
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
        keep(window.grab().toImage(), f"{page}-text-200", tmp_path)
        assert cut_off(window) == []
    finally:
        apply_theme(qapp, 1.0)


HELD = HoldModel(("Storage devices",), "KQ7M-2XWD-9T4R-HBN6-5CJA", "This is not the code for this hold.")

EXAMS: dict[str, Callable[[QWidget], object]] = {
    "exam": lambda w: w.set_status(exam_status()),
    "exam-troubled": lambda w: w.set_status(exam_status(**TROUBLED)),
    "exam-leave": lambda w: (w.set_status(exam_status()), w.findChild(QAbstractButton, "leaveButton").click()),
    "exam-hand-in": lambda w: (w.set_status(exam_status()), w.findChild(QAbstractButton, "handInButton").click()),
    "exam-held": lambda w: (w.set_status(exam_status()), w.hold(HELD)),
    "exam-page-stopped": lambda w: (w.set_status(exam_status()), w._crashed()),
    "exam-offline": lambda w: (w.set_status(exam_status()), setattr(w, "_some_page", False), w._not_reached()),
}


def test_exam_window(open_exam, platform, qtbot, tmp_path: Path) -> None:
    platform.pages["/"] = EXAM_PAGE
    for size in SIZES:
        for name, show in EXAMS.items():
            window = open_exam(size=size, wait=False, controls=ExamWindowControls())
            with qtbot.waitSignal(window.page_painted, timeout=20_000):
                pass
            window.resize(*size)
            show(window)
            qtbot.wait(150)
            assert (window.width(), window.height()) == size
            keep(window.grab().toImage(), f"{name}-{size[0]}x{size[1]}", tmp_path)
            assert cut_off(window) == []
            window.close_for_good()


@pytest.mark.parametrize("verdict", ["COMPLETE", "INTERRUPTED", "TAMPERED"])
@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_review(verdict: str, size: tuple[int, int], themed: QApplication, qtbot, tmp_path: Path) -> None:
    window = ReviewWindow(review_model(verdict))
    qtbot.addWidget(window)
    window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    window.player.seek(1911)
    qtbot.wait(60)
    assert (window.width(), window.height()) == size
    keep(window.grab().toImage(), f"review-{verdict.lower()}-{size[0]}x{size[1]}", tmp_path)
    assert cut_off(window) == []
