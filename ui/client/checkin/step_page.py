"""What the pages of the check-in have in common: the camera's picture, and one word for every button."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from resources.language import _
from ui import texts, theme
from ui.announcing import announce
from ui.client.checkin.model import CheckInAction, CheckInModel
from ui.widgets.page import Page
from ui.widgets.preview import PreviewView
from ui.widgets.text import button, label


class StepPage(Page):
    """A page that answers with `acted`: a `ui.client.checkin.model.CheckInAction`. Bring it up to date in place."""

    acted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.body.setSpacing(theme.px(10))
        self.preview: PreviewView | None = None
        self._buttons: list[QPushButton] = []
        self._offered: tuple[QPushButton, ...] = ()

    def update_model(self, model: CheckInModel) -> bool:
        """Bring the page up to date; False where the model belongs on another one."""
        raise NotImplementedError

    def show_preview(self, jpeg: bytes) -> None:
        """Show one picture of the camera, where the page has room for it; bytes that are none are left out."""
        if self.preview is not None:
            self.preview.set_jpeg(jpeg)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a low screen pictures get smaller, so that nothing has to be scrolled to."""
        super().resizeEvent(event)
        for shown in self.findChildren(PreviewView):
            shown.setMaximumHeight(max(theme.px(150), round(event.size().height() * 0.55)))

    def camera(self) -> PreviewView:
        """Make the place for the camera's picture."""
        self.preview = PreviewView(_(texts.CAMERA_WAITING), mirrored=True)
        self.preview.setObjectName("checkInPreview")
        self.preview.setAccessibleName(_(texts.CAMERA))
        return self.preview

    def action(self, action: CheckInAction, text: str, name: str, *, role: str = "", icon: str = "") -> QPushButton:
        """Make a button that says `action`."""
        made = button(text, name, role=role, icon=icon)
        made.clicked.connect(lambda: self.acted.emit(action))
        self._buttons.append(made)
        return made

    def offer(self, *shown: QPushButton) -> None:
        """Show these buttons of the page, the way on first, and hide the others.

        The keyboard goes on at the way on where it was on a button of this page; it is taken from nothing else.
        """
        focused = QApplication.focusWidget()
        ours = focused is None or focused in self._buttons
        for each in shown:
            each.show()
        if ours and shown != self._offered and shown[0].isEnabled():
            shown[0].setFocus()
        for each in self._buttons:
            if each not in shown:
                each.hide()
        self._offered = shown


def set_sentence(shown: QLabel, sentence: str, role: str = "") -> None:
    """Show `sentence`, or nothing at all, and let a screen reader have it."""
    if sentence != shown.text():
        announce(shown, sentence)
    shown.setText(sentence)
    shown.setVisible(bool(sentence))
    shown.setAccessibleName(sentence)
    theme.set_role(shown, role)


def sentence_label(name: str) -> QLabel:
    """Return a line for `set_sentence`."""
    made = label("", "", name=name)
    made.hide()
    return made
