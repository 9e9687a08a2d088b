"""The pages of the check-in: every way on by keyboard, said to a screen reader, and nothing pressed by accident."""

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from ui import texts
from ui.client.checkin.model import CalibrationModel, FaceModel, ScanModel, StillModel
from ui.client.window import ClientWindow

PLACES = ("The top of the desk", "Left and right of you", "Under the desk")


def scan(state="ready", place=-1, progress=0.0):
    return ScanModel("Show the desk", "Tilt the camera down.", state, PLACES, place, progress, "Take your time.")


def still(state="aiming", jpeg=None, doubts=(), title="Show your document"):
    return StillModel(title, "Hold it up.", state, "Can it be read?", jpeg, doubts)


def picture():
    _, jpeg = cv2.imencode(".jpg", np.full((540, 960, 3), 90, np.uint8))
    return jpeg.tobytes()


@pytest.fixture
def window(qtbot):
    made = ClientWindow()
    qtbot.addWidget(made)
    made.acted = []
    made.check_in_acted.connect(made.acted.append)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close_for_good()


def shown_buttons(window):
    return {each.objectName() for each in window.findChildren(QPushButton) if each.isVisible()}


def enter():
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def test_a_found_face_goes_on_with_one_key(window):
    window.show_check_in(FaceModel("looking", "Looking …", "Come closer."))
    page = window.findChild(QWidget, "page")
    assert not window.findChild(QPushButton, "faceContinueButton").isEnabled()
    window.show_check_in(FaceModel("found", "Found."))
    assert window.findChild(QWidget, "page") is page, "brought up to date in place"
    window.findChild(QPushButton, "faceContinueButton").setFocus()
    enter()
    assert window.acted == ["continue"]


def test_a_face_that_was_not_found_can_be_looked_for_again_or_gone_round(window):
    window.show_check_in(FaceModel("not_found", "Not this time.", "More light."))
    assert {"faceAgainButton", "faceWithoutButton"} <= shown_buttons(window)
    enter()
    assert window.acted == ["again"]


def test_while_the_dot_moves_enter_leaves_nothing_out_and_tab_reaches_the_way_out(window, qtbot):
    window.show_check_in(CalibrationModel("ready", "Look at five dots."))
    enter()
    assert window.acted == ["begin"]
    window.show_check_in(CalibrationModel("running", "Look at the dot.", 0.04, 0.06, 0.3))
    qtbot.waitUntil(window.isFullScreen)
    enter()
    assert window.acted == ["begin"]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget().objectName() == "calibrationStopButton"
    enter()
    assert window.acted == ["begin", "leave_out"]
    window.show_check_in(CalibrationModel("done", "Thank you."))
    qtbot.waitUntil(lambda: not window.isFullScreen())
    assert QApplication.focusWidget().objectName() == "calibrationContinueButton"


def test_a_scan_is_led_through_by_one_key_and_done_again(window):
    window.show_check_in(scan())
    enter()
    window.show_check_in(scan("running", 0, 0.4))
    enter()
    window.show_check_in(scan("running", 1, 0.0))
    ring = window.findChild(QWidget, "progressRing")
    assert ring.accessibleName() == "2 of 3"
    window.show_check_in(scan("done"))
    assert {"scanAgainButton", "scanContinueButton"} <= shown_buttons(window)
    enter()
    assert window.acted == ["begin", "next", "continue"]


def test_who_has_gone_to_another_button_is_not_taken_back_by_the_next_moment(window):
    window.show_check_in(scan("running", 0, 0.1))
    leave = window.findChild(QPushButton, "leaveButton")
    leave.setFocus()
    window.show_check_in(scan("running", 0, 0.2))
    window.show_check_in(scan("done"))
    assert QApplication.focusWidget() is leave


def test_the_picture_that_was_taken_is_shown_with_what_speaks_against_it(window):
    window.show_check_in(still())
    enter()
    window.show_check_in(still("taking"))
    enter()
    assert window.acted == ["take", "take"], "the step takes the first press only"
    window.show_check_in(still("taken", picture(), ("It looks blurred.", "It is dark.")))
    assert window.findChild(QWidget, "takenPicture").isVisible()
    assert not window.findChild(QWidget, "checkInPreview").isVisible()
    assert window.findChild(QWidget, "stillDoubt1").accessibleName() == "It is dark."
    enter()
    assert window.acted[-1] == "use"


def test_the_next_document_is_another_page(window):
    window.show_check_in(still("taken", picture()))
    window.show_check_in(still(title="Show your signature"))
    assert [each.isVisible() for each in window.findChildren(QWidget, "checkInPreview")].count(True) == 1


def test_only_recorded_steps_show_the_shield_and_it_says_what_is_true(window):
    sentence = window.findChild(QWidget, "recordingSentence")
    window.show_check_in(FaceModel("looking", "Looking …"))
    assert not sentence.isVisible()
    window.show_check_in(scan())
    window.show_shield("on", "Recording, sealed for your institution")
    assert sentence.isVisible()
    window.show_shield("off", "Nothing is being recorded at the moment")
    assert sentence.text() == "Nothing is being recorded at the moment"


def test_leaving_a_recorded_step_says_that_something_was_recorded(window):
    window.show_check_in(scan())
    window.findChild(QPushButton, "leaveButton").click()
    question = window.findChild(QWidget, "leaveQuestion")
    labels = {each.text() for each in question.findChildren(QWidget) if hasattr(each, "text")}
    assert texts.LEAVE_RECORDED_SENTENCE in labels
    assert texts.LEAVE_BEFORE_SENTENCE not in labels


def test_every_button_has_a_name(window):
    for model in (
        FaceModel("not_found", "x"),
        CalibrationModel("failed", "x"),
        scan("done"),
        still("taken", picture()),
    ):
        window.show_check_in(model)
        for each in window.findChildren(QPushButton):
            assert each.accessibleName(), each.objectName()
            assert each.objectName()
