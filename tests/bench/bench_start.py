"""Cold start to a painted exam page, and the memory then held, beside a bare window of the same web engine.

Both are started as fresh processes, in turn, on a display of the benchmark's own, and load the same page from loopback.
"Painted" is read off the screen: half of it shows the page's colour. Memory is taken 2 s later over the process and
all its children: PSS counts a shared page once, RSS in each process.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import mss
import numpy as np
import psutil
from harness import Figure, figure

RUNS = 5
PATIENCE_S = 60.0
LOOK_EVERY_S = 0.02
SETTLE_S = 2.0
MIB = 2**20
COLOUR_BGR = (140, 69, 209)
PAGE = b"<!doctype html><title>start</title><style>body{margin:0;height:100vh;background:#d1458c}</style><h1>Exam</h1>"
COMMAND = "make bench ARGS=start"


class Page(BaseHTTPRequestHandler):
    """Answers every request with the page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the table is all that is to be seen."""


@contextlib.contextmanager
def page_address() -> Iterator[str]:
    """Serve the page on a free port of 127.0.0.1."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def display() -> Iterator[str]:
    """Run a virtual display with a window manager and give its name."""
    for program in ("Xvfb", "openbox"):
        if shutil.which(program) is None:
            raise RuntimeError(f"{program} is not installed: run make system-test")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as said:
        name = f":{said.readline().strip()}"
    manager = subprocess.Popen(["openbox"], env={**os.environ, "DISPLAY": name}, stderr=subprocess.DEVNULL)
    try:
        yield name
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(10)


def one_start(kind: str, url: str, name: str, folder: Path) -> tuple[float, float, float]:
    """Start one process; return the seconds until the page is painted, then PSS and RSS in MiB."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("QT_", "QTWEBENGINE_", "WAYLAND_"))}
    environment |= {"DISPLAY": name, "XDG_CACHE_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    command = [sys.executable, str(Path(__file__).with_name("start_page.py")), kind, url, str(folder / "engine")]
    with mss.MSS(display=name) as screen:
        started = time.monotonic()
        log = (folder / "log").open("wb")
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            while not painted(screen):
                if process.poll() is not None or time.monotonic() - started > PATIENCE_S:
                    log.flush()
                    said = (folder / "log").read_text(encoding="utf-8", errors="replace")[-800:]
                    raise RuntimeError(f"the {kind} window did not paint the page; it said: {said}")
                time.sleep(LOOK_EVERY_S)
            took_s = time.monotonic() - started
            time.sleep(SETTLE_S)
            held = memory(psutil.Process(process.pid))
        finally:
            end(process)
            log.close()
    return took_s, *held


def painted(screen: mss.MSS) -> bool:
    """Tell whether at least half of the screen shows the page's colour."""
    shot = screen.grab(screen.monitors[0])
    pixels = np.frombuffer(shot.bgra, np.uint8).reshape(shot.height, shot.width, 4)[::8, ::8, :3]
    return bool((pixels == COLOUR_BGR).all(axis=2).mean() >= 0.5)


def memory(process: psutil.Process) -> tuple[float, float]:
    """Return PSS and RSS in MiB, of the process and all its children together."""
    pss = rss = 0
    for member in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            now = member.memory_full_info()
            pss += now.pss
            rss += now.rss
    return pss / MIB, rss / MIB


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and the engine's children, which outlive it for a moment."""
    family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.terminate()
    process.wait(20)
    _, alive = psutil.wait_procs(family, timeout=10)
    for member in alive:
        member.kill()


def run() -> list[Figure]:
    """Measure `RUNS` starts of each kind, in turn, after one of each that only fills the disk cache."""
    found: dict[str, list[tuple[float, float, float]]] = {"exam": [], "bare": []}
    with display() as name, page_address() as url:
        for number in range(RUNS + 1):
            for kind, results in found.items():
                with tempfile.TemporaryDirectory(prefix="invigilo-bench-") as folder:
                    result = one_start(kind, url, name, Path(folder))
                if number:
                    results.append(result)
    measured = (("start to painted exam page", "s", "ratio at most 1.25"),
                ("memory, shared pages once (PSS)", "MiB", "ratio at most 1.15"),
                ("memory, sum of processes (RSS)", "MiB", ""))  # fmt: skip
    return [
        figure(
            what,
            [start[column] for start in found["exam"]],
            unit,
            peer="bare QWebEngineView",
            peer_values=[start[column] for start in found["bare"]],
            goal=goal,
            command=COMMAND,
        )
        for column, (what, unit, goal) in enumerate(measured)
    ]
