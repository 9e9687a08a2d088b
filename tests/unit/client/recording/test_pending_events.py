"""Events wait until they are sealed, and are told again in their order."""

from app.client.recording.pending_events import PendingEvents


def waiting(notes: PendingEvents) -> list[str]:
    return [note.event for note in notes]


def test_an_event_waits_until_it_is_sealed() -> None:
    notes = PendingEvents()
    first = notes.add("window_left", {"by": 1})
    assert (first.event, first.facts) == ("window_left", {"by": 1})
    assert waiting(notes) == ["window_left"]
    notes.sealed(first.number)
    assert waiting(notes) == []


def test_what_came_before_a_sealed_one_is_sealed_as_well_and_what_came_after_is_not() -> None:
    notes = PendingEvents()
    numbers = [notes.add(event, {}).number for event in ("left", "returned", "handed_in")]
    assert numbers == sorted(set(numbers))
    notes.sealed(numbers[1])
    assert waiting(notes) == ["handed_in"]


def test_an_answer_about_an_earlier_one_changes_nothing() -> None:
    notes = PendingEvents()
    number = notes.add("left", {}).number
    notes.sealed(number)
    notes.add("returned", {})
    notes.sealed(number)
    assert waiting(notes) == ["returned"]


def test_while_they_are_told_others_may_come() -> None:
    notes = PendingEvents()
    notes.add("left", {})
    for note in notes:
        notes.add(f"after {note.event}", {})
    assert waiting(notes) == ["left", "after left"]
