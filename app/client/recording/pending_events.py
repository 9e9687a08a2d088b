"""The client's own events until they are sealed: those lost with a recorder that exited are sent to the next one."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.client.ipc.to_recorder import RecordEvent
from app.events.lockdown import ViolationEvent
from app.events.session import EventsDroppedEvent, ExamPageEvent, WindowLeftEvent, WindowReturnedEvent

if TYPE_CHECKING:
    from app.events.vocabulary import KnownEvent

IN_FLIGHT = 256
"""So many events may be on their way to a recorder that has not said yet that it sealed them."""
MOST_WAITING = 1000
"""So many events wait for a recorder; a few hundred bytes each."""
DROPPABLE = frozenset({each.kind for each in (ExamPageEvent, ViolationEvent, WindowLeftEvent, WindowReturnedEvent)})
"""What a page or a machine can bring about without end. The others follow from what a person does: none is lost."""


@dataclass
class _Dropped:
    count: int
    first_ns: int
    last_ns: int


class PendingEvents:
    """The events of one client in order, each held until the recorder confirms that it is sealed.

    A recorder may die between sealing and saying so; the event is then sealed twice, with the same time and facts.
    Where `MOST_WAITING` wait already, those that may be dropped are counted instead, by their kind.
    """

    def __init__(self) -> None:
        self.last = 0
        """Number of the event that was added last; 0 where there is none."""
        self.last_sealed = 0
        """The number up to which all are sealed."""
        self._sent = 0
        self._waiting: deque[RecordEvent] = deque()
        self._dropped: dict[str, _Dropped] = {}

    @property
    def all_sent(self) -> bool:
        """Whether the present recorder was told of everything."""
        return self._sent == len(self._waiting)

    def add(self, event: KnownEvent, at_ns: int) -> None:
        """Keep an event that happened at monotonic time `at_ns`, or count it where there is no room."""
        if event.kind in DROPPABLE and len(self._waiting) >= MOST_WAITING:
            dropped = self._dropped.setdefault(event.kind, _Dropped(0, at_ns, at_ns))
            dropped.count += 1
            dropped.last_ns = at_ns
            return
        self.last += 1
        self._waiting.append(RecordEvent(number=self.last, event=event.kind, at_ns=at_ns, facts=event.write()))

    def to_send(self) -> tuple[RecordEvent, ...]:
        """Hand out what the present recorder is to be told next."""
        sent, self._sent = self._sent, min(len(self._waiting), IN_FLIGHT)
        return tuple(self._waiting[place] for place in range(sent, self._sent))

    def recorder_changed(self) -> None:
        """Another recorder has to be told of everything that is not sealed."""
        self._sent = 0

    def sealed(self, number: int) -> None:
        """Forget the event of this number and all before it."""
        self.last_sealed = max(self.last_sealed, number)
        while self._waiting and self._waiting[0].number <= number:
            self._waiting.popleft()
            self._sent = max(0, self._sent - 1)
        if len(self._waiting) < IN_FLIGHT:
            self.sum_up()

    def sum_up(self) -> None:
        """Turn what was counted into events of their own."""
        dropped, self._dropped = self._dropped, {}
        for kind, each in dropped.items():
            lasted_ms = (each.last_ns - each.first_ns) // 1_000_000
            self.add(EventsDroppedEvent(kind, each.count, lasted_ms), each.last_ns)
