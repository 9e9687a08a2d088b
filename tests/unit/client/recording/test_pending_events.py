"""Events wait until they are sealed, are told again to the next recorder, and are counted where there are too many."""

from app.client.recording.pending_events import IN_FLIGHT, MOST_WAITING, PendingEvents
from app.events.session import (
    ExamPageEvent,
    HandedInEvent,
    PageIncident,
    WindowLeftEvent,
    WindowReturnedEvent,
)

BLOCKED = ExamPageEvent(PageIncident.RESOURCE_BLOCKED)


def told(pending: PendingEvents) -> list[tuple[str, int]]:
    return [(event.event, event.at_ns) for event in pending.to_send()]


def test_an_event_is_told_once_with_its_time_and_again_only_to_another_recorder() -> None:
    pending = PendingEvents()
    pending.add(WindowLeftEvent(), 5)
    assert not pending.all_sent
    assert told(pending) == [("window_left", 5)]
    assert pending.all_sent
    assert told(pending) == []
    pending.recorder_changed()
    assert told(pending) == [("window_left", 5)]


def test_what_came_before_a_sealed_one_is_sealed_as_well_and_what_came_after_is_not() -> None:
    pending = PendingEvents()
    for at_ns, event in enumerate((WindowLeftEvent(), WindowReturnedEvent(), HandedInEvent())):
        pending.add(event, at_ns)
    numbers = [event.number for event in pending.to_send()]
    assert numbers == sorted(set(numbers))
    pending.sealed(numbers[1])
    pending.sealed(numbers[0])
    pending.recorder_changed()
    assert told(pending) == [("handed_in", 2)]


def test_no_more_are_on_their_way_than_a_recorder_is_to_hold() -> None:
    pending = PendingEvents()
    for at_ns in range(IN_FLIGHT + 10):
        pending.add(BLOCKED, at_ns)
    first = pending.to_send()
    assert len(first) == IN_FLIGHT
    assert pending.to_send() == ()
    assert not pending.all_sent
    pending.sealed(first[3].number)
    assert [at_ns for _, at_ns in told(pending)] == [IN_FLIGHT + place for place in range(4)]


def test_what_finds_no_room_is_counted_by_its_kind_and_told_once_there_is_room() -> None:
    pending = PendingEvents()
    for at_ns in range(MOST_WAITING):
        pending.add(BLOCKED, at_ns)
    for milliseconds in (1000, 1500, 4000):
        pending.add(BLOCKED, milliseconds * 1_000_000)
    pending.add(WindowLeftEvent(), 7_000_000_000)
    pending.add(HandedInEvent(), 8_000_000_000)
    everything = []
    while sent := pending.to_send():
        everything += sent
        pending.sealed(sent[-1].number)
    last = [(each.event, each.at_ns, each.facts) for each in everything[MOST_WAITING:]]
    assert last == [
        ("handed_in", 8_000_000_000, {}),
        ("events_dropped", 4_000_000_000, {"of": "page", "count": 3, "lasted_ms": 3000}),
        ("events_dropped", 7_000_000_000, {"of": "window_left", "count": 1, "lasted_ms": 0}),
    ]
    assert len(everything) == MOST_WAITING + 3
    assert pending.all_sent


def test_at_the_end_what_was_counted_is_told_whether_there_is_room_or_not() -> None:
    pending = PendingEvents()
    for at_ns in range(MOST_WAITING + 2):
        pending.add(BLOCKED, at_ns)
    pending.sum_up()
    pending.sum_up()
    everything = []
    while sent := pending.to_send():
        everything += sent
        pending.sealed(sent[-1].number)
    assert [each.facts["count"] for each in everything if each.event == "events_dropped"] == [2]
