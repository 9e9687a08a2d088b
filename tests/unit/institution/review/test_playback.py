"""Pictures and sound at any time of an attempt, without a file being written."""

import dataclasses
import time
import uuid

import numpy as np
import pytest

from app.institution.copies.local_copies import in_folder
from app.institution.recordings.attempt import examine
from app.institution.review.playback import RecordingPlayback, envelope
from crypto.keys import RecipientPrivate


@pytest.fixture(scope="module")
def key():
    return RecipientPrivate.generate("algebra-1.1")


@pytest.fixture
def played(tmp_path, key, media):
    attempt = str(uuid.uuid4())
    _, hid = media["seal_take"](
        tmp_path,
        key.public,
        {
            "webcam": media["video"](0.3, 6, flash_s=3.3),
            "microphone": media["sound"](0.2, 6, beep_s=3.3),
            "events": [(0.0, b'{"t_us": 0, "event": "began"}\n{"t_us": 9, "event": "next"}\n')],
        },
        attempt=attempt,
        finish=False,
    )
    media["seal_take"](
        tmp_path,
        key.public,
        {"webcam": media["video"](20.3, 4, flash_s=21.3, size=(320, 240))},
        attempt=attempt,
        take=1,
        previous=hid,
    )
    with RecordingPlayback(examine(in_folder(tmp_path)).takes, key) as playback:
        yield playback


def test_the_picture_of_any_moment(played):
    assert played.streams == ("webcam",)
    assert played.frame_at("webcam", 0.29) is None
    assert played.frame_at("webcam", 0.31).shape == (120, 160, 3)
    for moment, light in ((3.25, 40), (3.3, 255), (3.35, 255), (3.45, 40), (0.5, 40), (3.31, 255), (21.35, 255)):
        picture = played.frame_at("webcam", moment)
        assert picture.dtype == np.uint8
        assert abs(float(picture.mean()) - light) < 12, moment
    assert played.frame_at("webcam", 21.0).shape == (240, 320, 3)
    assert played.frame_at("webcam", 15.0) is None
    assert played.frame_at("screen", 1.0) is None
    assert played.frame_at("webcam", 6.5) is not None


class Noting:
    """A sealed source that notes what is read of it."""

    def __init__(self, source):
        self.source = source
        self.read_names = []

    def names(self):
        return self.source.names()

    def read(self, name):
        self.read_names.append(name)
        return self.source.read(name)


def test_a_seek_reads_nothing_of_what_lies_before(tmp_path, key, media):
    media["seal_take"](tmp_path, key.public, {"webcam": media["video"](0.0, 20)})
    (found,) = in_folder(tmp_path)
    source = Noting(found.source)
    with RecordingPlayback(examine([dataclasses.replace(found, source=source)]).takes, key) as playback:
        source.read_names.clear()
        assert playback.frame_at("webcam", 14.5) is not None
        assert source.read_names == ["seg/01-00000007.isg"]
        source.read_names.clear()
        assert playback.frame_at("webcam", 4.5) is not None
        assert source.read_names == ["seg/01-00000002.isg"]


def test_playing_on_is_fast_enough_for_a_window(played):
    played.frame_at("webcam", 0.3)
    began = time.perf_counter()
    for number in range(50):
        played.frame_at("webcam", 0.3 + number / 10)
    assert (time.perf_counter() - began) / 50 < 0.05


def test_sound_and_events(played):
    steps = envelope(played.sound, 10.0, steps=100)
    loud = [number / 10 for number, value in enumerate(steps) if value > 0.3]
    assert loud[0] == pytest.approx(3.3, abs=0.11)
    assert loud[-1] == pytest.approx(3.5, abs=0.11)
    assert list(played.events()) == [b'{"t_us": 0, "event": "began"}', b'{"t_us": 9, "event": "next"}']
    assert envelope([], 10.0) == ()
