"""A whole exam that is held for staff: covered, released offline, handed in, and told by the sealed recording."""

import base64
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crypto import release
from tests.fixtures import held_exam
from tests.fixtures.exam_hall import events, exam_hall


@pytest.mark.slow
@pytest.mark.window
@pytest.mark.xdist_group("machine")
def test_a_denied_program_holds_the_exam_until_staff_release_it(tmp_path: Path, x_display: str) -> None:
    denied = tmp_path / f"hinders-{secrets.token_hex(4)}"
    shutil.copy(shutil.which("sleep") or "/bin/sleep", denied)
    secret = release.new_secret()
    key = {"kid": "room-3", "public_b64": base64.b64encode(release.public_of(secret)).decode()}
    rule = {"title": "A program that hinders", "executable": denied.name}
    with exam_hall(tmp_path) as hall:
        hall.endpoint.start()
        exam_file = hall.sign(
            lockdown={"processes": {"policy": "hold", "deny": [rule], "deny_remote_control": False}},
            recording={"camera": {}},
            release_keys=[key],
        )
        sat = subprocess.run(
            [
                sys.executable,
                held_exam.__file__,
                *map(str, (exam_file, hall.data, hall.spool, hall.screens, denied)),
                secret.hex(),
            ],
            env={**os.environ, "DISPLAY": x_display, "INVIGILO_ALLOW_ROOT": "1", "PYTHONPATH": str(Path.cwd())},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert sat.returncode == 0, sat.stderr[-2000:]
        assert hall.verify()["verdict"] == "COMPLETE"
        happened = events(hall.export())
        assert hall.endpoint.stop() == 0
    told = [
        each
        for each in happened
        if each["event"] in {"violation", "exam_held", "release_code_refused", "exam_released", "handed_in"}
    ]
    assert [each["event"] for each in told] == [
        "violation",
        "exam_held",
        "release_code_refused",
        "exam_released",
        "handed_in",
    ]
    assert told[1]["control"] == "processes"
    assert (told[3]["key"], told[3]["reason"]) == ("room-3", "technical")
