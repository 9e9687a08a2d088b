"""The line below a page in which the person searches it for a text."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWebEngineCore import QWebEngineFindTextResult, QWebEnginePage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit

from resources.language import _
from ui import theme
from ui.announcing import announce
from ui.client.exam import words
from ui.client.exam.engine.browser import ExamPage
from ui.client.exam.tabs.tabbed_pages import TabbedPages
from ui.widgets.text import button, label

MOST_CHARACTERS = 200


class FindBar(QFrame):
    """Searches the page in sight; what was found is marked in it until the line is closed or another page comes."""

    def __init__(self, tabs: TabbedPages) -> None:
        super().__init__(tabs.area)
        self.setProperty("role", "header")
        self._tabs = tabs
        self._searched: ExamPage | None = None
        self._text = QLineEdit()
        self._text.setObjectName("findText")
        self._text.setMaxLength(MOST_CHARACTERS)
        self._text.setAccessibleName(_(words.PAGE_FIND))
        self._text.setPlaceholderText(_(words.PAGE_FIND))
        self._text.textChanged.connect(self.go_on)
        self._text.returnPressed.connect(self.go_on)
        self._found = label("", "quiet", name="findFound", wrap=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12), theme.px(6), theme.px(12), theme.px(6))
        row.setSpacing(theme.px(8))
        row.addWidget(self._text, 1)
        row.addWidget(self._found)
        for name, icon, sentence, act in (
            ("findPreviousButton", "previous", words.FIND_PREVIOUS, self.go_back),
            ("findNextButton", "next", words.FIND_NEXT, self.go_on),
            ("findCloseButton", "failed", words.FIND_CLOSE, self.close_search),
        ):
            each = button("", name, role="tool", icon=icon)
            each.setAccessibleName(_(sentence))
            each.setToolTip(_(sentence))
            each.clicked.connect(act)
            row.addWidget(each)
        around = tabs.area.layout()
        if around is not None:
            around.addWidget(self)
        tabs.currentChanged.connect(self._forget)
        self.hide()

    def open(self) -> None:
        """Show the line, with the keyboard in it."""
        self.show()
        self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._text.selectAll()

    def go_on(self) -> None:
        """Go to the next place where the text stands."""
        self._search(QWebEnginePage.FindFlag(0))

    def go_back(self) -> None:
        """Go to the one before."""
        self._search(QWebEnginePage.FindFlag.FindBackward)

    def close_search(self) -> None:
        """Take the line and the marks away, and give the keyboard back to the page."""
        self._forget()
        self.hide()
        self._tabs.take_keyboard()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape close it."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_search()
        else:
            super().keyPressEvent(event)

    def _search(self, flags: QWebEnginePage.FindFlag) -> None:
        if not self.isVisible():
            return
        page = self._tabs.in_sight
        if page is not self._searched:
            self._forget()
            self._searched = page
            page.findTextFinished.connect(self._say)
        page.findText(self._text.text(), flags)
        if not self._text.text():
            self._found.setText("")

    def _say(self, result: QWebEngineFindTextResult) -> None:
        if not self._text.text() or not self.isVisible():
            return
        count = result.numberOfMatches()
        places = _(words.FIND_PLACES).format(number=result.activeMatch(), count=count)
        self._found.setText(places if count else _(words.FIND_NONE))
        announce(self, self._found.text())

    def _forget(self) -> None:
        page, self._searched = self._searched, None
        self._found.setText("")
        if page is not None:
            page.findTextFinished.disconnect(self._say)
            page.findText("")
