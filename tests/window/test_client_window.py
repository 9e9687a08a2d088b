"""The pages around the exam: what may be pressed when, with the mouse and with the keyboard alone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from ui.client.questions import asking
from ui.client.short_pages import FarewellPage
from ui.client.window import ClientWindow
from ui.model import (
    CheckItem,
    ChecksModel,
    ConsentModel,
    FarewellModel,
    HandingInModel,
    StartModel,
    Statement,
    TroubleModel,
    TrustPrompt,
    UnfinishedExam,
)
from ui.widgets.preview import PreviewView


def consent(trust: TrustPrompt | None = None) -> ConsentModel:
    one = Statement("webcam", "Camera", "It is recorded.")
    return ConsentModel(
        "University", "Exam", "Recorded.", (one,), (one,), ("Camera",), one, one, one, ("Nothing",), trust
    )


def checks(state: str = "ready", *, may_start: bool = True) -> ChecksModel:
    item = CheckItem("CAM-1", "Camera", state, "It works.", "Plug it in.", "the exam office")  # type: ignore[arg-type]
    return ChecksModel((item,), may_start, "Summed up.", camera_expected=True, microphone_expected=True)


@pytest.fixture
def window(themed: QApplication, qtbot) -> ClientWindow:
    made = ClientWindow()
    qtbot.addWidget(made, before_close_func=lambda w: setattr(w, "_closing", True))
    with qtbot.waitActive(made):
        made.show()
    return made


def press(window: QWidget, name: str) -> None:
    found = [b for b in window.findChildren(QPushButton, name) if b.isVisible()]
    assert len(found) == 1, f"{name}: {len(found)} of them"
    found[0].click()


def shown(window: QWidget) -> str:
    return "\n".join(text.text() for text in window.findChildren(QLabel) if text.isVisible())


def test_accepting(window, qtbot):
    window.show_consent(consent())
    assert window.page_name == "consent"
    with qtbot.waitSignal(window.accepted, timeout=20_000):
        press(window, "acceptButton")


def test_declining_asks_first(window, qtbot):
    window.show_consent(consent())
    told = []
    window.declined.connect(lambda: told.append(1))
    press(window, "declineButton")
    press(window, "declineBackButton")
    assert told == []
    qtbot.wait(10)
    press(window, "declineButton")
    press(window, "declineConfirmButton")
    assert told == [1]


def test_going_on_takes_the_comparison_of_words(window, qtbot):
    window.show_consent(consent(TrustPrompt("University", ("amber", "falcon"))))
    accept = window.findChild(QPushButton, "acceptButton")
    assert not accept.isEnabled()
    with qtbot.waitSignal(window.trust_confirmed, timeout=20_000):
        press(window, "trustButton")
    assert accept.isEnabled()


def test_whole_way_by_keyboard(window, qtbot):
    """Tab reaches the way on, and Enter goes it, on every page."""
    for show, name, signal in (
        (lambda: window.show_consent(consent()), "acceptButton", window.accepted),
        (lambda: window.show_checks(checks()), "startButton", window.start_requested),
        (lambda: window.show_farewell(FarewellModel("Done", "It is done.")), "closeButton", window.close_requested),
    ):
        show()
        for _ in range(12):
            focused = QApplication.focusWidget()
            if focused is not None and focused.objectName() == name:
                break
            qtbot.keyClick(focused or window, Qt.Key.Key_Tab)
        assert QApplication.focusWidget().objectName() == name
        with qtbot.waitSignal(signal, timeout=20_000):
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def test_start_page_goes_on_with_what_was_begun(window, qtbot):
    """Failed before: it asked to open the exam's file again."""
    begun = UnfinishedExam("Algebra was begun here and is not ended.", "/data/attempts/1.invigilo")
    window.show_start(StartModel((begun, UnfinishedExam("Of another one no file was kept."))))
    assert QApplication.focusWidget() is window.findChild(QPushButton, "goOnButton")
    assert len(window.findChildren(QPushButton, "goOnButton")) == 1
    with qtbot.waitSignal(window.exam_chosen, timeout=20_000) as chosen:
        press(window, "goOnButton")
    assert chosen.args == [begun.exam_file]


def test_checks_come_in_one_after_the_other(window):
    window.show_checks(checks("checking", may_start=False))
    start = window.findChild(QPushButton, "startButton")
    assert not start.isEnabled()
    window.show_checks(checks("blocking", may_start=False))
    assert "What to do: Plug it in." in shown(window)
    assert "Who can let this pass: the exam office" in shown(window)
    window.show_checks(checks())
    assert window.findChild(QPushButton, "startButton") is start, "the page was made anew under the reader"
    assert start.isEnabled()
    assert "Plug it in" not in shown(window)


def test_preview_and_level(window, qtbot):
    window.show_preview(b"no page open: nothing happens")
    window.show_checks(checks())
    window.show_preview(b"no picture at all")
    assert not window.findChild(PreviewView).has_image
    pixels = window.grab()
    from PySide6.QtCore import QBuffer, QByteArray

    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert pixels.save(buffer, "JPEG")
    window.show_preview(bytes(data.data()))
    assert window.findChild(PreviewView).has_image
    for level in (float("-inf"), -200.0, -20.0, 6.0):
        window.show_level(level)
    assert "Good, we can hear you." in shown(window)


def test_leaving_the_device_check(window, qtbot):
    window.show_checks(checks())
    press(window, "leaveButton")
    with qtbot.waitSignal(window.leave_requested, timeout=20_000):
        press(window, "leaveConfirmButton")


def test_programs_are_closed_only_after_a_question_with_three_ways_on(window, qtbot):
    found = "These programs are running and not allowed in the exam: Helper."
    item = CheckItem("U-01", "Other programs", "blocking", found, "Close them.", can_close=True)
    window.show_checks(ChecksModel((item,), False, "Not yet.", camera_expected=False, microphone_expected=False))
    agreed: list[int] = []
    window.close_programs_confirmed.connect(lambda: agreed.append(1))
    ask = window.findChild(QPushButton, "closeButton-U-01")
    ask.click()
    assert QApplication.focusWidget().objectName() == "closeProgramsBackButton", "Enter must not close by accident"
    qtbot.mouseClick(window.findChild(QPushButton, "closeProgramsBackButton"), Qt.MouseButton.LeftButton)
    assert agreed == []
    qtbot.wait(20)
    ask.click()
    qtbot.mouseClick(window.findChild(QPushButton, "closeProgramsLeaveButton"), Qt.MouseButton.LeftButton)
    assert agreed == []
    qtbot.mouseClick(window.findChild(QPushButton, "leaveBackButton"), Qt.MouseButton.LeftButton)
    qtbot.wait(20)
    ask.click()
    qtbot.mouseClick(window.findChild(QPushButton, "closeProgramsConfirmButton"), Qt.MouseButton.LeftButton)
    assert agreed == [1]
    settled = ChecksModel(
        (replace(item, state="ready"),), True, "Ready.", camera_expected=False, microphone_expected=False
    )
    window.show_checks(settled)
    assert not ask.isVisible()


def test_what_blocks_is_announced_once_all_is_looked_at_though_it_stood_there_before(window, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr("ui.client.checkin.devices.announce", lambda _source, sentence: said.append(sentence))
    begun = checks("checking", may_start=False)
    blocked = CheckItem("D-01", "Desktop session", "blocking", "It is Wayland.", "Log out.")
    window.show_checks(begun)
    solve = "This is to be solved first: Desktop session."
    window.show_checks(replace(begun, items=(*begun.items, blocked), sentence=solve))
    window.show_checks(replace(begun, items=(*checks().items, blocked), sentence=solve))
    window.show_checks(replace(begun, items=(*checks().items, blocked), sentence=solve))
    assert said == ["Summed up.", solve]


def test_closing_the_window_asks(window, qtbot):
    window.show_checks(checks())
    window.close()
    assert window.isVisible()
    press(window, "leaveBackButton")
    window.show_farewell(FarewellModel("Done", "It is done."))
    with qtbot.waitSignal(window.close_requested, timeout=20_000):
        window.close()


def test_receipts_are_saved_where_the_test_taker_says(window, qtbot, monkeypatch):
    model = FarewellModel("Done", "It is done.", may_save_receipts=True)
    window.show_farewell(model)
    answers = iter([("", ""), ("/media/stick/mine.receipts", "Receipts (*.receipts)")])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: next(answers))
    wanted = []
    window.receipts_wanted.connect(wanted.append)
    for _ in range(2):
        press(window, "saveReceiptsButton")
    assert wanted == ["/media/stick/mine.receipts"], "a dialog that was closed asks for nothing"
    page = window.centralWidget().findChild(FarewellPage)
    said = page.findChild(QLabel, "receiptsSaved")
    assert not said.isVisible()
    window.show_farewell(replace(model, saved="The receipts are in /media/stick/mine.receipts."))
    assert said.isVisible()
    assert window.centralWidget().findChild(FarewellPage) is page, "it is brought up to date in place"


def test_handing_in(window, qtbot):
    window.show_handing_in(HandingInModel(1, 9, "On its way.", finished=False, may_close=False))
    close = window.findChild(QPushButton, "closeButton")
    assert not close.isEnabled()
    window.show_handing_in(HandingInModel(4, 9, "On its way.", finished=False, may_close=True))
    assert close.isEnabled()
    assert "4 of 9 parts" in shown(window)
    assert "You may close this window" in shown(window)
    window.show_handing_in(HandingInModel(9, 9, "All there.", finished=True, may_close=True))
    assert "Everything has arrived" in shown(window)
    assert "You may close this window" not in shown(window)


def test_trouble(window, qtbot):
    window.show_trouble(TroubleModel("X-1", "Title", "What", "Where", "Do this", may_retry=True))
    with qtbot.waitSignal(window.retry_requested, timeout=20_000):
        press(window, "retryButton")
    window.show_trouble(TroubleModel("X-1", "Title", "What", "Where", "Do this", may_retry=False))
    assert not [b for b in window.findChildren(QPushButton, "retryButton") if b.isVisible()]
    assert "X-1" in shown(window)


def test_markup_of_an_institution_stays_text(window):
    window.show_consent(
        ConsentModel("<b>Uni</b>", "<img src=x>", "<a href=y>", (), (), (), *[Statement("no-such", "a", "b")] * 3, ())
    )
    assert "<img src=x> · <b>Uni</b>" in shown(window)


def test_every_control_says_what_it_is(window):
    for show in (
        lambda: window.show_trust(TrustPrompt("University", ("amber",))),
        lambda: window.show_consent(consent(TrustPrompt("University", ("amber",)))),
        lambda: window.show_checks(checks()),
        lambda: window.show_handing_in(HandingInModel(1, 9, "On its way.", finished=False, may_close=True)),
        lambda: window.show_trouble(TroubleModel("X-1", "Title", "What", "Where", "Do", may_retry=True)),
    ):
        show()
        for control in window.findChildren(QWidget):
            if isinstance(control, QAbstractButton | QLineEdit | QPlainTextEdit) and control.isVisible():
                assert control.accessibleName(), control
                assert control.objectName(), control


def test_an_exam_that_cannot_be_locked_can_be_tried_again_or_left(window, qtbot):
    trouble = TroubleModel("L-03", "The exam cannot begin yet", "It was not allowed.", "", "Try again.", may_retry=True)
    window.show_not_locked(trouble)
    assert window.page_name == "not_locked"
    with qtbot.waitSignal(window.lock_requested, timeout=1000):
        press(window, "retryButton")
    assert not [each for each in window.findChildren(QPushButton, "closeButton") if each.isVisible()]
    press(window, "leaveButton")
    with qtbot.waitSignal(window.leave_requested, timeout=1000):
        press(window, "leaveConfirmButton")
    qtbot.waitUntil(lambda: not asking(window), timeout=1000)
    window.close()
    assert window.isVisible(), "closing asks, as the button does"
    with qtbot.waitSignal(window.leave_requested, timeout=1000):
        press(window, "leaveConfirmButton")
