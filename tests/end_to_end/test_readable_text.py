"""Text of 11 points on a page, recorded, sealed, exported, and read again by a program that reads."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import mss
import numpy as np
import pytest

from app.institution.copies.local_copies import in_folder
from app.institution.export.export import export
from app.institution.recordings.attempt import examine
from capture.settings import RecordingSettings
from tests.fixtures import page_window
from tests.fixtures.recorder import KEY, RecorderRun

LINE_PX, READ, SCROLLED = 22, 24, 30
READ_SHARE = 0.98
SENTENCES = (
    "Explain in your own words why the sky is blue at noon and red in the evening; give two reasons.",
    "A glass prism bends violet light more than red light, because its index falls with the wave length.",
    "Which of the four lenses forms a real image at twice the focal length, and how large is that image?",
    "Sodium lamps give off two lines at 589.0 and 589.6 nm. Can a grating of 500 lines tell them apart?",
    "Write down the path of a ray through a thick plate, and show that it leaves in the same direction.",
    "Name one error of the eye that a lens of +2.5 dioptres corrects, and say what happens without it.",
    "Light of short waves is scattered more strongly by the air; the rest goes on in a straight line.",
)
PAGE = """<!doctype html><meta charset="utf-8"><style>
  html {{ scrollbar-width: none; }}
  body {{ margin: 0 24px; font: 11pt/{line}px "DejaVu Sans"; color: #222; background: #fff; }}
</style><body>{lines}</body><script>
  addEventListener("keydown", () => scrollTo({{ top: {top}, behavior: "instant" }}));
</script>"""
PAINTED_S, LOOKED_AT_S = 20.0, 2.5


def text(first: int) -> str:
    """The upper half of the screen when line `first` is the first on it."""
    return "\n".join(line(number) for number in range(first, first + READ))


def line(number: int) -> str:
    return f"{number + 1}. {SENTENCES[number % len(SENTENCES)]}"


@pytest.fixture
def page(tmp_path: Path, x_display: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The page on the display; it scrolls at any key."""
    monkeypatch.setenv("DISPLAY", x_display)
    lines = "".join(f"<div>{line(number)}</div>" for number in range(200))
    file = tmp_path / "page.html"
    file.write_text(PAGE.format(line=LINE_PX, lines=lines, top=LINE_PX * SCROLLED))
    window = subprocess.Popen(
        [sys.executable, page_window.__file__, file.as_uri()],
        env={**os.environ, "QT_QPA_PLATFORM": "xcb"},
        stderr=subprocess.DEVNULL,
    )
    wait_for_text()
    yield
    window.terminate()
    window.wait(10)


def wait_for_text() -> None:
    """Wait until the display shows something that is mostly white with ink on it."""
    until = time.monotonic() + PAINTED_S
    with mss.MSS() as display:
        while time.monotonic() < until:
            shot = display.grab(display.monitors[1])
            brightness = np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)[:, :, 1]
            if 180 < brightness.mean() < 250 and brightness.min() < 80:
                time.sleep(0.5)
                return
            time.sleep(0.2)
    pytest.fail(f"the page was not painted in {PAINTED_S} s")


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_text_of_11_points_can_be_read_in_the_exported_screen_also_after_scrolling(page: float, tmp_path: Path) -> None:
    settings = RecordingSettings(camera=None, microphone=None)
    run = RecorderRun(tmp_path, settings)
    run.open(screen="0")
    run.spoken.wait_for("source_changed", holds=lambda each: each.state == "running")
    run.begin()
    time.sleep(LOOKED_AT_S)
    subprocess.run(["xdotool", "key", "s"], check=True, timeout=10)
    time.sleep(LOOKED_AT_S)
    run.finish()
    out = tmp_path / "out"
    export(examine(in_folder(run.spool / f"{run.attempt}.0")), KEY, out)
    read = [reading(out / "screen.mkv", tmp_path, number) for number in range(2)]
    for first, words in zip((0, SCROLLED), read, strict=True):
        assert share_read(text(first), words) >= READ_SHARE, words


def reading(film: Path, folder: Path, number: int) -> str:
    """What stands in a picture from before the key was pressed, or in the last one."""
    frame = folder / f"{number}.png"
    where = ["-sseof", "-0.5"] if number else ["-ss", "1"]
    shape = f"crop=iw:{LINE_PX * READ}:0:0,scale=2*iw:2*ih:flags=bicubic"  # what tesseract asks of small print
    command = ["ffmpeg", "-v", "error", *where, "-i", str(film), "-vf", shape, "-frames:v", "1", str(frame)]
    subprocess.run(command, check=True, timeout=60, stdin=subprocess.DEVNULL)
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(
        ["tesseract", str(frame), "-", "--psm", "6"],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    return "\n".join(filter(None, done.stdout.splitlines()))


def share_read(written: str, read: str) -> float:
    """One less the edit distance (Levenshtein) as a share of what was written."""
    right = np.frombuffer(read.encode("utf-32-le"), np.uint32)
    steps = np.arange(right.size + 1)
    row = steps.copy()
    for count, letter in enumerate(np.frombuffer(written.encode("utf-32-le"), np.uint32), 1):
        changed = np.concatenate(([count], np.minimum(row[1:] + 1, row[:-1] + (right != letter))))
        row = np.minimum.accumulate(changed - steps) + steps
    return 1 - float(row[-1]) / len(written)
