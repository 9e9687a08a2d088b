"""Every kind of event there is, and what becomes of a kind, a code or a fact that this program does not know.

A program that reads a recording may be older or newer than the one that sealed it. So nothing is dropped and nothing
raises: an event of a kind that is not known, or whose facts do not fit its kind, is a value of its own that keeps
everything as it was sealed, to be shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, get_args

from app.events.checkin import CheckInEvent
from app.events.detection import DetectionEvent
from app.events.event import Event
from app.events.lockdown import LockdownEvent
from app.events.recording import RecordingEvent
from app.events.session import SessionEvent

KnownEvent: TypeAlias = RecordingEvent | SessionEvent | CheckInEvent | LockdownEvent | DetectionEvent
KNOWN_EVENTS: tuple[type[KnownEvent], ...] = get_args(KnownEvent)


@dataclass(frozen=True)
class UnknownEvent:
    """An event of a kind that this program does not know, with its facts as they were sealed."""

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def write(self) -> dict[str, Any]:
        """Give the facts."""
        return dict(self.facts)

    def unknown_codes(self) -> Iterator[str]:
        """Yield the kind."""
        yield self.kind


@dataclass(frozen=True)
class MalformedEvent(UnknownEvent):
    """An event of a known kind whose facts are not those of its kind."""


@dataclass(frozen=True)
class NoEvent(UnknownEvent):
    """A line of the events stream that is no event at all: its text is the only fact, and it has no kind."""


AnyEvent: TypeAlias = KnownEvent | UnknownEvent

_BY_KIND: Mapping[str, type[KnownEvent]] = {each.kind: each for each in KNOWN_EVENTS}


def read_event(kind: str, facts: Mapping[str, Any]) -> AnyEvent:
    """Read the facts of an event of today's vocabulary; never raises for what they are."""
    known = _BY_KIND.get(kind)
    if known is None:
        return UnknownEvent(kind, facts)
    try:
        return known.read(facts)
    except (ValueError, RecursionError):
        return MalformedEvent(kind, facts)


__all__ = ["KNOWN_EVENTS", "AnyEvent", "Event", "KnownEvent", "MalformedEvent", "NoEvent", "UnknownEvent", "read_event"]
