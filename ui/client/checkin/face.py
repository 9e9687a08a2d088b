"""The page "Your face in the picture"."""

from PySide6.QtWidgets import QApplication, QVBoxLayout

from resources.language import _
from ui import icons, texts, theme
from ui.client.checkin.model import CheckInModel, FaceModel
from ui.client.checkin.step_page import StepPage, sentence_label, set_sentence
from ui.widgets.page import Columns
from ui.widgets.text import frame, label, picture

_LOOKS = {
    "looking": ("clock", theme.QUIET, "card", "quiet"),
    "found": ("ok", theme.GOOD, "card-good", "good"),
    "not_found": ("attention", theme.WARNING, "card-care", "care"),
    "given_up": ("attention", theme.WARNING, "card-care", "care"),
}


class FacePage(StepPage):
    """The camera's picture, and whether a face is found in it; there is always a way on."""

    def __init__(self, model: FaceModel) -> None:
        super().__init__()
        self.body.addWidget(label(_(texts.FACE_TITLE), "title"))
        self.body.addWidget(label(_(texts.FACE_LEAD), "lead"))
        columns = Columns(each_at_least=320, stretch=(5, 4))
        columns.left.addWidget(self.camera())
        columns.left.addStretch(1)
        self._card = frame("card")
        column = QVBoxLayout(self._card)
        column.setContentsMargins(theme.px(20), theme.px(18), theme.px(20), theme.px(20))
        column.setSpacing(theme.px(8))
        self._drawing = picture("clock", theme.QUIET, 32)
        self._state = label("", "heading", name="faceState")
        self._sentence = label("", name="faceSentence")
        self._hint = sentence_label("faceHint")
        for part in (self._drawing, self._state, self._sentence, self._hint):
            column.addWidget(part)
        columns.right.addWidget(self._card)
        columns.right.addStretch(1)
        self.body.addWidget(columns)
        self.body.addStretch(1)
        self._without = self.action("leave_out", _(texts.GO_ON_WITHOUT), "faceWithoutButton", role="plain")
        self._again = self.action("again", _(texts.TRY_AGAIN), "faceAgainButton", role="primary", icon="retry")
        self._continue = self.action("continue", _(texts.CONTINUE), "faceContinueButton", role="primary")
        hint = label(_(texts.NOT_YET_RECORDED), "small")
        self.add_buttons((self._without,), (self._again, self._continue), hint=hint)
        self.show_model(model)

    def update_model(self, model: CheckInModel) -> bool:
        """Bring the page up to date, if the model is one of it."""
        if not isinstance(model, FaceModel):
            return False
        self.show_model(model)
        return True

    def show_model(self, model: FaceModel) -> None:
        """Bring the page up to date."""
        icon, colour, card, role = _LOOKS[model.state]
        theme.set_role(self._card, card)
        self._drawing.setPixmap(icons.pixmap(icon, colour, theme.px(32)))
        set_sentence(self._state, _(texts.FACE_CHANGED[model.state]), "heading")
        set_sentence(self._sentence, model.sentence)
        set_sentence(self._hint, model.hint, "strong")
        self._card.setAccessibleName(f"{model.sentence} {model.hint}".strip())
        theme.set_role(self._state, role if model.state == "looking" else "heading")
        self._continue.setEnabled(model.state in {"found", "given_up"})
        self.offer(*((self._again, self._without) if model.state == "not_found" else (self._continue,)))
        if self._continue.isEnabled() and QApplication.focusWidget() is None:
            self._continue.setFocus()
