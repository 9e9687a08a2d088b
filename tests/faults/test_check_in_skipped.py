"""The attempt's file edited between two starts: what it makes the client skip is in the report, in red."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.fixtures.exam_hall import events, exam_hall
from tests.fixtures.sound import PrivatePulse

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.window]


@pytest.mark.timeout(180)
def test_kind_11_a_check_in_that_an_edited_file_skips_is_in_the_report_in_red(
    tmp_path: Path, x_display: str, private_pulse: PrivatePulse
) -> None:
    """Failed before: the recording was INTERRUPTED, and nothing said that no identity document was shown."""
    environment = {"DISPLAY": x_display, **private_pulse.env}
    with exam_hall(tmp_path) as hall:
        hall.endpoint.start()
        exam = hall.sign(
            checks={"id_photo": True, "room_scan": True}, recording={"camera": {}, "microphone": None, "screen": None}
        )
        sitting = hall.sit(exam, environment, seconds=60, camera="test-person")
        file = _when_begun(hall.data / "attempts")
        hall.kill_client(sitting)
        kept = json.loads(file.read_text())
        assert not kept["identified"], "nothing of the check-in is behind"
        file.write_text(json.dumps({**kept, "identified": True}))
        sitting = hall.sit(exam, environment, seconds=3, camera="test-person")
        assert sitting.wait(120) == 0, hall.client_log.read_text()[-3000:]
        review = hall.export(status=1)
    told = json.loads((review / "verdict.json").read_text())
    assert told["verdict"] == "INCONSISTENT"
    (missing,) = [each for each in told["findings"] if each["code"] == "check-in-missing"]
    assert missing["facts"] == {"parts": "id_photo room_scan"}
    assert f'<li class="bad">■ {missing["sentence"][:10]}' in (review / "report.html").read_text()
    assert "running" in [each["phase"] for each in events(review) if each["event"] == "phase"]


def _when_begun(attempts: Path) -> Path:
    """Wait until the recording of the check-in has begun; gives the attempt's file."""
    until = time.monotonic() + 60
    while not (begun := [each for each in attempts.glob("*.json") if json.loads(each.read_text())["next_take"]]):
        assert time.monotonic() < until, "no recording began"
        time.sleep(0.1)
    time.sleep(3)  # its events are sealed within a second, and a picture within two
    return begun[0]
