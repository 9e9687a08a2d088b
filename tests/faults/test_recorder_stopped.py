"""The recorder is stopped and the exam page floods the client: the window answers, and every event is accounted for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.client.recording.heartbeat import STUCK_TICKS
from app.demo import exam_page
from tests.fixtures import stopped_recorder_session
from tests.fixtures.busy_machine import Busy
from tests.fixtures.exam_hall import events, exam_hall
from tests.fixtures.standstill import Standstills
from tests.fixtures.stopped_recorder_session import ANSWERS_WITHIN_MS

REPLACED_WITHIN_S = STUCK_TICKS + 8
STARVED_SHARE = 0.8
"""Where work waits for a processor this much of the time, nothing answers in 100 ms; what waits for the recorder still
waits for half a minute, and that is told apart."""
STARVED_WITHIN_MS, STARVED_REPLACED_WITHIN_S = 1000, STUCK_TICKS + 30


@pytest.mark.slow
@pytest.mark.window
@pytest.mark.clock
def test_the_window_answers_while_the_recorder_is_stopped_and_the_page_floods_it(
    tmp_path: Path, x_display: str, standstills: Standstills, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A page whose own policy refuses nothing: otherwise the engine does before the client is asked.
    monkeypatch.setattr(exam_page, "PAGE_SECURITY_POLICY", f"{exam_page.PAGE_SECURITY_POLICY}; img-src *")
    with exam_hall(tmp_path) as hall:
        hall.endpoint.start()
        busy = Busy()
        exam_file = hall.sign(recording={"camera": {}}, lockdown={})
        sat = subprocess.run(
            [
                sys.executable,
                stopped_recorder_session.__file__,
                *map(str, (exam_file, hall.data, hall.spool, hall.screens)),
            ],
            env={**os.environ, "DISPLAY": x_display, "INVIGILO_ALLOW_ROOT": "1", "PYTHONPATH": str(Path.cwd())},
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
        starved = busy.share() >= STARVED_SHARE
        assert sat.returncode == 0, sat.stderr[-2000:]
        hall.verify()
        happened = events(hall.export(status=(0, 1)))
        assert hall.endpoint.stop() == 0
    measured = json.loads(sat.stdout.splitlines()[-1])
    print(measured, f"work waited for a processor {busy.share():.0%} of the time")
    answers_within_ms = STARVED_WITHIN_MS if starved else ANSWERS_WITHIN_MS
    assert 0 < measured["replaced_s"] <= (STARVED_REPLACED_WITHIN_S if starved else REPLACED_WITHIN_S)
    unexplained = [
        (from_ns, to_ns)
        for from_ns, to_ns in measured["too_late_ns"]
        if to_ns - from_ns > answers_within_ms * 1e6 and 2e9 * standstills.together_s(from_ns, to_ns) < to_ns - from_ns
    ]
    assert unexplained == [], measured
    assert measured["latest_of_1000_ms"] < answers_within_ms, measured
    assert measured["clicks"] >= 3
    assert measured["latest_click_ms"] < answers_within_ms, measured

    blocked = [each for each in happened if each.get("what") == "resource_blocked"]
    single = [each for each in blocked if each["event"] == "page"]
    summed = [each for each in blocked if each["event"] == "page_repeated"]
    assert measured["refused"] > 60 * measured["replaced_s"], "the page asked too seldom to show anything"
    assert len(single) + sum(each["count"] for each in summed) == measured["refused"]
    assert len(single) + len(summed) < measured["refused"] / 10
    assert [each["take"] for each in happened if each["event"] == "take_started"][-1] == 1
    assert "handed_in" in [each["event"] for each in happened]
