"""One suite for everything that delivers pictures or sound."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import time
import wave as wave_file
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from capture.clock import SystemClock
from capture.errors import SourceAbsent, SourceFault
from capture.frames import SoundBlock, VideoFrame, samples_to_ns
from capture.settings import CameraSettings
from capture.sources.choice import choose_camera, choose_microphone, choose_screen
from capture.sources.devices import Device, _linux_cameras, camera_called
from capture.sources.names import is_device
from tests.fixtures.recording import TESTDATA
from tests.fixtures.sound import PrivatePulse

CLOCK = SystemClock()
CAMERA = CameraSettings(frames_per_s=10)


@pytest.fixture
def make(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Callable[[], Any], Callable[[], Any] | None, str]:
    """Factories of the source under test and of one of its kind that is not there, and a word it must not say."""
    anchor = CLOCK.now_ns()

    def camera(name: str) -> Callable[[], Any]:
        return lambda: choose_camera(name, CAMERA, anchor_ns=anchor, clock=CLOCK)

    def screen(name: str) -> Callable[[], Any]:
        return lambda: choose_screen(name, frames_per_s=10, anchor_ns=anchor, clock=CLOCK)

    def microphone(name: str) -> Callable[[], Any]:
        return lambda: choose_microphone(name, anchor_ns=anchor, clock=CLOCK)

    secret = "secret-name"
    match request.param:
        case "test person":
            return camera("test-person"), None, secret
        case "video":
            if not TESTDATA.exists():
                pytest.skip("needs the shared test data")
            video = tmp_path / f"{secret}.mp4"
            video.symlink_to(TESTDATA.resolve() / "video" / "hysts_video04.mp4")
            return camera(str(video)), camera(str(tmp_path / f"{secret}-missing.mp4")), secret
        case "picture":
            still = tmp_path / f"{secret}.png"
            cv2.imwrite(str(still), np.full((90, 120, 3), 99, np.uint8))
            return camera(str(still)), camera(str(tmp_path / f"{secret}-missing.png")), secret
        case "pictures":
            for n in range(1, 4):
                cv2.imwrite(str(tmp_path / f"{secret}{n:03d}.png"), np.full((90, 120, 3), 50 * n, np.uint8))
            return camera(str(tmp_path / f"{secret}%03d.png")), camera(str(tmp_path / f"{secret}-%d-%d.png")), secret
        case "network camera":
            url = request.getfixturevalue("mjpeg").url
            return camera(url), camera(f"http://127.0.0.1:9/{secret}.mjpg"), "127.0.0.1"
        case "screen":
            monkeypatch.setenv("DISPLAY", request.getfixturevalue("x_display"))
            return screen("0"), screen("7"), "Xvfb"
        case "sound file":
            sound = tmp_path / f"{secret}.wav"
            with wave_file.open(str(sound), "wb") as out:
                out.setnchannels(2)
                out.setsampwidth(2)
                out.setframerate(44_100)
                out.writeframes((np.arange(44_100 * 2) % 300 * 90).astype(np.int16).repeat(2).tobytes())
            return microphone(str(sound)), microphone(str(tmp_path / f"{secret}-missing.wav")), secret
        case "microphone":
            pulse: PrivatePulse = request.getfixturevalue("private_pulse")
            for name, value in pulse.env.items():
                monkeypatch.setenv(name, value)
            return microphone("default"), microphone("No Such Microphone"), "No Such"
    raise AssertionError(request.param)


def every_source(*, but: str = "") -> pytest.MarkDecorator:
    names = ["test person", "video", "picture", "pictures", "network camera", "screen", "sound file", "microphone"]
    marked = [pytest.param(n, marks=[pytest.mark.sound] if n == "microphone" else []) for n in names if n != but]
    return pytest.mark.parametrize("make", marked, indirect=True)


def take(source: Any, count: int, timeout_s: float = 8) -> list[Any]:
    items: list[Any] = []
    until = time.monotonic() + timeout_s
    while len(items) < count:
        assert time.monotonic() < until, f"only {len(items)} of {count} within {timeout_s} s"
        item = source.read(0.25)
        if item is not None:
            items.append(item)
    return items


@pytest.mark.clock
@every_source()
def test_delivers_in_order_at_its_rate_in_the_present_and_again_after_closing(make: Any) -> None:
    source = make[0]()
    source.open()
    first = take(source, 8)
    assert abs(first[-1].captured_ns - time.monotonic_ns()) < 300_000_000
    source.close()
    source.close()
    source.open()
    items = first + take(source, 4)
    source.close()
    assert all(a.captured_ns < b.captured_ns for a, b in itertools.pairwise(items))
    assert source.health().delivered >= len(items)
    if isinstance(items[0], VideoFrame):
        assert all(i.pixels.dtype == np.uint8 and i.pixels.ndim == 3 and i.pixels.shape[2] in (3, 4) for i in items)
        length_s = (first[-1].captured_ns - first[1].captured_ns) / 1e9
        assert length_s == pytest.approx(0.6, abs=0.25)
    else:
        assert all(isinstance(i, SoundBlock) and i.count > 0 for i in items)
        for a, b in itertools.pairwise(first):
            assert abs(b.captured_ns - a.end_ns) < samples_to_ns(1)


@every_source(but="test person")
def test_one_that_is_not_there_gives_a_code_and_a_text_that_names_no_place(make: Any) -> None:
    source = make[1]()
    with pytest.raises(SourceAbsent) as absent:
        source.open()
    source.close()
    assert absent.value.fault in SourceFault
    assert absent.value.fault not in (SourceFault.FAILED, SourceFault.NOT_CHOSEN)
    assert make[2] not in str(absent.value)
    assert "/" not in str(absent.value)


def test_still_screen_is_unchanged_and_a_moved_pointer_is_seen(x_display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("xdotool") is None:
        pytest.skip("xdotool is not installed")
    monkeypatch.setenv("DISPLAY", x_display)
    source = choose_screen("0", frames_per_s=10, anchor_ns=0, clock=CLOCK)
    source.open()
    before = take(source, 5)
    assert [frame.unchanged for frame in before][1:] == [True] * 4
    subprocess.run(["xdotool", "mousemove", "500", "400"], check=True, timeout=10)
    after = take(source, 4)
    source.close()
    assert [frame.unchanged for frame in after].count(False) == 1
    differing = np.argwhere((after[-1].pixels[:, :, :3] != before[-1].pixels[:, :, :3]).any(axis=2))
    assert any(abs(y - 400) < 20 and abs(x - 500) < 20 for y, x in differing)


@pytest.mark.parametrize(
    ("source", "device"),
    [
        ("0", True),
        ("default", True),
        ("Integrated Webcam", True),
        ("USB Camera (046d:0825)", True),
        ("test-person", False),
        ("http://127.0.0.1/x.mjpg", False),
        ("rtsp://camera.example/1", False),
        ("person.mp4", False),
        ("/dev/video0", False),
        ("frames/f%04d.jpg", False),
        ("C:\\clip.avi", False),
    ],
)
def test_only_a_device_is_a_device(source: str, device: bool) -> None:
    assert is_device(source) is device


def test_file_in_this_folder_is_no_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clip").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    assert not is_device("clip")


def test_cameras_are_listed_by_name_one_for_each_and_twins_are_told_apart(tmp_path: Path) -> None:
    for number, index, name in ((0, 0, "Webcam"), (1, 1, "Webcam"), (2, 0, "Webcam"), (10, 0, "Microscope")):
        node = tmp_path / f"video{number}"
        node.mkdir()
        (node / "name").write_text(f"{name}\n")
        (node / "index").write_text(f"{index}\n")
    assert _linux_cameras(tmp_path) == [Device("0", "Webcam"), Device("2", "Webcam #2"), Device("10", "Microscope")]
    assert camera_called("3") == Device("3", "Camera 4")
    assert camera_called("No Such Camera") is None
