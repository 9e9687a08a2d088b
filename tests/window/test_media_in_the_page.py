"""Of a video or sound that the engine cannot play the test taker is told, and it is an event; of others nothing is."""

import base64
import io
import wave

import av
import numpy as np
import pytest

from tests.fixtures.exam_page import BOUND_MS, events_of, run
from ui.client.exam import words

NOT_PLAYED = "media_not_played"


def h264() -> str:
    """A film of the kind that most .mp4 files are."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=5, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(3):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))))
        film.mux(stream.encode(None))
    return "data:video/mp4;base64," + base64.b64encode(out.getvalue()).decode()


def wav() -> str:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(8000))
    return "data:audio/wav;base64," + base64.b64encode(out.getvalue()).decode()


@pytest.mark.parametrize(
    "player",
    [
        "<video controls src='{film}'></video>",
        "<video controls><source src='{film}' type=video/mp4><source src=/gone.webm></video>",
        "<iframe srcdoc=\"<video src='{film}'></video>\"></iframe>",
    ],
    ids=["by its address", "by all its sources", "in a frame"],
)
def test_player_that_can_play_nothing_is_told_of(player, open_exam, platform, qtbot):
    platform.pages |= {"/": f"<!doctype html><h1>Exam</h1>{player.format(film=h264())}"}
    window = open_exam(wait=False)
    seen = events_of(window)
    qtbot.waitUntil(lambda: NOT_PLAYED in seen, timeout=BOUND_MS)
    assert seen == [NOT_PLAYED]
    assert window._notices.sentence == words.MEDIA_NOT_PLAYED


def test_player_that_finds_a_source_is_not(open_exam, platform, qtbot):
    sources = f"<source src='{h264()}' type=video/mp4><source src='{wav()}' type=audio/wav>"
    platform.pages |= {"/": f"<!doctype html><h1>Exam</h1><audio id=a controls>{sources}</audio><img src=/gone.png>"}
    window = open_exam(wait=False)
    seen = events_of(window)
    qtbot.waitUntil(lambda: run(window, qtbot, "document.readyState + a.readyState") == "complete4", timeout=BOUND_MS)
    run(window, qtbot, "console.debug('media'); 1")
    assert seen == []
