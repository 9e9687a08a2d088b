"""The page's own alert, confirm and prompt, laid over the page inside the window."""

from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from resources.language import N_, _
from ui import texts
from ui.client.exam.engine.browser import PageDialogs
from ui.widgets.overlay import Overlay
from ui.widgets.text import button, label

MAX_CHARACTERS = 2000
UNASKED_MS = 100
"""So long does a page wait for each answer that nobody was asked for: a script that asks on and on costs nothing."""
_NO_MORE = N_("No more of these")
_NO_MORE_SENTENCE = N_("This page shows no more messages and questions of this kind until it is loaded again.")


class QuestionRoom(QObject):
    """The part of the window that questions of pages lie over; the bar above it stays within reach.

    A question waits in an event loop of its own. `close` ends all of them, and lets none begin.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.area = window
        self._asked: list[Overlay] = []
        self._closed = False

    def take_keyboard(self) -> bool:
        """Put the keyboard into the question that is asked; False where there is none."""
        if not self._asked:
            return False
        self._asked[-1].focusNextPrevChild(True)
        return True

    def ask(self, title: str, name: str, lay_out: Callable[[Overlay], QWidget]) -> None:
        """Lay a question over the area and wait until it is dismissed; `lay_out` gives what has the keyboard first."""
        if self._closed:
            return
        overlay = Overlay(self.area, title, name)
        loop = QEventLoop()
        overlay.dismissed.connect(loop.quit)
        overlay.destroyed.connect(loop.quit)
        first = lay_out(overlay)
        self._asked.append(overlay)
        overlay.present(first)
        loop.exec()
        self._asked.remove(overlay)

    def pause(self, for_ms: int) -> None:
        """Wait, while the window goes on."""
        if not self._closed:
            loop = QEventLoop()
            QTimer.singleShot(for_ms, loop.quit)
            loop.exec()

    def close(self) -> None:
        """Dismiss what is asked, and answer at once what is asked from now on."""
        self._closed = True
        for overlay in reversed(self._asked):
            overlay.dismiss()


class InWindowDialogs(PageDialogs):
    """The questions of one page; from the second on it can be told to ask no more."""

    def __init__(self, room: QuestionRoom) -> None:
        super().__init__(room)
        self._room = room
        self._count = 0
        self._no_more = False

    def begin_anew(self) -> None:
        """Another page is loaded."""
        self._count = 0
        self._no_more = False

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
        self._count += 1
        if self._no_more:
            self._room.pause(UNASKED_MS)
            return None
        message = message[:MAX_CHARACTERS]
        answer: list[str] = []

        def lay_out(overlay: Overlay) -> QWidget:
            overlay.body.addWidget(label(message))
            line = QLineEdit(default or "")
            line.setAccessibleName(message)
            line.setObjectName("pageDialogLine")
            if default is not None:
                overlay.body.addWidget(line)

            def agree() -> None:
                answer.append(line.text())
                overlay.dismiss()

            if self._count > 1:
                no_more = button(_(_NO_MORE), "pageDialogNoMoreButton", description=_(_NO_MORE_SENTENCE))
                no_more.setToolTip(_(_NO_MORE_SENTENCE))
                no_more.clicked.connect(self._end)
                no_more.clicked.connect(overlay.dismiss)
                overlay.add_button(no_more)
            if cancel:
                back = button(_(texts.PAGE_CANCEL), "pageDialogCancelButton")
                back.clicked.connect(overlay.dismiss)
                overlay.add_button(back)
            ok = button(_(texts.PAGE_OK), "pageDialogOkButton", role="primary", description=message)
            ok.clicked.connect(agree)
            line.returnPressed.connect(agree)
            overlay.add_button(ok)
            return ok if default is None else line

        self._room.ask(title, "pageDialog", lay_out)
        return answer[0] if answer else None

    def _end(self) -> None:
        self._no_more = True
        self.ended.emit()
