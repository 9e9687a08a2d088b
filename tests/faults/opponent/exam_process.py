"""The locked exam in a process of its own, one line of JSON an incident: the client's window, guards, watch, journal.

`python -m tests.faults.opponent.exam_process FOLDER SETTINGS PACE` prints ``{"what": "ready"}`` once everything is
engaged. PACE ``real`` is the client's; ``hurried`` looks five times as often and calls a third of the time enough for a
window over the exam, so that many tricks are tried in the time of one (what is looked at is the same).
Lines on stdin are commands: ``{"js": "..."}`` runs in the exam's page, ``{"ask": "..."}`` too and is answered with what
that gives, ``{"open": "..."}`` asks for an address as a link would, ``{"where": true}`` is answered with whether the
exam's page is shown, ``{"clock_s": 60}`` moves the wall clock that the clock's guard reads (the machine's own is never
touched), ``{"end": true}`` releases everything.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from lockdown.environment import refuse_root, scrub

os.environ["INVIGILO_ALLOW_ROOT"] = "1"
scrub(os.environ)
refuse_root(os.environ)

from PySide6 import QtWebEngineWidgets  # noqa: E402, F401  (the engine is loaded before the application is made)
from PySide6.QtWidgets import QApplication  # noqa: E402

from app.client.bridge import Bridge  # noqa: E402
from app.client.machine import lock  # noqa: E402
from app.client.machine.this_machine import ThisMachine  # noqa: E402
from app.client.machine.window_adapter import window_controls  # noqa: E402
from app.client.state.paths import ClientPaths  # noqa: E402
from app.policy.machine import MachinePolicy  # noqa: E402
from lockdown.contract.settings import LockdownSettings  # noqa: E402
from lockdown.contract.violations import Violation  # noqa: E402
from lockdown.platforms.backend import backend  # noqa: E402
from lockdown.watching import clock, coverage, remote_session  # noqa: E402
from tests.fixtures.learning_platform import Platform  # noqa: E402
from ui.client.exam.egress.engine_switches import gate_for_the_engine  # noqa: E402
from ui.client.exam.engine.rendering import prefer_software_without_gpu  # noqa: E402
from ui.client.exam.window import ExamWindow  # noqa: E402
from ui.theme import apply_theme  # noqa: E402

_printing = threading.Lock()


def tell(what: str, **facts: object) -> None:
    """Print one line, whichever thread it comes from."""
    with _printing:
        print(json.dumps({"what": what, "told_ns": time.monotonic_ns(), **facts}), flush=True)


class Telling:
    """Listens to the watch as the client's controller does."""

    def violated(self, violations: Sequence[Violation]) -> None:
        """Tell each."""
        for one in violations:
            tell("violation", code=one.code, guard=one.guard, seen_ns=one.seen_ns, facts=dict(one.facts))


class MovableClock:
    """The wall clock as a test sets it."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> float:
        """The time, so far ahead."""
        return time.time() + self.ahead_s


def hurry() -> None:
    """Have the watchers look more often, and be content with less time."""
    lock.WATCH_INTERVAL_S = 0.2
    coverage.LEAST_S = coverage.OVER_AFTER_S = 0.3
    remote_session.RemoteSessionGuard.__init__.__kwdefaults__["look_every_s"] = 1.0  # type: ignore[index]


def main(folder: Path, settings: LockdownSettings) -> int:
    """Run the exam until it is ended."""
    app = QApplication([sys.argv[0]])
    apply_theme(app, 1.0)
    bridge = Bridge()
    platform = Platform(
        pages={
            "/": "<title>Exam</title><h1>Exam</h1><textarea id=a autofocus></textarea>",
            "/answers.zip": "answers",
        }
    )
    platform.start()
    paths = ClientPaths(folder)
    paths.prepare()
    wall = MovableClock()
    clock.ClockGuard.__init__.__defaults__ = (wall,)  # type: ignore[attr-defined]
    prefer_software_without_gpu(os.environ)
    window = ExamWindow(
        title="Measuring",
        start_url=platform.url + "/",
        address_allowed=lambda url: url.startswith(platform.url),
        resource_allowed=lambda url: url.startswith(platform.url),
        host_allowed=lambda host, _port: host == "127.0.0.1",
        gate=gate_for_the_engine(os.environ),
        is_hand_in=lambda url: False,
        headers={},
        extra_ca_pem=None,
        storage_dir=paths.browser,
        controls=window_controls(settings),
    )
    window.page_event.connect(partial(tell_page, tell))
    window.left_window.connect(partial(tell, "window_left"))
    window.returned_to_window.connect(partial(tell, "window_returned"))
    attempt = SimpleNamespace(attempt="opponent", next_take=1)
    machine = ThisMachine(settings, paths, attempt, MachinePolicy(), backend())  # type: ignore[arg-type]
    lock = machine.lock_for(window)

    def engage() -> None:
        refused = lock.engage(Telling())
        code = None if refused is None else refused.code
        tell(
            "ready",
            refused=code,
            statuses={guard: given.level for guard, given in lock.statuses.items()},
            window=int(window.winId()),
        )

    def end() -> None:
        lock.release()
        window.close_for_good()
        platform.stop()
        bridge.after(0.2, app.quit)

    def obey(command: dict[str, object]) -> None:
        if "js" in command:
            window.page.runJavaScript(str(command["js"]))
        if "ask" in command:
            window.page.runJavaScript(str(command["ask"]), 0, lambda answer: tell("answer", answer=answer))
        if "open" in command:
            window.page.open(str(command["open"]))
        if "where" in command:
            tell("where", in_exam=window.page.url().toString().startswith(platform.url))
        if "clock_s" in command:
            wall.ahead_s += float(str(command["clock_s"]))
        if "end" in command:
            end()

    window.page_painted.connect(lambda: bridge.after(0.3, engage))
    threading.Thread(target=listen, args=(bridge, obey), daemon=True).start()
    window.open()
    return app.exec()


def tell_page(send: Callable[..., None], kind: str, _host: str) -> None:
    """Tell a page event by its kind."""
    send("page", kind=str(kind))


def listen(bridge: Bridge, obey: Callable[[dict[str, object]], None]) -> None:
    """Hand each command to the main thread."""
    for line in sys.stdin:
        bridge.post(partial(obey, json.loads(line)))


if __name__ == "__main__":
    if sys.argv[3] == "hurried":
        hurry()
    sys.exit(main(Path(sys.argv[1]), LockdownSettings.model_validate_json(sys.argv[2])))
