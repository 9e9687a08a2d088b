"""Other limits give other moments, from the same sealed numbers; the same limits give the same."""

import json

from app.events.sealed import read_line
from app.institution.reading.levels import Levels
from app.institution.reading.redetection import redetected, replay
from app.institution.wording.timeline import event_timeline
from app.policy.detection import DetectionSettings
from capture.analysis.notation import incident_facts, rows
from capture.analysis.observations import FaceReading, PictureObservation
from capture.analysis.rules.incidents import IncidentRules

DETECTION = DetectionSettings(face_presence=True, gaze=True)


def rules_for(detection, changes):
    return detection.detectors().rules.model_copy(update=changes)


def look(at_s, gaze_h=None):
    face = None if gaze_h is None else FaceReading(0.9, 200.0, 0.0, 0.0, 0.0, gaze_h, 0.0, 0.3)
    return PictureObservation(round(at_s * 1e9), face is not None, None, face)


SEEN = [
    *(look(n / 5, 2.0) for n in range(20)),
    *(look(4 + n / 5) for n in range(18)),  # nobody there for 3.4 s
    *(look(8 + n / 5, 2.0) for n in range(10)),
    *(look(10 + n / 5, 22.0) for n in range(30)),  # 22 degrees away for 5.8 s
    *(look(16 + n / 5, 2.0) for n in range(10)),
]


def line(event, at_s, **facts):
    return json.dumps({"event": event, "t_us": round(at_s * 1e6), "wall_ms": 0, **facts}).encode()


def sealed(zero=None):
    """A take as the recorder seals it: live incidents among observations of a second each."""
    engine = IncidentRules(DETECTION.detectors().rules)
    yield line("take_started", 0, take=0)
    if zero is not None:
        yield line("zero", 0, gaze_h_deg=zero, gaze_v_deg=0.0, learned=False)
    for start in range(0, len(SEEN), 5):
        together = SEEN[start : start + 5]
        yield line("observed", together[0].at_ns / 1e9, **rows(together, 0))
        for each in together:
            for incident in engine.feed(each):
                yield line("incident", incident.noticed_ns / 1e9, **incident_facts(incident, 0))


def found(lines, rules):
    return [
        (each.rule, each.from_ns / 1e9, each.to_ns / 1e9) for each in replay(map(read_line, lines), rules) if each.ended
    ]


def test_the_signed_limits_give_the_sealed_incidents_again():
    lines = list(sealed())
    rules = rules_for(DETECTION, {})
    marked = [json.loads(each) for each in lines if b'"incident"' in each]
    assert [each["rule"] for each in marked] == ["face_presence", "face_presence"]
    assert found(lines, rules) == [("face_presence", 4.0, 7.4)]


def test_looser_limits_mark_less_and_stricter_ones_more():
    lines = list(sealed())
    assert found(lines, rules_for(DETECTION, {"absent_s": 5.0})) == []
    assert found(lines, rules_for(DETECTION, {"away_deg": 15.0})) == [("face_presence", 4.0, 7.4), ("gaze", 10.0, 15.8)]


def test_the_persons_own_centre_is_replayed_too():
    # 22 degrees are away from a centre at 2, with the finer limit of 18.
    assert ("gaze", 10.0, 15.8) in found(list(sealed(zero=2.0)), rules_for(DETECTION, {}))
    assert [rule for rule, _, _ in found(list(sealed(zero=10.0)), rules_for(DETECTION, {}))] == ["face_presence"]


def test_a_chronicle_reads_a_replay_in_place_of_what_was_marked():
    entries = event_timeline(
        redetected(list(map(read_line, sealed())), rules_for(DETECTION, {"away_deg": 15.0, "absent_s": 5.0}))
    )
    told = [entry for entry in entries if entry.kind.startswith("incident")]
    assert [(entry.kind, entry.time_s, entry.until_s) for entry in told] == [("incident.gaze", 10.0, 15.8)]
    assert "22°" in told[0].sentence
    assert "limit 15° for 4 s" in told[0].sentence


def test_an_incident_and_its_end_are_one_entry_and_the_numbers_one_more():
    entries = event_timeline(map(read_line, sealed()))
    assert [entry.kind for entry in entries] == ["take_started", "observed", "incident.face_presence"]
    assert "88 observations" in entries[1].sentence
    assert (entries[2].time_s, entries[2].until_s, entries[2].weight) == (4.0, 7.4, "look")


def test_garbage_between_the_lines_is_passed_over():
    lines = [b"{", b"[]", line("observed", 1, pictures="none"), line("zero", 1, gaze_h_deg="x"), *sealed()]
    assert found(lines, rules_for(DETECTION, {})) == [("face_presence", 4.0, 7.4)]


def test_levels_are_the_institutions():
    entries = event_timeline(map(read_line, sealed()))
    marks = [
        {"kind": "incident.face_presence", "level": "yellow"},
        {"kind": "incident.face_presence", "level": "red", "from_s": 3.0},
        {"kind": "observed", "level": "red", "from_count": 2},
    ]
    assert Levels().of(entries) == ("green", "green", "yellow")
    assert Levels.model_validate({"marks": marks}).of(entries) == ("green", "green", "red")
    longer = [{"kind": "incident.face_presence", "level": "red", "from_s": 60.0}]
    assert Levels.model_validate({"marks": longer}).of(entries) == ("green", "green", "green")


def test_incidents_worked_out_again_stand_in_place_of_the_sealed_ones_at_their_moments():
    sealed_events = list(map(read_line, sealed()))
    unchanged = redetected(sealed_events, rules_for(DETECTION, {}))
    stricter = redetected(sealed_events, rules_for(DETECTION, {"absent_s": 2.0}))
    for events, noticed_us in ((unchanged, 7_000_000), (stricter, 6_000_000)):
        incidents = [each for each in events if each.event.kind == "incident"]
        assert [(each.t_us, each.event.ended) for each in incidents] == [(noticed_us, False), (7_400_000, True)]
        assert [each for each in events if each not in incidents] == [
            each for each in sealed_events if each.event.kind != "incident"
        ]


def test_another_take_begins_anew():
    lines = list(sealed())
    assert len(found([*lines, *lines], rules_for(DETECTION, {}))) == 2, "the clock of the second begins at zero again"
    cut = [each for each in lines if json.loads(each).get("t_us", 0) < 6_000_000]
    assert found([*cut, *cut], rules_for(DETECTION, {})) == [], "two absences of two seconds are not one of four"


def test_what_still_goes_on_at_the_end_of_a_take_ends_with_it():
    cut = [each for each in sealed() if json.loads(each)["t_us"] < 7_000_000]
    shorter = rules_for(DETECTION, {"absent_s": 2.0})
    assert found(cut, shorter) == [("face_presence", 4.0, 6.8)]
    assert found([*cut, *cut], shorter) == [("face_presence", 4.0, 6.8)] * 2


def test_a_gaze_zero_counts_from_where_it_stands():
    lines = list(sealed(zero=10.0))
    later = [lines[0], *lines[2:], lines[1]]
    assert [rule for rule, _, _ in found(lines, rules_for(DETECTION, {"away_deg": 15.0}))] == ["face_presence"]
    assert "gaze" in [rule for rule, _, _ in found(later, rules_for(DETECTION, {"away_deg": 15.0}))]
