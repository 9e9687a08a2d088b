"""What the recorder's benchmarks record: a person's video as camera, speech through a sound server, a real page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
VIDEOS = HERE.parents[1] / ".." / "shared" / "testdata" / "video"
PERSON = VIDEOS / "pai_center_left_center.mp4"
PAGE = "capture_page.html"
PAGE_VIDEO = VIDEOS / "intel_one-by-one-person-detection.mp4"
_PAINTED_S = 6.0
_SPOKEN = "The answer to question seven is forty two, because the light is scattered."


@contextmanager
def inputs(folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Give the camera's file and the environment that leads to an X display of 1920 x 1080 and a talking microphone."""
    from tests.fixtures.display import running_x_server
    from tests.fixtures.sound import PrivatePulse

    camera = folder / "camera.avi"
    shape = "fps=10,scale=640:480:force_original_aspect_ratio=increase,crop=640:480"
    _call("ffmpeg", "-v", "error", "-stream_loop", "-1", "-i", PERSON, "-t", 60, "-an", "-vf", shape,
          "-c:v", "mjpeg", "-q:v", 5, camera)  # fmt: skip
    speech, talk = folder / "speech.wav", folder / "talk.wav"
    _call("espeak-ng", "-w", speech, _SPOKEN)
    _call("ffmpeg", "-v", "error", "-stream_loop", "-1", "-i", speech, "-t", 3600, talk)
    sound_folder = folder / "p"
    sound_folder.mkdir()
    pulse = PrivatePulse(sound_folder)
    pulse.start()
    with running_x_server(folder) as display:
        talker = pulse.speaking(talk)
        try:
            yield camera, {**os.environ, **pulse.env, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        finally:
            talker.terminate()
            talker.wait(10)
            pulse.stop()


def write_page(folder: Path) -> None:
    """Put the page and its video into `folder`."""
    shutil.copy(HERE / PAGE, folder)
    coded = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", 8, "-b:v", "1M"]
    shape = ["-t", 20, "-an", "-vf", "fps=25,scale=640:360"]
    _call("ffmpeg", "-v", "error", "-y", "-i", PAGE_VIDEO, *shape, *coded, folder / "video.webm")


@contextmanager
def shown(folder: Path, script: str, environment: dict[str, str]) -> Iterator[None]:
    """Show the page of `write_page`, doing as `script` says, in the web engine."""
    from tests.fixtures import page_window

    page = subprocess.Popen(
        [sys.executable, page_window.__file__, f"{(folder / PAGE).as_uri()}?script={script}"],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(_PAINTED_S)
        yield
    finally:
        page.terminate()
        page.wait(10)


def _call(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, stdin=subprocess.DEVNULL, timeout=120)
