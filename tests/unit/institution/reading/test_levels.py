"""What an institution's marks make of the moments: how long, how often, and which mark counts."""

import json

import pytest

from app.institution.errors import UsageError
from app.institution.reading.levels import FILE, Levels, read_levels
from app.institution.wording.timeline import TimelineEntry


def entry(from_s=10.0, until_s=None, kind="window_left", weight="routine"):
    return TimelineEntry(from_s, until_s, kind, "It happened.", weight)


def levels(*marks):
    return Levels.model_validate({"marks": [{"kind": "window_left", **mark} for mark in marks]})


def test_a_moment_has_a_level_from_the_shortest_time_on():
    red = levels({"level": "red", "from_s": 3})
    assert red.of((entry(10.0, 12.9), entry(10.0, 13.0), entry(2.0, 30.0))) == ("green", "red", "red")


def test_a_moment_whose_length_is_not_known_lasted_no_time():
    for unknown in (entry(10.0, None), entry(None, 10.0), entry(None, None)):
        assert levels({"level": "red", "from_s": 0.5}).of((unknown,)) == ("green",)
        assert levels({"level": "red"}).of((unknown,)) == ("red",)


def test_the_third_of_a_kind_is_marked_and_other_kinds_do_not_count():
    third = levels({"level": "yellow", "from_count": 3})
    moments = (entry(), entry(kind="gap"), entry(), entry(kind="gap"), entry(), entry())
    assert third.of(moments) == ("green", "green", "green", "green", "yellow", "yellow")


def test_the_first_of_a_kind_is_the_first_and_not_the_second():
    second = levels({"level": "red", "from_count": 2})
    assert second.of((entry(), entry())) == ("green", "red")
    assert levels({"level": "red", "from_count": 2}).of((entry(),)) == ("green",)


def test_of_several_marks_that_fit_the_gravest_counts_in_any_order():
    for marks in (({"level": "red"}, {"level": "yellow"}), ({"level": "yellow"}, {"level": "red"})):
        assert levels(*marks).of((entry(),)) == ("red",)
    assert levels({"level": "green"}, {"level": "yellow"}).of((entry(),)) == ("yellow",)


def test_what_has_no_mark_is_to_be_looked_at_where_it_says_so_itself():
    marked = levels({"level": "green"})
    look = entry(kind="gap", weight="look")
    assert marked.of((entry(weight="look"), look, entry(kind="gap"))) == ("green", "yellow", "green")


@pytest.mark.parametrize(
    "mark",
    [
        {"from_s": -0.1},
        {"from_s": 86_401},
        {"from_count": 0},
        {"from_count": 10_001},
        {"kind": "a" * 65},
        {"kind": "Window left"},
        {"kind": "incident."},
        {"kind": ".gaze"},
        {"kind": "a.b.c"},
        {"until_s": 3},
    ],
)
def test_a_mark_that_cannot_be_meant_is_refused(mark):
    with pytest.raises(ValueError, match=next(iter(mark))):
        levels({"level": "red", **mark})


@pytest.mark.parametrize(
    "mark",
    [
        {"from_s": 0},
        {"from_s": 0.5},
        {"from_s": 86_400},
        {"from_count": 1},
        {"from_count": 10_000},
        {"kind": "a" * 64},
        {"kind": "incident.gaze"},
    ],
)
def test_a_mark_at_the_ends_of_what_can_be_meant_is_taken(mark):
    (taken,) = levels({"level": "red", **mark}).marks
    assert mark.items() <= taken.model_dump().items()


def test_five_hundred_marks_are_the_most():
    assert len(levels(*[{"level": "red"}] * 500).marks) == 500
    with pytest.raises(ValueError, match="500"):
        levels(*[{"level": "red"}] * 501)


def test_an_institution_without_a_file_has_no_marks_and_one_that_is_named_must_be_there(tmp_path):
    assert read_levels(None, tmp_path) == Levels.model_validate({"schema_version": 1, "marks": []})
    with pytest.raises(UsageError, match=r"other\.json"):
        read_levels(tmp_path / "other.json", tmp_path)


def test_the_named_file_counts_and_not_the_institutions_own(tmp_path):
    (tmp_path / FILE).write_text(json.dumps({"schema_version": 1, "marks": [{"kind": "gap", "level": "red"}]}))
    (tmp_path / "other.json").write_text(json.dumps({"marks": []}))
    assert [mark.kind for mark in read_levels(None, tmp_path).marks] == ["gap"]
    assert read_levels(tmp_path / "other.json", tmp_path) == Levels()


def test_a_file_of_another_version_is_refused_and_said_to_hold_no_levels(tmp_path):
    (tmp_path / FILE).write_text('{"schema_version": 2}')
    with pytest.raises(UsageError, match="holds no levels: line 1, schema_version"):
        read_levels(None, tmp_path)
