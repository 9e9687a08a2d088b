"""Pictures of any shape in the size that is encoded, and their planes."""

from __future__ import annotations

import numpy as np
import pytest

from capture.encoding.planes import FramePreparation, PlanarFrame, even, fitted, planes_of
from capture.frames import Pixels, VideoFrame


def picture(width: int, height: int, light: int = 200, channels: int = 3) -> Pixels:
    return np.full((height, width, channels), light, np.uint8)


def lit(card: Pixels) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is not black."""
    rows, columns = np.flatnonzero(card.any(axis=(1, 2))), np.flatnonzero(card.any(axis=(0, 2)))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


@pytest.mark.parametrize(
    ("size", "wanted", "place"),
    [
        ((400, 100), (200, 200), (0, 75, 200, 125)),
        ((100, 400), (200, 200), (75, 0, 125, 200)),
        ((20, 10), (200, 200), (0, 50, 200, 150)),
        ((400, 200), (200, 100), (0, 0, 200, 100)),
        ((1000, 1), (100, 100), (0, 49, 100, 50)),
        ((1, 1000), (100, 100), (49, 0, 50, 100)),
    ],
)
def test_picture_of_another_shape_is_as_large_as_it_may_be_and_in_the_middle(
    size: tuple[int, int], wanted: tuple[int, int], place: tuple[int, int, int, int]
) -> None:
    card = fitted(picture(*size), *wanted)
    assert card.shape == (wanted[1], wanted[0], 3)
    assert lit(card) == place
    assert card.max() == 200


@pytest.mark.parametrize(("over_x", "over_y"), [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_one_column_or_row_too_much_is_cut_off_and_nothing_is_scaled(over_x: int, over_y: int) -> None:
    random = np.random.default_rng(1).integers(0, 255, (48 + over_y, 64 + over_x, 3), np.uint8)
    assert np.array_equal(fitted(random, 64, 48), random[:48, :64])


@pytest.mark.parametrize(("width", "height"), [(66, 48), (64, 50), (63, 48), (64, 47)])
def test_two_columns_too_much_or_one_missing_is_another_size(width: int, height: int) -> None:
    random = np.random.default_rng(1).integers(1, 255, (height, width, 3), np.uint8)
    card = fitted(random, 64, 48)
    assert card.shape == (48, 64, 3)
    if width > 64 or height > 48:
        assert not np.array_equal(card, random[:48, :64]), "scaled, not cut"


def test_picture_that_is_made_smaller_is_averaged() -> None:
    fine = np.zeros((96, 128, 3), np.uint8)
    fine[::2] = 200  # lines that picking pixels would make all black or all white
    assert fitted(fine, 64, 48).mean() == pytest.approx(100, abs=2)


def test_picture_that_is_made_larger_has_no_hard_squares() -> None:
    edge = np.zeros((2, 2, 3), np.uint8)
    edge[:, 1] = 200
    assert len(np.unique(fitted(edge, 64, 64)[32, :, 0])) > 8


@pytest.mark.parametrize(("size", "made"), [((640, 480), (640, 480)), ((641, 481), (640, 480)), ((1, 3), (0, 2))])
def test_sizes_are_even(size: tuple[int, int], made: tuple[int, int]) -> None:
    assert even(*size) == made


@pytest.mark.parametrize("channels", [3, 4])
def test_planes_are_brightness_and_two_colours_in_studio_range(channels: int) -> None:
    def colour(*bgr: int) -> list[int]:
        pixels = np.zeros((16, 16, channels), np.uint8)
        pixels[:, :, :3] = bgr
        planes = planes_of(pixels, 16, 16)
        assert planes.shape == (24, 16)
        return [int(part.mean().round()) for part in (planes[:16], planes[16:20], planes[20:])]

    assert colour(0, 0, 0) == [16, 128, 128]
    assert colour(255, 255, 255) == [235, 128, 128]
    assert colour(0, 0, 255) == pytest.approx([81, 90, 240], abs=2), "red, with its own colour last"


def test_planes_are_made_where_they_are_wanted() -> None:
    into = np.zeros((24, 16), np.uint8)
    assert np.shares_memory(planes_of(picture(16, 16), 16, 16, into=into), into)


def test_frame_knows_its_size_and_covers_its_moment() -> None:
    frame = PlanarFrame(np.zeros((72, 64), np.uint8), 9)
    assert (frame.size, frame.end_ns, frame.unchanged) == ((64, 48), 9, False)


def test_prepared_frame_keeps_the_time_and_whether_it_changed() -> None:
    ready = FramePreparation(lambda frame: (33, 17), room=2)
    frame = ready(VideoFrame(picture(64, 48), 5, unchanged=True))
    assert (frame.captured_ns, frame.unchanged, frame.size) == (5, True, (32, 16))
    assert not ready(VideoFrame(picture(64, 48), 6)).unchanged


def test_another_size_gets_memory_of_its_own() -> None:
    size = [(32, 16)]
    ready = FramePreparation(lambda frame: size[0], room=1)
    first = ready(VideoFrame(picture(32, 16), 1))
    for other in ((32, 18), (34, 16), (32, 16)):
        size[0] = other
        assert ready(VideoFrame(picture(32, 16), 2)).size == other
    assert first.size == (32, 16)


def test_a_fourth_channel_is_passed_over() -> None:
    colours = np.random.default_rng(1).integers(0, 255, (48, 64, 4), np.uint8)
    assert np.array_equal(planes_of(colours, 64, 48), planes_of(np.ascontiguousarray(colours[:, :, :3]), 64, 48))
