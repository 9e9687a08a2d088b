"""What a page tries that a desktop would open with a program, and printing by a frame: refused, and told."""

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from tests.fixtures.exam_page import BOUND_MS

SCHEMES = ("mailto:a@leak.example", "tel:1", "ms-word:x", "steam://run/1", "intent://a", "ftp://leak.example/")
"""What a desktop opens with a program; `file:`, `chrome:` and `data:` the engine refuses to pages by itself."""


class Programs(QObject):
    """Takes what the engine would hand to a program of the desktop."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url.toString())


@pytest.fixture
def opened():
    programs = Programs()
    schemes = [each.partition(":")[0] for each in SCHEMES]
    for scheme in schemes:
        QDesktopServices.setUrlHandler(scheme, programs, "take")
    QDesktopServices.openUrl(QUrl(SCHEMES[0]))
    assert programs.urls == [SCHEMES[0]]
    programs.urls.clear()
    yield programs
    for scheme in schemes:
        QDesktopServices.unsetUrlHandler(scheme)


WAYS_OF_SCHEMES = {
    "itself": "location = '%s'",
    "frame": "const f = document.createElement('iframe'); f.src = '%s'; document.body.append(f)",
    "link": "const a = document.createElement('a'); a.href = '%s'; document.body.append(a); a.click()",
}


@pytest.mark.parametrize("way", WAYS_OF_SCHEMES)
def test_schemes_that_a_page_tries_are_told_and_open_no_program(way, open_exam, opened, qtbot):
    """Failed before: of a link and a frame to `mailto:` or a program's own scheme nothing was told."""
    window = open_exam()
    told: list[tuple[str, str]] = []
    window.page_event.connect(lambda kind, host: told.append((kind, host)))
    for address in SCHEMES:
        window.page.runJavaScript(f"{{ {WAYS_OF_SCHEMES[way] % address} }} 1")
        qtbot.wait(120)
    assert {host for _, host in told if host} == {each.partition(":")[0] + ":" for each in SCHEMES}
    assert window.page.url().path() == "/"
    assert opened.urls == []


def test_printing_by_a_frame_is_told(open_exam, platform, qtbot):
    platform.pages["/"] = "<h1>Exam</h1><iframe src=/frame></iframe>"
    platform.pages["/frame"] = "<script>print()</script>"
    told: list[str] = []
    window = open_exam(wait=False)
    window.page_event.connect(lambda kind, _host: told.append(kind))
    qtbot.waitUntil(lambda: "print_blocked" in told, timeout=BOUND_MS)
