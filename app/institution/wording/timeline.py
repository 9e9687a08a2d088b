"""The events of an attempt as a reviewer reads them: in order of time, with what belongs together said once.

Everything that was sealed is in here, in some entry. What is grouped: the sources that begin or end with a take, the
controls engaged together, leaving the exam window and coming back, and the same thing again within ten seconds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.institution.wording.events import words
from app.institution.wording.lockdown import control_name
from app.institution.wording.phrases import Event, Weight, Wording, capital, duration_text, listed, number, plain
from app.institution.wording.streams import stream_name

MAX_ENTRIES = 2000
"""Entries a window or page shows; an exam has some dozens."""

TOGETHER_S = 3.0
"""Sources begin and controls are engaged within this time of each other."""

REPEATED_S = 10.0
"""The same again within this time of the last one is one entry."""

LASTING = frozenset({"gap", "incident"})
"""Events that carry the edges of a stretch."""

_ORDER = ("webcam", "microphone", "screen")


@dataclass(frozen=True)
class TimelineEntry:
    """One line of the event timeline.

    Times are seconds since the start of the attempt; `time_s` is None where the event has none, `until_s` where it
    lasted no time worth telling.
    """

    time_s: float | None
    until_s: float | None
    kind: str
    sentence: str
    weight: Weight


def event_timeline(lines: Iterable[bytes]) -> tuple[TimelineEntry, ...]:
    """Read the lines of the events stream. Never raises for what they contain; entries without a time come last.

    What a recorder sealed just before it died is sealed by the next one once more, word for word: it happened once.
    """
    happened = sorted(_once(_Occurrence.of(line) for line in lines), key=lambda each: each.time_s)
    entries = [group.entry() for group in _grouped(happened)]
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


def recorded_gaps(lines: Iterable[bytes]) -> tuple[RecordedGap, ...]:
    """The gaps recorded in the events stream, in order of time."""
    found: list[RecordedGap] = []
    for each in _once(_Occurrence.of(line) for line in lines):
        end = number(each.event.get("to_us"))
        if each.kind == "gap" and each.wording.known and end is not None:
            stream = plain(each.event.get("stream"))
            found.append(RecordedGap(stream, each.time_s, max(each.time_s, end / 1_000_000), each.wording.sentence))
    return tuple(sorted(found, key=lambda gap: gap.from_s))


@dataclass(frozen=True)
class _Occurrence:
    time_s: float
    event: Event
    wording: Wording

    @classmethod
    def of(cls, line: bytes) -> _Occurrence:
        try:
            read: Any = json.loads(line)
        except (ValueError, RecursionError):
            read = None
        if not isinstance(read, Mapping):
            shown = plain(line.decode("utf-8", "replace"))
            return cls(math.inf, {}, Wording(f"A line that is no event: {shown}", "look", known=False))
        # It is reported when it is over, or noticed; it belongs where it began.
        moment = number(read.get("from_us")) if read.get("event") in LASTING else None
        moment = number(read.get("t_us")) if moment is None else moment
        return cls(math.inf if moment is None else moment / 1_000_000, read, words(read))

    @property
    def kind(self) -> str:
        return str(self.event.get("event", ""))


def _once(happened: Iterable[_Occurrence]) -> Iterator[_Occurrence]:
    before: set[str] = set()
    in_this_take: set[str] = set()
    for each in happened:
        if each.kind == "take_started":
            before |= in_this_take
            in_this_take = set()
        # The hour is worked out by the recorder, which may find it a millisecond later the second time.
        first = json.dumps({**each.event, "wall_ms": None}, sort_keys=True)
        in_this_take.add(first)
        if not each.event or first not in before:
            yield each


@dataclass
class _Group:
    key: Hashable
    members: list[_Occurrence] = field(default_factory=list)

    def takes(self, one: _Occurrence) -> bool:
        if math.isinf(one.time_s):
            return False
        if self.key == "away":
            return one.kind == "window_returned"
        if self.key == "observed":
            return True
        if isinstance(self.key, tuple) and self.key[0] == "incident":
            return not self.members[-1].event.get("ended")
        if isinstance(self.key, tuple) and self.key[0] == "impairment":
            return self.members[-1].event.get("state") == "began" and one.event.get("state") == "ended"
        if isinstance(self.key, tuple) and self.key[0] == "again":
            return one.time_s - self.members[-1].time_s <= REPEATED_S
        return one.time_s - self.members[0].time_s <= TOGETHER_S

    def entry(self) -> TimelineEntry:
        first, last = self.members[0], self.members[-1]
        wording = _describe(self)
        begin_s = None if math.isinf(first.time_s) else first.time_s
        until_s = last.time_s if begin_s is not None and last.time_s > first.time_s else None
        if first.kind in LASTING:
            end = number(last.event.get("to_us"))
            until_s = None if end is None else end / 1_000_000
        kind = f"incident.{plain(first.event.get('rule'))}" if first.kind == "incident" else plain(first.kind)
        return TimelineEntry(begin_s, until_s, kind, wording.sentence, wording.weight)


def _grouped(happened: Sequence[_Occurrence]) -> Iterator[_Group]:
    groups: list[_Group] = []
    joinable: dict[Hashable, _Group] = {}
    for one in happened:
        key = _key(one)
        group = joinable.get(key)
        if group is None or one.kind in {"take_started", "window_left"} or not group.takes(one):
            group = joinable[key] = _Group(key)
            groups.append(group)
        group.members.append(one)
        if one.kind in {"take_ended", "window_returned"}:
            del joinable[key]
    return iter(groups)


def _key(one: _Occurrence) -> Hashable:
    match one.kind, one.event.get("state"):
        case ("take_started", _) | ("source", "running"):
            return "start"
        case ("take_ended", _) | ("source", "stopped"):
            return "end"
        case (("window_left" | "window_returned"), _):
            return "away"
        case "observed", _:
            return "observed"
        case "incident", _:
            return ("incident", str(one.event.get("rule")), str(one.event.get("number")))
        case "guard", _:
            return ("guard", str(one.event.get("level")))
        case "quality", ("began" | "ended"):
            return ("impairment", str(one.event.get("stream")), str(one.event.get("what")))
    return ("again", one.kind, one.wording.sentence)


def _describe(group: _Group) -> Wording:
    members = group.members
    if len(members) == 1:
        return members[0].wording
    match group.key:
        case "away":
            away_s = members[-1].time_s - members[0].time_s
            return Wording(f"Another window was in front of the exam for {duration_text(away_s)}.", "look")
        case "start" | "end":
            return _sources(members, began=group.key == "start")
        case ("guard", level):
            return _guards(members, str(level))
        case ("incident", *_):
            return members[-1].wording
        case ("impairment", *_):
            first = members[0].wording
            lasted_s = members[-1].time_s - members[0].time_s
            return Wording(
                f"{first.sentence.removesuffix('.')}, for {duration_text(lasted_s)}.", first.weight, first.known
            )
        case "observed":
            return _observations(members)
    wording = members[0].wording
    over_s = members[-1].time_s - members[0].time_s
    within = f" within {duration_text(over_s)}" if over_s >= 0.05 else ""
    return Wording(f"{wording.sentence} ({len(members)} times{within})", wording.weight)


def _sources(members: Sequence[_Occurrence], *, began: bool) -> Wording:
    seen = dict.fromkeys(str(each.event.get("stream")) for each in members if each.kind == "source")
    names = [stream_name(stream) for stream in sorted(seen, key=lambda s: _ORDER.index(s) if s in _ORDER else 9)]
    take = next((each for each in members if each.kind != "source"), None)
    if take is None:
        verb = ("is" if len(names) == 1 else "are") + " recording" if began else "ended"
        return Wording(f"{capital(listed(names))} {verb}.", "routine")
    return Wording(f"{take.wording.sentence.removesuffix('.')}: {listed(names)}.", take.wording.weight)


def _observations(members: Sequence[_Occurrence]) -> Wording:
    rows = [each.event.get(name, ()) for each in members for name in ("pictures", "sounds")]
    count = sum(len(each) for each in rows if isinstance(each, list))
    return Wording(
        f"From here on pictures and sound were observed: {count} observations, sealed as numbers.", "routine"
    )


def _guards(members: Sequence[_Occurrence], level: str) -> Wording:
    names = list(dict.fromkeys(control_name(each.event.get("guard")) for each in members))
    if not all(each.wording.known for each in members):
        return Wording(f"Lockdown, {level}: {listed(names)}.", "look")
    how = {"enforced": "enforced", "observed": "observed only", "not_available": "not available on this computer"}
    number_of = "1 control" if len(names) == 1 else f"{len(names)} controls"
    return Wording(f"Lockdown: {number_of} {how[level]} ({listed(names)}).", members[0].wording.weight)
