"""A start that cannot go on says why in a window, and "Try again" does what it says."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from app.client.state.instance_lock import instance_lock
from app.client.state.paths import ClientPaths
from lockdown.engaging.journal import SUFFIX
from tests.fixtures.driven_client import DrivenClient
from tests.fixtures.exam_hall import exam_hall
from ui import texts

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with exam_hall(tmp_path_factory.mktemp("hall")) as hall:
        hall.endpoint.start()
        yield hall.sign(recording={"camera": {}, "microphone": None, "screen": None})


@contextmanager
def tmpfs(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this account may not mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_kind_2_try_again_opens_the_exam_once_the_other_invigilo_has_ended(
    exam: Path, tmp_path: Path, x_display: str
) -> None:
    paths = ClientPaths(tmp_path / "data")
    paths.prepare()
    with DrivenClient(exam, paths.root, x_display) as client:
        with instance_lock(paths.running):
            assert "H-06" in client.page("trouble")["said"]
            client.say("press retryButton")
            assert "H-06" in client.page("trouble")["said"], "it is still running"
        client.say("press retryButton")
        client.page("trust")
        assert client.end()[0] == 0


def test_kind_2_try_again_opens_the_exam_once_the_computer_could_be_put_back(
    exam: Path, tmp_path: Path, x_display: str
) -> None:
    paths = ClientPaths(tmp_path / "data")
    paths.prepare()
    journal = paths.journal / f"left{SUFFIX}"
    journal.write_bytes(b"\xff\xff no journal\n")
    with DrivenClient(exam, paths.root, x_display) as client:
        assert "L-01" in client.page("trouble")["said"]
        journal.unlink()
        client.say("press retryButton")
        client.page("trust")


@pytest.mark.xdist_group("machine")
@pytest.mark.skipif(os.geteuid() != 0, reason="mounts")
def test_kind_2_a_folder_on_a_read_only_disk_is_a_page_that_can_be_tried_again(
    exam: Path, tmp_path: Path, x_display: str
) -> None:
    with tmpfs(tmp_path / "disk", "30m") as disk:
        (disk / "invigilo").mkdir()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with DrivenClient(exam, disk / "invigilo", x_display) as client:
            page = client.page("trouble")
            assert "H-07" in page["said"]
            assert any("read-only" in each for each in page["said"])
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
            client.say("press retryButton")
            client.page("trust")
            assert "Traceback" not in client.end()[1]


@pytest.mark.xdist_group("machine")
@pytest.mark.skipif(os.geteuid() != 0, reason="mounts")
def test_kind_2_a_full_disk_is_a_page_that_can_be_tried_again(exam: Path, tmp_path: Path, x_display: str) -> None:
    with tmpfs(tmp_path / "disk", "2m") as disk:
        (disk / "invigilo").mkdir()
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass
        with DrivenClient(exam, disk / "invigilo", x_display) as client:
            page = client.page("trouble")
            assert "H-07" in page["said"]
            assert any("full" in each for each in page["said"])
            filler.unlink()
            client.say("press retryButton")
            client.page("trust")
            assert "Traceback" not in client.end()[1]


def test_kind_2_a_start_without_a_file_shows_what_can_be_done(tmp_path: Path, x_display: str) -> None:
    with DrivenClient(None, tmp_path / "data", x_display) as client:
        page = client.page("start")
        assert {"openExamFileButton", "checkComputerButton", "closeButton"} <= set(page["buttons"])
        client.say("press checkComputerButton")
        found = client.page("findings")
        assert "Camera" in found["said"]
        client.say("press backToStartButton")
        client.page("start")
        assert client.end()[0] == 0


def ready(client: DrivenClient) -> None:
    """Wait until the device check lets the exam begin."""
    said = client.page("checks")["said"]
    while not any("can start" in each or "is ready" in each for each in said):
        client.say("look")
        said = client.page("checks")["said"]


def test_kind_2_an_exam_that_was_killed_is_gone_on_with_by_one_button(
    exam: Path, tmp_path: Path, x_display: str
) -> None:
    """Failed before: the start page named the exam, and asked to open its file again."""
    mine, data = tmp_path / "mine.invigilo", tmp_path / "data"
    mine.write_bytes(exam.read_bytes())
    with DrivenClient(mine, data, x_display) as client:
        client.page("trust")
        client.say("press trustButton")
        client.page("consent")
        client.say("press acceptButton")
        ready(client)
        client.say("press startButton")
        while not list((data / "attempts").glob("*.invigilo")):
            time.sleep(0.05)
    mine.unlink()
    with DrivenClient(None, data, x_display) as client:
        assert "goOnButton" in client.page("start")["buttons"]
        client.say(f"grab {tmp_path / 'start-1024x600.png'} 1024 600")
        client.say("press goOnButton")
        assert texts.LAST_TIME in client.page("consent")["said"]
