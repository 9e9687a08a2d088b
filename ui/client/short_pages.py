"""The short pages: waiting, handing in, good-bye, trouble."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout

from resources.language import N_, _
from ui import texts, theme
from ui.announcing import announce
from ui.model import FarewellModel, HandingInModel, TroubleModel
from ui.widgets.meter import Spinner
from ui.widgets.page import Page
from ui.widgets.statement import StatementRow, card
from ui.widgets.text import button, label, picture

SAVE_RECEIPTS: Final = N_("Save the receipts …")
RECEIPTS_FILES: Final = N_("Receipts")
RECEIPTS_NAME: Final = "invigilo.receipts"
_NARROW = 680


class WaitingPage(Page):
    """One sentence while something is being done."""

    def __init__(self, sentence: str) -> None:
        super().__init__(width=_NARROW, centred=True)
        self.body.setSpacing(theme.px(22))
        self.body.addWidget(Spinner(), 0, Qt.AlignmentFlag.AlignHCenter)
        words = label(sentence, "lead", name="waitingSentence")
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(words)


class HandingInPage(Page):
    """How much of the recording has arrived."""

    close_requested = Signal()

    def __init__(self, model: HandingInModel) -> None:
        super().__init__(width=_NARROW, centred=True)
        self._title = label(_(texts.HANDING_IN_TITLE), "title")
        self._sentence = label("", "lead")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setObjectName("handingInProgress")
        self._count = label("", "quiet")
        self._may_close = label(_(texts.MAY_CLOSE))
        for part in (self._title, self._sentence, self._bar, self._count, self._may_close):
            self.body.addWidget(part)
        self._close = button(_(texts.CLOSE_EARLY), "closeButton")
        self._close.clicked.connect(self.close_requested)
        self.add_buttons((), (self._close,))
        self.show_model(model)

    def show_model(self, model: HandingInModel) -> None:
        """Bring the page up to date."""
        self._title.setText(_(texts.HANDED_IN_TITLE) if model.finished else _(texts.HANDING_IN_TITLE))
        self._sentence.setText(model.sentence)
        self._bar.setRange(0, max(1, model.total))
        self._bar.setValue(max(1, model.total) if model.finished else min(model.delivered, model.total))
        counted = _(texts.HANDING_IN_COUNT).format(delivered=model.delivered, total=model.total)
        self._count.setText(counted)
        self._bar.setAccessibleName(counted)
        self._may_close.setVisible(model.may_close and not model.finished)
        self._close.setText(_(texts.CLOSE) if model.finished else _(texts.CLOSE_EARLY))
        self._close.setAccessibleName(self._close.text())
        self._close.setEnabled(model.may_close or model.finished)
        theme.set_role(self._close, "primary" if model.finished else "")


class FarewellPage(Page):
    """The last page; `receipts_wanted` carries the file that the test taker chose for them."""

    receipts_wanted = Signal(str)
    close_requested = Signal()

    def __init__(self, model: FarewellModel) -> None:
        super().__init__(width=_NARROW, centred=True)
        self.body.addWidget(picture("shield", theme.GOOD, 56))
        head = QVBoxLayout()
        head.setSpacing(theme.px(6))
        head.addWidget(label(model.title, "display"))
        head.addWidget(label(model.sentence, "lead"))
        self.body.addLayout(head)
        if model.facts:
            self.body.addWidget(card("", (StatementRow(fact) for fact in model.facts)))
        self._saved = label("", "quiet", name="receiptsSaved")
        self.body.addWidget(self._saved)
        close = button(_(texts.CLOSE), "closeButton", role="primary")
        close.clicked.connect(self.close_requested)
        self.add_buttons((self._save_button(),) if model.may_save_receipts else (), (close,))
        self.show_model(model)

    def show_model(self, model: FarewellModel) -> None:
        """Say what came of saving the receipts."""
        self._saved.setText(model.saved)
        self._saved.setVisible(bool(model.saved))
        announce(self._saved, model.saved)

    def _save_button(self) -> QPushButton:
        save = button(_(SAVE_RECEIPTS), "saveReceiptsButton")
        save.clicked.connect(self._choose)
        return save

    def _choose(self) -> None:
        kinds = f"{_(RECEIPTS_FILES)} (*.receipts)"
        chosen, _kind = QFileDialog.getSaveFileName(self, _(SAVE_RECEIPTS), RECEIPTS_NAME, kinds)
        if chosen:
            self.receipts_wanted.emit(chosen)


class TroublePage(Page):
    """What happened, where, and what to do; a way on where there is one, and a way out unless the window has one."""

    retry_requested = Signal()
    close_requested = Signal()

    def __init__(self, model: TroubleModel, *, may_close: bool = True) -> None:
        super().__init__(width=_NARROW, centred=True)
        self.add_head("attention", theme.WARNING, label(model.title, "title"), label(model.what, "lead"))
        if model.todo:
            self.body.addWidget(card(_(texts.TROUBLE_TODO), (label(model.todo),)))
        if model.where:
            self.body.addWidget(label(f"{_(texts.TROUBLE_WHERE)}: {model.where}", "quiet"))
        code = QHBoxLayout()
        code.addWidget(label(_(texts.TROUBLE_CODE), "quiet", wrap=False))
        code.addWidget(label(model.code, "code", wrap=False))
        code.addStretch(1)
        self.body.addLayout(code)
        close = button(_(texts.CLOSE), "closeButton", role="" if model.may_retry else "primary")
        close.clicked.connect(self.close_requested)
        if not model.may_retry:
            self.add_buttons((), (close,))
            return
        retry = button(_(texts.RETRY), "retryButton", role="primary", icon="retry")
        retry.clicked.connect(self.retry_requested)
        self.add_buttons((close,) if may_close else (), (retry,))
