"""The client's own events until they are sealed: those lost with a recorder that exited are sent to the next one."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from app.client.ipc.protocol import RecordEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.events.vocabulary import KnownEvent


class PendingEvents:
    """The events of one client in order, each held until the recorder confirms that it is sealed.

    A recorder may die between sealing and saying so; the event is then sealed twice, with the same time and facts.
    """

    def __init__(self) -> None:
        self._last = 0
        self._waiting: deque[RecordEvent] = deque()

    def __iter__(self) -> Iterator[RecordEvent]:
        """The events that no recorder has sealed yet, as far as is known."""
        return iter(tuple(self._waiting))

    def add(self, event: KnownEvent, at_ns: int) -> RecordEvent:
        """Keep an event that happened at monotonic time `at_ns`."""
        self._last += 1
        note = RecordEvent(number=self._last, event=event.kind, at_ns=at_ns, facts=event.write())
        self._waiting.append(note)
        return note

    def sealed(self, number: int) -> None:
        """Forget the event of this number and all before it."""
        while self._waiting and self._waiting[0].number <= number:
            self._waiting.popleft()
