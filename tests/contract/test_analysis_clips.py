"""The analyser on labelled clips and made noise: what must be noticed is, in time, and nothing else."""

import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from capture.analysis.analyser import Analyser
from capture.analysis.calibration import ZeroLearner
from capture.analysis.faces.reader import PictureReader
from capture.analysis.media import video_frames
from capture.analysis.model_versions import SHORT_RANGE
from capture.analysis.rules.incidents import replay
from capture.analysis.settings import AnalysisSettings, DetectionRules
from capture.analysis.voices.sound_analyser import SoundAnalyser
from capture.frames import SAMPLE_RATE_HZ, SoundBlock, VideoFrame, samples_to_ns
from resources.models import model

VIDEO = Path(__file__).parents[2] / ".." / "shared" / "testdata" / "video"
LEARN_S = 5.0

needs_models = pytest.mark.skipif(not model(SHORT_RANGE).is_file(), reason="needs the models: make models")
needs_data = pytest.mark.skipif(not VIDEO.exists(), reason="needs ../shared/testdata/video")


def seen_in(name, every):
    reader = PictureReader()
    frames = (frame for n, frame in enumerate(video_frames(VIDEO / name)) if n % every == 0)
    return [reader.read(frame.pixels, round(frame.time_s * 1e9)) for frame in frames]


def incidents(observations):
    learner = ZeroLearner(LEARN_S)
    for seen in observations:
        learner.take(seen)
    return list(replay(observations, DetectionRules(), learner.zero)), learner.zero


@pytest.mark.shared
@needs_models
@needs_data
def test_nothing_is_noticed_of_somebody_who_looks_at_the_screen():
    observations = seen_in("pai_center_focus.mp4", 5)
    assert {seen.people for seen in observations} == {1}
    found, zero = incidents(observations)
    assert zero is not None
    assert found == []
    assert list(replay(observations, DetectionRules())) == []


@pytest.mark.shared
@needs_models
@needs_data
def test_a_look_away_by_the_eyes_alone_is_noticed_in_time():
    found, _ = incidents(seen_in("pai_center_left_center.mp4", 5))
    assert [(i.rule, i.ended) for i in found] == [("gaze", False), ("gaze", True)]
    began_s, ended_s = 144 / 24, 243 / 24
    assert 130 / 24 <= found[0].from_ns / 1e9 <= began_s + 0.3
    assert found[0].noticed_ns / 1e9 <= began_s + DetectionRules().away_s + 1
    assert ended_s - 0.3 <= found[1].to_ns / 1e9 <= 257 / 24


@pytest.mark.shared
@needs_models
@needs_data
def test_people_seen_from_behind_are_present_with_a_face_not_read():
    reader = PictureReader()
    empty = [*range(57), *range(210, 225), *range(462, 491)]
    people = [*range(84, 183), *range(252, 435)]
    present, ghosts = 0, 0
    for number, frame in enumerate(video_frames(VIDEO / "intel_one-by-one-person-detection.mp4")):
        if number > 490:
            break
        if number % 10 or (number not in empty and number not in people):
            continue
        seen = reader.read_still(frame.pixels)
        if number in empty:
            ghosts += seen.present
            assert seen.face is None
        elif seen.present:
            present += 1
            assert seen.face is None
            assert "face_not_read" in seen.quality
    assert present >= 27
    assert ghosts == 0


def sound_in(samples):
    ear = SoundAnalyser()
    size = 960
    for at in range(0, len(samples), size):
        piece = samples[at : at + size]
        yield from ear.analyse(SoundBlock((piece * 32767).astype("<i2").tobytes(), samples_to_ns(at)))


def typing(seconds, rng):
    sound = rng.normal(0, 0.0005, seconds * SAMPLE_RATE_HZ)
    at = 0
    while at < len(sound) - 4000:
        for offset in (0, int(rng.uniform(800, 1600))):
            length = int(rng.uniform(160, 480))
            click = rng.normal(0, rng.uniform(0.05, 0.3), length) * np.exp(-np.arange(length) / (length / 5))
            sound[at + offset : at + offset + length] += click
        at += int(rng.exponential(0.16) * SAMPLE_RATE_HZ) + 600
    return sound.clip(-1, 1)


def fan(seconds, rng):
    white = np.fft.rfft(rng.normal(0, 1, seconds * SAMPLE_RATE_HZ))
    pink = np.fft.irfft(white / np.sqrt(np.maximum(np.arange(len(white)), 20)))
    time_s = np.arange(len(pink)) / SAMPLE_RATE_HZ
    hum = 0.3 * np.sin(2 * np.pi * 120 * time_s) + 0.15 * np.sin(2 * np.pi * 240 * time_s)
    sound = pink / pink.std() + hum
    return sound / sound.std() * 0.05


@pytest.mark.parametrize("noise", [typing, fan])
def test_typing_and_a_fan_are_no_speech(noise):
    heard = list(sound_in(noise(40, np.random.default_rng(3))))
    assert len(heard) > 70
    assert max(one.dbfs for one in heard) > -40
    assert list(replay(heard, DetectionRules())) == []


class Heard:
    def __init__(self):
        self.observations, self.incidents, self.zeros, self.failures = [], [], [], []
        self.enough = threading.Event()
        self.ready = 0

    def analysis_ready(self):
        self.ready += 1

    def observed(self, observation):
        self.observations.append(observation)
        if len(self.observations) >= 12:
            self.enough.set()

    def incident(self, incident):
        self.incidents.append(incident)

    def zero_learned(self, zero):
        self.zeros.append(zero)

    def analysis_failed(self, failure):
        self.failures.append(failure)


@needs_models
def test_the_analyser_reads_what_it_is_offered_and_ends():
    listener = Heard()
    analyser = Analyser(AnalysisSettings(counts_per_s=5), listener)
    analyser.start()
    for number in range(400):
        at_ns = number * 100_000_000
        analyser.offer_frame(VideoFrame(np.full((120, 160, 3), 90, np.uint8), at_ns))
        analyser.offer_sound(SoundBlock(bytes(3200), at_ns))
        if listener.enough.wait(0.02):
            break
    assert analyser.stop(10)
    assert listener.failures == []
    assert listener.enough.is_set()
    assert {type(one).__name__ for one in listener.observations} == {"PictureObservation", "SoundObservation"}
    assert analyser.blocks_lost == 0
    assert [i.rule for i in listener.incidents if not i.ended] in ([], ["face_presence"])


@needs_models
def test_a_full_queue_loses_sound_and_says_how_much():
    analyser = Analyser(AnalysisSettings(), Heard())
    for number in range(230):
        analyser.offer_sound(SoundBlock(bytes(32), number))
    assert analyser.blocks_lost == 30


def test_without_models_the_recording_is_told_and_goes_on(monkeypatch):
    monkeypatch.setattr("capture.analysis.models.model_file", lambda name: Path(sys.prefix) / "no-such-model" / name)
    monkeypatch.setattr("capture.analysis.rules.incidents.model_versions", tuple)
    listener = Heard()
    analyser = Analyser(AnalysisSettings(), listener)
    analyser.start()
    analyser.offer_frame(VideoFrame(np.zeros((120, 160, 3), np.uint8), 0))
    assert analyser.stop(10)
    assert [failure.code for failure in listener.failures] == ["model_missing"]
