"""The page of a guided scan: the camera's picture, a ring for the time, and the places one after another."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from resources.language import _
from ui import icons, texts, theme
from ui.client.checkin.model import CheckInModel, ScanModel
from ui.client.checkin.step_page import StepPage, set_sentence
from ui.widgets.page import Columns
from ui.widgets.preview import PreviewView
from ui.widgets.ring import ProgressRing
from ui.widgets.text import frame, label


class PlaceRow(QWidget):
    """One place: a drawing for its state, and its words; what is to be shown now is said in bold."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._name = words
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(12))
        self._drawing = QLabel()
        self._drawing.setFixedSize(theme.px(22), theme.px(22))
        self._words = label(words)
        row.addWidget(self._drawing, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)

    def show_state(self, *, shown: bool, now: bool) -> None:
        """Show whether the place was shown, is to be shown now, or comes later."""
        icon, colour = ("ok", theme.GOOD) if shown else ("play", theme.ACCENT) if now else ("clock", theme.EDGE)
        self._drawing.setPixmap(icons.pixmap(icon, colour, theme.px(22)))
        theme.set_role(self._words, "strong" if now else "quiet")
        state = _(texts.SCAN_DONE) if shown else _(texts.SCAN_SHOW) if now else _(texts.SCAN_TO_COME)
        self.setAccessibleName(f"{self._name}: {state}")


class ScanPage(StepPage):
    """Guides through the places; nothing depends on reading fast, the scan can be done again."""

    def __init__(self, model: ScanModel) -> None:
        super().__init__()
        self._name = model.title
        self.body.addWidget(label(model.title, "title"))
        self.body.addWidget(label(model.lead, "lead"))
        columns = Columns(each_at_least=320, stretch=(5, 4))
        self.preview = PreviewView(_(texts.CAMERA_WAITING))
        self.preview.setObjectName("checkInPreview")
        self.preview.setAccessibleName(_(texts.CAMERA))
        columns.left.addWidget(self.preview)
        columns.left.addStretch(1)
        card = frame("card")
        column = QVBoxLayout(card)
        column.setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(18))
        column.setSpacing(theme.px(12))
        self._ring = ProgressRing()
        column.addWidget(self._ring, 0, Qt.AlignmentFlag.AlignHCenter)
        self._now = label("", "heading", name="scanPlace")
        column.addWidget(self._now)
        self._rows = [PlaceRow(words) for words in model.places]
        for row in self._rows:
            column.addWidget(row)
        columns.right.addWidget(card)
        columns.right.addStretch(1)
        self.body.addWidget(columns)
        self.body.addStretch(1)
        self._without = self.action("leave_out", _(texts.GO_ON_WITHOUT), "scanWithoutButton", role="plain")
        self._again = self.action("again", _(texts.DO_AGAIN), "scanAgainButton", icon="retry")
        self._begin = self.action("begin", _(texts.SCAN_BEGIN), "scanBeginButton", role="primary")
        self._next = self.action("next", _(texts.SCAN_NEXT), "scanNextButton", role="primary")
        self._continue = self.action("continue", _(texts.CONTINUE), "scanContinueButton", role="primary")
        self._hint = label("", "small")
        self.add_buttons((self._without,), (self._again, self._begin, self._next, self._continue), hint=self._hint)
        self.show_model(model)

    def update_model(self, model: CheckInModel) -> bool:
        """Bring the page up to date, if the model is one of it."""
        if not isinstance(model, ScanModel) or model.title != self._name:
            return False
        self.show_model(model)
        return True

    def show_model(self, model: ScanModel) -> None:
        """Bring the page up to date."""
        running, done = model.state == "running", model.state == "done"
        count = len(model.places)
        where = _(texts.SCAN_STEP).format(place=model.place + 1, places=count) if running else ""
        self._ring.set_progress(1.0 if done else model.progress, _(texts.SCAN_DONE) if done else where)
        set_sentence(self._now, model.places[model.place] if running else "", "heading")
        for number, row in enumerate(self._rows):
            row.show_state(shown=done or (running and number < model.place), now=running and number == model.place)
        self._hint.setText(model.sentence if running or done else _(texts.LEFT_OUT_NOTED))
        match model.state:
            case "ready":
                self.offer(self._begin, self._without)
            case "running":
                self.offer(self._next, self._without)
            case "done":
                self.offer(self._continue, self._again)
