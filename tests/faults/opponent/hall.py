"""Where the opponent meets the exam: a display with a window manager, the locked exam on it, and what it has told."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from lockdown.contract.settings import LockdownSettings
from tests.fixtures.desktop_settling import settle
from tests.fixtures.display import running_x_server

_LAUNCHING = ("Print", "Super_L", "W-e", "C-A-t", "F12", "C-Escape")
_ACTIONS = {
    "A-Tab": "NextWindow", "A-S-Tab": "PreviousWindow", "A-F4": "Close", "W-d": "ToggleShowDesktop",
    "C-A-d": "ToggleShowDesktop", "C-A-Right": "DesktopRight", "A-Escape": "Lower",
}  # fmt: skip
EXAM = "Exam"
BOUND_S = 20.0
"""How long the opponent waits for what should come at once; the machine may be busy."""

Line = dict[str, Any]
Pace = Literal["real", "hurried"]
"""Whether the exam's watchers take the time that the client gives them, or a fraction; see `exam_process`."""


class Hall:
    """The desktop `display` with a locked exam on it; `lines` are what the exam has told so far."""

    def __init__(
        self, display: str, folder: Path, settings: LockdownSettings, manager: str, *, pace: Pace = "real"
    ) -> None:
        self.folder = folder
        self.manager = manager
        self.debugging_port = _free_port()
        self.environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "QTWEBENGINE_REMOTE_DEBUGGING": str(self.debugging_port),
        }
        for other in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
            self.environment.pop(other, None)
        self.lines: list[Line] = []
        self._more = threading.Condition()
        with (folder / "exam.log").open("wb") as log:
            self._exam = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.opponent.exam_process", str(folder / "client"),
                 settings.model_dump_json(), pace],
                env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        ready = self.wait(lambda line: line["what"] == "ready", since=0, timeout_s=180)
        if ready is None or ready["refused"]:
            self._exam.kill()
            self._exam.communicate()
            raise AssertionError(f"the exam did not begin: {ready}, {(folder / 'exam.log').read_text()[-600:]}")
        self.statuses: dict[str, str] = ready["statuses"]
        self.window: int = ready["window"]

    @property
    def pid(self) -> int:
        """Process id of the exam."""
        return self._exam.pid

    @property
    def told(self) -> int:
        """How many lines there are: `wait` and `since` count from here."""
        return len(self.lines)

    @property
    def quiet_s(self) -> float:
        """For how long nothing was told."""
        return (time.monotonic_ns() - self.lines[-1]["told_ns"]) / 1e9

    @property
    def running(self) -> bool:
        """Whether the exam still runs."""
        return self._exam.poll() is None

    def wait(self, wanted: Callable[[Line], bool], *, since: int, timeout_s: float = BOUND_S) -> Line | None:
        """Return the first line from `since` on that is wanted, None where none came in time."""
        end_s = time.monotonic() + timeout_s
        at = since
        with self._more:
            while True:
                while at < len(self.lines):
                    if wanted(self.lines[at]):
                        return self.lines[at]
                    at += 1
                if not self._more.wait(max(0.0, end_s - time.monotonic())) and at >= len(self.lines):
                    return None

    def violation(self, code: str, *, since: int, timeout_s: float = BOUND_S, **facts: object) -> Line | None:
        """Wait for a violation with this code and, among others, these facts."""
        return self.wait(
            lambda line: line.get("code") == code and facts.items() <= line["facts"].items(),
            since=since,
            timeout_s=timeout_s,
        )  # fmt: skip

    def page(self, *kinds: str, since: int, timeout_s: float = BOUND_S) -> Line | None:
        """Wait for a page event of one of these kinds."""
        return self.wait(
            lambda line: line["what"] == "page" and line["kind"] in kinds, since=since, timeout_s=timeout_s
        )

    def command(self, **command: object) -> None:
        """Give the exam's process a command (see `exam_process`)."""
        assert self._exam.stdin is not None
        self._exam.stdin.write(json.dumps(command) + "\n")
        self._exam.stdin.flush()

    def ask(self, script: str) -> object:
        """Return what a script in the exam's page gives."""
        since = self.told
        self.command(ask=script)
        line = self.wait(lambda line: line["what"] == "answer", since=since)
        assert line is not None, "the page does not answer"
        return line["answer"]

    def tell(self, *command: str, timeout_s: float = 10.0) -> str:
        """Run a program of the desktop and return what it prints."""
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=timeout_s, check=False
        )
        return done.stdout.strip()

    def active(self) -> str:
        """Return the title of the window that has the keyboard."""
        return self.tell("xdotool", "getactivewindow", "getwindowname")

    def until(self, true: Callable[[], bool], timeout_s: float = BOUND_S) -> bool:
        """Wait until something is so; return whether it became so."""
        end_s = time.monotonic() + timeout_s
        while not true():
            if time.monotonic() > end_s:
                return False
            time.sleep(0.01)
        return True

    @contextlib.contextmanager
    def program(self, *command: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
        """Run a program of the opponent, and end it afterwards."""
        process = subprocess.Popen(command, env=self.environment, text=True, **options)
        try:
            yield process
        finally:
            process.kill()
            process.wait(10)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()

    def close(self) -> None:
        """End the exam in order."""
        if self.running:
            with contextlib.suppress(OSError):
                self.command(end=True)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._exam.wait(15)
        self._exam.kill()
        self._exam.wait(10)
        self._reader.join(5)
        for pipe in (self._exam.stdin, self._exam.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _read(self) -> None:
        assert self._exam.stdout is not None
        for text in self._exam.stdout:
            with self._more:
                self.lines.append(json.loads(text))
                self._more.notify_all()


@contextlib.contextmanager
def open_display(folder: Path, manager: str) -> Iterator[str]:
    """Open a display with the window manager `manager`, once that is ready for keys."""
    with running_x_server(folder, manager_command=_command(folder, manager)) as display:
        settle(display)
        yield display


@contextlib.contextmanager
def hall(folder: Path, manager: str, settings: LockdownSettings, *, pace: Pace = "real") -> Iterator[Hall]:
    """Open a display with the window manager `manager` and a locked exam on it."""
    with open_display(folder, manager) as display:
        opened = Hall(display, folder, settings, manager, pace=pace)
        try:
            yield opened
        finally:
            opened.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _command(folder: Path, manager: str) -> tuple[str, ...]:
    """Return how `manager` is started; openbox gets keys that launch a program, as desktops have for screenshots."""
    if manager in {"xfwm4", "xfwm4-composited"}:
        composited = "on" if manager == "xfwm4-composited" else "off"
        settings = f"XDG_CONFIG_HOME={folder}"  # it keeps its settings through a message bus
        return "env", settings, "NO_AT_BRIDGE=1", "dbus-run-session", "--", "xfwm4", f"--compositor={composited}"
    launch = f'<action name="Execute"><command>touch {folder / "launched"}</command></action>'
    keys = "".join(f'<keybind key="{key}">{launch}</keybind>' for key in _LAUNCHING)
    keys += "".join(f'<keybind key="{key}"><action name="{does}"/></keybind>' for key, does in _ACTIONS.items())
    file = folder / "openbox.xml"
    file.write_text(
        f'<?xml version="1.0"?><openbox_config xmlns="http://openbox.org/3.4/rc"><keyboard>{keys}</keyboard></openbox_config>'
    )
    return "openbox", "--sm-disable", "--config-file", str(file)
