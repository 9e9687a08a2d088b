"""`invigilo check` as a person types it: what it says is what it looked at, with and without an exam."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_client_commands import invigilo
from tests.fixtures.exam_hall import ExamHall, exam_hall

NO_DEVICES = {"PULSE_SERVER": "unix:/nowhere", "XDG_RUNTIME_DIR": "/nowhere"}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExamHall]:
    with exam_hall(tmp_path_factory.mktemp("hall")) as made:
        made.endpoint.start()
        yield made


@pytest.fixture(scope="module")
def exam(hall: ExamHall) -> Path:
    return hall.sign(recording={"camera": {}, "microphone": None, "screen": None})


def checked(*arguments: str, status: int, **environment: str) -> dict[str, dict[str, Any]]:
    done = invigilo("check", "--json", "--seconds", "0.5", *arguments, **environment)
    assert done.returncode == status, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["ready"] == (status == 0)
    return {"whole": report, **{item["code"]: item for item in report["items"]}}


def test_kind_1_without_camera_and_microphone_nothing_is_called_ready(tmp_path: Path) -> None:
    found = checked("--data", str(tmp_path / "data"), status=1, **NO_DEVICES)
    for code in ("C-01", "M-01"):
        assert found[code]["state"] == "attention"
        assert found[code]["fix"], "what to do is said"
    assert "ready" not in found["whole"]["sentence"].lower()
    assert {"Camera", "Microphone"} <= set(found["whole"]["sentence"].strip(".").split(": ")[1].split(", "))
    assert not (tmp_path / "data").exists(), "a look leaves nothing behind"


def test_kind_1_what_only_an_exam_asks_for_is_not_called_available_without_one(tmp_path: Path) -> None:
    found = checked("--data", str(tmp_path / "data"), status=1, **NO_DEVICES)
    for code in ("W-02", "N-01", "N-02"):
        assert found[code]["state"] == "not_asked"
        assert "--exam" in found[code]["fix"]


def test_kind_1_an_exam_file_is_looked_at_with_its_servers_and_not_opened(exam: Path, tmp_path: Path) -> None:
    found = checked("--exam", str(exam), "--camera", "test-person", "--data", str(tmp_path / "data"), status=0)
    states = {code: item["state"] for code, item in found.items()}
    assert {code for code, state in states.items() if state == "ready"} >= {"C-01", "F-01", "N-01", "N-02", "D-01"}
    assert states["M-01"] == states["X-01"] == "not_asked"
    assert found["whole"]["sentence"] == "Everything that this exam needs is ready."
    assert not (tmp_path / "data").exists(), "a look leaves nothing behind"


def test_kind_1_an_endpoint_that_is_down_does_not_answer(hall: ExamHall, exam: Path, tmp_path: Path) -> None:
    hall.endpoint.kill()
    try:
        found = checked("--exam", str(exam), "--camera", "test-person", "--data", str(tmp_path), status=1)
    finally:
        hall.endpoint.start()
    assert found["N-01"]["state"] == "attention"
    assert found["whole"]["sentence"] == "The exam can start. Before that, please look at: Delivery."


def test_kind_1_an_exam_file_that_is_none_is_blocking(tmp_path: Path) -> None:
    exam = tmp_path / "exam.invigilo"
    exam.write_text("no exam")
    found = checked("--exam", str(exam), "--data", str(tmp_path), status=1)
    assert found["whole"]["state"] == "blocking"
    assert not found["whole"]["may_start"]
