"""A private X server with a window manager, and a small web server that plays the exam's platform.

The display is started when the first test asks for the application, so that `pytest tests/window` works from a shell
without one, and never uses the desktop of who runs the tests: they grab keyboards and move the focus.
"""

import os
import shutil
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6 import QtWebEngineWidgets  # noqa: F401  the engine must be loaded before the application is made
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from tests.fixtures.desktop_settling import settle
from tests.fixtures.display import USUAL, running_x_server
from tests.fixtures.exam_certificate import certificates
from tests.fixtures.learning_platform import Platform
from ui.client.exam.controls import ExamWindowControls
from ui.client.exam.egress.engine_switches import steer_engine
from ui.client.exam.egress.gate import EgressGate
from ui.client.exam.egress.upstream import Upstream
from ui.client.exam.engine.rendering import prefer_software_without_gpu
from ui.client.exam.window import ExamWindow
from ui.theme import apply_theme


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs windows."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker("window")
            item.add_marker(
                pytest.mark.qt_log_ignore(
                    "Unable to detect GPU vendor", "GLX: No DRI3", "GPUInfo not initialized", extend=True
                )
            )


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """DISPLAY of a private Xvfb of the usual size, with openbox."""
    for program in ("Xvfb", "openbox", "xdotool", "xclip"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: window tests need it")
    with running_x_server(tmp_path_factory.mktemp("display"), *USUAL) as name:
        settle(name)
        yield name


@dataclass
class NetworkProxy:
    """The proxy that the tests' machine is set to use; none unless a test says so."""

    at: Upstream | None = None

    def __call__(self, _host: str, _port: int) -> Upstream | None:
        return self.at


@pytest.fixture(scope="session")
def network_proxy() -> NetworkProxy:
    return NetworkProxy()


@pytest.fixture(scope="session")
def gate(network_proxy: NetworkProxy) -> Iterator[EgressGate]:
    """The one way out of this process's engine; the engine reads where it is once, when it starts."""
    made = EgressGate(upstream=network_proxy)
    steer_engine(os.environ, made.port)
    yield made
    made.stop()


@pytest.fixture(scope="session")
def qapp_cls(display: str, gate: EgressGate) -> type[QApplication]:
    """pytest-qt makes the application of this class: by then the display is there."""
    os.environ["DISPLAY"] = display
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    for other in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        os.environ.pop(other, None)
    if os.geteuid() == 0:
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    return QApplication


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> Iterator[QApplication]:
    """The application, ended before its display.

    Qt notices at its next event that the X server is gone, destroys what it painted with, Xlib then calls `exit`, and
    that unloads Qt beneath the windows that are still there: the process crashed, and with it the tests' report.
    """
    prefer_software_without_gpu(os.environ)
    yield qapp
    qapp.closeAllWindows()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.shutdown()


@pytest.fixture
def themed(qapp: QApplication) -> QApplication:
    """The application with the product's look at 100 % text."""
    apply_theme(qapp, 1.0)
    return qapp


@pytest.fixture
def platform() -> Iterator[Platform]:
    """The exam's platform, with a start page."""
    made = Platform(pages={"/": "<title>Exam</title><h1>Exam</h1><textarea id=a>", "/handed-in": "<h1>Thank you</h1>"})
    made.start()
    yield made
    made.stop()


@pytest.fixture
def open_exam(
    themed: QApplication, platform: Platform, gate: EgressGate, tmp_path: Path, qtbot
) -> Iterator[Callable[..., ExamWindow]]:
    """Opens an exam window on the platform and waits for its page; every window is closed afterwards."""
    opened: list[ExamWindow] = []

    def make(*, wait: bool = True, size: tuple[int, int] | None = None, **chosen: object) -> ExamWindow:
        settings: dict[str, object] = {
            "title": "Introduction to Statistics",
            "start_url": platform.url + "/",
            "address_allowed": lambda url: url.startswith(platform.url),
            "resource_allowed": lambda url: url.startswith(platform.url),
            "host_allowed": lambda host, port: (host, port) == ("127.0.0.1", platform.port),
            "is_hand_in": lambda url: url.startswith(platform.url + "/handed-in"),
            "headers": {"X-Exam": "seven"},
            "extra_ca_pem": None,
            "storage_dir": tmp_path / "engine",
            "controls": ExamWindowControls(full_screen=True, downloads=True, printing=True),
            "gate": gate,
        }
        window = ExamWindow(**{**settings, **chosen})
        opened.append(window)
        if size is not None:
            window.resize(*size)
        if wait:
            with qtbot.waitSignal(window.page_painted, timeout=20_000):
                window.open()
        else:
            window.open()
        return window

    yield make
    for window in opened:
        window.close_for_good()
        window.deleteLater()
    qtbot.wait(50)


@pytest.fixture
def authority(platform: Platform, tmp_path: Path) -> bytes:
    """Puts the platform behind TLS and returns its authority's PEM."""
    pem, server = certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)
    platform.server.socket = context.wrap_socket(platform.server.socket, server_side=True)
    return pem
