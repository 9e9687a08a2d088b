"""Whether the exam's server answers what its page asks for in the background, heard from inside the page."""

import json
import secrets

from PySide6.QtCore import QObject, Signal
from PySide6.QtWebEngineCore import QWebEngineScript

from ui.client.exam.engine.browser import ExamPage
from ui.client.exam.loading.retry_clock import RETRY_AFTER_S

WAITS_S = (1, *RETRY_AFTER_S)
_OUR_WORLD = QWebEngineScript.ScriptWorldId.ApplicationWorld
_LISTEN = """(() => {
  const waits_s = WAITS_S;
  let silent = false, forbidden = false, tries = 0, asked = -1000, due = 0;
  const heard = answers => {
    clearTimeout(due);
    due = 0;
    tries = answers ? 0 : tries + 1;
    if (answers === silent) console.debug('WORD' + (answers ? 'answers' : 'silent'));
    silent = !answers;
    if (silent) soon();
  };
  const soon = () => {
    const wait_s = waits_s[Math.min(tries, waits_s.length - 1)];
    due ||= setTimeout(ask, wait_s * 1000 * (1 + Math.random() * (tries && 0.3)));
  };
  const ask = () => {
    asked = performance.now();
    fetch(location.href, {method: 'HEAD', cache: 'no-store', credentials: 'omit', redirect: 'manual',
                          signal: AbortSignal.timeout(20000)})
      .then(() => heard(true), () => setTimeout(() => forbidden || heard(false), 100));
  };
  const request = one => {
    if (!one.name.startsWith(location.origin + '/') || Math.abs(one.startTime - asked) < 100) return;
    if (one.responseStatus > 0) (silent || due) && heard(true);
    else if (['fetch', 'xmlhttprequest', 'beacon'].includes(one.initiatorType)) soon();
  };
  document.addEventListener('securitypolicyviolation', () => forbidden = true);
  window.invigiloAsk = () => { silent = true; soon(); };
  new PerformanceObserver(list => list.getEntries().forEach(request)).observe({type: 'resource', buffered: true});
})()"""


class ServerAnswers(QObject):
    """`changed(False)`: the server of `page` gave no answer. `changed(True)`: it does again; never without the other.

    The engine's interceptor sees requests and no answers. What became of each is in the page's resource timing, which
    a script in a world of its own listens to, so nothing is asked of a server that answers. A request without an
    answer may also be one that the page itself gave up (measured on QtWebEngine 6.12: both have status 0). Only then
    the server is asked: for the head of the page's own address, without cookies, and, while it stays silent, again
    after longer and longer waits of up to a minute and a little by chance. Where the page forbids itself such a
    request, nothing is said.

    The script reports over the console, which others drop, behind a word that the page cannot know.
    """

    changed = Signal(bool)

    def __init__(self, page: ExamPage, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self._word = secrets.token_hex(16)
        script = QWebEngineScript()
        script.setName("server answers")
        script.setSourceCode(_LISTEN.replace("WAITS_S", json.dumps(WAITS_S)).replace("WORD", self._word))
        script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
        script.setWorldId(_OUR_WORLD.value)
        page.scripts().insert(script)
        page.written.connect(self._written)

    def ask(self) -> None:
        """The server gave no answer to another page's request: ask until it answers."""
        self._page.runJavaScript("window.invigiloAsk && invigiloAsk()", _OUR_WORLD.value)

    def _written(self, message: str) -> None:
        if message.startswith(self._word):
            self.changed.emit(message == self._word + "answers")
