"""The test taker's window around the exam: before it, and after it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from resources.language import _
from ui import icons, texts, theme
from ui.client.checkin.consent import ConsentPage
from ui.client.checkin.devices import ChecksPage
from ui.client.checkin.model import CalibrationModel, CheckInModel
from ui.client.checkin.recording_shield import RecordingShield
from ui.client.checkin.step_page import StepPage
from ui.client.checkin.step_pages import step_page
from ui.client.checkin.trust import TrustPage
from ui.client.questions import CloseProgramsQuestion, Confirmation, DeclineQuestion, asking
from ui.client.short_pages import FarewellPage, HandingInPage, TroublePage, WaitingPage
from ui.client.start import FindingsPage, StartPage
from ui.model import (
    ChecksModel,
    ConsentModel,
    FarewellModel,
    HandingInModel,
    ShieldState,
    StartModel,
    TroubleModel,
    TrustPrompt,
)
from ui.widgets.page import PAGE_WIDTH, Page, aligned_row
from ui.widgets.steps import StepIndicator
from ui.widgets.text import button, frame

_CHECK_IN = frozenset({"face", "calibration", "still", "scan"})
_RECORDED = frozenset({"still", "scan", "not_locked"})
_STEP_OF_PAGE = {
    "trust": 0,
    "consent": 0,
    "checks": 1,
    **dict.fromkeys(_CHECK_IN, 1),
    "not_locked": 2,
    "handing_in": 3,
    "farewell": 4,
}
_WITH_LEAVE = frozenset({"checks", *_CHECK_IN, "not_locked"})


class ClientWindow(QMainWindow):
    """A stack of pages under a quiet line that says how far one is.

    Pages, by `page_name`: start, findings, trust, consent, checks, face, calibration, still, scan, not_locked, waiting,
    handing_in, farewell, trouble. Showing a page again with a new model brings it up to date in place. `declined` and
    `leave_requested` come after the person confirmed; closing the window by the system asks the same questions (on the
    last pages it is `close_requested`).
    """

    accepted = Signal()
    declined = Signal()
    trust_confirmed = Signal()
    recheck_requested = Signal()
    close_programs_confirmed = Signal()
    start_requested = Signal()
    leave_requested = Signal()
    check_in_acted = Signal(str)
    retry_requested = Signal()
    lock_requested = Signal()
    exam_chosen = Signal(str)
    check_requested = Signal()
    start_page_requested = Signal()
    receipts_wanted = Signal(str)
    close_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._page_name = ""
        self._closing = False
        self._heard_model: ConsentModel | None = None
        self.setWindowTitle(texts.PROGRAM)
        self.setWindowIcon(icons.icon("shield", theme.ACCENT, 64))
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header())
        self._stack = QStackedWidget()
        column.addWidget(self._stack, 1)
        self.setCentralWidget(central)
        self.setMinimumSize(QSize(640, 420))
        self.resize(self._comfortable_size())
        self.show_waiting("")

    @property
    def page_name(self) -> str:
        """Return the name of the page shown now."""
        return self._page_name

    def show_start(self, model: StartModel) -> None:
        """Ask what is to be done; `exam_chosen` carries the exam file that was chosen."""
        page = StartPage(model)
        page.exam_chosen.connect(self.exam_chosen)
        page.check_requested.connect(self.check_requested)
        page.close_requested.connect(self.close_requested)
        self._show("start", page)

    def show_findings(self, model: ChecksModel) -> None:
        """Show what was found on this computer without an exam."""
        page = FindingsPage(model)
        page.recheck_requested.connect(self.check_requested)
        page.back_requested.connect(self.start_page_requested)
        self._show("findings", page)

    def show_trust(self, prompt: TrustPrompt) -> None:
        """Ask whether an institution met for the first time is known to the person."""
        page = TrustPage(prompt)
        page.trust_confirmed.connect(self.trust_confirmed)
        page.close_requested.connect(self.close_requested)
        self._show("trust", page)
        page.scroller.setFocus()  # never the button: trust must not be one careless Enter away

    def show_consent(self, model: ConsentModel) -> None:
        """Show "Before you start"; the same model again changes nothing."""
        if self._page_name == "consent" and self._heard_model == model:
            return
        self._heard_model = model
        page = ConsentPage(model)
        page.accepted.connect(self.accepted)
        page.declined.connect(self._ask_decline)
        page.trust_confirmed.connect(self.trust_confirmed)
        self._show("consent", page)
        page.scroller.setFocus()

    def show_checks(self, model: ChecksModel) -> None:
        """Show the device check, or bring it up to date."""
        page = self._stack.currentWidget()
        if isinstance(page, ChecksPage):
            page.show_model(model)
            return
        page = ChecksPage(model)
        page.recheck_requested.connect(self.recheck_requested)
        page.start_requested.connect(self.start_requested)
        page.close_requested.connect(self._ask_close_programs)
        self._show("checks", page)

    def show_preview(self, jpeg: bytes) -> None:
        """Show one picture of the camera, where the device check or a step of the check-in is open."""
        page = self._stack.currentWidget()
        if isinstance(page, ChecksPage | StepPage):
            page.show_preview(jpeg)

    def show_level(self, dbfs: float) -> None:
        """Show the microphone's level in dBFS (0 is the loudest), where the device check is open."""
        page = self._stack.currentWidget()
        if isinstance(page, ChecksPage):
            page.show_level(dbfs)

    def show_check_in(self, model: CheckInModel) -> None:
        """Show a step of the check-in, or bring it up to date; `check_in_acted` says what was pressed."""
        page = self._stack.currentWidget()
        if not (isinstance(page, StepPage) and page.update_model(model)):
            made, name = step_page(model)
            made.acted.connect(self.check_in_acted)
            self._show(name, made)
        self._fill_screen(isinstance(model, CalibrationModel) and model.state == "running")

    def show_shield(self, shield: ShieldState, sentence: str) -> None:
        """Say in the header of a recorded step whether it really is recorded."""
        self._shield.show_state(shield, sentence)

    def show_waiting(self, sentence: str) -> None:
        """Show that something is being done."""
        self._show("waiting", WaitingPage(sentence))

    def show_handing_in(self, model: HandingInModel) -> None:
        """Show the progress of handing in, or bring it up to date."""
        page = self._stack.currentWidget()
        if isinstance(page, HandingInPage):
            page.show_model(model)
            return
        page = HandingInPage(model)
        page.close_requested.connect(self.close_requested)
        self._show("handing_in", page)

    def show_farewell(self, model: FarewellModel) -> None:
        """Show the last page, or say on it what came of saving the receipts."""
        page = self._stack.currentWidget()
        if isinstance(page, FarewellPage):
            page.show_model(model)
            return
        page = FarewellPage(model)
        page.receipts_wanted.connect(self.receipts_wanted)
        page.close_requested.connect(self.close_requested)
        self._show("farewell", page)

    def show_trouble(self, model: TroubleModel) -> None:
        """Show what went wrong and what to do."""
        page = TroublePage(model)
        page.retry_requested.connect(self.retry_requested)
        page.close_requested.connect(self.close_requested)
        self._show("trouble", page)

    def show_not_locked(self, model: TroubleModel) -> None:
        """Show why the exam could not be locked; `lock_requested` tries again, the way out is the header's."""
        page = TroublePage(model, may_close=False)
        page.retry_requested.connect(self.lock_requested)
        self._show("not_locked", page)

    def close_for_good(self) -> None:
        """Close without a question."""
        self._closing = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask first, as the page's own way out does."""
        if self._closing:
            event.accept()
            return
        event.ignore()
        if self._page_name == "consent":
            self._ask_decline()
        elif self._page_name in _WITH_LEAVE:
            self._ask_leave()
        elif self._page_name != "waiting":
            self.close_requested.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the sentence on the recording break where it has little room."""
        super().resizeEvent(event)
        self._shield.set_little_room(event.size().width() < theme.px(900))

    def _fill_screen(self, filled: bool) -> None:
        """Let the corners of the page be those of the screen, and give them back."""
        if filled != self.isFullScreen():
            self._header_part.setVisible(not filled)
            self.showFullScreen() if filled else self.showNormal()

    def _header(self) -> QWidget:
        made = self._header_part = frame("header")
        row = aligned_row(made, PAGE_WIDTH, theme.px(8))
        self._steps = StepIndicator([_(step) for step in texts.STEPS])
        self._leave: QPushButton = button(_(texts.LEAVE), "leaveButton", role="plain", icon="leave")
        self._leave.clicked.connect(self._ask_leave)
        keep = self._leave.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._leave.setSizePolicy(keep)
        self._shield = RecordingShield()
        row.addWidget(self._steps, 1)
        row.addWidget(self._shield)
        row.addWidget(self._leave)
        return made

    def _show(self, name: str, page: Page) -> None:
        before = self._stack.currentWidget()
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        self._page_name = name
        if before is not None:
            self._stack.removeWidget(before)
            before.deleteLater()
        if name in _STEP_OF_PAGE:
            self._steps.set_step(_STEP_OF_PAGE[name])
        self._leave.setVisible(name in _WITH_LEAVE)
        self._shield.setVisible(name in _RECORDED)
        primary = next((b for b in page.findChildren(QPushButton) if b.property("role") == "primary"), None)
        page.introduce()
        if primary is not None and primary.isEnabled():
            if not primary.accessibleDescription():
                primary.setAccessibleDescription(page.accessibleName())  # for readers that hear no announcements
            primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_leave(self) -> None:
        if asking(self):
            return
        question = Confirmation(
            self,
            title=_(texts.LEAVE_BEFORE_TITLE),
            sentence=_(texts.LEAVE_RECORDED_SENTENCE if self._page_name in _RECORDED else texts.LEAVE_BEFORE_SENTENCE),
            confirm=_(texts.LEAVE_CONFIRM),
            back=_(texts.LEAVE_STAY),
            name="leave",
        )
        question.confirmed.connect(self.leave_requested)

    def _ask_close_programs(self, found: str) -> None:
        if asking(self) or any(self.findChildren(CloseProgramsQuestion)):
            return
        question = CloseProgramsQuestion(self, found)
        question.confirmed.connect(self.close_programs_confirmed)
        question.leave_chosen.connect(self._ask_leave)

    def _ask_decline(self) -> None:
        if asking(self):
            return
        DeclineQuestion(self).confirmed.connect(self.declined)

    @staticmethod
    def _comfortable_size() -> QSize:
        room = QGuiApplication.primaryScreen().availableSize()
        return QSize(min(theme.px(1160), room.width()), min(theme.px(820), room.height() - theme.FRAME_PX))
