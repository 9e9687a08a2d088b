"""The demonstration's exam site: a few questions on loopback, and where the answers arrive."""

from __future__ import annotations

import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from resources.demo_exam import files

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

MAX_ANSWERS_BYTES = 256 * 1024
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}


PAGE_SECURITY_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'"
"""What the exam's own page may load; the client's filter is beside it, and holds for pages that have none."""


class ExamSite:
    """Serves the demonstration's exam on a free port of 127.0.0.1 for as long as it is entered.

    What is handed in stays in memory and is counted, never written: the demonstration shows that what was typed
    is found nowhere on disk in the clear.
    """

    def __init__(self) -> None:
        self._answers: list[dict[str, object]] = []
        pages = {f"/{page.name}": page.read_bytes() for page in files().iterdir() if page.name.endswith(tuple(_TYPES))}
        pages["/"] = pages["/index.html"]
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(pages, self._answers))
        self._thread = threading.Thread(target=self._server.serve_forever, name="exam-site", daemon=True)

    @property
    def start_url(self) -> str:
        """Where the exam begins."""
        return f"{self.origin}/"

    @property
    def hand_in_url(self) -> str:
        """Where the page goes once everything was handed in."""
        return f"{self.origin}/handed-in.html"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(pages: dict[str, bytes], answers: list[dict[str, object]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            page = pages.get(path)
            if page is None:
                self._answer(HTTPStatus.NOT_FOUND, b"", "text/plain")
                return
            self._answer(HTTPStatus.OK, page, _TYPES["." + path.rpartition(".")[2]] if "." in path else _TYPES[".html"])

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if urlsplit(self.path).path != "/answers" or not 0 < length <= MAX_ANSWERS_BYTES:
                self._answer(HTTPStatus.BAD_REQUEST, b"", "text/plain")
                return
            try:
                received = json.loads(self.rfile.read(length))
            except ValueError:
                self._answer(HTTPStatus.BAD_REQUEST, b"", "text/plain")
                return
            answers.append({"answers": received})
            self._answer(HTTPStatus.NO_CONTENT, b"", "text/plain")

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a demonstration keeps no access log."""

        def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Security-Policy", PAGE_SECURITY_POLICY)
            self.end_headers()
            self.wfile.write(body)

    return Handler
