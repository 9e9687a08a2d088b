"""What stands in the place of the exam page while staff are waited for."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from resources.language import _
from ui import texts, theme
from ui.announcing import announce
from ui.model import HoldModel
from ui.widgets.page import Page
from ui.widgets.text import button, label

MOST_LETTERS = 40


class HoldCover(Page):
    """Says why the exam waits, shows the code for staff and takes theirs. `answered` carries what was typed."""

    answered = Signal(str)

    def __init__(self) -> None:
        super().__init__(width=760, centred=True)
        title = label(_(texts.HOLD_TITLE), "title", name="holdTitle")
        self.add_head("attention", theme.WARNING, title, label(_(texts.HOLD_SENTENCE), "lead"))
        self._reasons = label("", name="holdReasons")
        self.body.addWidget(self._reasons)
        self.body.addWidget(label(_(texts.HOLD_CODE), "strong"))
        self._code = label("", "word", name="holdCode")
        self._code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.body.addWidget(self._code)
        prompt = label(_(texts.HOLD_ANSWER), "strong")
        self.body.addWidget(prompt)
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        self._answer = QLineEdit()
        self._answer.setObjectName("holdAnswer")
        self._answer.setMaxLength(MOST_LETTERS)
        self._answer.setAccessibleName(_(texts.HOLD_ANSWER))
        self._answer.returnPressed.connect(self._send)
        prompt.setBuddy(self._answer)
        row.addWidget(self._answer, 1)
        go = button(_(texts.HOLD_RELEASE), "holdReleaseButton", role="primary", description=_(texts.HOLD_ANSWER))
        go.clicked.connect(self._send)
        row.addWidget(go)
        self.body.addLayout(row)
        self._problem = label("", "bad", name="holdProblem")
        self.body.addWidget(self._problem)
        self.body.addWidget(label(_(texts.HOLD_NO_STAFF), "quiet"))

    def show_hold(self, model: HoldModel) -> None:
        """Bring everything up to date; what was typed so far stays."""
        reasons = _(texts.HOLD_REASONS).format(reasons=", ".join(model.reasons))
        self._reasons.setText(reasons)
        groups = model.code.split("-")
        half = -(-len(groups) // 2)
        self._code.setText("\n".join("  ".join(part) for part in (groups[:half], groups[half:])))
        self._code.setAccessibleName(f"{_(texts.HOLD_CODE)} {', '.join(' '.join(group) for group in groups)}")
        self._problem.setText(model.problem)
        self._problem.setVisible(bool(model.problem))
        self.setAccessibleName(f"{_(texts.HOLD_TITLE)}. {reasons}")
        self.scroller.setAccessibleName(self.accessibleName())
        if model.problem:
            announce(self._answer, model.problem, at_once=True)
            self._answer.selectAll()
        self._answer.setAccessibleDescription(model.problem or f"{reasons} {_(texts.HOLD_SENTENCE)}")

    def take_keyboard(self) -> None:
        """Put the keyboard where staff's code goes."""
        self._answer.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Empty the field: a code is used once."""
        self._answer.clear()

    def _send(self) -> None:
        if self._answer.text().strip():
            self.answered.emit(self._answer.text())
