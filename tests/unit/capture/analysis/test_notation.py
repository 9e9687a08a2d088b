"""Observations come back from the sealed log as they were, and give the same incidents."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.analysis.errors import NotationInvalid
from capture.analysis.notation import incident_facts, observations, rows
from capture.analysis.observations import FaceReading, PictureObservation, PictureQuality, SoundObservation
from capture.analysis.rules.incidents import replay
from capture.analysis.settings import DetectionRules

T0_NS = 5_000_000_000
moments = st.integers(0, 4 * 3600 * 1_000_000).map(lambda us: T0_NS + us * 1000)
angles = st.none() | st.floats(-90, 90).map(lambda value: round(value, 3))
faces = st.builds(
    FaceReading,
    st.floats(0.5, 1).map(lambda value: round(value, 3)),
    st.integers(1, 2000).map(float),
    *[angles] * 6,
)
pictures = st.builds(
    PictureObservation,
    moments,
    st.booleans(),
    st.none() | st.integers(0, 9),
    st.none() | faces,
    st.lists(st.sampled_from(PictureQuality), unique=True).map(tuple),
)
sounds = st.builds(
    lambda at, dbfs, speech: SoundObservation(at, at + 512_000_000, round(dbfs, 3), round(speech, 3), 0.5),
    moments,
    st.floats(-100, 0),
    st.floats(0, 0.512),
)


@given(st.lists(pictures | sounds, max_size=30))
def test_what_is_written_is_read(seen):
    written = json.loads(json.dumps(rows(seen, T0_NS)))
    read = observations(written)
    shifted = rows(read, 0)
    assert {name: sorted(map(str, each)) for name, each in shifted.items()} == {
        name: sorted(map(str, each)) for name, each in written.items()
    }
    assert len(read) == len(seen)


def absent_for(seconds, at_s=10.0):
    step_ns = 200_000_000
    begin = T0_NS + round(at_s * 1e9)
    return [PictureObservation(begin + n * step_ns, False, 0, None) for n in range(round(seconds * 5) + 1)]


def test_incidents_are_the_same_from_the_log_as_live():
    seen = [*absent_for(5), PictureObservation(T0_NS + 16_000_000_000, True, 1, None)]
    live = [incident_facts(each, T0_NS) for each in replay(seen, DetectionRules())]
    again = [incident_facts(each, 0) for each in replay(observations(rows(seen, T0_NS)), DetectionRules())]
    assert [each["rule"] for each in live] == ["face_presence", "face_presence"]
    assert (live[1]["from_us"], live[1]["ended"]) == (10_000_000, True)
    assert again == live


@pytest.mark.parametrize(
    "facts",
    [
        {"pictures": 3},
        {"pictures": [[1, 1]]},
        {"pictures": [[1, 1, None, *[None] * 8, ["recognised"]]]},
        {"pictures": [["now", 1, None, *[None] * 8, []]]},
        {"sounds": [[1, 2, True, 0, 0]]},
        {"sounds": [[1, 2, 1e300, 0, 0]]},
        {"sounds": [[1, 2]]},
    ],
)
def test_what_is_no_observation_is_refused(facts):
    with pytest.raises(NotationInvalid):
        observations(facts)


def test_an_hour_of_looks_weighs_less_than_two_megabytes():
    face = FaceReading(0.987, 181.25, -12.345, 8.125, 1.5, -20.125, 10.25, 0.301)
    second = rows([PictureObservation(T0_NS + n * 200_000_000, True, 1, face) for n in range(5)], T0_NS)
    assert len(json.dumps(second)) * 3600 < 2_000_000
