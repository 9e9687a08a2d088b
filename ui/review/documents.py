"""The still pictures of documents, over the review: one at a time, as large as fits."""

from PySide6.QtWidgets import QWidget

from resources.language import _
from ui import texts, theme
from ui.model import ReviewDocument
from ui.review import words
from ui.widgets.overlay import Overlay
from ui.widgets.preview import PreviewView
from ui.widgets.text import button, label


class Documents(Overlay):
    """Shows the pictures taken at check-in; Escape or "Close" leads back."""

    def __init__(self, parent: QWidget, documents: tuple[ReviewDocument, ...]) -> None:
        super().__init__(parent, _(words.DOCUMENTS), "documents")
        self._documents = documents
        self._number = 0
        self.sheet.setMaximumWidth(theme.px(1100))
        self._title = label("", "strong", name="documentTitle")
        self._picture = PreviewView("")
        self._picture.setObjectName("documentPicture")
        self._picture.setFixedHeight(min(theme.px(600), max(theme.px(160), parent.height() - theme.px(270))))
        for part in (self._title, self._picture, label(_(words.DOCUMENT_NOTE), "small")):
            self.body.addWidget(part)
        following = button(_(words.DOCUMENT_NEXT), "documentNextButton", icon="next")
        following.clicked.connect(self._next)
        following.setVisible(len(documents) > 1)
        close = button(_(texts.CLOSE), "documentCloseButton", role="primary")
        close.clicked.connect(self.dismiss)
        self.add_button(following)
        self.add_button(close)
        self._show()
        self.present(close)

    def _next(self) -> None:
        self._number = (self._number + 1) % len(self._documents)
        self._show()

    def _show(self) -> None:
        shown = self._documents[self._number]
        title = _(words.DOCUMENT_TITLE).format(title=shown.title, number=self._number + 1, count=len(self._documents))
        self._title.setText(title)
        self._picture.set_jpeg(shown.jpeg)
        self._picture.setAccessibleName(title)
