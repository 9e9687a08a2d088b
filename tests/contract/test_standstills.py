"""What excuses a gap in the tests: only what the machine itself stood still for."""

from __future__ import annotations

import os
import signal
import time

from capture.reports import Gap
from tests.fixtures.standstill import Standstills


def test_only_a_gap_that_a_standstill_accounts_for_is_explained(standstills: Standstills) -> None:
    before_ns = time.monotonic_ns()
    os.kill(standstills.pid, signal.SIGSTOP)
    time.sleep(0.3)
    os.kill(standstills.pid, signal.SIGCONT)
    after_ns = time.monotonic_ns()
    assert standstills.together_s(before_ns, after_ns) > 0.2
    short = Gap("microphone", before_ns, after_ns, "busy")
    long = Gap("webcam", before_ns, after_ns + 100_000_000_000, "busy")
    early = Gap("webcam", before_ns - 100_000_000_000, before_ns - 90_000_000_000, "busy")
    assert standstills.unexplained([short, long, early]) == [long, early]
