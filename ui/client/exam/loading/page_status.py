"""What the bar, and the line under it, say of the exam's page."""

from PySide6.QtCore import QObject, Signal

from resources.language import _
from ui import texts
from ui.client.exam import words
from ui.client.exam.engine.browser import ExamPage
from ui.client.exam.loading.obstacles import NO_ANSWER, Obstacle, ObstacleKind
from ui.client.exam.loading.server_answers import ServerAnswers
from ui.client.exam.notices import WindowNotices

STAYED_MS = 30_000
ANSWERS_AGAIN_MS = 6_000


class PageStatus(QObject):
    """Says what was seen to be the matter with the page, and nothing once it, or its server, was seen to be back.

    `shown` carries a few words and a whole sentence, or two empty ones. While a page stands whose server gives no
    answer, the server is asked until it does; where something else stands in its place, that says more. What the line
    under the bar says of a page that stayed goes when that page does. Of a page beside the exam's (`is_exam` False) it
    says only that it stayed.
    """

    shown = Signal(str, str)

    def __init__(self, page: ExamPage, notices: WindowNotices, parent: QObject, *, is_exam: bool) -> None:
        super().__init__(parent)
        self._notices = notices
        self._notice = ""
        self._stands = False
        self._answers = ServerAnswers(page, self) if is_exam else None
        if self._answers is not None:
            self._answers.changed.connect(self._background)

    def came(self) -> None:
        """A page of the exam is there."""
        self._stands = True
        self._notices.withdraw(self._notice)
        self.shown.emit("", "")

    def stopped(self) -> None:
        """The page's process has ended."""
        self._stands = False
        self._notices.withdraw(self._notice)
        self.shown.emit(_(texts.PAGE_CRASHED_SIGN), _(texts.PAGE_CRASHED_TITLE))

    def met(self, obstacle: Obstacle, *, kept: bool) -> None:
        """A page did not come; `kept`: the one before it stands, so that only its server's silence is of concern."""
        self._stands = kept
        if obstacle.server_silent or not kept:
            self._say(obstacle)
        if not kept:
            self._notices.withdraw(self._notice)
            return
        if self._answers is None:
            self._tell(_(words.TAB_STAYED), STAYED_MS)
            return
        self._tell(_(_STAYED.get(obstacle.kind, texts.PAGE_KEPT)), STAYED_MS)
        if obstacle.server_silent:
            self._answers.ask()

    def asked_to_sign_in(self, wanted: Obstacle) -> None:
        """The server has answered with a question, which is put to the person now."""
        if self._stands:
            self.shown.emit("", "")
        else:
            self._say(wanted)

    def _say(self, obstacle: Obstacle) -> None:
        self.shown.emit(obstacle.sign, f"{obstacle.title}. {obstacle.sentence}")

    def _tell(self, sentence: str, for_ms: int) -> None:
        self._notice = sentence
        self._notices.show_for(sentence, for_ms)

    def _background(self, answers: bool) -> None:
        if not self._stands:
            return
        if answers:
            self.shown.emit("", "")
            self._tell(_(texts.PAGE_ANSWERS), ANSWERS_AGAIN_MS)
        else:
            self.shown.emit(_(NO_ANSWER), _(texts.PAGE_SILENT))
            self._tell(_(texts.PAGE_SILENT), STAYED_MS)


_STAYED = {
    ObstacleKind.UNANSWERED: texts.PAGE_SLOW,
    ObstacleKind.SIGN_IN: texts.PAGE_KEPT_UNSIGNED,
    ObstacleKind.PROXY_SIGN_IN: texts.PAGE_KEPT_UNSIGNED,
}
