"""Both eyes over a scene: what one eye at a time saves, and that it is only saved where both would say the same."""

from pathlib import Path

import numpy as np
import pytest

from capture.analysis.faces.eyes import EyePair
from capture.analysis.faces.gaze import gaze
from capture.analysis.faces.head_pose import HeadPose, head_pose
from capture.analysis.faces.iris import IrisModel
from capture.analysis.faces.landmarks import LandmarkModel, region_of
from capture.analysis.faces.presence import PresenceDetector
from capture.analysis.media import video_frames
from capture.analysis.model_versions import IRIS
from resources.models import model

CLIP = Path(__file__).parents[5] / ".." / "shared" / "testdata" / "video" / "pai_center_left_center.mp4"
CENTRE, AWAY = 100, 180

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CLIP.exists(), reason="needs ../shared/testdata/video"),
    pytest.mark.skipif(not model(IRIS).is_file(), reason="needs the models: make models"),
]


@pytest.fixture(scope="module")
def scene():
    """Four pictures a second in which the eyes leave the centre: pixels, landmarks and pose, by number of the frame."""
    detector, network, region, seen = PresenceDetector(), LandmarkModel(), None, {}
    for number, frame in enumerate(video_frames(CLIP)):
        if number > AWAY:
            break
        if number < CENTRE or number % 5:
            continue
        region = region or region_of(detector.nearest(frame.pixels))
        landmarks = network.place(frame.pixels, region)
        region = landmarks.region
        height, width = frame.pixels.shape[:2]
        seen[number] = frame.pixels, landmarks, head_pose(landmarks.points, width, height)
    return seen


@pytest.fixture
def measured(monkeypatch):
    """Which eyes the network was asked for."""
    asked, measure = [], IrisModel.measure

    def counted(network, pixels, landmarks, eye):
        asked.append(eye)
        return measure(network, pixels, landmarks, eye)

    monkeypatch.setattr(IrisModel, "measure", counted)
    return asked


def both_eyes(pair, look):
    pair.forget()
    return pair.measure(*look)


def test_over_a_scene_the_look_is_the_one_of_both_eyes_within_four_degrees(scene, measured):
    pair, fresh = EyePair(), EyePair()
    asked, apart = 0, []
    for look in scene.values():
        measured.clear()
        one = gaze(look[2], pair.measure(*look))
        asked += len(measured)
        two = gaze(look[2], both_eyes(fresh, look))
        apart.append(max(abs(one.h_deg - two.h_deg), abs(one.v_deg - two.v_deg)))
    assert max(apart) < 4
    assert np.mean(apart) < 1
    assert asked < 1.5 * len(scene)


def test_resting_eyes_are_measured_in_turn(scene, measured):
    pair = EyePair()
    for _ in range(4):
        pair.measure(*scene[CENTRE])
    assert len(measured) == 5
    assert measured[-3:] in ([0, 1, 0], [1, 0, 1])


def test_eyes_that_moved_are_both_measured_at_once(scene, measured):
    pair = EyePair()
    pair.measure(*scene[CENTRE])
    measured.clear()
    moved = pair.measure(*scene[AWAY])
    assert sorted(measured) == [0, 1]
    assert moved == both_eyes(EyePair(), scene[AWAY])


@pytest.mark.parametrize("turned", [4.0, 26.0])
def test_a_head_that_turns_or_is_turned_needs_both_eyes(scene, measured, turned):
    pixels, landmarks, pose = scene[CENTRE]
    pair = EyePair()
    before = pose.yaw_deg if turned < 25 else turned
    pair.measure(pixels, landmarks, HeadPose(before, 0.0, 0.0))
    measured.clear()
    pair.measure(pixels, landmarks, HeadPose(pose.yaw_deg + turned, 0.0, 0.0))
    assert sorted(measured) == [0, 1]


def test_another_face_is_not_judged_by_the_eyes_of_the_one_before(scene, measured):
    pair = EyePair()
    pair.measure(*scene[CENTRE])
    measured.clear()
    pair.forget()
    pair.measure(*scene[CENTRE])
    assert sorted(measured) == [0, 1]
