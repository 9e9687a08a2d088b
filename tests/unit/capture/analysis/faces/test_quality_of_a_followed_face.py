"""What is said of a face's quality from look to look: light and sharpness for a second, its place always anew."""

import numpy as np
import pytest

from capture.analysis.faces.quality import FollowedFace, face_light, face_quality

SECOND_NS = 1_000_000_000
BOX = (100.0, 80.0, 220.0, 220.0)
AT_THE_EDGE = (-60.0, 80.0, 60.0, 220.0)
FAR = (100.0, 80.0, 130.0, 115.0)
SHARP = np.random.default_rng(1).integers(0, 255, (360, 640, 3), np.uint8)
DARK = SHARP // 12
BLURRED = np.full_like(SHARP, 120)


@pytest.fixture
def face():
    followed = FollowedFace()
    assert followed.judge(SHARP, BOX, 7 * SECOND_NS) == ()
    return followed


@pytest.mark.parametrize(("picture", "code"), [(DARK, "too_dark"), (BLURRED, "blurred")])
def test_light_and_sharpness_hold_for_a_second(face, picture, code):
    assert face.judge(picture, BOX, round(7.9 * SECOND_NS)) == ()
    assert face.judge(picture, BOX, round(8.0 * SECOND_NS)) == (code,)
    assert face.judge(SHARP, BOX, round(8.9 * SECOND_NS)) == (code,)
    assert face.judge(SHARP, BOX, round(9.0 * SECOND_NS)) == ()


@pytest.mark.parametrize(("box", "code"), [(AT_THE_EDGE, "partly_out"), (FAR, "too_far")])
def test_the_place_is_judged_in_every_look(face, box, code):
    assert face.judge(SHARP, box, round(7.2 * SECOND_NS)) == (code,)
    assert face.judge(SHARP, BOX, round(7.4 * SECOND_NS)) == ()


def test_another_face_is_judged_at_once(face):
    face.forget()
    assert face.judge(DARK, BOX, round(7.2 * SECOND_NS)) == ("too_dark",)


def test_times_that_go_back_are_another_time(face):
    assert face.judge(DARK, BOX, 0) == ("too_dark",)


@pytest.mark.parametrize("box", [(700.0, 80.0, 800.0, 180.0), (-90.0, -90.0, 0.0, 0.0)])
def test_a_box_beside_the_picture_is_out_and_nothing_else(box):
    assert face_quality(SHARP, box, face_light(SHARP, box)) == ("partly_out",)


def test_a_face_that_is_too_far_is_not_called_blurred():
    assert face_quality(BLURRED, FAR, face_light(BLURRED, FAR)) == ("too_far",)
