"""Video and sound of a page that the engine does not play."""

import secrets

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineScript

_LISTEN = """document.addEventListener('error', event => {
  const failed = event.target
  const media = failed instanceof HTMLSourceElement ? failed.parentNode : failed
  if (media instanceof HTMLMediaElement)
    setTimeout(() => { if (media.networkState === HTMLMediaElement.NETWORK_NO_SOURCE) console.debug('%s') })
}, true)"""


class MediaWatch(QObject):
    """`not_played`: a player in some frame of `page` has tried all its sources, and can play none.

    The engine is delivered without H.264 and AAC; a file that is missing ends the same way. The script reports over the
    console (`written`), which others drop, by a word that the page cannot know. What fails without an element of the
    document is not heard: a script's own sound, a player that asks before it tries.
    """

    not_played = Signal()

    def __init__(self, page: QWebEnginePage, written: SignalInstance) -> None:
        super().__init__(page)
        self._word = secrets.token_hex(16)
        script = QWebEngineScript()
        script.setName("media")
        script.setSourceCode(_LISTEN % self._word)
        script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
        script.setWorldId(QWebEngineScript.ScriptWorldId.ApplicationWorld.value)
        script.setRunsOnSubFrames(True)
        page.scripts().insert(script)
        written.connect(self._written)

    def _written(self, message: str) -> None:
        if message == self._word:
            self.not_played.emit()
