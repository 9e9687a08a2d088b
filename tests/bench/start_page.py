"""One fresh process that shows a page: `start_page.py exam|bare URL FOLDER`. Measured from outside by bench_start.py.

`exam` is the product's exam window with its theme; `bare` is the least that shows a page with the same web engine.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # Chromium's own needs an ordinary user; the same for both

from PySide6.QtCore import QUrl
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QWidget


def exam_window(url: str, folder: Path) -> QWidget:
    """Open the product's window as the client does."""
    from ui.client.exam.controls import ExamWindowControls
    from ui.client.exam.egress.engine_switches import gate_for_the_engine
    from ui.client.exam.window import ExamWindow

    controls = ExamWindowControls(full_screen=True, downloads=True, printing=True)
    window = ExamWindow(
        title="Start",
        start_url=url,
        address_allowed=lambda address: address.startswith(url),
        resource_allowed=lambda address: address.startswith(url),
        host_allowed=lambda host, _port: host == "127.0.0.1",
        gate=gate_for_the_engine(os.environ),
        is_hand_in=lambda _: False,
        headers={},
        extra_ca_pem=None,
        storage_dir=folder,
        controls=controls,
    )
    window.open()
    return window


def bare_view(url: str) -> QWidget:
    """Open the engine's view alone."""
    view = QWebEngineView()
    view.load(QUrl(url))
    view.showFullScreen()
    return view


def main() -> int:
    """Show the page until killed."""
    kind, url, folder = sys.argv[1:]
    app = QApplication(sys.argv[:1])
    if kind == "exam":
        from ui.theme import apply_theme

        apply_theme(app)
    shown = exam_window(url, Path(folder)) if kind == "exam" else bare_view(url)  # noqa: F841 - lives until the end
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
