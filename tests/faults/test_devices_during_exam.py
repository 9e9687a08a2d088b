"""Devices fail and come back while an exam is recorded: it goes on, the bar says so, and gaps are named to the second.

The recorder, the sound server, the X server and the camera on the network are real; what is sealed is opened as the
institution opens it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from app.client.pages.source_words import fault_sentence
from app.client.recording.recording import ChosenSources
from app.events.sealed import read_line
from app.institution.finding_codes import AttemptVerdict
from app.institution.wording.timeline import event_timeline
from capture.reports import StreamName
from tests.fixtures.attempt import exported_events
from tests.fixtures.display import running_x_server
from tests.fixtures.mjpeg import MjpegCamera
from tests.fixtures.sound import PrivatePulse
from tests.fixtures.standstill import Standstills
from tests.fixtures.windowless import WindowlessExam

pytestmark = [pytest.mark.clock, pytest.mark.faults, pytest.mark.sound]

NOTICED_S = 3.0
TO_THE_SECOND = 1.0
STARVED_S = 6.0
EVERYTHING: dict[str, Any] = {"camera": {}, "microphone": {}, "screen": {}, "key_interval_s": 1.0}


@pytest.fixture
def humming(mortal_pulse: PrivatePulse, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Makes the room hum, as any room does; called again when the sound server was started anew."""
    path = tmp_path / "hum.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48_000)
        out.writeframes((300 * np.sin(np.arange(48_000 * 90) / 24)).astype("<i2").tobytes())
    players: list[subprocess.Popen[bytes]] = []

    def hum() -> None:
        players.append(mortal_pulse.speaking(path))

    hum()
    yield hum
    for player in players:
        player.kill()
        player.wait(5)


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    """An X server whose desktop is small at first and may grow to the right, as it does with a second display."""
    folder = tmp_path / "x"
    folder.mkdir()
    with running_x_server(folder) as name:
        resize_desktop(name, "1280x1080")
        yield name


@pytest.fixture
def exam(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mjpeg: MjpegCamera,
    mortal_pulse: PrivatePulse,
    humming: Callable[[], None],
    display: str,
) -> Iterator[WindowlessExam]:
    """A recorded exam, begun, with all three sources."""
    for name, value in {**mortal_pulse.env, "DISPLAY": display}.items():
        monkeypatch.setenv(name, value)
    exam = WindowlessExam(tmp_path, sources=ChosenSources(mjpeg.url, "default", None), recorded=EVERYTHING)
    exam.begin()
    exam.await_(lambda: exam.status.shield == "on")
    exam.loop.run_for(1.0)
    yield exam
    exam.close()


def resize_desktop(display: str, size: str) -> None:
    # xrandr complains that the output is larger than the desktop, which the server does not mind.
    environment = {**os.environ, "DISPLAY": display}
    subprocess.run(["xrandr", "--fb", size], env=environment, capture_output=True, timeout=10, check=False)


def starved(pid: int, seconds: float, exam: WindowlessExam) -> None:
    """Give a process three tenths of its time, a second at a time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        os.kill(pid, signal.SIGSTOP)
        time.sleep(0.7)
        os.kill(pid, signal.SIGCONT)
        exam.loop.run_for(0.3)


def gaps_of(events: list[dict[str, Any]], stream: str) -> list[tuple[float, float]]:
    return [
        (event["from_us"] / 1e6, event["to_us"] / 1e6)
        for event in events
        if event["event"] == "gap" and event["stream"] == stream
    ]


def test_everything_is_unplugged_once_and_comes_back(
    exam: WindowlessExam,
    mjpeg: MjpegCamera,
    mortal_pulse: PrivatePulse,
    humming: Callable[[], None],
    tmp_path: Path,
    standstills: Standstills,
) -> None:
    cut_s: dict[str, float] = {}
    back_s: dict[str, float] = {}

    def lose(stream: StreamName, unplug: Callable[[], None]) -> None:
        cut_s[stream] = exam.now_s
        unplug()
        exam.await_(lambda: exam.state_of(stream) == "lost", 10)
        assert exam.now_s - cut_s[stream] < NOTICED_S + TO_THE_SECOND  # the bar may be told a moment later
        assert exam.status.shield == "attention"
        fault = exam.states[stream][1]
        assert fault is not None
        assert fault_sentence(stream, fault) in exam.status.notice

    def give_back(stream: str, plug: Callable[[], None]) -> None:
        plug()
        exam.await_(lambda: exam.state_of(stream) == "running", 20)
        back_s[stream] = exam.now_s
        exam.await_(lambda: exam.status.shield == "on")
        assert exam.status.notice == ""

    lose("webcam", mjpeg.stop)
    give_back("webcam", mjpeg.start)
    lose("microphone", mortal_pulse.kill)

    def start_sound_server() -> None:
        mortal_pulse.start()
        humming()

    give_back("microphone", start_sound_server)

    recorder = exam.recording.recorder_pid
    assert recorder is not None
    starving_s = exam.now_s
    starved(recorder, STARVED_S, exam)
    exam.await_(lambda: exam.status.shield == "on")
    fed_s = exam.now_s
    exam.loop.run_for(1.0)
    exam.finish()
    exported = exam.export(tmp_path / "review")

    assert exported.verdict is AttemptVerdict.COMPLETE
    assert exam.began == 1, "the recorder lived through all of it"
    events = exported_events(tmp_path / "review")
    for stream, unplugged_s in cut_s.items():
        named = gaps_of(events, stream)
        print(f"{stream}: unplugged {unplugged_s:.2f}, gaps {named}, back {back_s[stream]:.2f}")
        assert [
            (from_s, to_s)
            for from_s, to_s in named
            if abs(from_s - unplugged_s) <= TO_THE_SECOND and abs(to_s - back_s[stream]) <= TO_THE_SECOND
        ]
    lost = {event["stream"]: event["why"] for event in events if event["event"] == "source_changed" and "why" in event}
    assert lost == {"webcam": "stopped", "microphone": "stopped"}
    for stream in exported.streams:
        named = gaps_of(events, stream.stream)
        for begin_s, end_s in stream.gaps:
            assert any(from_s < end_s and begin_s < to_s for from_s, to_s in named), f"{stream.stream} {begin_s}"
    of_screen = [event for event in events if event["event"] == "gap" and event["stream"] == "screen"]
    well_fed = [gap for gap in of_screen if not starving_s - 1 < gap["from_us"] / 1e6 < fed_s + 1]
    assert standstills.unexplained_events(well_fed, exam.t0_ns) == []


def test_what_is_amiss_is_said_and_sealed_with_its_end(
    exam: WindowlessExam,
    mjpeg: MjpegCamera,
    mortal_pulse: PrivatePulse,
    display: str,
    tmp_path: Path,
    standstills: Standstills,
) -> None:
    covered_s = exam.now_s
    mjpeg.covered = (40, 60, 70)
    mortal_pulse.mute(True)
    exam.await_(lambda: {light.state for light in exam.status.sources} == {"on", "attention"})
    exam.await_(lambda: "muted" in exam.status.notice and "in front of the lens" in exam.status.notice)
    told_s = exam.now_s
    mjpeg.covered = None
    mortal_pulse.mute(False)
    exam.await_(lambda: exam.status.shield == "on")
    assert exam.status.notice == ""
    resize_desktop(display, "1920x1080")
    exam.loop.run_for(2.5)
    exam.finish()
    assert exam.export(tmp_path / "review").verdict is AttemptVerdict.COMPLETE

    assert told_s - covered_s < NOTICED_S + TO_THE_SECOND
    events = exported_events(tmp_path / "review")
    quality = [
        (event["stream"], event["what"], event.get("state"))
        for event in events
        if event["event"] in {"impairment", "stream_notice"}
    ]
    for amiss in (("webcam", "lens_covered"), ("microphone", "sound_silent")):
        assert (*amiss, "began") in quality
        assert (*amiss, "ended") in quality
    assert ("screen", "display_changed", None) in quality
    pictures = [event for event in events if event["event"] == "gap" and event["stream"] in {"webcam", "screen"}]
    assert standstills.unexplained_events(pictures, exam.t0_ns) == []
    with av.open(str(tmp_path / "review" / "screen.mkv")) as screen:
        sizes = [(picture.width, picture.height) for picture in screen.decode(video=0)]
    assert (sizes[0], sizes[-1]) == ((1280, 1080), (1920, 1080)), "the larger desktop is recorded in its own size"
    sentences = [
        entry.sentence
        for entry in event_timeline(map(read_line, (tmp_path / "review" / "events.jsonl").read_bytes().splitlines()))
    ]
    assert any("something may stand before the lens. This lasted" in sentence for sentence in sentences)
    assert any("complete silence, as of a microphone that is muted. This lasted" in sentence for sentence in sentences)
    assert any("displays changed" in sentence for sentence in sentences)
