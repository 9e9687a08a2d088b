"""Files that a page lets be saved, in exams that allow it."""

from pathlib import PurePath

from PySide6.QtCore import QObject, Signal
from PySide6.QtWebEngineCore import QWebEngineDownloadRequest

from resources.language import N_, _, isolate

_SAVED = N_("“{file}” was saved in the folder “{folder}”.")
_NOT_SAVED = N_("“{file}” could not be saved. Try again; if it stays like this, tell your institution.")
_State = QWebEngineDownloadRequest.DownloadState


class PageDownloads(QObject):
    """Saves files without a window of its own, where the system keeps downloads; `ended` carries what became of one."""

    ended = Signal(str)

    def take(self, download: QWebEngineDownloadRequest) -> None:
        """Save `download`."""
        download.stateChanged.connect(self._changed)
        download.accept()

    def _changed(self, state: QWebEngineDownloadRequest.DownloadState) -> None:
        download = self.sender()  # bound to it by a partial, this would still be called where this object is gone
        if not isinstance(download, QWebEngineDownloadRequest):
            return
        file = isolate(download.downloadFileName())
        if state == _State.DownloadCompleted:
            folder = isolate(PurePath(download.downloadDirectory()).name)
            self.ended.emit(_(_SAVED).format(file=file, folder=folder))
        elif state in {_State.DownloadInterrupted, _State.DownloadCancelled}:
            self.ended.emit(_(_NOT_SAVED).format(file=file))
