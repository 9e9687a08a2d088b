"""The check-in's pages as pictures, with the real sentences, small and with large text: nothing cut off.

INVIGILO_SAVE_SCREENSHOTS=1 (`make screenshots`) looks at a second size and writes the pictures to
resources/screenshots/.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from app.client.checkin import calibration, face, scan, still
from app.client.checkin.scan import ROOM
from app.client.checkin.still import ID_PHOTO
from tests.fixtures.window_pictures import LARGE, SIZES, a_face, cut_off, keep, settle
from ui.client.checkin.model import CalibrationModel, CheckInModel, FaceModel, ScanModel, StillModel
from ui.client.window import ClientWindow
from ui.model import ReviewDocument, ReviewModel
from ui.review.window import ReviewWindow
from ui.theme import apply_theme


def show_step(window: ClientWindow, model: CheckInModel) -> None:
    window.show_check_in(model)
    window.show_shield("on", "Recording, sealed for your institution")
    window.show_preview(a_face())


def scan_model(state: str, place: int) -> ScanModel:
    places = tuple(words for _, words in ROOM.places)
    sentence = scan.DONE if state == "done" else scan.RUNNING
    return ScanModel(ROOM.title, ROOM.lead, state, places, place, 0.6 if state == "running" else 0.0, sentence)


PAGES: dict[str, Callable[[ClientWindow], None]] = {
    "face-looking": lambda w: show_step(w, FaceModel("looking", face.LOOKING, face.HINTS["too_dark"])),
    "face-not-found": lambda w: show_step(w, FaceModel("not_found", face.NOT_FOUND, face.HINTS["face_not_read"])),
    "face-found": lambda w: show_step(w, FaceModel("found", face.FOUND)),
    "face-given-up": lambda w: show_step(w, FaceModel("given_up", face.GIVEN_UP)),
    "calibration": lambda w: show_step(w, CalibrationModel("ready", calibration.READY)),
    "calibration-failed": lambda w: show_step(w, CalibrationModel("failed", calibration.FAILED)),
    "still": lambda w: show_step(w, StillModel(ID_PHOTO.title, ID_PHOTO.lead, "aiming", still.AIMING)),
    "still-taken": lambda w: show_step(
        w,
        StillModel(ID_PHOTO.title, ID_PHOTO.lead, "taken", still.TAKEN, a_face(), tuple(still.DOUBTS.values())),
    ),
    "scan": lambda w: show_step(w, scan_model("ready", -1)),
    "scan-running": lambda w: show_step(w, scan_model("running", 2)),
    "scan-done": lambda w: show_step(w, scan_model("done", -1)),
}


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("page", PAGES)
def test_page(page: str, scale: float, qapp: QApplication, qtbot) -> None:
    apply_theme(qapp, scale)
    try:
        window = ClientWindow()
        qtbot.addWidget(window, before_close_func=lambda w: setattr(w, "_closing", True))
        window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        with qtbot.waitExposed(window):
            window.show()
        PAGES[page](window)
        for size in SIZES if scale == 1.0 else (LARGE,):
            window.resize(*size)
            settle(window)
            assert (window.width(), window.height()) == size
            keep(window.grab().toImage(), f"{page}-{size[0]}x{size[1]}" if scale == 1.0 else f"{page}-text-200")
            assert cut_off(window) == []
    finally:
        apply_theme(qapp, 1.0)


REVIEW = ReviewModel(
    title="Introduction to Statistics, final exam",
    verdict="COMPLETE",
    verdict_sentence="The recording is whole and unchanged.",
    facts=(),
    duration_s=60.0,
    events=(),
    gaps=(),
    streams=("webcam", "screen"),
    frame_at=lambda _stream, _time_s: None,
)


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_review_documents(size: tuple[int, int], qtbot) -> None:
    documents = tuple(ReviewDocument(title, 12.0, a_face()) for title in ("Identity document", "Signature"))
    window = ReviewWindow(replace(REVIEW, documents=documents))
    qtbot.addWidget(window)
    window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    window.findChild(QAbstractButton, "documentsButton").click()
    settle(window)
    assert window.findChild(QLabel, "documentTitle").text() == "Identity document, 1 of 2"
    keep(window.grab().toImage(), f"review-documents-{size[0]}x{size[1]}")
    assert cut_off(window) == []
    window.findChild(QAbstractButton, "documentNextButton").click()
    assert window.findChild(QLabel, "documentTitle").text() == "Signature, 2 of 2"
    window.findChild(QAbstractButton, "documentCloseButton").click()
    assert window.findChild(QAbstractButton, "documentsButton").isVisible()
