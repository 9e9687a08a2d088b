"""Tricks with how a denied program is started, and with which of the exam's processes a debugger attaches to."""

from __future__ import annotations

from functools import partial

from tests.faults.opponent.outcome import Trick
from tests.faults.opponent.programs import by_the_loader, debugger, from_memory

PROCESS_TRICKS = (
    Trick("a denied program run by the loader", by_the_loader),
    Trick("a denied program out of memory", from_memory),
    Trick("a debugger attaches to the engine", partial(debugger, of="QtWebEngineProcess")),
    Trick("a debugger attaches to the watchdog", partial(debugger, of="watchdog")),
    Trick("a debugger attaches to who asks the X server", partial(debugger, of="probe")),
)
