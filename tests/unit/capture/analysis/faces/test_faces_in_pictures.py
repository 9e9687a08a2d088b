"""Presence, counting and gaze on labelled pictures, and defined answers for pictures of every kind."""

import csv
import json
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from capture.analysis.faces.detector import FaceDetector
from capture.analysis.faces.presence import PresenceDetector, lift
from capture.analysis.faces.reader import PictureReader
from capture.analysis.media import video_frames
from capture.analysis.model_versions import FULL_RANGE, SHORT_RANGE
from resources.models import model

FACES = Path(__file__).parents[5] / ".." / "shared" / "testdata" / "faces"
EACH_GROUP = 10
CLOSE = ("1563.jpg", "2222.jpg")
EMPTY = {*range(57), *range(210, 225), *range(462, 491)}
PERSON = {*range(84, 183), *range(252, 435)}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FACES.exists(), reason="needs ../shared/testdata/faces"),
    pytest.mark.skipif(not model(SHORT_RANGE).is_file(), reason="needs the models: make models"),
]


@pytest.fixture(scope="module")
def reader():
    return PictureReader()


@pytest.fixture(scope="module")
def some_of_each_group():
    taken, files = Counter(), []
    with (FACES / "fairface_val_subset" / "labels.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            if taken[row["race"]] < EACH_GROUP:
                taken[row["race"]] += 1
                files.append(FACES / "fairface_val_subset" / row["file"])
    assert len(taken) == 7
    return files


def on_a_desk(face):
    frame = np.full((360, 640, 3), 110, np.uint8)
    frame[80:280, 220:420] = cv2.resize(face, (200, 200), interpolation=cv2.INTER_AREA)
    return frame


def dimmed(picture):
    noise = np.random.default_rng(5).normal(0, 4, picture.shape)
    return ((picture / 255) ** 1.8 * 0.35 * 255 + noise).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("light", ["normal", "dim"])
def test_nobody_is_overlooked_in_any_group(some_of_each_group, light):
    detector = PresenceDetector()
    missed = []
    for path in some_of_each_group:
        for scene in (cv2.imread(str(path)), on_a_desk(cv2.imread(str(path)))):
            found = detector.look(dimmed(scene) if light == "dim" else scene)
            if found.face is None:
                missed.append(path.name)
    assert missed == []


def test_the_second_look_is_what_finds_faces_in_the_dark(some_of_each_group):
    detector = PresenceDetector()
    found = [detector.look(dimmed(on_a_desk(cv2.imread(str(path))) // 2)) for path in some_of_each_group]
    assert any(one.lifted for one in found)
    assert sum(one.face is None for one in found) <= 1


def test_people_are_counted_on_the_labelled_stills(reader):
    labels = json.loads((FACES / "count_labels.json").read_text(encoding="utf-8"))
    counts = {file: reader.read_still(cv2.imread(str(FACES / file))).people for file in labels}
    singles = [file for file, people in labels.items() if people == 1]
    several = [file for file, people in labels.items() if people == 2]
    assert {file: counts[file] for file in singles} == dict.fromkeys(singles, 1)
    assert sum(counts[file] > 1 for file in several) >= 9
    assert [file for file, people in labels.items() if people == 0 and counts[file] > 0] == ["none/cat.png"]


def test_an_eye_in_a_large_face_is_no_second_person():
    detector = PresenceDetector()
    counts = {name: detector.look(cv2.imread(str(FACES / "fairface_val_subset" / name))).people for name in CLOSE}
    assert counts == dict.fromkeys(CLOSE, 1)


@pytest.mark.parametrize("light", ["normal", "dim"])
def test_an_empty_room_is_empty_and_a_person_from_behind_is_there(light):
    """The frames are labelled in ../shared/testdata/video/README.md."""
    detector = PresenceDetector()
    room = FACES.parent / "video" / "intel_one-by-one-person-detection.mp4"
    found = Counter()
    for number, frame in enumerate(video_frames(room)):
        label = "empty" if number in EMPTY else "person" if number in PERSON else None
        if number > max(EMPTY):
            break
        if label is not None and number % 14 == 0:
            scene = dimmed(frame.pixels) if light == "dim" else frame.pixels
            found[label, detector.look(scene).face is not None] += 1
    assert found["empty", True] == 0
    assert found["empty", False] >= 3
    assert found["person", False] <= 1
    assert found["person", True] >= 20


def test_no_look_into_the_camera_is_called_away(reader):
    labels = json.loads((FACES / "gaze_still_labels.json").read_text(encoding="utf-8"))
    looks = {file: reader.read_still(cv2.imread(str(FACES / file))).face for file in labels["camera"]}
    assert all(face is not None for face in looks.values())
    assert {file: face.gaze_h_deg for file, face in looks.items() if abs(face.gaze_h_deg) > 30} == {}


def test_a_mirrored_picture_gives_the_mirrored_look(reader):
    picture = cv2.imread(str(FACES / "human" / "person-tasia.jpg"))
    seen, mirrored = reader.read_still(picture).face, reader.read_still(picture[:, ::-1]).face
    assert mirrored.yaw_deg == pytest.approx(-seen.yaw_deg, abs=4)
    assert mirrored.roll_deg == pytest.approx(-seen.roll_deg, abs=4)
    assert mirrored.gaze_h_deg == pytest.approx(-seen.gaze_h_deg, abs=10)


def test_a_larger_copy_gives_the_same_face_in_its_own_pixels():
    picture = cv2.imread(str(FACES / "human" / "ai-face.jpg"))
    detector = FaceDetector(FULL_RANGE)
    small, large = detector.find(picture)[0], detector.find(cv2.resize(picture, None, fx=2, fy=2))[0]
    assert [large.x / 2, large.y / 2, large.width / 2] == pytest.approx(
        [small.x, small.y, small.width], abs=small.width * 0.05
    )


@pytest.mark.parametrize("quality", ["too_dark", "too_far", "blurred", "partly_out"])
def test_what_cannot_be_seen_well_is_said(reader, quality):
    picture = cv2.imread(str(FACES / "human" / "ai-face.jpg"))
    frame = on_a_desk(picture)
    assert quality not in reader.read_still(frame).quality
    match quality:
        case "too_dark":
            frame = (frame * 0.12).astype(np.uint8)
        case "too_far":
            frame = np.full((720, 1280, 3), 110, np.uint8)
            frame[300:350, 600:650] = cv2.resize(picture, (50, 50), interpolation=cv2.INTER_AREA)
        case "blurred":
            frame = cv2.GaussianBlur(frame, (0, 0), 6)
        case _:
            frame = frame[:, 325:]
    seen = reader.read_still(frame)
    assert seen.present
    assert quality in seen.quality


@pytest.mark.parametrize("size", [(16, 16), (17, 900), (2000, 16), (480, 640), (1080, 1920)])
def test_any_size_has_an_answer(reader, size):
    seen = reader.read_still(np.random.default_rng(1).integers(0, 255, (*size, 3), np.uint8))
    assert seen.people in {0, 1}
    assert seen.face is None


@pytest.mark.parametrize(
    "shape",
    [
        lambda p: cv2.cvtColor(p, cv2.COLOR_BGR2GRAY),
        lambda p: cv2.cvtColor(p, cv2.COLOR_BGR2GRAY)[:, :, np.newaxis],
        lambda p: cv2.cvtColor(p, cv2.COLOR_BGR2BGRA),
        lambda p: p.astype(np.uint16) * 257,
        lambda p: np.where(np.arange(p.size).reshape(p.shape) % 997 == 0, np.nan, p / 255.0),
        lambda p: p[::1, ::1].copy()[:, :, :],
        np.asfortranarray,
    ],
    ids=["grey", "one channel", "with alpha", "16 bit", "floats, some not numbers", "copy", "column order"],
)
def test_every_kind_of_picture_shows_the_person(reader, shape):
    seen = reader.read_still(shape(on_a_desk(cv2.imread(str(FACES / "human" / "ai-face.jpg")))))
    assert seen.present
    assert seen.people == 1
    assert seen.face is not None


def test_an_upside_down_picture_has_an_answer(reader):
    seen = reader.read_still(on_a_desk(cv2.imread(str(FACES / "human" / "ai-face.jpg")))[::-1, ::-1])
    assert seen.people == int(seen.present) <= 1


@pytest.mark.parametrize("shape", [(8, 640, 3), (0, 0, 3), (5,), (100, 100, 2, 2)])
def test_what_is_no_picture_is_called_unreadable(reader, shape):
    seen = reader.read_still(np.zeros(shape, np.uint8))
    assert (seen.present, seen.quality) == (False, ("unreadable",))
    assert reader.read(np.zeros(shape, np.uint8), 7).at_ns == 7


def test_a_black_picture_is_dark_and_says_nothing_of_anybody(reader):
    seen = reader.read_still(np.zeros((360, 640, 3), np.uint8))
    assert (seen.present, seen.quality) == (False, ("too_dark",))


def test_a_bright_picture_is_not_brightened():
    bright = np.full((20, 20, 3), 200, np.uint8)
    assert np.array_equal(lift(bright), bright)
    assert lift(np.full((20, 20, 3), 12, np.uint8)).mean() > 60


def test_without_counting_nobody_is_never_said(reader):
    reader.forget()
    assert reader.read(np.full((360, 640, 3), 110, np.uint8), 1, counting=False) is None
    seen = reader.read(on_a_desk(cv2.imread(str(FACES / "human" / "ai-face.jpg"))), 2, counting=False)
    assert (seen.present, seen.people) == (True, None)
