"""Detection in the real recorder process: what is seen at check-in, what is sealed in the exam, what a fault does."""

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app.client.ipc import process
from app.client.ipc.to_recorder import BeginExam, Calibrate
from app.events.sealed import read_line
from app.institution.reading.redetection import replay
from app.policy.detection import DetectionSettings
from capture.analysis.notation import incident_facts, observations
from capture.settings import RecordingSettings
from tests.fixtures.recorder import RecorderRun, coming_and_going
from tests.fixtures.speech import speech_file

ALL = DetectionSettings(face_presence=True, people_count=True, gaze=True, voice=True)
LOOKS = 20
RECORDING = RecordingSettings.model_validate({"camera": {}, "microphone": {}, "screen": None, "key_interval_s": 1.0})


def ended_absences(run: RecorderRun) -> list[dict[str, Any]]:
    return [event for event in run.events("incident") if event["rule"] == "face_presence" and event["ended"]]


def voices(run: RecorderRun) -> list[dict[str, Any]]:
    return [event for event in run.events("incident") if event["rule"] == "voice"]


def looks(run: RecorderRun) -> int:
    return sum(len(event.get("pictures", ())) for event in run.events("observed"))


def test_an_absence_is_told_with_its_numbers_and_replayed_from_what_was_sealed(tmp_path: Path) -> None:
    # One absence of 4.5 s lies whole in any 11 s, wherever in the 5.5 s of the camera's loop the exam begins.
    camera = coming_and_going(tmp_path / "camera", seen=10, gone=45)
    speech = speech_file(tmp_path / "speech.wav", seconds=60)
    run = RecorderRun(tmp_path, RECORDING)
    run.open(camera=str(camera), microphone=str(speech), check_in=ALL.at_check_in(face=True))
    assert run.spoken.wait_for("detection_changed").available
    run.spoken.wait_for("face_seen", holds=lambda seen: seen.present and seen.face)
    run.begin()
    detectors = ALL.detectors()
    assert detectors is not None
    previews = len(run.spoken.of("preview"))
    run.link.send(BeginExam(detection=detectors, zero=None))
    run.spoken.wait_for(
        "segment_sealed", 30, holds=lambda sealed: sealed.stream == "events" and sealed.t0_us > 11_000_000
    )
    # A busy machine looks and listens less often: what is recorded can be read meanwhile.
    until_s = time.monotonic() + 60
    while not (ended_absences(run) and voices(run) and looks(run) > LOOKS + 5) and time.monotonic() < until_s:
        time.sleep(0.5)
    run.finish()

    told = run.events("incident")
    absent = ended_absences(run)
    assert absent, told
    assert 3.0 <= (absent[0]["to_us"] - absent[0]["from_us"]) / 1e6 <= 5.5
    assert absent[0]["numbers"]["lasted_s"] == 3.0
    assert len(absent[0]["models"]) == 6
    assert voices(run), told
    seen = [each for event in run.events("observed") for each in observations(event)]
    assert len(seen) > LOOKS
    again = [incident_facts(each, 0) for each in replay(map(read_line, run.lines()), detectors.rules)]
    assert [(each["rule"], each["from_us"], each["to_us"], each["ended"]) for each in again] == [
        (each["rule"], each["from_us"], each["to_us"], each["ended"]) for each in told
    ]
    (ended,) = run.events("detection_ended")
    assert ended["pictures_read"] > LOOKS
    assert ended["sounds_lost"] == 0
    assert len(run.spoken.of("preview")) <= previews + 3, "previews end with the check-in"


def test_a_calibration_gives_the_centre_and_the_exam_takes_it(tmp_path: Path) -> None:
    run = RecorderRun(tmp_path, RECORDING.model_copy(update={"microphone": None}))
    only_gaze = DetectionSettings(gaze=True)
    run.open(camera="test-person", check_in=only_gaze.at_check_in(face=False))
    run.spoken.wait_for("face_seen", holds=lambda seen: seen.face)
    before = len(run.spoken.of("face_seen"))
    run.link.send(Calibrate(target="centre"))
    run.spoken.wait_for("face_seen", holds=lambda _seen: len(run.spoken.of("face_seen")) >= before + 8)
    run.link.send(Calibrate(target=None))
    zero = run.spoken.wait_for("calibrated").zero
    assert zero is not None
    assert abs(zero.gaze_h_deg) < 30
    run.begin()
    run.link.send(BeginExam(detection=only_gaze.detectors(), zero=zero))
    run.spoken.wait_for("segment_sealed", holds=lambda sealed: sealed.stream == "webcam" and sealed.t0_us > 2_000_000)
    run.finish()
    (sealed,) = run.events("gaze_zero")
    assert sealed["gaze_h_deg"] == pytest.approx(zero.gaze_h_deg, abs=0.001)
    assert sealed["learned"] is False
    (people,) = {row[2] for event in run.events("observed") for row in event["pictures"]}
    assert people is None, "how many people are there was not asked for"


def test_without_calibration_looks_at_nothing_are_no_centre(tmp_path: Path) -> None:
    camera = coming_and_going(tmp_path / "camera", seen=0, gone=5)
    run = RecorderRun(tmp_path, RECORDING.model_copy(update={"microphone": None}))
    run.open(camera=str(camera), check_in=ALL.at_check_in(face=True))
    run.spoken.wait_for("face_seen", holds=lambda seen: not seen.present)
    run.link.send(Calibrate(target="centre"))
    run.link.send(Calibrate(target=None))
    assert run.spoken.wait_for("calibrated").zero is None
    run.link.close(timeout_s=10)
    assert run.link.join(15)


def test_nothing_asked_for_loads_no_model(tmp_path: Path) -> None:
    run = RecorderRun(tmp_path, RECORDING.model_copy(update={"microphone": None}))
    run.open(camera="test-person")
    run.begin()
    run.link.send(BeginExam(detection=None, zero=None))
    run.spoken.wait_for("segment_sealed", holds=lambda sealed: sealed.stream == "webcam")
    loaded = Path(f"/proc/{run.link.pid}/maps").read_text() if sys.platform == "linux" else ""
    run.finish()
    assert not any(name in loaded for name in ("ai_edge_litert", "silero_vad")), "a detector's library was loaded"
    assert run.events("observed") == []
    assert run.spoken.of("face_seen") == []
    assert run.spoken.of("detection_changed") == []


@pytest.mark.parametrize(("fault", "why"), [("missing", "model_missing"), ("broken", "model_refused")])
def test_a_model_that_cannot_be_used_is_said_and_recorded_and_the_recording_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, why: str
) -> None:
    # The recorder's models are found beside `resources.models`: it is given a folder where one is not as it should be.
    shadow = tmp_path / "shadow"
    spoil = "path.unlink()" if fault == "missing" else "path.write_bytes(b'no network')"
    shadow.mkdir()
    (shadow / "spoiled.py").write_text(
        "import pathlib, shutil, sys, tempfile\n"
        "import resources.models as models\n"
        "folder = pathlib.Path(tempfile.mkdtemp()) / 'models'\n"
        "shutil.copytree(models.__path__[0], folder)\n"
        f"path = folder / 'face_landmark.tflite'\n{spoil}\n"
        "models.__path__[:] = [str(folder)]\n"
        "import capture.analysis.models as loader\n"
        "loader.model_file = lambda name: folder / name\n"
        "from app.client.recorder.__main__ import main\n"
        "sys.exit(main())\n"
    )
    monkeypatch.setattr(process, "_command", lambda: [sys.executable, str(shadow / "spoiled.py")])
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    run = RecorderRun(tmp_path, RECORDING.model_copy(update={"microphone": None}))
    run.open(camera="test-person", check_in=ALL.at_check_in(face=True))
    said = run.spoken.wait_for("detection_changed")
    assert not said.available
    assert said.failure == why
    run.begin()
    run.link.send(BeginExam(detection=ALL.detectors(), zero=None))
    run.spoken.wait_for("segment_sealed", holds=lambda sealed: sealed.stream == "webcam" and sealed.t0_us > 1_000_000)
    run.finish()
    (failed,) = run.events("detection_failed")
    assert (failed["why"], failed["model"]) == (why, "face_landmark.tflite")
    assert len(b"".join(run.sealed("webcam"))) > 10_000
