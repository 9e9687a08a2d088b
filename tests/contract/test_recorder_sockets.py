"""The recorder speaks to nobody: its whole life is watched by the kernel, with everything on that an exam can ask."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from app.client.ipc import process
from app.client.ipc.to_recorder import BeginExam, Calibrate, StoreStill, TakeStill
from app.policy.detection import DetectionSettings
from capture.settings import RecordingSettings
from tests.fixtures.recorder import RecorderRun
from tests.fixtures.sound import PrivatePulse

pytestmark = [
    pytest.mark.sound,
    pytest.mark.window,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace watches Linux programs"),
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]

ALL = DetectionSettings(face_presence=True, people_count=True, gaze=True, voice=True)
RECORDING = RecordingSettings.model_validate({"camera": {}, "microphone": {}, "screen": {}, "key_interval_s": 1.0})

LOCAL = (
    (re.compile(r'sun_path=@?"/tmp/\.X11-unix/X\d+"'), "the X server, whose screen is recorded"),
    (re.compile(r'sun_path="[^"]*/pulse/[^"]*native"'), "the sound server, whose microphone is recorded"),
    (re.compile(r'sun_path="/dev/shm/jack_[^"]*"'), "PortAudio asks whether JACK is the sound server"),
    (re.compile(r'sun_path="/var/run/nscd/socket"'), "the C library asks who the user is"),
    (re.compile(r'sun_path="[^"]*/dbus/[^"]*"|sun_path=@?"/(?:run|var/run)/dbus[^"]*"'), "the session bus"),
)
"""Everything the recorder may connect to: sockets of this machine, each for a reason."""


def watch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Start recorders under strace from now on; returns the file that their network calls are written to."""
    trace = folder / "trace"
    watched = ["strace", "-f", "-qq", "-e", "trace=network", "-o", str(trace), *process._command()]
    monkeypatch.setattr(process, "_command", lambda: watched)
    return trace


def outside(calls: list[str]) -> list[str]:
    """The sockets among `calls` that are none of this machine's own."""
    made = [call for call in calls if re.search(r"\bsocket(pair)?\(", call)]
    return [call for call in made if not re.search(r"\((AF_UNIX|AF_LOCAL)", call)]


def test_a_network_camera_would_be_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the test below against a watch that sees nothing."""
    trace = watch(tmp_path, monkeypatch)
    run = RecorderRun(tmp_path, RECORDING.model_copy(update={"microphone": None, "screen": None}))
    run.open(camera="http://127.0.0.1:9/camera.mjpg")
    run.spoken.wait_for("source_changed", 30, holds=lambda source: source.state == "absent")
    run.link.close(timeout_s=10)
    assert run.link.join(15)
    assert outside(trace.read_text().splitlines())


def test_the_recorder_opens_no_socket_that_leaves_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, x_display: str, private_pulse: PrivatePulse
) -> None:
    trace = watch(tmp_path, monkeypatch)
    monkeypatch.setenv("DISPLAY", x_display)
    for name, value in private_pulse.env.items():
        monkeypatch.setenv(name, value)
    run = RecorderRun(tmp_path, RECORDING)
    run.open(camera="test-person", microphone="default", screen="all", check_in=ALL.at_check_in(face=True))
    assert run.spoken.wait_for("detection_changed", 60).available
    run.spoken.wait_for("face_seen", 60, holds=lambda seen: seen.face)
    run.link.send(Calibrate(target="centre"))
    run.link.send(Calibrate(target=None))
    run.spoken.wait_for("calibrated")
    run.begin(stills=True)
    run.link.send(TakeStill(purpose="id_photo"))
    run.spoken.wait_for("still_taken")
    run.link.send(StoreStill(purpose="id_photo"))
    run.link.send(BeginExam(detection=ALL.detectors(), zero=None))
    for stream in ("webcam", "microphone", "screen", "events"):
        run.spoken.wait_for(
            "segment_sealed",
            60,
            holds=lambda sealed, wanted=stream: sealed.stream == wanted and sealed.t0_us > 4_000_000,
        )
    run.finish()
    assert run.events("observed"), "the detectors ran"

    calls = trace.read_text().splitlines()
    assert outside(calls) == [], "a socket that is none of this machine's own"
    reached = {path for call in calls if "connect(" in call for path in re.findall(r'sun_path=@?"[^"]*"', call)}
    unnamed = {path for path in reached if not any(pattern.fullmatch(path) for pattern, _ in LOCAL)}
    print("sockets of this machine:", sorted(reached))
    assert unnamed == set()
    assert not [call for call in calls if re.search(r"\b(bind|listen|accept4?)\(", call)], "nobody can reach it either"
