"""`python -m capture.analysis PATH... --json` as DESIGN.md has it: fields, rotation, sound of any shape, bad files."""

import json
import subprocess
import sys
import wave
from pathlib import Path

import cv2
import numpy as np
import pytest

from capture.analysis.model_versions import SHORT_RANGE
from resources.models import model

ROOT = Path(__file__).parents[2]
DATA = ROOT / ".." / "shared" / "testdata"
PICTURE_FIELDS = [
    "path", "time_s", "present", "people", "yaw_deg", "pitch_deg", "roll_deg", "gaze_h_deg", "gaze_v_deg", "quality",
]  # fmt: skip
SOUND_FIELDS = ["path", "start_s", "end_s", "speech"]

pytestmark = pytest.mark.skipif(not model(SHORT_RANGE).is_file(), reason="needs the models: make models")
needs_data = pytest.mark.skipif(not DATA.exists(), reason="needs ../shared/testdata")


def analysed(*paths, status=0):
    command = [sys.executable, "-m", "capture.analysis", *map(str, paths), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == status, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def write_sound(path, samples, rate, channels=1):
    with wave.open(str(path), "wb") as sound:
        sound.setparams((channels, 2, rate, 0, "NONE", ""))
        data = np.repeat((samples * 32767).astype("<i2")[:, np.newaxis], channels, axis=1)
        sound.writeframes(data.tobytes())


@pytest.mark.shared
@needs_data
def test_pictures_videos_and_sound_give_lines_with_their_fields():
    still, clip = DATA / "faces/human/ai-face.jpg", DATA / "video/intel_head-pose-face-detection-female.gif"
    lines, _ = analysed(still, clip, DATA / "audio/librispeech_116-288045-0000.flac")
    pictures = [line for line in lines if "time_s" in line]
    sounds = [line for line in lines if "start_s" in line]
    assert len(pictures) == 1 + 23
    assert all(list(line) == PICTURE_FIELDS for line in pictures)
    assert all(list(line) == SOUND_FIELDS for line in sounds)
    assert all(line["present"] and line["people"] == 1 for line in pictures)
    yaws = [line["yaw_deg"] for line in pictures[1:]]
    assert yaws[1] == pytest.approx(45, abs=6)
    assert yaws[9] == pytest.approx(-3, abs=4)
    assert yaws[12] == pytest.approx(-33, abs=4)
    assert yaws[22] == pytest.approx(23, abs=4)
    assert sum(line["end_s"] - line["start_s"] for line in sounds if line["speech"]) > 8
    assert [a["end_s"] for a in sounds[:-1]] == [b["start_s"] for b in sounds[1:]]
    assert sounds[-1]["end_s"] == pytest.approx(10.65, abs=0.01)


@pytest.mark.shared
@needs_data
def test_two_people_are_two_in_every_frame():
    lines, _ = analysed(DATA / "video/intel_head-pose-face-detection-female-and-male.gif")
    assert [line["people"] for line in lines] == [2] * 56


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (48000, 8), (44100, 2)])
def test_silence_of_any_shape_is_one_interval_without_speech(tmp_path, rate, channels):
    write_sound(tmp_path / "quiet.wav", np.zeros(rate * 2), rate, channels)
    lines, _ = analysed(tmp_path / "quiet.wav")
    assert [line["speech"] for line in lines] == [False]
    assert lines[0]["start_s"] == 0
    assert lines[0]["end_s"] == pytest.approx(2, abs=0.01)


@pytest.mark.shared
@needs_data
def test_samples_that_are_no_numbers_leave_the_rest_to_be_heard(tmp_path):
    av = pytest.importorskip("av")
    rate = 16000
    with av.open(str(DATA / "audio/librispeech_116-288045-0000.flac")) as source:
        speech = np.concatenate([f.to_ndarray().ravel() for f in source.decode(audio=0)]).astype(np.float32)
    speech = speech / np.abs(speech).max() * 0.5
    speech[: rate // 2] = np.nan
    speech[5000::9973] = np.inf
    with av.open(str(tmp_path / "odd.wav"), "w") as made:
        stream = made.add_stream("pcm_f32le", rate=rate, layout="mono")
        for at in range(0, len(speech), 4096):
            frame = av.AudioFrame.from_ndarray(speech[np.newaxis, at : at + 4096], format="flt", layout="mono")
            frame.sample_rate, frame.pts = rate, at
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    lines, _ = analysed(tmp_path / "odd.wav")
    assert sum(line["end_s"] - line["start_s"] for line in lines if line["speech"]) > 7


def test_files_that_cannot_be_read_are_named_and_the_others_are_read(tmp_path):
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((90, 160), 120, np.uint8))
    (tmp_path / "empty.png").touch()
    (tmp_path / "noise.mp4").write_bytes(bytes(range(256)) * 20)
    whole = cv2.imencode(".jpg", np.random.default_rng(0).integers(0, 255, (400, 400, 3), np.uint8))[1].tobytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    write_sound(tmp_path / "header only.wav", np.zeros(0), 8000)
    (tmp_path / "folder").mkdir()
    lines, said = analysed(*sorted(tmp_path.iterdir()), tmp_path / "absent.jpg", status=1)
    assert {Path(line["path"]).name for line in lines} >= {"grey.png"}
    for name in ("empty.png", "noise.mp4", "absent.jpg", "header only.wav", "folder"):
        assert f"{name}:" in said
    assert "Traceback" not in said


def test_a_truncated_video_gives_what_is_whole(tmp_path):
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (160, 120))
    for n in range(20):
        writer.write(np.full((120, 160, 3), n * 5, np.uint8))
    writer.release()
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    lines, _ = analysed(path)
    assert 5 <= len(lines) <= 20
    assert [line["time_s"] for line in lines] == sorted({line["time_s"] for line in lines})


def test_pictures_are_answered_in_the_order_they_were_named(tmp_path):
    names = [f"{number}.png" for number in range(7)]
    for number, name in enumerate(names):
        cv2.imwrite(str(tmp_path / name), np.full((2000 if number % 2 == 0 else 40, 60, 3), 120, np.uint8))
    lines, _ = analysed(*(tmp_path / name for name in names))
    assert [Path(line["path"]).name for line in lines] == names


def test_bad_use_says_so():
    done = subprocess.run(
        [sys.executable, "-m", "capture.analysis"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "PATH" in done.stderr
