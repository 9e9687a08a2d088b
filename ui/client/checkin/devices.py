"""The page "Device check": the camera's picture, the microphone's level, and one line for every finding."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from resources.language import _
from ui import icons, texts, theme
from ui.announcing import announce
from ui.model import CheckItem, ChecksModel
from ui.widgets.meter import LevelMeter
from ui.widgets.page import Columns, Page
from ui.widgets.preview import PreviewView
from ui.widgets.text import button, frame, label

_DRAWINGS = {"ready": "ok", "attention": "attention", "blocking": "failed", "checking": "clock", "not_asked": "info"}
_ROLES = {"ready": "good", "attention": "care", "blocking": "bad", "checking": "quiet", "not_asked": "quiet"}
_CARDS = {"attention": "card-care", "blocking": "card-bad"}


class CheckCard(QFrame):
    """One finding; `show_item` brings it up to date without making it anew, so that a reader's place is kept."""

    close_requested = Signal(str)

    def __init__(self, item: CheckItem) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        row.setSpacing(theme.px(14))
        drawing = QVBoxLayout()
        self._drawing = QLabel()
        self._drawing.setFixedSize(theme.px(24), theme.px(24))
        drawing.addWidget(self._drawing)
        drawing.addStretch(1)
        row.addLayout(drawing)
        words = QVBoxLayout()
        words.setSpacing(theme.px(3))
        head = QHBoxLayout()
        self._title = label("", "strong")
        self._state = label("", "quiet", wrap=False)
        head.addWidget(self._title, 1)
        head.addWidget(self._state)
        words.addLayout(head)
        self._sentence = label()
        self._fix = label("", "strong")
        self._override = label("", "quiet")
        self._code = label("", "small", wrap=False)
        for part in (self._sentence, self._fix, self._override, self._code):
            words.addWidget(part)
        self._close = button(_(texts.CLOSE_PROGRAMS), f"closeButton-{item.code}")
        self._close.clicked.connect(self._ask_to_close)
        words.addWidget(self._close, 0, Qt.AlignmentFlag.AlignLeft)
        row.addLayout(words, 1)
        self.show_item(item)

    def show_item(self, item: CheckItem) -> None:
        """Show `item`."""
        self._item = item
        colour, _icon = theme.STATE_COLOURS[item.state]
        self.setObjectName(f"check-{item.code}")
        self._drawing.setPixmap(icons.pixmap(_DRAWINGS[item.state], colour, theme.px(24)))
        self._title.setText(item.title)
        self._state.setText(_(texts.CHECK_WORDS[item.state]))
        theme.set_role(self._state, _ROLES[item.state])
        theme.set_role(self, _CARDS.get(item.state, "card"))
        wrong = item.state in {"attention", "blocking"}
        self._show(self._sentence, item.sentence)
        self._show(self._fix, _(texts.FIX).format(fix=item.fix) if item.fix and wrong else "")
        self._show(self._override, _(texts.OVERRIDE).format(override=item.override) if item.override and wrong else "")
        self._show(self._code, item.code if wrong else "")
        self._close.setVisible(item.can_close and wrong)
        self._close.setAccessibleDescription(item.sentence)
        self.setAccessibleName(f"{item.title}: {_(texts.CHECK_WORDS[item.state])}")
        self.setAccessibleDescription(" ".join(part for part in (item.sentence, item.fix, item.override) if part))

    def _ask_to_close(self) -> None:
        self.close_requested.emit(self._item.sentence)

    @staticmethod
    def _show(part: QLabel, text: str) -> None:
        part.setText(text)
        part.setVisible(bool(text))


class ChecksPage(Page):
    """Shows findings as they come in; the start button is usable as soon as the model says so."""

    recheck_requested = Signal()
    start_requested = Signal()
    close_requested = Signal(str)

    def __init__(self, model: ChecksModel) -> None:
        super().__init__()
        self._cards: dict[str, CheckCard] = {}
        self._settled = True
        self._announced = ""
        self.body.addWidget(label(_(texts.CHECKS_TITLE), "title"))
        self.body.addWidget(label(_(texts.CHECKS_LEAD), "lead"))
        self.body.setSpacing(theme.px(6))
        self.body.addSpacing(theme.px(10))
        columns = Columns(each_at_least=340, stretch=(4, 5))
        self._camera = self._camera_card()
        self._microphone = self._microphone_card()
        columns.left.addWidget(self._camera)
        columns.left.addWidget(self._microphone)
        columns.left.addStretch(1)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(10))
        columns.right.addLayout(self._list)
        columns.right.addStretch(1)
        self.body.addWidget(columns)
        self.body.addStretch(1)

        recheck = button(_(texts.RECHECK), "recheckButton", icon="retry")
        recheck.clicked.connect(self.recheck_requested)
        self.start_button = button(_(texts.START), "startButton", role="primary")
        self.start_button.clicked.connect(self.start_requested)
        self._hint = label("", "small")
        self.add_buttons((recheck,), (self.start_button,), hint=self._hint)
        self.show_model(model)

    def show_model(self, model: ChecksModel) -> None:
        """Bring the page up to date."""
        self._camera.setVisible(model.camera_expected)
        self._microphone.setVisible(model.microphone_expected)
        codes = [item.code for item in model.items]
        for code in [code for code in self._cards if code not in codes]:
            gone = self._cards.pop(code)
            self._list.removeWidget(gone)
            gone.deleteLater()
        for place, item in enumerate(model.items):
            if item.code in self._cards:
                self._cards[item.code].show_item(item)
            else:
                self._cards[item.code] = CheckCard(item)
                self._cards[item.code].close_requested.connect(self.close_requested)
                self._list.insertWidget(place, self._cards[item.code])
        settled = all(item.state != "checking" for item in model.items)
        if model.sentence != self._announced and (settled or self._settled):  # not a word for each that is settled
            announce(self, model.sentence)
            self._announced = model.sentence
        self._settled = settled
        self._hint.setText(model.sentence)
        text = _(texts.CONTINUE) if model.more_follows else _(texts.START)
        self.start_button.setText(text)
        self.start_button.setAccessibleName(text)
        self.start_button.setEnabled(model.may_start)
        self.start_button.setAccessibleDescription(model.sentence)

    def show_preview(self, jpeg: bytes) -> None:
        """Show one picture of the camera; bytes that are no picture are left out."""
        self._preview.set_jpeg(jpeg)

    def show_level(self, dbfs: float) -> None:
        """Show the microphone's level in dBFS."""
        self._meter.set_level(dbfs)
        if self._meter.heard:
            self._heard.setText(_(texts.MICROPHONE_HEARD))
            theme.set_role(self._heard, "good")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a low screen the picture gets smaller, so that the microphone is seen without scrolling."""
        super().resizeEvent(event)
        self._preview.setMaximumHeight(max(theme.px(130), round(event.size().height() * 0.30)))

    def _camera_card(self) -> QFrame:
        made, column = _device_card(_(texts.CAMERA))
        self._preview = PreviewView(_(texts.CAMERA_WAITING), mirrored=True)
        self._preview.setObjectName("cameraPreview")
        self._preview.setAccessibleName(_(texts.CAMERA))
        self._preview.setAccessibleDescription(_(texts.CAMERA_HINT))
        column.addWidget(self._preview)
        column.addWidget(label(_(texts.CAMERA_HINT), "small"))
        return made

    def _microphone_card(self) -> QFrame:
        made, column = _device_card(_(texts.MICROPHONE))
        self._meter = LevelMeter()
        self._heard = label(_(texts.MICROPHONE_QUIET), "small")
        column.addWidget(self._meter)
        column.addWidget(self._heard)
        return made


def _device_card(heading: str) -> tuple[QFrame, QVBoxLayout]:
    made = frame("card")
    column = QVBoxLayout(made)
    column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(14))
    column.setSpacing(theme.px(10))
    column.addWidget(label(heading, "heading"))
    return made, column
