"""A full-screen web engine window with an exam page: `capture_page.py FOLDER still|reading|typing`.

FOLDER holds `capture_page.html` and, for `typing`, `video.webm`. The window is the engine's view and nothing else.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # Chromium's own needs an ordinary user

from PySide6.QtCore import QUrl, QUrlQuery
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QMainWindow


def main() -> int:
    """Show the page until killed."""
    folder, script = sys.argv[1:]
    app = QApplication(sys.argv[:1])
    window, view = QMainWindow(), QWebEngineView()
    window.setCentralWidget(view)
    url = QUrl.fromLocalFile(str(Path(folder) / "capture_page.html"))
    query = QUrlQuery()
    query.addQueryItem("script", script)
    url.setQuery(query)
    view.load(url)
    window.showFullScreen()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
