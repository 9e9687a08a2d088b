"""A still picture of a document: sharp or not, with a reflection or without, in its full size."""

import cv2
import numpy as np
import pytest

from capture.still import best_still, preview_of, still_of


def document(width, height, seed=0):
    """A card with a photograph's place and lines of letters, on a desk, with the noise of a camera."""
    picture = np.full((height, width, 3), (120, 130, 140), np.uint8)
    left, top, right, bottom = (round(width * 0.15), round(height * 0.2), round(width * 0.85), round(height * 0.8))
    cv2.rectangle(picture, (left, top), (right, bottom), (215, 220, 222), -1)
    cv2.rectangle(picture, (left + 20, top + 30), (left + 20 + (right - left) // 4, bottom - 30), (150, 160, 170), -1)
    lines = ("NAME  ADA LOVELACE", "BORN  10 12 1815", "NUMBER  L 4711 0815", "VALID  2030")
    for row, text in enumerate(lines):
        place = (left + 40 + (right - left) // 4, top + 50 + row * (bottom - top) // 5)
        scale, thick = width / 1280 * 1.1, max(1, round(width / 640))
        cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, (40, 40, 50), thick, cv2.LINE_AA)
    return noisy(picture, seed)


def noisy(picture, seed=0):
    noise = np.random.default_rng(seed).normal(0, 3, picture.shape)
    return np.clip(picture.astype(np.float32) + noise, 0, 255).astype(np.uint8)


def blurred(picture, pixels):
    return noisy(cv2.GaussianBlur(picture, (0, 0), pixels))


SIZES = [(640, 480), (1280, 720), (1920, 1080)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_sharp_document_has_nothing_against_it_and_keeps_its_size(width, height):
    still = still_of(document(width, height))
    assert still.quality == ()
    assert (still.width, still.height) == (width, height)
    pixels = cv2.imdecode(np.frombuffer(still.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert pixels.shape == (height, width, 3)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("at_1280_px", [2.5, 4, 8])
def test_a_blurred_one_is_told(width, height, at_1280_px):
    assert still_of(blurred(document(width, height), at_1280_px * width / 1280)).quality == ("blurred",)


def test_low_contrast_is_not_blur():
    pale = (document(1280, 720).astype(np.float32) * 0.35 + 130).astype(np.uint8)
    assert still_of(pale).quality == ()


@pytest.mark.parametrize("radius", [60, 140])
def test_a_reflection_over_the_text_is_told(radius):
    picture = document(1280, 720)
    cv2.circle(picture, (760, 330), radius, (255, 255, 255), -1)
    assert still_of(picture).quality == ("glare",)


def test_a_spot_in_the_corner_and_single_white_pixels_are_no_reflection():
    picture = document(1280, 720)
    cv2.circle(picture, (40, 40), 90, (255, 255, 255), -1)
    picture[::7, ::7] = 255
    assert "glare" not in still_of(picture).quality


def test_darkness_is_told():
    assert "dark" in still_of((document(1280, 720) * 0.2).astype(np.uint8)).quality


def test_an_empty_picture_is_blurred_and_no_error():
    assert still_of(np.full((480, 640, 3), 127, np.uint8)).quality == ("blurred",)
    assert still_of(np.zeros((16, 16, 4), np.uint8)).quality == ("dark", "blurred")


def test_the_sharpest_of_the_largest_is_taken():
    small, large = document(640, 480), document(1280, 720)
    still = best_still([small, blurred(large, 4), large, blurred(large, 2)])
    assert (still.width, still.quality) == (1280, ())
    assert still.sharpness == still_of(large).sharpness


def test_what_is_shown_is_small_and_whole():
    shown = cv2.imdecode(np.frombuffer(preview_of(still_of(document(1920, 1080)), 960), np.uint8), cv2.IMREAD_COLOR)
    assert shown.shape == (540, 960, 3)
