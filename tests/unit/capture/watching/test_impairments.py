"""A source that delivers nothing worth having is noticed within three seconds; a dark room or a still person is not."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from capture.clock import SECOND_NS
from capture.frames import SAMPLE_RATE_HZ, Pixels, SoundBlock, VideoFrame, samples_to_ns
from capture.reports import Quality
from capture.watching.impairments import GATED_AFTER, CameraWatch, MicrophoneWatch, ScreenWatch
from tests.fixtures.recording import TESTDATA

NOTICED_S = 3.0
BLOCK = 960


def photograph(name: str) -> Pixels:
    if not TESTDATA.exists():
        pytest.skip("needs the shared test data")
    capture = cv2.VideoCapture(str(TESTDATA / "video" / name))
    found, pixels = capture.read()
    capture.release()
    assert found
    return np.asarray(cv2.resize(pixels, (640, 480)), np.uint8)


class Lens:
    """What a webcam makes of a scene: light, sensor noise that is new in every picture, and its JPEG compression."""

    def __init__(self, scene: Pixels, *, light: float = 1.0, noise: float = 3.0) -> None:
        self._scene = scene.astype(np.float32) * light
        self._noise = noise
        self._random = np.random.default_rng(7)
        self._taken = itertools.cycle([self._take() for _ in range(12)])  # more than the watch puts together

    def picture(self) -> Pixels:
        return next(self._taken)

    def _take(self) -> Pixels:
        noisy = self._scene + self._random.normal(0, self._noise, self._scene.shape)
        jpeg = cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 70])[1]
        return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)


def even(level: int) -> Pixels:
    return np.full((480, 640, 3), level, np.uint8)


class Watched:
    """A camera watch, the seconds that went by, and what it reported."""

    def __init__(self) -> None:
        self.told: list[Quality] = []
        self.watch = CameraWatch(self.told.append)
        self.at_ns = 0

    def look(self, lens: Lens, seconds: float) -> None:
        for _ in range(round(seconds * 5)):  # the watch looks 2.5 times a second, whatever the camera's rate
            self.at_ns += SECOND_NS // 5
            self.watch.take(VideoFrame(lens.picture(), self.at_ns))

    @property
    def said(self) -> list[tuple[str, str]]:
        return [(each.code, each.state) for each in self.told]


@pytest.mark.parametrize("video", ["pai_center_left_center.mp4", "hysts_video04.mp4"])
@pytest.mark.parametrize(("light", "noise"), [(1.0, 3.0), (0.1, 2.0), (0.05, 3.0), (0.03, 3.0)])
def test_a_still_person_in_any_light_is_a_picture(video: str, light: float, noise: float) -> None:
    camera = Watched()
    camera.look(Lens(photograph(video), light=light, noise=noise), 5)
    assert camera.said == []


def test_a_picture_out_of_focus_is_a_picture() -> None:
    camera = Watched()
    camera.look(Lens(np.asarray(cv2.GaussianBlur(photograph("pai_center_focus.mp4"), (0, 0), 14), np.uint8)), 5)
    assert camera.said == []


@pytest.mark.parametrize("noise", [0.0, 3.0, 8.0])
def test_a_closed_shutter_is_noticed_in_time_and_so_is_its_opening(noise: float) -> None:
    person, shutter = Lens(photograph("pai_center_focus.mp4")), Lens(even(1), noise=noise)
    camera = Watched()
    camera.look(person, 3)
    closed_ns = camera.at_ns
    camera.look(shutter, 6)
    assert camera.said == [("picture_black", "began")]
    assert camera.told[0].at_ns - closed_ns <= NOTICED_S * SECOND_NS
    opened_ns = camera.at_ns
    camera.look(person, 3)
    assert camera.said[1:] == [("picture_black", "ended")]
    assert camera.told[1].at_ns - opened_ns <= NOTICED_S * SECOND_NS


@pytest.mark.parametrize("cover", ["tape", "finger"])
def test_a_covered_lens_is_noticed_in_time(cover: str) -> None:
    person = photograph("pai_center_focus.mp4")
    before = even(90) if cover == "tape" else np.asarray(cv2.GaussianBlur(person, (0, 0), 90), np.uint8)
    camera = Watched()
    camera.look(Lens(person), 3)
    covered_ns = camera.at_ns
    camera.look(Lens(before, noise=4), 5)
    assert camera.said == [("lens_covered", "began")]
    assert camera.told[0].at_ns - covered_ns <= NOTICED_S * SECOND_NS


def test_a_hand_that_passes_is_nothing() -> None:
    camera = Watched()
    person = Lens(photograph("pai_center_focus.mp4"))
    for _ in range(4):
        camera.look(person, 2)
        camera.look(Lens(even(60)), 1.4)
    assert camera.said == []


def test_a_camera_that_is_lost_while_it_is_covered_is_no_longer_covered() -> None:
    camera = Watched()
    camera.look(Lens(even(1)), 4)
    camera.watch.lost(camera.at_ns)
    camera.watch.lost(camera.at_ns)
    assert camera.said == [("picture_black", "began"), ("picture_black", "ended")]


def test_a_screen_that_gives_only_black_is_noticed_and_one_bright_point_is_enough() -> None:
    told: list[Quality] = []
    watch = ScreenWatch(told.append)
    black, lit = np.zeros((90, 160, 4), np.uint8), np.zeros((90, 160, 4), np.uint8)
    black[:, :, 3], lit[0, 0, 1] = 255, 9
    for n in range(37):
        watch.take(VideoFrame(lit if 20 <= n < 30 else black, n * SECOND_NS // 5, unchanged=n not in (0, 20, 30)))
    assert [(q.code, q.state) for q in told] == [("screen_black", "began"), ("screen_black", "ended")]
    began_s, ended_s = (q.at_ns / SECOND_NS for q in told)
    assert began_s <= NOTICED_S
    assert 4 <= ended_s <= 4.4


class Heard:
    """A microphone watch and what it reported."""

    def __init__(self) -> None:
        self.told: list[Quality] = []
        self.watch = MicrophoneWatch(self.told.append)
        self.at_ns = 0
        self._random = np.random.default_rng(3)

    def listen(self, seconds: float, loudest: int, level: int = 0) -> None:
        for _ in range(round(seconds * SAMPLE_RATE_HZ / BLOCK)):
            wave = level + self._random.integers(-loudest, loudest + 1, BLOCK)
            self.watch.take(SoundBlock(wave.astype("<i2").tobytes(), self.at_ns))
            self.at_ns += samples_to_ns(BLOCK)

    @property
    def said(self) -> list[str]:
        return [each.state for each in self.told]


def test_a_quiet_room_is_not_a_muted_microphone() -> None:
    room = Heard()
    room.listen(30, loudest=1)
    assert room.said == []


@pytest.mark.parametrize("level", [0, -3])
def test_a_muted_microphone_is_noticed_in_time_and_so_is_its_return(level: int) -> None:
    microphone = Heard()
    microphone.listen(5, loudest=40)
    muted_ns = microphone.at_ns
    microphone.listen(6, loudest=0, level=level)
    assert microphone.said == ["began"]
    assert microphone.told[0].at_ns - muted_ns <= NOTICED_S * SECOND_NS
    assert microphone.told[0].code == "sound_silent"
    back_ns = microphone.at_ns
    microphone.listen(1, loudest=40)
    assert microphone.said == ["began", "ended"]
    assert microphone.told[1].at_ns == back_ns


def test_a_microphone_that_is_silent_between_words_is_told_of_three_times_and_then_only_when_it_lasts() -> None:
    microphone = Heard()
    for _ in range(20):
        microphone.listen(4, loudest=900)
        microphone.listen(8, loudest=0)
    assert microphone.said == ["began", "ended"] * GATED_AFTER
    microphone.listen(31, loudest=0)
    assert microphone.said[-1] == "began"
