"""How the exam's page comes, fails to come and comes again, and what is said meanwhile."""

import json
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtWebEngineCore import (
    QWebEngineLoadingInfo,
    QWebEngineNavigationRequest,
    QWebEnginePage,
    QWebEngineScript,
)

from ui.client.exam.engine.browser import ExamPage
from ui.client.exam.engine.page_event import PageEvent
from ui.client.exam.engine.request_filter import host_of
from ui.client.exam.loading.obstacles import Obstacle, ObstacleKind, obstacle_of
from ui.client.exam.loading.page_banner import PageBanner
from ui.client.exam.loading.page_place import PagePlace
from ui.client.exam.loading.page_status import PageStatus
from ui.client.exam.loading.sign_in import SignIn
from ui.client.exam.loading.way_back import WayBack
from ui.client.exam.notices import WindowNotices

UNANSWERED_MS = 20_000
NOTHING_CAME_MS = 400
"""A download is told of shortly after the load that it ended."""
LAID_OUT_MS = 250
_OUR_WORLD = QWebEngineScript.ScriptWorldId.ApplicationWorld.value
_MARK = "window.invigiloArrived = true"
_LOOK = """JSON.stringify([
  window.invigiloArrived === true,
  !!document.body && (document.body.innerText.trim() !== '' || !!document.body.querySelector(
    'img, svg, canvas, video, iframe, object, embed, button, input:not([type=hidden]), textarea, select')),
  navigator.userActivation.hasBeenActive])"""
_Status = QWebEngineLoadingInfo.LoadStatus


class PageLoading(QObject):
    """Loads a page, and says of one that did not come what was looked at and no more.

    Asked is the page itself, in a world that its own scripts do not see: whether it is still the one that had
    arrived, whether it shows anything, and whether the person has touched it. A page that stayed gets a notice; what
    the server sent in its place is left in sight under a banner; where there is nothing to see, a message stands.
    A page that was loaded is never loaded again by itself. `start_url` may be empty where another page has opened this
    one and fills it: then the first page is the one that was asked for last. Only of the exam's own page (`is_exam`)
    it is heard what becomes of its requests in the background.

    `arrived`: a page of the exam is there. `status` is for the bar. `page_event` carries a `PageEvent` and a host.
    """

    page_event = Signal(str, str)
    arrived = Signal()

    def __init__(
        self,
        page: ExamPage,
        stack: PagePlace,
        banner: PageBanner,
        notices: WindowNotices,
        sign_in: SignIn,
        *,
        start_url: str,
        may_open: Callable[[QUrl], bool],
        is_exam: bool = True,
    ) -> None:
        super().__init__(stack)
        self._page = page
        self._stack = stack
        self._banner = banner
        self._sign_in = sign_in
        self.status = PageStatus(page, notices, self, is_exam=is_exam)
        self._start_url = start_url
        self._may_open = may_open
        self._attempt = 0
        self._some_page = False
        self._crashed = False
        self._failed = False
        self._cause: Obstacle | None = None
        self._led_to: Obstacle | None = None
        self._asked = QUrl(start_url)
        self._no_answer = self._timer(UNANSWERED_MS, self._unanswered)
        self._nothing_came = self._timer(NOTHING_CAME_MS, self._nothing)
        page.loadingChanged.connect(self._loading)
        page.navigationRequested.connect(self._navigation)
        page.page_event.connect(self._page_reported)
        sign_in.asking.connect(self._asked_to_sign_in)
        sign_in.declined.connect(self._declined)
        stack.message.retry.connect(self.reload)
        stack.message.reload.connect(self.reload)
        stack.currentChanged.connect(lambda _index: banner.follow(stack.currentWidget() is stack.view))
        banner.retry.connect(self.reload)
        if is_exam:  # another page may have opened a tab as an empty one, and fill it
            self._way_back = WayBack(page, self)
            self._way_back.left.connect(self._left_exam)
            self._way_back.stranded.connect(self._stranded)
        banner.back.connect(lambda: page.triggerAction(QWebEnginePage.WebAction.Back))

    def open(self) -> None:
        """Load the first page."""
        address = self._start_url or self._asked.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        if not self._page.open(address):
            self._met(Obstacle(ObstacleKind.ADDRESS, QUrl(address).host()))

    def wait(self) -> None:
        """Another page has asked the engine for this one already: say so if nothing comes."""
        self._no_answer.start()

    def reload(self) -> None:
        """Load the page again; the first one where none has come yet."""
        self._sign_in.forget()
        if self._some_page and self._may_open(self._page.url()):
            self._page.triggerAction(QWebEnginePage.WebAction.Reload)
        else:
            self.open()

    def came(self) -> None:
        """A page of the exam is there: loaded, or at least to be seen."""
        if self._page.came_around_the_gate:
            self.page_event.emit(PageEvent.GATE_ENDED, "")
            self._place(Obstacle(ObstacleKind.NO_WAY_OUT, self._asked.host(), "AROUND"), False, False, False)
            return
        self._some_page = True
        self._crashed = False
        self._page.runJavaScript(_MARK, _OUR_WORLD)
        if self._led_to is not None:
            self._look(partial(self._place_where_led, self._led_to))
        else:
            self.status.came()
            self._clear()
        self.arrived.emit()

    def _clear(self) -> None:
        if self._failed:
            self._failed = False
            self._banner.rest()
            self._stack.message.rest()
            self._stack.show_page()
            self.page_event.emit(PageEvent.PAGE_CAME_BACK, "")

    def crashed(self) -> None:
        """The page's process has ended."""
        self._crashed = self._failed = True
        self.status.stopped()
        self._banner.rest()
        self.page_event.emit(PageEvent.PAGE_CRASHED, "")
        self._stack.show_crashed()

    def stop(self) -> None:
        """The page goes."""
        self._attempt += 1  # what the page answers from now on is for nobody
        self._no_answer.stop()
        self._nothing_came.stop()
        self._banner.rest()
        self._stack.message.rest()
        self._page.loadingChanged.disconnect(self._loading)

    def _timer(self, after_ms: int, act: Callable[[], None]) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(after_ms)
        made.timeout.connect(act)
        return made

    def _loading(self, info: QWebEngineLoadingInfo) -> None:
        status = info.status()
        self._nothing_came.stop()
        if status == _Status.LoadStartedStatus:
            if self._may_open(info.url()):
                self._attempt += 1
                self._cause = self._led_to = None
                self._asked = info.url()
                self._no_answer.start()
            return
        self._no_answer.stop()
        if status == _Status.LoadSucceededStatus:
            if self._may_open(info.url()):  # what another page has opened is empty at first
                self.came()
        elif status == _Status.LoadFailedStatus:
            self._met(self._cause or obstacle_of(info, self._page.failure(info.url().host())))
        elif self._cause is not None:
            self._met(self._cause)
        elif not self._may_open(info.url()):
            self._leads_elsewhere(info.url())
        elif not self._some_page:
            self._nothing_came.start()

    def _navigation(self, request: QWebEngineNavigationRequest) -> None:
        if request.isMainFrame() and not self._may_open(request.url()):
            self._leads_elsewhere(request.url())

    def _leads_elsewhere(self, address: QUrl) -> None:
        """A refused address is a notice where the person chose it, and an obstacle where the page did by itself."""
        self._led_to = Obstacle(ObstacleKind.ADDRESS, address.host())
        self._look(partial(self._place_where_led, self._led_to))

    def _left_exam(self, address: QUrl) -> None:
        self.page_event.emit(PageEvent.PAGE_LEFT_EXAM, host_of(address))

    def _stranded(self, address: QUrl) -> None:
        self._met(Obstacle(ObstacleKind.ADDRESS, address.host()))

    def _place_where_led(self, to: Obstacle, _kept: bool, shows: bool, touched: bool) -> None:
        if not touched:
            self._say_failed(to)
            self._place(to, False, shows, touched)

    def _asked_to_sign_in(self, wanted: Obstacle) -> None:
        if wanted.kind is ObstacleKind.SIGN_IN and wanted.host == self._asked.host():
            self.status.asked_to_sign_in(wanted)

    def _declined(self, wanted: Obstacle) -> None:
        self._cause = wanted

    def _page_reported(self, kind: str, _host: str) -> None:
        if kind == PageEvent.DOWNLOAD_BLOCKED and not self._some_page:
            self._nothing_came.stop()
            self._met(Obstacle(ObstacleKind.DOWNLOAD, self._asked.host()))

    def _nothing(self) -> None:
        if not self._page.isLoading():
            self._met(Obstacle(ObstacleKind.NO_PAGE, self._asked.host()))

    def _unanswered(self) -> None:
        self._look(partial(self._place_unanswered, Obstacle(ObstacleKind.UNANSWERED, self._asked.host())))

    def _place_unanswered(self, slow: Obstacle, kept: bool, shows: bool, touched: bool) -> None:
        if kept or not shows:  # otherwise its beginning is there, and the rest is on its way
            self._say_failed(slow)
            self._place(slow, kept, shows, touched)

    def _met(self, obstacle: Obstacle) -> None:
        self._say_failed(obstacle)
        if self._crashed:  # nobody is there to be asked
            self._place(obstacle, False, False, False)
        else:
            self._look(partial(self._place_or_look_again, obstacle))

    def _place_or_look_again(self, obstacle: Obstacle, kept: bool, shows: bool, touched: bool) -> None:
        """Give what the server sent a moment to be laid out before it is taken for nothing."""
        attempt = self._attempt

        def again() -> None:
            if attempt == self._attempt:
                self._look(partial(self._place, obstacle))

        if kept or shows or self._page.url().isEmpty():
            self._place(obstacle, kept, shows, touched)
        else:
            QTimer.singleShot(LAID_OUT_MS, self, again)

    def _say_failed(self, obstacle: Obstacle) -> None:
        if not self._failed:
            self._failed = True
            self.page_event.emit(PageEvent.PAGE_NOT_LOADED, "")

    def _look(self, then: Callable[[bool, bool, bool], None]) -> None:
        """Look at what the window shows, and go on with `then(kept, shows, touched)` unless another load has begun."""
        attempt = self._attempt

        def seen(answer: object) -> None:
            if attempt == self._attempt:
                then(*(json.loads(answer) if isinstance(answer, str) and answer else (False, False, False)))

        self._page.runJavaScript(_LOOK, _OUR_WORLD, seen)

    def _place(self, obstacle: Obstacle, kept: bool, shows: bool, _touched: bool) -> None:
        by_itself = obstacle.passes and (self._crashed or not self._some_page)
        self.status.met(obstacle, kept=kept)
        if kept:
            return
        if shows:
            self._stack.show_page()
            self._banner.show_obstacle(
                obstacle,
                by_itself=by_itself,
                other=obstacle.kind is not ObstacleKind.ADDRESS and self._some_page,
                may_go_back=self._some_page and self._page.history().canGoBack(),
            )
            self._banner.follow(self._stack.currentWidget() is self._stack.view)
        else:
            self._banner.rest()
            self._stack.show_obstacle(obstacle, by_itself=by_itself)
