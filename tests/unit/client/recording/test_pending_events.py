"""Events wait until they are sealed, and are told again in their order."""

from app.client.recording.pending_events import PendingEvents
from app.events.lockdown import ReleaseCodeRefusedEvent
from app.events.session import HandedInEvent, WindowLeftEvent, WindowReturnedEvent


def waiting(notes: PendingEvents) -> list[str]:
    return [note.event for note in notes]


def test_an_event_waits_until_it_is_sealed() -> None:
    notes = PendingEvents()
    first = notes.add(ReleaseCodeRefusedEvent(1), at_ns=7)
    assert (first.event, first.facts, first.at_ns) == ("release_code_refused", {"tries": 1}, 7)
    assert waiting(notes) == ["release_code_refused"]
    notes.sealed(first.number)
    assert waiting(notes) == []


def test_what_came_before_a_sealed_one_is_sealed_as_well_and_what_came_after_is_not() -> None:
    notes = PendingEvents()
    numbers = [notes.add(event, 0).number for event in (WindowLeftEvent(), WindowReturnedEvent(), HandedInEvent())]
    assert numbers == sorted(set(numbers))
    notes.sealed(numbers[1])
    assert waiting(notes) == ["handed_in"]


def test_an_answer_about_an_earlier_one_changes_nothing() -> None:
    notes = PendingEvents()
    number = notes.add(WindowLeftEvent(), 0).number
    notes.sealed(number)
    notes.add(WindowReturnedEvent(), 0)
    notes.sealed(number)
    assert waiting(notes) == ["window_returned"]


def test_while_they_are_told_others_may_come() -> None:
    notes = PendingEvents()
    notes.add(WindowLeftEvent(), 0)
    for _ in notes:
        notes.add(WindowReturnedEvent(), 0)
    assert waiting(notes) == ["window_left", "window_returned"]
