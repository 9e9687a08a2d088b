"""Shrinking by simple ratios says what OpenCV's means of areas say, to the last byte."""

import cv2
import numpy as np
import pytest

from capture.analysis.faces.shrink import shrunk

SIZES = [
    ((320, 180), (192, 108)),
    ((180, 320), (108, 192)),
    ((320, 240), (192, 144)),
    ((480, 270), (192, 108)),
    ((160, 90), (128, 72)),
    ((317, 211), (192, 128)),
    ((45, 33), (45, 11)),
]


@pytest.mark.parametrize(("old", "new"), SIZES)
def test_it_is_opencvs_mean_of_areas(old, new):
    pixels = np.random.default_rng(1).integers(0, 256, (old[1], old[0], 3), np.uint8)
    means = shrunk(pixels, *new)
    assert means.shape == (new[1], new[0], 3)
    assert np.array_equal(means, cv2.resize(pixels, new, interpolation=cv2.INTER_AREA))


def test_one_colour_stays_that_colour():
    assert (shrunk(np.full((180, 320, 3), (1, 128, 255), np.uint8), 192, 108) == (1, 128, 255)).all()
