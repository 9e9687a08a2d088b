"""The page's own alert, confirm and prompt, laid over the page inside the window."""

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QLineEdit, QWidget

from resources.language import _
from ui import texts
from ui.client.exam.engine.browser import PageDialogs
from ui.widgets.overlay import Overlay
from ui.widgets.text import button, label

MAX_CHARACTERS = 2000


class InWindowDialogs(PageDialogs):
    """Waits in a local event loop, because the page's script waits for the answer too."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def tell(self, message: str) -> None:
        """Show `message` until it is read."""
        self._run(_(texts.PAGE_SAYS), message, cancel=False)

    def ask(self, question: str) -> bool:
        """Return whether the person agrees."""
        return self._run(_(texts.PAGE_ASKS), question, cancel=True) is not None

    def ask_text(self, question: str, default: str) -> str | None:
        """Return what the person wrote, None if they took it back."""
        return self._run(_(texts.PAGE_ASKS), question, cancel=True, default=default)

    def _run(self, title: str, message: str, *, cancel: bool, default: str | None = None) -> str | None:
        overlay = Overlay(self._window, title, "pageDialog")
        overlay.body.addWidget(label(message[:MAX_CHARACTERS]))
        loop = QEventLoop(overlay)
        answer: list[str] = []
        line = QLineEdit(default or "")
        line.setAccessibleName(message[:MAX_CHARACTERS])
        line.setObjectName("pageDialogLine")

        def agree() -> None:
            answer.append(line.text())
            overlay.dismiss()

        if cancel:
            back = button(_(texts.PAGE_CANCEL), "pageDialogCancelButton")
            back.clicked.connect(overlay.dismiss)
            overlay.add_button(back)
        ok = button(_(texts.PAGE_OK), "pageDialogOkButton", role="primary", description=message[:MAX_CHARACTERS])
        ok.clicked.connect(agree)
        line.returnPressed.connect(agree)
        overlay.add_button(ok)
        overlay.dismissed.connect(loop.quit)
        overlay.destroyed.connect(loop.quit)
        if default is not None:
            overlay.body.addWidget(line)
        overlay.present(ok if default is None else line)
        loop.exec()
        return answer[0] if answer else None
