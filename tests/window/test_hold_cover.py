"""A held exam, in the real window: covered, kept, released by keyboard, and never a trap."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from crypto import release
from tests.fixtures.window_pictures import cut_off, keep
from ui.client.exam.loading.cover import HoldCover
from ui.client.questions import LeaveQuestion
from ui.model import HoldModel
from ui.theme import apply_theme

SECRET = release.new_secret()


def model(challenge: release.Challenge, problem: str = "") -> HoldModel:
    return HoldModel(reasons=("Storage devices",), code=challenge.code, problem=problem)


def asked(window, qtbot, script: str):
    answers: list[object] = []
    window.page.runJavaScript(script, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    return answers[0]


def test_the_page_keeps_what_was_typed_and_hears_no_key_while_it_is_covered(open_exam, qtbot):
    window = open_exam()
    asked(
        window,
        qtbot,
        "document.body.innerHTML = '<textarea id=held>so far</textarea>'; document.getElementById('held').focus(); 1",
    )
    challenge = release.Challenge()
    window.hold(model(challenge))
    field = window.findChild(QLineEdit, "holdAnswer")
    qtbot.waitUntil(field.hasFocus, timeout=20_000)
    assert not window._view.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F6)
    qtbot.keyClicks(QApplication.focusWidget(), "x")
    window.hold(model(challenge, "This is not the code."))
    assert window.findChild(QLabel, "holdProblem").isVisible()
    assert asked(window, qtbot, "document.getElementById('held').value") == "so far"
    window.end_hold()
    assert window._view.isVisible()
    assert field.text() == ""
    assert asked(window, qtbot, "document.getElementById('held').value") == "so far"


def test_staff_release_it_by_keyboard_alone(open_exam, qtbot):
    window = open_exam()
    challenge = release.Challenge()
    window.hold(model(challenge))
    field = window.findChild(QLineEdit, "holdAnswer")
    qtbot.waitUntil(field.hasFocus, timeout=20_000)
    shown = window.findChild(QLabel, "holdCode").text()
    answer = release.answer(shown, SECRET, 0)
    qtbot.keyClicks(field, answer)
    with qtbot.waitSignal(window.hold_answered, timeout=20_000) as typed:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert challenge.answered(typed.args[0], [release.public_of(SECRET)]) == (0, 0)


def test_leaving_and_handing_in_stay_open_and_a_page_that_breaks_stays_covered(open_exam, qtbot):
    window = open_exam()
    window.hold(model(release.Challenge()))
    field = window.findChild(QLineEdit, "holdAnswer")
    window._crashed()
    assert field.isVisible()
    window.close()
    assert window.findChildren(LeaveQuestion)
    window.findChild(QPushButton, "leaveStayButton").click()
    window.end_hold()
    assert window._stack.message.isVisible()


def test_a_screen_reader_is_told_everything(open_exam):
    window = open_exam()
    window.hold(model(release.Challenge(), "This is not the code."))
    cover = window._stack._hold_cover
    assert "Storage devices" in cover.accessibleName()
    for control in (*cover.findChildren(QLineEdit), *cover.findChildren(QPushButton)):
        assert control.accessibleName()
        assert control.accessibleDescription()


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_cut_off(percent, qapp, qtbot):
    apply_theme(qapp, percent / 100)
    try:
        cover = HoldCover()
        qtbot.addWidget(cover)
        cover.resize(1280, 660)
        cover.show_hold(model(release.Challenge(), "This is not the code for this hold."))
        with qtbot.waitExposed(cover):
            cover.show()
        qtbot.wait(60)
        keep(cover.grab().toImage(), f"hold-text-{percent}")
        assert cut_off(cover) == []
    finally:
        apply_theme(qapp, 1.0)
