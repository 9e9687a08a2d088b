"""Hints speak of the picture, late, seldom, and never of conduct."""

from app.client.ipc.from_recorder import FaceSeen
from app.client.pages.camera_hints import HINTS, MIN_DURATION_S, MIN_SHOWN_S, REPEAT_AFTER_S, CameraHints


def seen(*quality, present=True):
    return FaceSeen(present=present, people=None, face=True, quality=quality)


def run(hints, what, from_s, to_s):
    seconds = range(round(from_s), round(to_s))
    return [(second, hints.sentence) for second in seconds if hints.take(what, float(second))]


def test_a_picture_that_stays_too_dark_is_mentioned_once():
    hints = CameraHints()
    told = run(hints, seen("too_dark"), 0, REPEAT_AFTER_S)
    assert told == [(MIN_DURATION_S, HINTS["too_dark"]), (MIN_DURATION_S + MIN_SHOWN_S, "")]


def test_it_goes_as_soon_as_the_picture_is_good_again():
    hints = CameraHints()
    run(hints, seen("blurred"), 0, 12)
    assert hints.sentence == HINTS["blurred"]
    assert hints.take(seen(), 12.0)
    assert hints.sentence == ""


def test_a_short_shadow_and_a_face_turned_away_are_not_mentioned():
    hints = CameraHints()
    assert run(hints, seen("too_dark"), 0, 5) == []
    assert run(hints, seen(), 5, 6) == []
    assert run(hints, seen("too_dark"), 6, 12) == []
    assert run(CameraHints(), seen("face_not_read"), 0, 600) == []
    assert run(CameraHints(), seen("too_dark", present=False), 0, 600) == []


def test_hints_accuse_nobody():
    for sentence in HINTS.values():
        assert not {"suspicious", "cheat", "violation", "must"} & set(sentence.lower().split())
        assert sentence.endswith("Go on with your exam.")
