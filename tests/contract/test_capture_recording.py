"""A whole recording: a person's video as camera, speech through a sound server, a real X screen."""

from __future__ import annotations

import shutil
import subprocess
import time
import wave as wave_file
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from capture.clock import SECOND_NS
from capture.pipeline import Pipeline, SourceNames
from capture.settings import MAX_UNIT_BYTES, RecordingSettings
from tests.fixtures.display import USUAL
from tests.fixtures.recording import TESTDATA, Recording, pictures, sleep_until, wave
from tests.fixtures.sound import PrivatePulse
from tests.fixtures.standstill import Standstills

PERSON = TESTDATA / "video" / "pai_center_focus.mp4"
SECONDS = 6.5
SPOKEN_AT_S = 0.5

pytestmark = [pytest.mark.clock, pytest.mark.sound, pytest.mark.shared]


def murmur(file: Path, seconds: int = 20) -> Path:
    """What a quiet room sounds like: a microphone that hears nothing at all would be reported."""
    samples = np.random.default_rng(5).integers(-3, 4, 16_000 * seconds).astype("<i2")
    with wave_file.open(str(file), "wb") as room:
        room.setnchannels(1)
        room.setsampwidth(2)
        room.setframerate(16_000)
        room.writeframes(samples.tobytes())
    return file


@dataclass
class Exam:
    kept: Recording
    opened_ns: int
    t0_ns: int
    end_ns: int
    stopped_s: float
    speech: Path
    spoken_ns: int


@pytest.fixture(scope="module")
def exam(
    x_display: str, private_pulse: PrivatePulse, standstills: Standstills, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Exam]:
    if not PERSON.exists():
        pytest.skip("needs the shared test data")
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    speech = tmp_path_factory.mktemp("speech") / "say.wav"
    subprocess.run(["espeak-ng", "-w", str(speech), "The answer to question seven is forty two"], check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", x_display)
        for name, value in private_pulse.env.items():
            patch.setenv(name, value)
        kept = Recording()
        pipeline = Pipeline(RecordingSettings(), SourceNames(str(PERSON), "default", "0"), sink=kept, listener=kept)
        opened_ns = time.monotonic_ns()
        pipeline.open()
        for stream in ("webcam", "microphone", "screen"):
            kept.wait_for_state(stream, "running")
        assert not kept.units
        time.sleep(1.2)  # a check-in takes longer; the sound's clock settles in its first second
        t0_ns = time.monotonic_ns()
        pipeline.record(t0_ns)
        sleep_until(t0_ns / SECOND_NS + SPOKEN_AT_S)
        spoken_ns = time.monotonic_ns()
        player, room = private_pulse.speaking(speech), private_pulse.speaking(murmur(speech.with_name("room.wav")))
        sleep_until(t0_ns / SECOND_NS + SECONDS)
        end_ns = time.monotonic_ns()
        pipeline.stop()
        stopped_s = (time.monotonic_ns() - end_ns) / SECOND_NS
        assert player.wait(5) == 0
        room.kill()
        room.wait(5)
        yield Exam(kept, opened_ns, t0_ns, end_ns, stopped_s, speech, spoken_ns)


@pytest.mark.parametrize(("stream", "late_s"), [("webcam", 0.12), ("microphone", 0.1), ("screen", 0.22)])
def test_streams_cover_the_whole_time(exam: Exam, stream: str, late_s: float) -> None:
    begun_s = (exam.kept.started_ns(stream) - exam.t0_ns) / SECOND_NS
    assert 0 <= begun_s < late_s
    if stream == "microphone":
        samples, rate = wave(exam.kept.file(stream))
        length_s = len(samples) / rate
    else:
        length_s = pictures(exam.kept.file(stream))[-1][0]
    tail_s = 2.1 if stream == "screen" else 0.3  # a still screen: its last sign of life
    assert SECONDS - tail_s <= begun_s + length_s <= SECONDS + 0.3


def test_nothing_is_missing_and_nothing_is_late(exam: Exam, standstills: Standstills) -> None:
    assert standstills.unexplained(exam.kept.gaps) == []
    assert {quality.code for quality in exam.kept.qualities} <= {"sound_realigned"}  # by what a busy machine is late
    stood_still_s = standstills.together_s(exam.t0_ns, exam.end_ns)
    assert len(pictures(exam.kept.file("webcam"))) == pytest.approx(10 * SECONDS, abs=2 + 10 * stood_still_s)
    assert exam.stopped_s < 3
    assert [exam.kept.state_of(s) for s in ("webcam", "microphone", "screen")] == ["stopped"] * 3


def test_units_are_small_and_at_most_four_seconds_long(exam: Exam) -> None:
    for stream, units in exam.kept.units.items():
        assert all(0 < len(data) <= MAX_UNIT_BYTES for _, data in units)
        started = [ns for ns, _ in units]
        assert started == sorted(started)
        steps = np.diff([*dict.fromkeys(started), exam.end_ns]) / SECOND_NS
        assert max(steps) <= 4.3, stream


def test_other_programs_read_the_files_without_a_complaint(exam: Exam, tmp_path: Path) -> None:
    for stream in exam.kept.units:
        file = tmp_path / f"{stream}.mp4"
        file.write_bytes(exam.kept.file(stream))
        command = ["ffmpeg", "-v", "warning", "-xerror", "-i", str(file), "-f", "null", "-"]
        complaints = subprocess.run(command, capture_output=True, check=True, timeout=30).stderr.decode()
        assert complaints == "", stream


@pytest.mark.parametrize("stream", ["webcam", "microphone", "screen"])
def test_stream_cut_after_any_unit_plays_to_the_cut(exam: Exam, stream: str) -> None:
    units = exam.kept.units[stream]
    assert len({started for started, _ in units}) >= 2
    lengths = []
    for count in range(1, len(units) + 1):
        if count < len(units) and units[count][0] == units[count - 1][0]:
            continue  # within a unit that was sent in pieces
        beginning = b"".join(data for _, data in units[:count])
        lengths.append(len(wave(beginning)[0]) if stream == "microphone" else len(pictures(beginning)))
    whole = exam.kept.file(stream)
    assert lengths == sorted(set(lengths))
    assert lengths[-1] == (len(wave(whole)[0]) if stream == "microphone" else len(pictures(whole)))


def test_webcam_shows_the_person_of_the_video_at_the_right_time(exam: Exam) -> None:
    video = cv2.VideoCapture(str(PERSON), cv2.CAP_FFMPEG)
    originals: list[tuple[float, np.ndarray]] = []
    while video.grab():
        at_s = video.get(cv2.CAP_PROP_POS_MSEC) / 1000
        originals.append((at_s, thumbnail(video.retrieve()[1])))
    video.release()
    shown = pictures(exam.kept.file("webcam"))
    begun_s = (exam.kept.started_ns("webcam") - exam.opened_ns) / SECOND_NS
    errors_s, differences = [], []
    for at_s, pixels in shown[:: len(shown) // 12]:
        seen = thumbnail(pixels)
        difference, best_s = min((float(np.abs(seen - original).mean()), at) for at, original in originals)
        due_s = (begun_s + at_s) % (originals[-1][0] + 1 / 30)
        errors_s.append(abs(best_s - due_s))
        differences.append(difference)
    assert max(differences) < 6, "of 255: what was recorded is what the video shows"
    assert np.median(errors_s) < 0.15  # neighbouring frames of a calm person differ little


def test_microphone_heard_the_words_when_they_were_spoken(exam: Exam) -> None:
    import av

    samples, rate = wave(exam.kept.file("microphone"))
    with av.open(str(exam.speech)) as container:
        frames = list(container.decode(audio=0))
    spoken = np.concatenate([f.to_ndarray()[0] for f in frames]).astype(np.float32) / 32768
    heard, said = envelope(samples, rate), envelope(spoken, frames[0].sample_rate)
    correlations = [np.corrcoef(heard[at : at + len(said)], said)[0, 1] for at in range(len(heard) - len(said))]
    # 0.95 and more on a quiet machine; where PulseAudio moved the sound by a block amid the words, 0.87.
    assert max(correlations) > 0.8
    said_at_s = int(np.argmax(correlations)) * 0.01
    begun_s = (exam.kept.started_ns("microphone") - exam.t0_ns) / SECOND_NS
    expected_s = (exam.spoken_ns - exam.t0_ns) / SECOND_NS
    assert expected_s - 0.05 < begun_s + said_at_s < expected_s + 0.6  # paplay itself takes a while to begin


def test_screen_has_the_size_of_the_display(exam: Exam) -> None:
    assert {pixels.shape for _, pixels in pictures(exam.kept.file("screen"))} == {(USUAL[1], USUAL[0], 3)}


def test_previews_and_levels_flow(exam: Exam) -> None:
    seconds = (exam.end_ns - exam.opened_ns) / SECOND_NS
    assert len(exam.kept.previews) == pytest.approx(5 * seconds, rel=0.2)
    assert len(exam.kept.levels) > 10 * (SECONDS - 0.5)
    assert max(exam.kept.levels) > -40
    assert min(exam.kept.levels) == -100


def thumbnail(pixels: np.ndarray) -> np.ndarray:
    """160 x 120 grey pixels, letter-boxed as the recorder does."""
    from capture.encoding.planes import fitted

    small = cv2.resize(fitted(pixels, 640, 480), (160, 120), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)


def envelope(samples: np.ndarray, rate: int) -> np.ndarray:
    """Loudness in steps of 10 ms, smoothed over 50 ms."""
    step = rate // 100
    whole = samples[: len(samples) // step * step].reshape(-1, step)
    return np.convolve(np.sqrt((whole**2).mean(axis=1)), np.ones(5) / 5, "same")
