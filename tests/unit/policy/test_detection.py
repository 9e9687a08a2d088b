"""What an exam asks to be observed, and what a person is granted."""

import json

import pytest

from app.policy.accommodations import AccommodationSettings
from app.policy.detection import DetectionSettings
from app.policy.document import ExamSettings, parse_settings
from app.policy.errors import SettingsInvalid

ALL = {"face_presence": True, "people_count": True, "gaze": True, "voice": True}


def granted(**accommodations):
    return DetectionSettings(**ALL).granted(AccommodationSettings(**accommodations))


def test_nothing_asked_for_loads_nothing():
    assert DetectionSettings().detectors() is None
    assert DetectionSettings().at_check_in(face=False) is None


def test_voice_alone_loads_no_picture_model():
    detectors = DetectionSettings(voice=True).detectors()
    assert detectors is not None
    assert (detectors.pictures, detectors.sounds) == (False, True)


def test_a_person_without_gaze_detection_is_not_measured_at_all():
    detectors = granted(without_gaze_detection=True).detectors()
    assert detectors is not None
    assert (detectors.rules.gaze, detectors.rules.face_presence, detectors.learn_zero_s) == (False, True, 0)


def test_a_person_without_face_detection_keeps_the_voice_only():
    detectors = granted(without_face_detection=True).detectors()
    assert detectors is not None
    assert (detectors.pictures, detectors.sounds) == (False, True)


def test_times_grow_and_angles_stay():
    rules = granted(detection_time_factor=2.5).detectors().rules
    assert (rules.absent_s, rules.away_s, rules.people_s, rules.speech_s) == (7.5, 10.0, 2.5, 2.0)
    assert (rules.speech_window_s, rules.away_deg, rules.most_per_hour) == (5.0, 30.0, 30)


def test_before_the_exam_no_rule_is_on():
    looks = DetectionSettings(**ALL).at_check_in(face=True)
    rules = looks.rules
    assert not any((rules.face_presence, rules.gaze, rules.people_count, rules.voice))
    assert looks.pictures


def test_who_needs_no_face_detection_is_not_asked_for_a_face(document):
    document = {**document, "checks": {"face": True}, "accommodations": {"without_face_detection": True}}
    settings = ExamSettings.model_validate(document)
    assert not settings.asks_for_face()
    assert settings.looks_at_check_in() is None


@pytest.mark.parametrize(
    ("recording", "asked", "named"),
    [
        ({"camera": None}, {"detection": {"gaze": True}}, "detection.gaze"),
        ({"camera": None}, {"checks": {"id_photo": True}}, "checks.id_photo"),
        ({"microphone": None}, {"detection": {"voice": True}}, "detection.voice"),
    ],
)
def test_what_needs_a_source_that_is_off_is_refused(document, recording, asked, named):
    with pytest.raises(SettingsInvalid, match=named):
        parse_settings(json.dumps({**document, "recording": recording, **asked}).encode())
