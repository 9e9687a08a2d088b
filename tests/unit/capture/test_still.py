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


WHITE = (255, 255, 255)
CARD = (640, 480)
"""Nothing but grey, in the size of which the middle is 448 x 336 pixels: 96 to 544 and 72 to 408."""


def with_spot(*corners, light=255):
    picture = np.full((CARD[1], CARD[0], 3), 120, np.uint8)
    for left, top, width, height in corners:
        picture[top : top + height, left : left + width] = light
    return picture


@pytest.mark.parametrize(
    ("outside", "inside"),
    [
        ((0, 200, 96, 60), (96, 200, 60, 60)),
        ((544, 200, 96, 60), (484, 200, 60, 60)),
        ((300, 0, 60, 72), (300, 72, 60, 60)),
        ((300, 408, 60, 72), (300, 348, 60, 60)),
    ],
    ids=["left", "right", "top", "bottom"],
)
def test_a_reflection_counts_up_to_the_edge_of_the_middle_and_not_beyond(outside, inside):
    assert still_of(with_spot(outside)).glare_share == 0
    assert still_of(with_spot(inside)).glare_share == pytest.approx(3600 / (448 * 336))


def test_a_reflection_across_the_edge_counts_with_the_part_in_the_middle():
    assert still_of(with_spot((56, 200, 80, 60))).glare_share == pytest.approx(40 * 60 / (448 * 336))


def test_the_largest_reflection_counts_and_not_all_together():
    two = with_spot((200, 100, 40, 40), (400, 300, 50, 50))
    assert still_of(two).glare_share == pytest.approx(2500 / (448 * 336))


def test_light_is_a_reflection_from_burnt_out_on():
    spot = (200, 200, 60, 60)
    assert still_of(with_spot(spot, light=249)).glare_share == 0
    assert still_of(with_spot(spot, light=250)).glare_share > 0


def test_a_reflection_is_told_from_three_in_two_hundred_of_the_middle_on():
    wide = 448 * 336 * 3 // 200  # 2257.9
    assert "glare" not in still_of(with_spot((200, 100, 1, wide % 47), (200, 200, 47, wide // 47))).quality
    assert "glare" in still_of(with_spot((200, 200, 47, wide // 47 + 1))).quality


def test_a_picture_is_dark_below_sixty():
    assert "dark" in still_of(np.full((480, 640, 3), 59, np.uint8)).quality
    assert "dark" not in still_of(np.full((480, 640, 3), 60, np.uint8)).quality
    assert still_of(np.full((480, 640, 3), 60, np.uint8)).brightness == 60


def test_what_is_measured_does_not_depend_on_the_size_of_the_picture():
    small, large = still_of(document(1280, 720)), still_of(cv2.resize(document(1280, 720), (2560, 1440)))
    assert large.sharpness == pytest.approx(small.sharpness, rel=0.2)
    assert large.glare_share == small.glare_share == 0
    assert large.brightness == pytest.approx(small.brightness, abs=1)


def test_sharpness_of_a_document_is_what_the_limit_was_measured_with():
    assert 0.11 < still_of(document(1280, 720)).sharpness < 0.15
    assert 0.03 < still_of(blurred(document(1280, 720), 2.5)).sharpness < 0.065


def test_an_even_picture_has_no_edges_to_be_sharp():
    assert still_of(np.full((480, 640, 3), 127, np.uint8)).sharpness == 0.0
    grainy = 127 + np.random.default_rng(0).normal(0, 6, (720, 1280, 3))
    assert still_of(np.clip(grainy, 0, 255).astype(np.uint8)).sharpness == 0.0, "a camera's noise is none"


def test_the_edges_of_pale_writing_are_as_sharp_as_those_of_black():
    pale = (document(1280, 720).astype(np.float32) * 0.1 + 130).astype(np.uint8)
    assert still_of(pale).sharpness == pytest.approx(still_of(document(1280, 720)).sharpness, rel=0.15)


def test_of_two_pictures_of_one_area_either_may_be_the_largest():
    tall = np.ascontiguousarray(document(640, 480).transpose(1, 0, 2))
    for pictures in ([blurred(document(640, 480), 4), tall], [tall, blurred(document(640, 480), 4)]):
        assert best_still(pictures).width == 480


def test_a_small_still_is_shown_as_it_is_and_a_narrow_one_keeps_a_pixel():
    shown = cv2.imdecode(np.frombuffer(preview_of(still_of(document(640, 480)), 960), np.uint8), cv2.IMREAD_COLOR)
    assert shown.shape == (480, 640, 3)
    for size in ((4, 2000), (2000, 4)):
        line = still_of(np.full((*size, 3), 90, np.uint8))
        shown = cv2.imdecode(np.frombuffer(preview_of(line, 2), np.uint8), cv2.IMREAD_COLOR)
        assert min(shown.shape[:2]) >= 1


def test_a_still_keeps_its_colours_and_its_detail():
    colours = np.zeros((64, 96, 3), np.uint8)
    colours[:, :32], colours[:, 32:64], colours[:, 64:] = (200, 30, 30), (30, 200, 30), (30, 30, 200)
    still = still_of(colours)
    kept = cv2.imdecode(np.frombuffer(still.jpeg, np.uint8), cv2.IMREAD_COLOR)
    for column, wanted in ((16, (200, 30, 30)), (48, (30, 200, 30)), (80, (30, 30, 200))):
        assert kept[32, column].astype(int).tolist() == pytest.approx(wanted, abs=12)
    written = document(1280, 720)
    kept = cv2.imdecode(np.frombuffer(still_of(written).jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert np.abs(kept.astype(int) - written).mean() < 2.5
    assert len(still_of(written).jpeg) < 1280 * 720 / 4, "bytes, a quarter of one for each pixel"
