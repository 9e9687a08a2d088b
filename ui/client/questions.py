"""The questions asked before something that cannot be taken back: leaving, declining, handing in."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPlainTextEdit, QRadioButton, QVBoxLayout, QWidget

from resources.language import _
from ui import texts, theme
from ui.widgets.overlay import Overlay
from ui.widgets.text import button, label

MAX_REASON_CHARACTERS = 500


class LeaveQuestion(Overlay):
    """Asks whether to leave, and why. `left` carries the code of a reason of the list, then free text."""

    left = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, _(texts.LEAVE_TITLE), "leaveQuestion")
        self.body.addWidget(label(_(texts.LEAVE_SENTENCE)))
        self.body.addWidget(label(_(texts.LEAVE_ASK), "strong"))
        self._reasons = QButtonGroup(self)
        choices = QVBoxLayout()
        choices.setSpacing(0)
        self.body.addLayout(choices)
        for number, (_code, sentence) in enumerate(texts.LEAVE_REASONS):
            reason = _(sentence)
            choice = QRadioButton(reason)
            choice.setObjectName(f"leaveReason{number}")
            choice.setAccessibleName(reason)
            self._reasons.addButton(choice, number)
            choices.addWidget(choice)
        self._reasons.idClicked.connect(self._chosen)
        self._reasons.idToggled.connect(self._chosen)
        more = label(_(texts.LEAVE_MORE), "small")
        self._more = QPlainTextEdit()
        self._more.setObjectName("leaveMore")
        self._more.setAccessibleName(_(texts.LEAVE_MORE))
        self._more.setTabChangesFocus(True)
        self._more.setFixedHeight(theme.px(58))
        more.setBuddy(self._more)
        self.body.addWidget(more)
        self.body.addWidget(self._more)
        stay = button(_(texts.LEAVE_STAY), "leaveStayButton", description=_(texts.LEAVE_SENTENCE))
        stay.clicked.connect(self.dismiss)
        self._leave = button(
            _(texts.LEAVE_CONFIRM), "leaveConfirmButton", role="primary", description=_(texts.LEAVE_ASK)
        )
        self._leave.setEnabled(False)
        self._leave.clicked.connect(self._confirm)
        self.add_button(stay)
        self.add_button(self._leave)
        self.present(self._reasons.button(0))

    def _chosen(self) -> None:
        self._leave.setEnabled(self._reasons.checkedId() >= 0)

    def _confirm(self) -> None:
        code, _sentence = texts.LEAVE_REASONS[self._reasons.checkedId()]
        more = " ".join(self._more.toPlainText().split())[:MAX_REASON_CHARACTERS]
        self.dismiss()
        self.left.emit(code, more)


class CloseProgramsQuestion(Overlay):
    """Asks whether programs shall be closed: for the person, by the person, or not at all, by leaving the exam."""

    confirmed = Signal()
    leave_chosen = Signal()

    def __init__(self, parent: QWidget, found: str) -> None:
        super().__init__(parent, _(texts.CLOSE_PROGRAMS_TITLE), "closeProgramsQuestion")
        self.body.addWidget(label(found, "strong"))
        self.body.addWidget(label(_(texts.CLOSE_PROGRAMS_SENTENCE)))
        leave = button(_(texts.CLOSE_PROGRAMS_LEAVE), "closeProgramsLeaveButton", role="plain")
        leave.clicked.connect(self._leave)
        own = button(_(texts.CLOSE_PROGRAMS_BACK), "closeProgramsBackButton", description=found)
        own.clicked.connect(self.dismiss)
        close = button(
            _(texts.CLOSE_PROGRAMS_CONFIRM),
            "closeProgramsConfirmButton",
            role="primary",
            description=_(texts.CLOSE_PROGRAMS_SENTENCE),
        )
        close.clicked.connect(self._confirm)
        for each in (leave, own, close):
            self.add_button(each)
        self.present(own)

    def _confirm(self) -> None:
        self.dismiss()
        self.confirmed.emit()

    def _leave(self) -> None:
        self.dismiss()
        self.leave_chosen.emit()


class Confirmation(Overlay):
    """Asks once before something that cannot be taken back; the keyboard starts on the way back."""

    confirmed = Signal()

    def __init__(self, parent: QWidget, *, title: str, sentence: str, confirm: str, back: str, name: str) -> None:
        super().__init__(parent, title, f"{name}Question")
        self.body.addWidget(label(sentence))
        stay = button(back, f"{name}BackButton")
        stay.clicked.connect(self.dismiss)
        go = button(confirm, f"{name}ConfirmButton", role="primary", description=sentence)
        go.clicked.connect(self._confirm)
        self.add_button(stay)
        self.add_button(go)
        self.present(stay)

    def _confirm(self) -> None:
        self.dismiss()
        self.confirmed.emit()


class HandInQuestion(Confirmation):
    """Asks before the exam is handed in."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            title=_(texts.HAND_IN_TITLE),
            sentence=_(texts.HAND_IN_SENTENCE),
            confirm=_(texts.HAND_IN_CONFIRM),
            back=_(texts.HAND_IN_BACK),
            name="handIn",
        )


class DeclineQuestion(Confirmation):
    """Asks before somebody who does not agree to the recording is let go."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            title=_(texts.DECLINE_TITLE),
            sentence=_(texts.DECLINE_SENTENCE),
            confirm=_(texts.DECLINE_CONFIRM),
            back=_(texts.GO_BACK),
            name="decline",
        )


def asking(window: QWidget) -> bool:
    """Whether `window` asks already before something that cannot be taken back."""
    return any(window.findChildren(Confirmation)) or any(window.findChildren(LeaveQuestion))
