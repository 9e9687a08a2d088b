"""The events of an attempt as a reviewer reads them: in order of time, with what belongs together said once.

Everything that was sealed is in here, in some entry; `app.institution.wording.grouping` says what is grouped.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.events.detection import ObservedEvent
from app.events.recording import GapEvent, TakeStartedEvent
from app.events.sealed import SealedEvent
from app.institution.wording.grouping import Occurrence, grouped
from app.institution.wording.phrases import Weight, plain

MAX_ENTRIES = 2000
"""Entries a window or page shows; an exam has some dozens."""


@dataclass(frozen=True)
class TimelineEntry:
    """One line of the event timeline.

    Times are seconds since the start of the attempt; `time_s` is None where the event has none, `until_s` where it
    lasted no time worth telling. `kind` is the kind of the event, or ``incident.`` and the rule.
    """

    time_s: float | None
    until_s: float | None
    kind: str
    sentence: str
    weight: Weight


def event_timeline(events: Iterable[SealedEvent]) -> tuple[TimelineEntry, ...]:
    """Put the events of an attempt in order. Never raises for what they contain; entries without a time come last.

    What a recorder sealed just before it died is sealed by the next one once more, word for word: it happened once.
    """
    happened = sorted(map(Occurrence.of, _once(events)), key=lambda each: each.time_s)
    entries = [
        TimelineEntry(group.begin_s, group.until_s, group.kind, wording.sentence, wording.weight)
        for group in grouped(happened)
        for wording in (group.wording(),)
    ]
    return tuple(sorted(entries, key=lambda entry: math.inf if entry.time_s is None else entry.time_s))


def most_significant(
    entries: Sequence[TimelineEntry], limit: int = MAX_ENTRIES
) -> tuple[tuple[TimelineEntry, ...], int]:
    """At most `limit` entries in their order, routine ones left out first; and how many were left out."""
    ranked = sorted(range(len(entries)), key=lambda place: entries[place].weight == "routine")
    shown_places = sorted(ranked[:limit])
    return tuple(entries[place] for place in shown_places), len(entries) - len(shown_places)


@dataclass(frozen=True)
class RecordedGap:
    """A stretch of one stream that the recorder itself says is missing, in seconds since the start of the attempt."""

    stream: str
    from_s: float
    to_s: float
    sentence: str


TELLING_OF_GAPS = frozenset({GapEvent.kind, TakeStartedEvent.kind})
"""Kinds of the events that `recorded_gaps` takes its gaps from; it passes over all others."""


def recorded_gaps(events: Iterable[SealedEvent]) -> tuple[RecordedGap, ...]:
    """The gaps told in the events stream, in order of time."""
    found: list[RecordedGap] = []
    # The others need not be written out again, to be compared: of hours of observations that is most of the work.
    for sealed in _once(each for each in events if isinstance(each.event, GapEvent | TakeStartedEvent)):
        gap = sealed.event
        if isinstance(gap, GapEvent):
            said = Occurrence.of(sealed).wording.sentence
            end_us = max(gap.from_us, gap.to_us)
            found.append(RecordedGap(plain(gap.stream), gap.from_us / 1_000_000, end_us / 1_000_000, said))
    return tuple(sorted(found, key=lambda gap: gap.from_s))


def _once(events: Iterable[SealedEvent]) -> Iterator[SealedEvent]:
    # Digests: an hour of observations is two megabytes of lines.
    before: set[bytes] = set()
    in_this_take: set[bytes] = set()
    for sealed in events:
        if isinstance(sealed.event, TakeStartedEvent):
            before |= in_this_take
            in_this_take = set()
        if isinstance(sealed.event, ObservedEvent):
            # The recorder's own, which no other seals again; and there are thousands.
            yield sealed
            continue
        # The hour is worked out by the recorder, which may find it a millisecond later the second time.
        written = hashlib.sha256(replace(sealed, wall_ms=None).line()).digest()
        in_this_take.add(written)
        if not sealed.event.kind or written not in before:
            yield sealed
