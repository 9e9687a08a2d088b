"""What is written is read again, whatever the event; and nothing that stands in a recording stops the reader."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.events.detection import GazeZeroEvent, IncidentEvent, ObservedEvent, PictureRow, SoundRow
from app.events.event import RESERVED
from app.events.lockdown import ReleaseCodeRefusedEvent, ReleaseReason, ViolationEvent
from app.events.recording import GapEvent
from app.events.sealed import VERSION, SealedEvent, kind_in, read_line
from app.events.session import HandedInEvent, PageIncident
from app.events.values import UnknownCode
from app.events.violations import KNOWN_VIOLATIONS, ControlLostFacts, UnknownViolation
from app.events.vocabulary import KNOWN_EVENTS, MalformedEvent, NoEvent, UnknownEvent, read_event
from app.policy.release import RELEASE_REASONS
from capture.analysis.calibration import Zero
from capture.analysis.errors import NotationInvalid
from capture.analysis.notation import PICTURE_COLUMNS
from capture.analysis.observations import SoundObservation
from capture.analysis.rules.incidents import RULES_VERSION, Incident
from lockdown.contract.settings import Control
from lockdown.contract.violations import FACTS, Code, Violation
from tests.fixtures.event_examples import any_event, anything, examples
from tests.fixtures.soak import times
from ui.client.exam.engine.page_event import PageEvent

KINDS = [each.kind for each in KNOWN_EVENTS]
each_kind = pytest.mark.parametrize("kind", KNOWN_EVENTS, ids=KINDS)


@each_kind
@settings(max_examples=times(30, 3000))
@given(data=st.data())
def test_what_is_written_is_read_again(kind: type, data: st.DataObject) -> None:
    event = data.draw(any_event(kind))
    written = json.loads(json.dumps(event.write()))
    assert read_event(event.kind, written) == event
    assert not RESERVED & set(written)


@each_kind
def test_a_line_carries_its_time_and_version(kind: type) -> None:
    for event in examples(kind):
        sealed = SealedEvent(event, 5, 7)
        assert read_line(sealed.line()) == sealed
        assert kind_in(sealed.line()) == event.kind
        assert sealed.understood
        assert json.loads(sealed.line())["version"] == VERSION


def test_every_kind_has_a_name_of_its_own() -> None:
    assert len(set(KINDS)) == len(KINDS)
    assert all(name.isidentifier() and name == name.lower() for name in KINDS)


@given(
    st.sampled_from([*KINDS, "another"]),
    st.dictionaries(st.sampled_from(["stream", "why", "reason", "from_us", "code", "guard", "pictures"]), anything),
    st.sampled_from([{}, {"version": 2}, {"version": 3}, {"version": "2"}, {"version": None}]),
)
def test_no_facts_are_refused_and_none_are_lost(kind: str, facts: dict[str, Any], version: dict[str, Any]) -> None:
    sealed = read_line(json.dumps({**facts, **version, "event": kind, "t_us": 3}).encode())
    assert sealed.t_us == 3
    if version == {"version": 2}:
        written = {**sealed.event.write(), **sealed.unknown_facts}
        kept = {name: fact for name, fact in facts.items() if fact is not None and fact != []}
        assert json.dumps(kept, sort_keys=True) == json.dumps(
            {name: written[name] for name in kept}, sort_keys=True
        ) or isinstance(sealed.event, GapEvent | ObservedEvent)


@given(st.binary(max_size=60) | anything.map(lambda value: json.dumps(value).encode()))
def test_no_line_is_refused(line: bytes) -> None:
    sealed = read_line(line)
    assert kind_in(line) == sealed.event.kind
    if not line.lstrip().startswith(b"{"):
        assert isinstance(sealed.event, NoEvent)
        assert not sealed.understood


def test_a_line_that_nests_too_deep_is_no_event() -> None:
    assert isinstance(read_line(b"[" * 100_000).event, NoEvent)
    assert kind_in(b"[" * 100_000) == ""
    deep: Any = []
    for _ in range(900):
        deep = [deep]
    assert not isinstance(read_event("exam_left", {"reason": deep}), NoEvent)


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (b'{"event": "astonished", "version": 2, "by": 1}', UnknownEvent("astonished", {"by": 1})),
        (b'{"event": "handed_in", "version": 3}', UnknownEvent("handed_in", {"version": 3})),
        (b'{"event": "handed_in", "version": true}', UnknownEvent("handed_in", {"version": True})),
        (b'{"event": "gap", "version": 2, "to_us": 1e999}', MalformedEvent("gap", {"to_us": float("inf")})),
        (b'{"event": "violation", "version": 2, "guard": "clock"}', MalformedEvent("violation", {"guard": "clock"})),
        (b'{"event": "observed", "version": 2, "pictures": [[1]]}', MalformedEvent("observed", {"pictures": [[1]]})),
        (b'{"event": 7, "by": 1}', MalformedEvent("", {"by": 1})),
        (b'{"event": "handed_in", "version": 2}', HandedInEvent()),
    ],
)
def test_what_is_not_known_is_kept_as_it_is(line: bytes, event: object) -> None:
    sealed = read_line(line)
    assert sealed.event == event
    assert type(sealed.event) is type(event)
    assert kind_in(line) == sealed.event.kind
    assert sealed.understood is isinstance(event, HandedInEvent)


def test_a_fact_of_a_newer_program_stays_beside_the_event() -> None:
    sealed = read_line(b'{"event": "handed_in", "version": 2, "by": "mail", "nothing": null, "t_us": 1.5}')
    assert (sealed.event, sealed.unknown_facts, sealed.t_us) == (HandedInEvent(), {"by": "mail"}, None)
    assert not sealed.understood
    assert json.loads(sealed.line())["by"] == "mail"


def test_a_code_of_a_newer_program_stays_a_code() -> None:
    event = read_event("gap", {"stream": "depth", "from_us": 1, "to_us": 2, "reason": "fog"})
    assert event == GapEvent(UnknownCode("depth"), 1, 2, UnknownCode("fog"))
    assert list(event.unknown_codes()) == ["depth", "fog"]


def test_what_a_guard_has_seen_is_typed_by_its_code() -> None:
    seen = Violation("focus_return", Code.CONTROL_LOST, 1, control=Control.FOCUS_RETURN)
    event = ViolationEvent.of(seen)
    assert event == ViolationEvent(Control.FOCUS_RETURN, ControlLostFacts())
    assert event.write() == {"guard": "focus_return", "code": "control-lost"}
    unknown = ViolationEvent.read({"guard": "smell", "code": "burnt", "how": 3})
    assert unknown.seen == UnknownViolation(UnknownCode("burnt"), {"how": 3})
    assert unknown.write() == {"guard": "smell", "code": "burnt", "how": 3}
    assert list(unknown.unknown_codes()) == ["smell", "burnt"]


def test_the_facts_of_each_code_are_those_that_lockdown_gives() -> None:
    assert {each.code: frozenset(field.name for field in fields(each)) for each in KNOWN_VIOLATIONS} == FACTS


def test_lists_that_are_kept_twice_are_the_same() -> None:
    assert tuple(ReleaseReason) == RELEASE_REASONS
    first_vocabulary_only = {PageIncident.FOCUS_NOT_KEPT, PageIncident.KEYBOARD_NOT_HELD}
    assert set(PageIncident) - first_vocabulary_only == set(map(str, PageEvent))


def test_rows_have_the_columns_of_the_notation() -> None:
    assert PictureRow._fields == PICTURE_COLUMNS
    (heard,) = ObservedEvent.of([SoundObservation(0, 512_000_000, -31.25, 0.384, 0.75)], 0).sounds
    assert heard == SoundRow(from_us=0, to_us=512_000, dbfs=-31.25, speech_s=0.384, speech_probability=0.75)


def test_observations_with_a_code_that_is_not_known_are_no_observations_for_the_rules() -> None:
    row = [1, 1, 1, None, None, None, None, None, None, None, None, ["foggy"]]
    event = read_event("observed", {"pictures": [row]})
    assert isinstance(event, ObservedEvent)
    with pytest.raises(NotationInvalid):
        event.observations()


def test_a_number_is_bounded() -> None:
    assert isinstance(read_event("release_code_refused", {"tries": 10**18}), ReleaseCodeRefusedEvent)
    assert isinstance(read_event("release_code_refused", {"tries": 10**18 + 1}), MalformedEvent)
    assert isinstance(read_event("release_code_refused", {"tries": True}), MalformedEvent)


def test_what_detection_reports_is_written_down_with_its_numbers_rounded() -> None:
    assert GazeZeroEvent.of(Zero(1.23456, -2.0, learned=True)) == GazeZeroEvent(1.235, -2.0, learned=True)
    seen = Incident("gaze", 2, 1_000_000, 5_000_000, 4_000_000, ended=True, numbers={"mean": 31.23456})
    assert IncidentEvent.of(seen, 1_000_000) == IncidentEvent(
        "gaze", 2, 0, 4_000, 3_000, ended=True, numbers={"mean": 31.235}, rules_version=RULES_VERSION
    )
