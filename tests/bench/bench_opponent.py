"""How long the scripted opponent's tricks last before they are put right or known, under two window managers.

The exam is the client's own window with every control on, in a process of its own. Each time is taken with the clock of
the whole machine, from the moment before the opponent's program is started (so that its start counts) until the exam
saw it; for another window in front, as long as the X server says that it has the keyboard.

    python tests/bench/__main__.py opponent
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from harness import Figure, figure

if TYPE_CHECKING:
    from tests.faults.opponent.hall import Hall
    from tests.faults.opponent.outcome import Outcome, Trick

ROOT = Path(__file__).parents[2]
SHORT_PROGRAMS = 200
TIMES = 20
COMMAND = "python tests/bench/__main__.py opponent"


def run() -> list[Figure]:
    """Try everything under each window manager that is installed."""
    if sys.platform != "linux":
        return []
    sys.path.insert(0, str(ROOT))
    from tests.faults.opponent.hall import hall
    from tests.faults.opponent.settings import EVERYTHING

    figures: list[Figure] = []
    for manager in ("openbox", "xfwm4"):
        if shutil.which(manager) is None:
            continue
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, hall(Path(folder), manager, EVERYTHING) as opened:
            figures += _under(manager, opened)
    return figures


def _under(manager: str, hall: Hall) -> list[Figure]:
    from tests.faults.opponent import devices, programs
    from tests.faults.opponent.overlays import OVERLAY_TRICKS, SERVER_TRICKS
    from tests.faults.opponent.pages import PAGE_TRICKS
    from tests.faults.opponent.windows import WINDOW_TRICKS, another_window_is_activated, another_window_opens

    figures = [
        _times(f"{manager}: another window opens, until the exam is back", another_window_opens, hall, "median < 20"),
        _times(f"{manager}: another window is activated", another_window_is_activated, hall, "median < 20"),
    ]
    if manager == "openbox":
        for does, what, goal in (
            (devices.copied_outside("clipboard"), "text copied outside is replaced", "< 50"),
            (devices.copied_outside("primary"), "text selected outside is replaced", "< 50"),
            (devices.display_is_connected, "a display is seen", "< 200"),
            (devices.storage_arrives, "a storage device is seen", "< 100"),
            (devices.vpn_connects, "a VPN is seen", ""),
        ):
            figures.append(_times(what, does, hall, goal))
        figures.append(_short_programs(hall, programs.short_lived))
        everything = (
            *WINDOW_TRICKS,
            *OVERLAY_TRICKS,
            *SERVER_TRICKS,
            *programs.PROGRAM_TRICKS,
            *devices.DEVICE_TRICKS,
            *PAGE_TRICKS,
        )
        figures.append(_silent("all tricks under openbox", hall, everything))
    else:
        figures.append(_silent(f"tricks with windows under {manager}", hall, (*WINDOW_TRICKS, *OVERLAY_TRICKS)))
    return figures


def _times(what: str, does: Callable[[Hall], Outcome], hall: Hall, goal: str) -> Figure:
    latencies = []
    for _ in range(TIMES):
        outcome = does(hall)
        if outcome.kind != "silent" and outcome.latency_ms is not None:
            latencies.append(outcome.latency_ms)
        time.sleep(0.3)  # the exam comes back five times a second at most, then it stands back for a second
    return figure(what, latencies, "ms", goal=goal, command=COMMAND)


def _short_programs(hall: Hall, does: Callable[[Hall, int], Outcome]) -> Figure:
    outcome = does(hall, SHORT_PROGRAMS)
    seen = float(outcome.said.partition("%")[0].split()[-1]) if "%" in outcome.said else 0.0
    return figure(f"denied programs of 20 ms seen, of {SHORT_PROGRAMS}", [seen], "%", goal=">= 99", command=COMMAND)


def _silent(what: str, hall: Hall, tricks: Iterable[Trick]) -> Figure:
    outcomes = [(trick.name, trick.does(hall)) for trick in tricks]
    for name, outcome in outcomes:
        took = "" if outcome.latency_ms is None else f", {outcome.latency_ms:.0f} ms"
        print(f"  {name}: {outcome.kind}, {outcome.said}{took}")
    silent = sum(outcome.kind == "silent" for _, outcome in outcomes)
    return figure(f"{what} that nobody knows of, of {len(outcomes)}", [float(silent)], "", goal="0", command=COMMAND)
