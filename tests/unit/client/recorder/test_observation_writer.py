"""What is sealed of the observations: what the settings ask for, a second at a time, and nothing else."""

from app.client.recorder.observation_writer import ObservationWriter
from capture.analysis.observations import FaceReading, PictureObservation, SoundObservation
from capture.analysis.settings import DetectionRules

FACE = FaceReading(0.9, 150.0, 10.0, 5.0, 1.0, -20.0, 4.0, 0.3)


class Notes:
    def __init__(self):
        self.noted = []

    def note(self, event, at_ns):
        self.noted.append((event, at_ns))


def look(second, people=2):
    return PictureObservation(round(second * 1e9), True, people, FACE)


def sealed(rules, *seen):
    notes = Notes()
    log = ObservationWriter(notes, rules, 0)
    for each in seen:
        log.take(each)
    log.flush()
    return notes, log


def test_observations_are_noted_a_second_at_a_time():
    notes, log = sealed(DetectionRules(), *(look(n / 5) for n in range(12)))
    assert [event.kind for event, _ in notes.noted] == ["observed"] * 3
    assert [len(event.pictures) for event, _ in notes.noted] == [5, 5, 2]
    assert log.pictures == 12


def test_without_gaze_no_angle_is_written_down():
    notes, _ = sealed(DetectionRules(gaze=False), look(1))
    (seen,) = notes.noted[0][0].observations()
    assert (seen.face.yaw_deg, seen.face.gaze_h_deg, seen.face.eye_opening) == (None, None, None)
    assert (seen.face.score, seen.people) == (0.9, 2)


def test_without_counting_no_number_of_people_is_written_down():
    notes, _ = sealed(DetectionRules(people_count=False), look(1))
    (seen,) = notes.noted[0][0].observations()
    assert (seen.people, seen.face.gaze_h_deg) == (None, -20.0)


def test_sound_is_written_as_loudness_and_speech():
    notes, log = sealed(DetectionRules(), SoundObservation(0, 512_000_000, -31.25, 0.384, 0.75))
    assert notes.noted[0][0].write() == {"sounds": [[0, 512_000, -31.25, 0.384, 0.75]]}
    assert log.sounds == 1
