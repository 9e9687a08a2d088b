"""The client's commands as a person types them: words, exit status, and nothing changed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.client.delivery.outbox import Outbox
from app.client.state.instance_lock import instance_lock
from app.client.state.paths import ClientPaths
from tests.fixtures.sound import PrivatePulse


def invigilo(*arguments: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("INVIGILO_", "DISPLAY"))}
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        env={**kept, "INVIGILO_ALLOW_ROOT": "1", **environment},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.clock
def test_check_names_each_device_and_says_it_is_ready(tmp_path: Path, x_display: str) -> None:
    sources = ("--seconds", "2", "--camera", "test-person")
    done = invigilo("check", "--json", *sources, "--data", str(tmp_path), DISPLAY=x_display)
    report = json.loads(done.stdout)
    found = {item["code"]: item for item in report["items"]}
    assert (found["C-01"]["state"], found["X-01"]["state"]) == ("ready", "ready")
    for code, asked_per_s in (("C-01", 10), ("X-01", 5)):
        measured = found[code]["measured"]
        assert 0 <= measured["opened_after_s"] < 20
        assert measured["asked_per_s"] == asked_per_s
        assert 0.7 * asked_per_s <= measured["per_s"] <= 1.3 * asked_per_s
        assert 0 < measured["cpu_percent"] <= report["cpu_percent"]
        assert measured["impairment"] == ""
    assert found["D-01"]["state"] == ("blocking" if found["D-01"]["facts"]["missing_mb"] else "ready")
    assert done.returncode == (0 if report["ready"] else 1)


@pytest.mark.clock  # silence is one after two and a half seconds without a hiccup, of the four that are looked at
@pytest.mark.sound
def test_check_says_of_a_covered_camera_and_a_muted_microphone_what_is_amiss(
    tmp_path: Path, private_pulse: PrivatePulse
) -> None:
    shutter = tmp_path / "shutter.png"
    cv2.imwrite(str(shutter), np.full((480, 640, 3), 2, np.uint8))
    private_pulse.mute(True)
    try:
        sources = ("--camera", str(shutter), "--microphone", "default")
        done = invigilo("check", "--json", *sources, "--data", str(tmp_path / "data"), **private_pulse.env)
    finally:
        private_pulse.mute(False)
    found = {item["code"]: item for item in json.loads(done.stdout)["items"]}
    for code, what in (("C-01", "picture_black"), ("M-01", "sound_silent")):
        assert (found[code]["state"], found[code]["measured"]["impairment"]) == ("attention", what), found[code]
    assert "muted" in found["M-01"]["sentence"]
    assert found["M-01"]["measured"]["level_dbfs"] <= -90


def test_check_without_devices_says_what_is_missing_and_what_to_do(tmp_path: Path) -> None:
    done = invigilo("check", "--seconds", "0.5", "--camera", str(tmp_path / "none.mp4"), "--data", str(tmp_path))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    camera = next(at for at, line in enumerate(lines) if line.startswith("C-01"))
    assert "Please look    Camera. The file chosen as a source cannot be read." in lines[camera]
    assert lines[camera + 1].strip() == "Choose another when you start Invigilo."


def test_nothing_to_restore_and_nothing_to_upload_are_said(tmp_path: Path) -> None:
    restored = invigilo("restore", "--json", "--data", str(tmp_path))
    assert (restored.returncode, json.loads(restored.stdout)["clean"]) == (0, True)
    uploaded = invigilo("upload", "--json", "--data", str(tmp_path))
    assert (uploaded.returncode, json.loads(uploaded.stdout)["waiting"]) == (0, 0)


def test_policy_show_names_the_folder(tmp_path: Path) -> None:
    shown = invigilo("policy", "show", "--json", "--data", str(tmp_path))
    told = json.loads(shown.stdout)
    assert (told["data"], told["institutions"]) == (str(tmp_path), {})
    assert set(told["machine"]["lab_machine"]) == {"value", "source"}
    assert shown.returncode == (1 if told["problems"] else 0)


@pytest.mark.parametrize("arguments", [["exam.invigilo", "--nonsense"], ["policy"], ["demo", "--seconds", "none"]])
def test_bad_use_is_status_2_with_a_word_why(arguments: list[str]) -> None:
    done = invigilo(*arguments)
    assert done.returncode == 2
    assert "Usage" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="runs as root only")
def test_root_is_refused_with_the_reason() -> None:
    done = invigilo("exam.invigilo", INVIGILO_ALLOW_ROOT="0")
    assert done.returncode == 2
    assert "does not run as root" in done.stderr


def test_forget_removes_everything_but_never_what_still_has_to_be_sent(tmp_path: Path) -> None:
    data, somebody_elses = tmp_path / "data", tmp_path / "data" / "notes.txt"
    paths = ClientPaths(data)
    paths.prepare()
    paths.pins.write_text("{}")
    somebody_elses.write_text("mine")
    outbox = Outbox(paths.spool)
    outbox.enqueue("9e976752-d632-425b-8679-6158d596cc94.0", "seg/00-00000000.isg", b"sealed")
    outbox.close()
    kept = invigilo("purge", "--data", str(data))
    assert kept.returncode == 1
    assert "1 sealed part of an exam still waits" in kept.stdout
    assert list(paths.spool.rglob("*.isg"))
    assert paths.pins.exists()
    shutil.rmtree(paths.spool)
    done = invigilo("purge", "--data", str(data), "--json", "--yes")
    assert (done.returncode, json.loads(done.stdout)["obstacle"]) == (0, None)
    assert list(data.iterdir()) == [somebody_elses]
    assert invigilo("purge", "--data", str(tmp_path / "nowhere")).returncode == 0
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("more", "answer", "gone"),
    [
        ((), "", False),
        ((), "n\n", False),
        ((), "y\n", True),
        (("--json",), "y\n", False),
        (("--yes",), "", True),
        (("--json", "--yes"), "", True),
    ],
    ids=["nobody to ask", "no", "yes", "a program", "in a script", "in a program"],
)
def test_purge_asks_before_receipts_and_confirmed_keys_are_removed(
    tmp_path: Path, more: tuple[str, ...], answer: str, gone: bool
) -> None:
    paths = ClientPaths(tmp_path / "data")
    paths.prepare()
    receipt = paths.receipts / "receipt.json"
    receipt.write_text("{}", encoding="utf-8")
    paths.pins.write_text("{}", encoding="utf-8")
    done = invigilo("purge", "--data", str(paths.root), *more, typed=answer)
    assert (done.returncode, receipt.exists(), paths.pins.exists()) == (int(not gone), not gone, not gone), done.stderr
    assert ("receipt" in done.stderr) == (not more)
    if not gone:
        assert "--yes" in done.stdout


def test_forget_leaves_a_running_client_alone(tmp_path: Path) -> None:
    paths = ClientPaths(tmp_path / "data")
    paths.prepare()
    with instance_lock(paths.running):
        done = invigilo("purge", "--data", str(paths.root))
    assert done.returncode == 1
    assert "running" in done.stdout
    assert paths.spool.exists()
