"""A video in the page is recorded less often, what is typed beside it at once, and the hour's bytes hold."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from capture.clock import SECOND_NS
from capture.encoding.adaptation import Adaptation, LevelChange
from capture.encoding.change_gate import ChangeGate
from capture.encoding.motion_freeze import MotionFreeze
from capture.encoding.planes import FramePreparation, PlanarFrame, Planes
from capture.encoding.unit_queue import UnitQueue
from capture.encoding.writers import PictureWriter
from capture.frames import Pixels, VideoFrame
from capture.settings import ScreenSettings
from tests.fixtures.recording import Recording, pictures

WIDTH, HEIGHT, PER_S = 448, 256, 5
VIDEO = (slice(64, 192), slice(64, 256))
ANSWER, TEXT = (slice(208, 240), slice(64, 448)), (slice(0, 200), slice(258, 448))
NOISE = np.random.default_rng(3).integers(0, 256, (600, 900, 3), np.uint8)
QUESTIONS = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
for LINE in range(2, 14):
    cv2.putText(QUESTIONS, "Light of short waves is", (260, 14 * LINE), 0, 0.4, (30, 30, 30))
FILM = cv2.GaussianBlur(NOISE, (0, 0), 3) // 2 + NOISE // 4


@dataclass
class Page:
    """An exam page with a film in it, into which an answer is typed, a letter a picture; it stands still in the end."""

    whole: bool = False
    ends_at: int = 10_000

    def at(self, number: int) -> Pixels:
        page, number = QUESTIONS.copy(), min(number, self.ends_at)
        place = (slice(0, HEIGHT), slice(0, WIDTH)) if self.whole else VIDEO
        rows, columns = page[place].shape[:2]
        offset = 3 * number % 200
        page[place] = FILM[offset : offset + rows, offset : offset + columns]
        if not self.whole:
            typed = "the lens bends the light and more of it"[: number % 40]
            cv2.putText(page, typed, (70, 228), 0, 0.5, (0, 0, 0))
        return page


def prepared(page: Page, count: int) -> list[tuple[PlanarFrame, Planes]]:
    """What was held back of `count` pictures at one a second, and what they showed."""
    parts, ready = MotionFreeze(), FramePreparation(lambda _: (WIDTH, HEIGHT), room=count)
    frames = []
    for number in range(count):
        frame = ready(VideoFrame(page.at(number), number * SECOND_NS // PER_S))
        shown = frame.planes.copy()
        parts.hold(frame, 1.0)
        frames.append((frame, shown))
    return frames


def test_playing_video_is_renewed_once_a_second_after_three_seconds_and_all_of_it_at_once() -> None:
    frames = prepared(Page(), 40)
    fresh = [np.array_equal(frame.planes[VIDEO], shown[VIDEO]) for frame, shown in frames]
    assert all(fresh[: 2 * PER_S]), "until then it may be a page that is being scrolled"
    late = range(4 * PER_S, 40)
    assert sum(fresh[number] for number in late) == len(late) // PER_S
    for before, after in itertools.pairwise(late):
        if not fresh[after]:
            assert np.array_equal(frames[before][0].planes[VIDEO], frames[after][0].planes[VIDEO])


def test_what_is_typed_beside_a_video_is_in_every_picture() -> None:
    for frame, shown in prepared(Page(), 60):
        assert np.array_equal(frame.planes[ANSWER], shown[ANSWER])
        assert np.array_equal(frame.planes[TEXT], shown[TEXT])


def test_video_that_stops_is_shown_as_it_stopped_in_the_very_next_picture() -> None:
    page = Page(ends_at=31)
    recorded = Encoded(page, 7, 1000.0)
    shown = dict(pictures(recorded.kept.file("screen")))
    still = [pixels for at_s, pixels in shown.items() if at_s >= 32 / PER_S]
    assert min(at_s for at_s in shown if at_s > 31 / PER_S) == pytest.approx(32 / PER_S), "no heartbeat is waited for"
    before = next(pixels for at_s, pixels in shown.items() if at_s == pytest.approx(31 / PER_S))
    assert apart(before, page.at(31)) > 10, "held until then"
    assert max(apart(pixels, page.at(31)) for pixels in still) < 5


def apart(one: Pixels, other: Pixels) -> float:
    """How different the films of two pages are in brightness, of 255."""
    first, second = (cv2.cvtColor(page[VIDEO], cv2.COLOR_BGR2GRAY).astype(int) for page in (one, other))
    return float(np.abs(first - second).mean())


def test_pictures_that_wait_and_the_one_before_keep_what_they_show_while_the_memory_is_used_again() -> None:
    room = 4
    ready = FramePreparation(lambda frame: (frame.pixels.shape[1], frame.pixels.shape[0]), room=room)
    made: list[tuple[PlanarFrame, Planes]] = []
    for number in range(30):
        frame = ready(VideoFrame(np.full((48, 64, 3), 8 * number, np.uint8), number))
        made.append((frame, frame.planes.copy()))
        assert all(np.array_equal(each.planes, was) for each, was in made[-room - 2 :])
    assert len({frame.planes.ctypes.data for frame, _ in made}) == room + 3
    assert ready(VideoFrame(np.zeros((33, 101, 4), np.uint8), 0)).size == (100, 32)


class Encoded:
    """A page recorded by the screen's gate, writer and encoder, in as much time as encoding takes."""

    def __init__(self, page: Page, seconds: int, mb_per_h: float) -> None:
        self.steps: list[LevelChange] = []
        self.kept = Recording()
        settings = ScreenSettings(mb_per_h=mb_per_h)
        adaptation = Adaptation(settings, self.steps.append)
        writer = PictureWriter(settings, 4.0, adaptation, 0, UnitQueue("screen", 0, self.kept, self.kept), self)
        gate = ChangeGate(
            heartbeat_s=2.0,
            key_interval_s=3.9,
            most_per_s=lambda: adaptation.level.frames_per_s,
            behind=lambda: writer.behind,
        )
        ready = FramePreparation(lambda _: (WIDTH, HEIGHT), room=1)
        self._now_ns = 0
        for number in range(seconds * PER_S):
            self._now_ns = number * SECOND_NS // PER_S
            frame = VideoFrame(page.at(number), self._now_ns, unchanged=number > page.ends_at)
            if gate.admits(frame):
                writer.write(ready(frame))
        writer.close(seconds * SECOND_NS)

    def now_ns(self) -> int:
        return self._now_ns

    def sleep(self, seconds: float) -> None: ...

    def mb_per_h(self, from_s: float, to_s: float) -> float:
        size = sum(len(data) for ns, data in self.kept.units["screen"] if from_s <= ns / SECOND_NS < to_s)
        return size / 1e6 * 3600 / (to_s - from_s)


@pytest.mark.parametrize(("page", "mb_per_h"), [(Page(), 9.0), (Page(whole=True), 30.0)], ids=["in the page", "whole"])
def test_three_minutes_with_a_video_keep_to_the_hours_bytes(page: Page, mb_per_h: float) -> None:
    free = Encoded(page, 16, 1000.0)
    assert free.steps == []
    assert free.mb_per_h(4, 16) > 1.3 * mb_per_h, "there is something to hold"
    held = Encoded(page, 180, mb_per_h)
    assert held.mb_per_h(30, 180) <= mb_per_h
    assert all(held.mb_per_h(at, at + 30) <= 1.15 * mb_per_h for at in range(30, 180, 30)), "a whole picture in each"
    assert held.mb_per_h(0, 180) <= (1 + 30 / 180) * mb_per_h, "the first picture and seconds, once in a recording"
    assert held.steps, "what is recorded less often is told"
    assert all(step.down and step.cause == "bytes" for step in held.steps)
    assert held.steps[0].quality("screen").facts["moving_per_s"] == 0.1
    last = pictures(held.kept.file("screen"))[-1][1]
    assert last.shape == (HEIGHT, WIDTH, 3)


def colours(planes: Planes) -> Planes:
    """Both colours of the film, at half its size."""
    both = planes.reshape(-1)[HEIGHT * WIDTH :].reshape(2, HEIGHT // 2, WIDTH // 2)
    return both[:, VIDEO[0].start // 2 : VIDEO[0].stop // 2, VIDEO[1].start // 2 : VIDEO[1].stop // 2]


def test_colours_of_a_video_are_held_and_renewed_with_its_brightness() -> None:
    frames = prepared(Page(), 40)
    for before, after in itertools.pairwise(range(4 * PER_S, 40)):
        (held, _), (frame, shown) = frames[before], frames[after]
        fresh = np.array_equal(frame.planes[VIDEO], shown[VIDEO])
        assert np.array_equal(colours(frame.planes), colours(shown if fresh else held.planes))


def test_colours_beside_a_video_are_those_of_the_screen() -> None:
    for frame, shown in prepared(Page(), 40):
        beside = frame.planes.copy(), shown.copy()
        for planes in beside:
            colours(planes)[:] = 0
            planes[VIDEO] = 0
        assert np.array_equal(*beside)


def test_nothing_is_held_back_before_anything_moves() -> None:
    parts = MotionFreeze()
    assert not parts.behind
    ready = FramePreparation(lambda _: (WIDTH, HEIGHT), room=4)
    for number in range(4):
        parts.hold(ready(VideoFrame(Page().at(number), number * SECOND_NS // PER_S)), 1.0)
        assert not parts.behind


def flickering(columns: int, beside: int = 0) -> list[tuple[bool, bool]]:
    """Eight seconds of three tiles in a row: in each picture so many pixels of the first row change, left and right.

    Tells of each picture of the last four seconds whether the left and the right tile show it.
    """
    parts, fresh = MotionFreeze(), []
    for number in range(8 * PER_S):
        planes = np.full((96, 192), 128, np.uint8)
        planes[0, :columns] = planes[0, 128 : 128 + beside] = 255 * (number % 2)
        shown = planes.copy()
        parts.hold(PlanarFrame(planes, number * SECOND_NS // PER_S, unchanged=False), 1.0)
        fresh.append((planes[0, 0] == shown[0, 0], planes[0, 128] == shown[0, 128]))
    return fresh[4 * PER_S :]


def test_a_tile_moves_where_a_thirty_second_of_what_is_looked_at_changes() -> None:
    assert not all(left for left, _ in flickering(32))
    assert all(left for left, _ in flickering(31))


def test_what_changes_in_the_same_rows_as_a_video_is_recorded_at_once() -> None:
    seen = flickering(32, beside=1)
    assert not all(left for left, _ in seen)
    assert all(right for _, right in seen)
