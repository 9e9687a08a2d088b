"""On a machine that has more to do than it can, an exam in which nobody does anything loses no control."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.faults.opponent.hall import hall
from tests.faults.opponent.settings import EVERYTHING
from tests.faults.test_opponent import NEEDED, needs
from tests.fixtures.soak import SOAK

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("machine"),
    pytest.mark.skipif(not SOAK, reason="ten sittings beside busy loops take ten minutes: make soak"),
]

SITTINGS = 10
LOOPS = 4
LOOP = "import os; own = os.getppid()\nwhile os.getppid() == own: pass"
QUIET_S = 45.0
OURS = frozenset({"control-lost", "guard-failed", "watchdog-lost"})
"""What an exam tells of itself; what else happens on the machine meanwhile is nobody's doing here."""


@contextlib.contextmanager
def busy_loops(count: int) -> Iterator[None]:
    with contextlib.ExitStack() as running:
        for _ in range(count):
            loop = running.enter_context(subprocess.Popen([sys.executable, "-c", LOOP]))
            running.callback(loop.kill)
        yield


@pytest.mark.parametrize("sitting", range(1, SITTINGS + 1))
def test_nothing_is_lost_beside_busy_loops(sitting, tmp_path):
    """Failed before for overlays, three to five times a sitting."""
    needs(*NEEDED, "openbox")
    with busy_loops(LOOPS), hall(tmp_path, "openbox", EVERYTHING) as opened:
        assert "failed" not in opened.statuses.values(), opened.statuses
        time.sleep(QUIET_S)
        told = [line for line in opened.lines if line["what"] == "violation"]
        assert opened.running
        assert opened.ask("document.querySelector('h1').textContent") == "Exam"
    print(f"sitting {sitting}: {[(line['guard'], line['code']) for line in told]}")
    assert [(line["guard"], line["code"], line["facts"]) for line in told if line["code"] in OURS] == []
