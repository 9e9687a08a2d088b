"""The pages of a start without an exam: what can be done, and what was found on this computer."""

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from resources.language import N_, _
from ui import texts, theme
from ui.client.checkin.devices import CheckCard
from ui.model import ChecksModel, StartModel, UnfinishedExam
from ui.widgets.page import Page
from ui.widgets.statement import card
from ui.widgets.text import button, label, picture

START_PAGE_TITLE: Final = N_("Which exam do you want to sit?")
START_PAGE_LEAD: Final = N_(
    "Open the exam file that your institution sent you; its name ends in .invigilo. "
    "Nothing is recorded before you agree."
)
START_PAGE_UNFINISHED: Final = N_("Not ended yet")
OPEN_EXAM_FILE: Final = N_("Open an exam file …")
EXAM_FILES: Final = N_("Exam files")
GO_ON: Final = N_("Go on")
CHECK_COMPUTER: Final = N_("Check this computer")
FINDINGS_TITLE: Final = N_("This computer")
BACK_TO_START: Final = N_("Back")

_NARROW = 680


class StartPage(Page):
    """Open an exam file, or check this computer; `exam_chosen` carries the file."""

    exam_chosen = Signal(str)
    check_requested = Signal()
    close_requested = Signal()

    def __init__(self, model: StartModel) -> None:
        super().__init__(width=_NARROW, centred=True)
        self.body.addWidget(picture("shield", theme.ACCENT, 48))
        self.body.addWidget(label(_(START_PAGE_TITLE), "title"))
        self.body.addWidget(label(_(START_PAGE_LEAD), "lead"))
        if model.unfinished:
            self.body.addWidget(card(_(START_PAGE_UNFINISHED), (self._unfinished(each) for each in model.unfinished)))
        close = button(_(texts.CLOSE), "closeButton", role="plain")
        close.clicked.connect(self.close_requested)
        check = button(_(CHECK_COMPUTER), "checkComputerButton")
        check.clicked.connect(self.check_requested)
        going_on = any(each.exam_file for each in model.unfinished)
        role = "" if going_on else "primary"
        open_file = button(_(OPEN_EXAM_FILE), "openExamFileButton", role=role, icon="document")
        open_file.clicked.connect(self._choose)
        self.add_buttons((close,), (check, open_file))

    def _unfinished(self, exam: UnfinishedExam) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(16))
        row.addWidget(label(exam.sentence), 1)
        if exam.exam_file is not None:
            on = button(_(GO_ON), "goOnButton", role="primary", description=exam.sentence)
            on.clicked.connect(partial(self.exam_chosen.emit, exam.exam_file))
            row.addWidget(on)
        return made

    def _choose(self) -> None:
        kinds = f"{_(EXAM_FILES)} (*.invigilo)"
        chosen, _kind = QFileDialog.getOpenFileName(self, _(OPEN_EXAM_FILE), "", kinds)
        if chosen:
            self.exam_chosen.emit(chosen)


class FindingsPage(Page):
    """What was found on this computer, a card each, and what it comes to."""

    recheck_requested = Signal()
    back_requested = Signal()

    def __init__(self, model: ChecksModel) -> None:
        super().__init__()
        self.body.addWidget(label(_(FINDINGS_TITLE), "title"))
        self.body.addWidget(label(model.sentence, "lead", name="findingsSentence"))
        for item in model.items:
            self.body.addWidget(CheckCard(item))
        self.body.addStretch(1)
        back = button(_(BACK_TO_START), "backToStartButton", icon="back")
        back.clicked.connect(self.back_requested)
        recheck = button(_(texts.RECHECK), "recheckButton", role="primary", icon="retry")
        recheck.clicked.connect(self.recheck_requested)
        self.add_buttons((back,), (recheck,))
