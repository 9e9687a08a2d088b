"""The page of a still picture: the camera's picture, then the one that was taken with what speaks against it."""

from PySide6.QtWidgets import QVBoxLayout

from resources.language import _
from ui import texts, theme
from ui.client.checkin.model import CheckInModel, StillModel
from ui.client.checkin.step_page import StepPage, sentence_label, set_sentence
from ui.widgets.page import Columns
from ui.widgets.preview import PreviewView
from ui.widgets.text import frame, label

_DOUBTS = 3


class StillPage(StepPage):
    """Take it, look at it, take it again or use it. The picture is not mirrored: it is to be read."""

    def __init__(self, model: StillModel) -> None:
        super().__init__()
        self._name = model.title
        self.body.addWidget(label(model.title, "title"))
        self.body.addWidget(label(model.lead, "lead"))
        columns = Columns(each_at_least=320, stretch=(3, 2))
        self.preview = PreviewView(_(texts.CAMERA_WAITING))
        self.preview.setObjectName("checkInPreview")
        self.preview.setAccessibleName(_(texts.CAMERA))
        self._taken = PreviewView("")
        self._taken.setObjectName("takenPicture")
        self._taken.setAccessibleName(_(texts.STILL_PICTURE))
        columns.left.addWidget(self.preview)
        columns.left.addWidget(self._taken)
        columns.left.addStretch(1)
        self._card = frame("card")
        column = QVBoxLayout(self._card)
        column.setContentsMargins(theme.px(20), theme.px(18), theme.px(20), theme.px(20))
        column.setSpacing(theme.px(10))
        self._sentence = label("", name="stillSentence")
        column.addWidget(self._sentence)
        self._doubts = [sentence_label(f"stillDoubt{number}") for number in range(_DOUBTS)]
        for doubt in self._doubts:
            column.addWidget(doubt)
        columns.right.addWidget(self._card)
        columns.right.addStretch(1)
        self.body.addWidget(columns)
        self.body.addStretch(1)
        self._without = self.action("leave_out", _(texts.GO_ON_WITHOUT), "stillWithoutButton", role="plain")
        self._again = self.action("again", _(texts.STILL_AGAIN), "stillAgainButton", icon="retry")
        self._take = self.action("take", _(texts.STILL_TAKE), "stillTakeButton", role="primary", icon="webcam")
        self._use = self.action("use", _(texts.STILL_USE), "stillUseButton", role="primary")
        self._hint = label(_(texts.LEFT_OUT_NOTED), "small")
        self.add_buttons((self._without,), (self._again, self._take, self._use), hint=self._hint)
        self.show_model(model)

    def update_model(self, model: CheckInModel) -> bool:
        """Bring the page up to date, if the model is one of it."""
        if not isinstance(model, StillModel) or model.title != self._name:
            return False
        self.show_model(model)
        return True

    def show_model(self, model: StillModel) -> None:
        """Bring the page up to date."""
        taken = model.jpeg is not None
        if model.jpeg is not None:
            self._taken.set_jpeg(model.jpeg)
        self._taken.setVisible(taken)
        if self.preview is not None:
            self.preview.setVisible(not taken)
        set_sentence(self._sentence, model.sentence, "strong")
        for number, shown in enumerate(self._doubts):
            set_sentence(shown, model.doubts[number] if number < len(model.doubts) else "", "care")
        theme.set_role(self._card, "card-care" if model.doubts or model.state == "failed" else "card")
        self._card.setAccessibleName(" ".join((model.sentence, *model.doubts)))
        self.offer(*((self._use, self._again) if taken else (self._take,)), self._without)
