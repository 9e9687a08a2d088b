"""A sign-in that the exam's server or the network's proxy asks for itself (HTTP authentication), not by a page."""

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtNetwork import QAuthenticator
from PySide6.QtWebEngineCore import QWebEngineClientCertificateSelection, QWebEnginePage
from PySide6.QtWidgets import QLineEdit, QWidget

from resources.language import N_, _, isolate
from ui import texts, theme
from ui.client.exam.engine.dialogs import QuestionRoom
from ui.client.exam.loading.obstacles import Obstacle, ObstacleKind
from ui.widgets.overlay import Overlay
from ui.widgets.text import button, label

_SIGN_IN = N_("Sign in")
_SIGN_IN_SERVER = N_("{host} asks for a user name and a password (“{realm}”).")
_SIGN_IN_PROXY = N_("The network's proxy {host} asks for a user name and a password (“{realm}”).")
_SIGN_IN_KEPT = N_("They go there alone, and are kept in memory until the exam's window closes, never stored.")
_SIGN_IN_OPEN = N_("Others in this network may be able to read them: the connection is not protected.")
_SIGN_IN_REFUSED = N_("This user name and password were not accepted.")
_SIGN_IN_USER = N_("User name")
_SIGN_IN_PASSWORD = N_("Password")

MOST_REALM_CHARACTERS = 80
MOST_CHARACTERS = 256
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SignIn(QObject):
    """Asks the person, and gives what they typed to the engine, which keeps it in memory as long as its profile.

    Nothing of it is stored or logged here. `asking` comes before the question, `declined` when the person does not
    sign in; both carry the obstacle. The engine cannot be told so (PySide 6.12 has no way to leave a `QAuthenticator`
    null; unanswered, Chromium asks the server 32 times): the load is stopped, without a question again until `forget`.
    """

    asking = Signal(Obstacle)
    declined = Signal(Obstacle)

    def __init__(self, page: QWebEnginePage, room: QuestionRoom, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self._room = room
        self._tried: set[tuple[str, str]] = set()
        self._declined: set[tuple[str, str]] = set()
        page.authenticationRequired.connect(self._asked_by_server)
        page.proxyAuthenticationRequired.connect(self._asked_by_proxy)
        page.selectClientCertificate.connect(self._asked_for_certificate)

    def forget(self) -> None:
        """Ask anew the next time: the person wants to try again."""
        self._declined.clear()
        self._tried.clear()

    def _asked_by_server(self, address: QUrl, answer: QAuthenticator) -> None:
        secret = address.scheme() == "https" or address.host() in _LOOPBACK
        self._ask(Obstacle(ObstacleKind.SIGN_IN, address.host()), answer, secret=secret)

    def _asked_by_proxy(self, _address: QUrl, answer: QAuthenticator, proxy: str) -> None:
        self._ask(Obstacle(ObstacleKind.PROXY_SIGN_IN, proxy), answer, secret=False)

    def _asked_for_certificate(self, selection: QWebEngineClientCertificateSelection) -> None:
        selection.selectNone()
        self.declined.emit(Obstacle(ObstacleKind.CLIENT_CERTIFICATE, selection.host().host()))

    def _ask(self, wanted: Obstacle, answer: QAuthenticator, *, secret: bool) -> None:
        who = (wanted.host, answer.realm())
        given = None
        if who not in self._declined:
            self.asking.emit(wanted)
            given = _answer(self._room, wanted, answer.realm(), again=who in self._tried, secret=secret)
        if given is None:
            self._declined.add(who)
            self.declined.emit(wanted)
            self._page.triggerAction(QWebEnginePage.WebAction.Stop)
            return
        self._tried.add(who)
        answer.setUser(given[0])
        answer.setPassword(given[1])


def _answer(room: QuestionRoom, wanted: Obstacle, realm: str, *, again: bool, secret: bool) -> tuple[str, str] | None:
    """Ask over the page, and wait, because the engine waits too; None: the person does not sign in."""
    asks = _SIGN_IN_PROXY if wanted.kind is ObstacleKind.PROXY_SIGN_IN else _SIGN_IN_SERVER
    asked = _(asks).format(host=isolate(wanted.host), realm=isolate(realm[:MOST_REALM_CHARACTERS]))
    given: list[tuple[str, str]] = []

    def lay_out(overlay: Overlay) -> QWidget:
        if again:
            overlay.body.addWidget(label(_(_SIGN_IN_REFUSED), "bad", name="signInRefused"))
        overlay.body.addWidget(label(asked))
        overlay.body.addWidget(label(_(_SIGN_IN_KEPT), "quiet"))
        if not secret:
            overlay.body.addWidget(label(_(_SIGN_IN_OPEN), "care"))
        user = _line(overlay, "signInUser", _(_SIGN_IN_USER), asked)
        password = _line(overlay, "signInPassword", _(_SIGN_IN_PASSWORD), asked)
        password.setEchoMode(QLineEdit.EchoMode.Password)

        def sign_in() -> None:
            if not user.text():
                user.setFocus()
                return
            given.append((user.text(), password.text()))
            overlay.dismiss()

        back = button(_(texts.PAGE_CANCEL), "signInCancelButton")
        back.clicked.connect(overlay.dismiss)
        go = button(_(_SIGN_IN), "signInButton", role="primary", description=asked)
        go.clicked.connect(sign_in)
        user.returnPressed.connect(password.setFocus)
        password.returnPressed.connect(sign_in)
        overlay.dismissed.connect(password.clear)
        overlay.add_button(back)
        overlay.add_button(go)
        return user

    room.ask(wanted.title, "signInQuestion", lay_out)
    return given[0] if given else None


def _line(overlay: Overlay, name: str, caption: str, asked: str) -> QLineEdit:
    line = QLineEdit()
    line.setObjectName(name)
    line.setMaxLength(MOST_CHARACTERS)
    line.setAccessibleName(caption)
    line.setAccessibleDescription(asked)
    line.setMinimumHeight(theme.px(36))
    prompt = label(caption, "strong")
    prompt.setBuddy(line)
    overlay.body.addWidget(prompt)
    overlay.body.addWidget(line)
    return line
