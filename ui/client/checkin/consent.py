"""The page "Before you start": what is recorded, where it goes, who can open it, how long it is kept."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from resources.language import _
from ui import texts, theme
from ui.model import ConsentModel, TrustPrompt
from ui.widgets.flow import FlowLayout
from ui.widgets.page import Columns, Page
from ui.widgets.statement import SentenceRow, StatementRow, card
from ui.widgets.text import button, frame, label


class TrustCard(QFrame):
    """The words of an institution that this computer has not met; `confirmed` once the person compared them."""

    confirmed = Signal()

    def __init__(self, prompt: TrustPrompt) -> None:
        super().__init__()
        self._institution = prompt.institution
        self.setProperty("role", "card-ask")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(18))
        column.setSpacing(theme.px(12))
        column.addWidget(label(_(texts.TRUST_TITLE).format(institution=prompt.institution), "heading"))
        self._sentence = label(_(texts.TRUST_SENTENCE).format(institution=prompt.institution))
        column.addWidget(self._sentence)
        self._words = QWidget()
        self._words.setAccessibleName(" ".join(prompt.words))
        flow = FlowLayout(self._words, theme.px(8))
        for word in prompt.words:
            flow.addWidget(label(word, "word", wrap=False))
        column.addWidget(self._words)
        row = QHBoxLayout()
        self.button = button(_(texts.TRUST_BUTTON), "trustButton", role="primary")
        self.button.clicked.connect(self._confirm)
        row.addWidget(self.button)
        row.addStretch(1)
        column.addLayout(row)

    def _confirm(self) -> None:
        theme.set_role(self, "card-good")
        self._sentence.setText(_(texts.TRUST_DONE).format(institution=self._institution))
        self._words.hide()
        self.button.hide()
        self.confirmed.emit()


class ConsentPage(Page):
    """Everything a person should know before saying yes; nothing is recorded while it is open."""

    accepted = Signal()
    declined = Signal()
    trust_confirmed = Signal()

    def __init__(self, model: ConsentModel) -> None:
        super().__init__()
        head = QVBoxLayout()
        head.setSpacing(theme.px(4))
        head.addWidget(label(_(texts.CONSENT_TITLE), "title"))
        head.addWidget(label(f"{model.exam_title} · {model.institution}", "lead"))
        self.body.addLayout(head)
        if model.notice:
            self.body.addWidget(card(_(texts.LAST_TIME), (SentenceRow(model.notice, "info"),)))
        if model.proctoring:
            self.body.addWidget(label(model.proctoring))

        trust = TrustCard(model.trust) if model.trust is not None else None
        if trust is not None:
            trust.confirmed.connect(self._trusted)
            self.body.addWidget(trust)

        columns = Columns()
        columns.left.addWidget(_recorded(model))
        if model.time:
            columns.left.addWidget(card(_(texts.TIME), (StatementRow(each) for each in model.time)))
        if model.observed:
            columns.left.addWidget(_observed(model))
        if model.controls:
            columns.left.addWidget(_controls(model))
        columns.left.addStretch(1)
        afterwards = (StatementRow(model.stored), StatementRow(model.opened_by), StatementRow(model.retention))
        columns.right.addWidget(card(_(texts.AFTERWARDS), afterwards))
        if model.never:
            columns.right.addWidget(card(_(texts.NEVER), (SentenceRow(line, "failed") for line in model.never)))
        if model.checks:
            rows = (SentenceRow(line, "ok", theme.GOOD) for line in model.checks)
            columns.right.addWidget(card(_(texts.CHECKS), rows))
        columns.right.addStretch(1)
        self.body.addWidget(columns)
        self.body.addStretch(1)

        decline = button(_(texts.DECLINE), "declineButton", role="plain")
        decline.clicked.connect(self.declined)
        self.accept_button = button(_(texts.ACCEPT), "acceptButton", role="primary")
        self.accept_button.clicked.connect(self.accepted)
        self._hint: QLabel = label(_(texts.ACCEPT_HINT), "small")
        self.add_buttons((decline,), (self.accept_button,), hint=self._hint)
        if trust is not None:
            self.accept_button.setEnabled(False)
            self.accept_button.setAccessibleDescription(_(texts.TRUST_HINT))
            self._hint.setText(_(texts.TRUST_HINT))

    def _trusted(self) -> None:
        self.accept_button.setEnabled(True)
        self.accept_button.setAccessibleDescription("")
        self._hint.setText(_(texts.ACCEPT_HINT))
        self.accept_button.setFocus()
        self.trust_confirmed.emit()


def _recorded(model: ConsentModel) -> QFrame:
    if not model.recorded:
        return card(_(texts.RECORDED), (label(_(texts.RECORDED_NOTHING)),))
    return card(_(texts.RECORDED), (StatementRow(statement) for statement in model.recorded))


def _observed(model: ConsentModel) -> QFrame:
    rows: list[QWidget] = [StatementRow(statement) for statement in model.observed]
    return card(_(texts.OBSERVED), [*rows, frame("rule"), label(_(texts.OBSERVED_END), "quiet")])


def _controls(model: ConsentModel) -> QFrame:
    rows: list[QWidget] = [StatementRow(statement) for statement in model.controls]
    return card(_(texts.CONTROLS), [*rows, frame("rule"), label(_(texts.CONTROLS_END), "quiet")])
