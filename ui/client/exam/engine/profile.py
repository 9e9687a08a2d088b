"""The web engine's profile: what the exam's pages share, of which nothing stays."""

import atexit
import shutil
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QSsl, QSslCertificate
from PySide6.QtWebEngineCore import QWebEngineDownloadRequest, QWebEngineProfile, QWebEngineProfileBuilder

from ui.client.exam.engine.accept_language import accept_language
from ui.client.exam.engine.browser import ExamPage
from ui.client.exam.engine.request_filter import RequestFilter


class ExamProfile:
    """The engine's profile: nothing of it is there after `wipe`.

    Without `extra_ca_pem` it is off the record and writes nothing. With it, it has to be a profile with a folder
    (`storage_dir`): PySide 6.12 binds `createOffTheRecordProfile` as a static function, which loses the builder's
    certificates without a word. Cookies stay in memory in both; the folder is emptied before and after. All that is
    asked for under it, by a page or by none, goes through `requests`.

    Raises:
        ValueError: `extra_ca_pem` holds no certificate.
    """

    def __init__(self, storage_dir: Path, extra_ca_pem: bytes | None, requests: RequestFilter, parent: QObject) -> None:
        self._folder = storage_dir / "web"
        self.wipe()
        if extra_ca_pem is None:
            self.profile = QWebEngineProfile(parent)
        else:
            self.profile = self._with_certificates(extra_ca_pem, parent)
        self.profile.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
        self.profile.setPersistentPermissionsPolicy(QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime)
        self.profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.MemoryHttpCache)
        self.profile.setSpellCheckEnabled(False)
        self.profile.setHttpAcceptLanguage(accept_language())
        self.profile.setUrlRequestInterceptor(requests)
        self.profile.downloadRequested.connect(_give_to_its_page)

    def wipe(self) -> None:
        """Delete what the engine wrote; nothing to do is no error."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def wipe_afterwards(self) -> None:
        """Delete what the engine wrote, again and again for three seconds and when the program ends.

        The engine goes on writing on threads of its own after the profile is gone; one deletion comes too early.
        """
        atexit.register(self.wipe)
        for wait_ms in (0, 300, 1000, 3000):
            QTimer.singleShot(wait_ms, self.wipe)

    def _with_certificates(self, pem: bytes, parent: QObject) -> QWebEngineProfile:
        certificates = QSslCertificate.fromData(pem, QSsl.EncodingFormat.Pem)
        if not certificates:
            raise ValueError("the exam's certificate file holds no certificate: export the exam again with a PEM file")
        builder = QWebEngineProfileBuilder()
        builder.setAdditionalTrustedCertificates(certificates)
        builder.setPersistentStoragePath(str(self._folder))
        builder.setCachePath(str(self._folder / "cache"))
        builder.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
        builder.setHttpCacheType(QWebEngineProfile.HttpCacheType.MemoryHttpCache)
        return builder.createProfile("exam", parent)


def _give_to_its_page(download: QWebEngineDownloadRequest) -> None:
    """All pages share the profile, which tells of every download once."""
    page = download.page()
    if isinstance(page, ExamPage):
        page.take_download(download)
    else:
        download.cancel()
