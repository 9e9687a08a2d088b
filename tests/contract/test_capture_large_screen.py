"""A display of 3840 x 2160: one letter that changes and the pointer that moves are kept, all else costs nothing."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import av
import cv2
import mss
import numpy as np
import pytest

from capture.pipeline import Pipeline, SourceNames
from capture.settings import RecordingSettings
from tests.fixtures import page_window
from tests.fixtures.display import running_x_server
from tests.fixtures.recording import Recording
from tests.fixtures.standstill import Standstills

WIDTH, HEIGHT = 3840, 2160
NOTHING = np.empty(0)
PAGE = """<!doctype html><meta charset="utf-8"><style>
  html { scrollbar-width: none; }
  body { margin: 40px; font: 11pt/22px "DejaVu Sans"; background: #fff; }
</style><p>The wave length of the lamp stands in the table.</p><p id="letter">i</p>
<script>addEventListener("keydown", () => { document.getElementById("letter").textContent = "o"; });</script>"""


def grabbed() -> np.ndarray:
    with mss.MSS(with_cursor=True) as display:
        shot = display.grab(display.monitors[0])
    return np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)[:, :, :3]


def painted(*, other_than: np.ndarray = NOTHING, timeout_s: float = 30) -> np.ndarray:
    """What is shown once it is the page, no longer `other_than`, and stays so: a busy machine paints it in pieces."""
    until = time.monotonic() + timeout_s
    before = grabbed()
    while time.monotonic() < until:
        time.sleep(0.7)
        shown = grabbed()
        is_page = shown.mean() > 240 and shown.min() < 80 and not np.array_equal(shown, other_than)
        if is_page and np.array_equal(shown, before):
            return shown
        before = shown
    pytest.fail(f"the page was not painted in {timeout_s} s")


def changed_at(before: np.ndarray, after: np.ndarray) -> tuple[slice, slice]:
    rows, columns = np.nonzero((before != after).any(axis=2))
    return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)


def likeness_db(one: np.ndarray, other: np.ndarray) -> float:
    grey = [cv2.cvtColor(np.ascontiguousarray(each), cv2.COLOR_BGR2GRAY).astype(np.float64) for each in (one, other)]
    return cv2.PSNR(grey[0], grey[1], 255)


@pytest.mark.clock
def test_one_letter_and_the_pointer_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, standstills: Standstills
) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGE)
    with running_x_server(tmp_path, WIDTH, HEIGHT) as display:
        monkeypatch.setenv("DISPLAY", display)
        window = subprocess.Popen(
            [sys.executable, page_window.__file__, file.as_uri()],
            env={**os.environ, "QT_QPA_PLATFORM": "xcb"},
            stderr=subprocess.DEVNULL,
        )
        try:
            first = painted()
            kept = Recording()
            settings = RecordingSettings(camera=None, microphone=None)
            pipeline = Pipeline(settings, SourceNames(screen="0"), sink=kept, listener=kept)
            pipeline.open()
            kept.wait_for_state("screen", "running")
            began_s = time.monotonic()
            pipeline.record(time.monotonic_ns())
            time.sleep(1.5)
            subprocess.run(["xdotool", "key", "s"], check=True, timeout=10)
            letter = painted(other_than=first)
            subprocess.run(["xdotool", "mousemove", "3000", "1500"], check=True, timeout=10)
            pointer = painted(other_than=letter)
            lasted_s = time.monotonic() - began_s
            pipeline.stop()
        finally:
            window.terminate()
            window.wait(10)
    assert standstills.unexplained(kept.gaps) == []
    with av.open(io.BytesIO(kept.file("screen"))) as container:
        shown = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    assert len(shown) <= 6 + lasted_s / 2, "nothing is encoded while nothing changes, but a sign of life"
    where = changed_at(first, letter)
    assert (letter[where].shape[0] * letter[where].shape[1]) < 400, "one letter"
    assert likeness_db(shown[0][where], first[where]) > 25
    assert likeness_db(shown[-1][where], letter[where]) > 25
    assert likeness_db(shown[-1][where], first[where]) < 18
    arrow = (slice(1495, 1530), slice(2995, 3020))
    assert likeness_db(shown[-1][arrow], pointer[arrow]) > 25
    assert shown[-1][arrow].min() < 80
    assert shown[0][arrow].min() > 200
