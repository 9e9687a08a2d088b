"""Which events belong together, and what is said of them at once.

The sources that begin or end with a take, the controls engaged together, leaving the exam window and coming back, an
impairment and its end, an incident and its end, observations, and the same thing again within ten seconds.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from app.events.detection import IncidentEvent, ObservedEvent
from app.events.lockdown import GuardEngagedEvent
from app.events.recording import GapEvent, ImpairmentEvent, SourceChangedEvent, TakeEndedEvent, TakeStartedEvent
from app.events.sealed import SealedEvent
from app.events.session import WindowLeftEvent, WindowReturnedEvent
from app.events.vocabulary import AnyEvent
from app.institution.wording.events import words
from app.institution.wording.lockdown import control_name, limited
from app.institution.wording.phrases import Wording, capital, duration_text, listed, plain, shown
from app.institution.wording.streams import stream_name
from resources.language import _, isolate, ngettext

TOGETHER_S = 3.0
"""Sources begin and controls are engaged within this time of each other."""

REPEATED_S = 10.0
"""The same again within this time of the last one is one entry."""

_ORDER = ("webcam", "microphone", "screen")


@dataclass(frozen=True)
class Occurrence:
    """One event at its place in the timeline; `time_s` is infinite where it has none that can be used.

    Of observations only their number is kept: there are four a second, for hours.
    """

    time_s: float
    event: AnyEvent
    wording: Wording
    observations: int = 0

    @classmethod
    def of(cls, sealed: SealedEvent) -> Occurrence:
        """Place a sealed event: what lasted is told when it is over, or noticed, and belongs where it began."""
        event = sealed.event
        moment_us = event.from_us if isinstance(event, GapEvent | IncidentEvent) else sealed.t_us
        time_s, wording = math.inf if moment_us is None else moment_us / 1_000_000, words(sealed)
        if isinstance(event, ObservedEvent):
            return cls(time_s, ObservedEvent(), wording, len(event.pictures) + len(event.sounds))
        return cls(time_s, event, wording)


@dataclass
class Group:
    """Events that are one entry of the timeline."""

    key: Hashable
    members: list[Occurrence] = field(default_factory=list)

    @property
    def begin_s(self) -> float | None:
        """When the first of them happened; None where it has no time."""
        first_s = self.members[0].time_s
        return None if math.isinf(first_s) else first_s

    @property
    def until_s(self) -> float | None:
        """When the last of them happened, or was over; None where that is the same moment."""
        first, last = self.members[0], self.members[-1]
        if isinstance(last.event, GapEvent | IncidentEvent):
            return last.event.to_us / 1_000_000
        return last.time_s if self.begin_s is not None and last.time_s > first.time_s else None

    @property
    def kind(self) -> str:
        """The kind of the first of them, with its rule for an incident."""
        event = self.members[0].event
        return f"incident.{plain(event.rule)}" if isinstance(event, IncidentEvent) else plain(event.kind)

    def takes(self, one: Occurrence) -> bool:
        """Whether `one`, which has the same key, belongs to these."""
        first, last = self.members[0], self.members[-1]
        if math.isinf(one.time_s):
            return False
        match last.event, one.event:
            case (_, TakeStartedEvent() | WindowLeftEvent()):
                return False
            case WindowLeftEvent(), WindowReturnedEvent():
                return True
            case WindowReturnedEvent() | TakeEndedEvent(), _:
                return False
            case ObservedEvent(), ObservedEvent():
                return True
            case IncidentEvent(ended=ended), IncidentEvent():
                return not ended
            case ImpairmentEvent(state=before), ImpairmentEvent(state=after):
                return before == "began" and after == "ended"
            case GuardEngagedEvent() | SourceChangedEvent() | TakeStartedEvent(), _ if self.key != _again(one):
                return one.time_s - first.time_s <= TOGETHER_S
        return one.time_s - last.time_s <= REPEATED_S

    def wording(self) -> Wording:
        """Say what they mean together."""
        first, last = self.members[0], self.members[-1]
        if len(self.members) == 1:
            return first.wording
        if self.key in ("start", "end"):
            return _sources(self.members, began=self.key == "start")
        lasted = duration_text(last.time_s - first.time_s)
        match first.event:
            case WindowLeftEvent():
                return Wording(
                    _("Another window was in front of the exam for {duration}.").format(duration=lasted), "look"
                )
            case GuardEngagedEvent():
                return _guards(self.members, first.event)
            case IncidentEvent():
                return last.wording
            case ImpairmentEvent():
                said = _("{sentence} This lasted {duration}.").format(sentence=first.wording.sentence, duration=lasted)
                return Wording(said, first.wording.weight, first.wording.known)
            case ObservedEvent():
                return _observations(self.members)
        return _repeated(first.wording, len(self.members), last.time_s - first.time_s)


def grouped(happened: Sequence[Occurrence]) -> Iterator[Group]:
    """Put together what belongs together; `happened` is in order of time, and so is the beginning of each group."""
    groups: list[Group] = []
    joinable: dict[Hashable, Group] = {}
    for one in happened:
        key = _key(one)
        group = joinable.get(key)
        if group is None or not group.takes(one):
            group = joinable[key] = Group(key)
            groups.append(group)
        group.members.append(one)
    return iter(groups)


def _key(one: Occurrence) -> Hashable:
    match one.event:
        case TakeStartedEvent() | SourceChangedEvent(state="running"):
            return "start"
        case TakeEndedEvent() | SourceChangedEvent(state="stopped"):
            return "end"
        case WindowLeftEvent() | WindowReturnedEvent():
            return "away"
        case ObservedEvent():
            return "observed"
        case IncidentEvent(rule=rule, number=number):
            return ("incident", rule, number)
        case GuardEngagedEvent(level=level, limit=limit):
            return ("guard", level, limit)
        case ImpairmentEvent(stream=stream, what=what, state="began" | "ended"):
            return ("impairment", stream, what)
    return _again(one)


def _again(one: Occurrence) -> Hashable:
    return (one.event.kind, one.wording.sentence)


def _repeated(wording: Wording, times: int, over_s: float) -> Wording:
    if over_s >= 0.05:
        said = ngettext(
            "{sentence} ({times} time within {duration})", "{sentence} ({times} times within {duration})", times
        )
    else:
        said = ngettext("{sentence} ({times} time)", "{sentence} ({times} times)", times)
    facts = {"sentence": wording.sentence, "times": isolate(times), "duration": duration_text(over_s)}
    return Wording(said.format(**facts), wording.weight)


def _sources(members: Sequence[Occurrence], *, began: bool) -> Wording:
    seen = dict.fromkeys(str(each.event.stream) for each in members if isinstance(each.event, SourceChangedEvent))
    names = [stream_name(stream) for stream in sorted(seen, key=lambda s: _ORDER.index(s) if s in _ORDER else 9)]
    take = next((each for each in members if not isinstance(each.event, SourceChangedEvent)), None)
    if take is not None:
        said = _("{sentence} Sources: {streams}.").format(sentence=take.wording.sentence, streams=listed(names))
        return Wording(said, take.wording.weight)
    sentence = _("{streams}: recording began.") if began else _("{streams}: recording ended.")
    return Wording(sentence.format(streams=capital(listed(names))), "routine")


def _observations(members: Sequence[Occurrence]) -> Wording:
    count = sum(each.observations for each in members)
    sentence = ngettext(
        "From here on pictures and sound were observed: {count} observation, sealed as numbers.",
        "From here on pictures and sound were observed: {count} observations, sealed as numbers.",
        count,
    )
    return Wording(sentence.format(count=isolate(count)), "routine")


def _guards(members: Sequence[Occurrence], first: GuardEngagedEvent) -> Wording:
    guards = dict.fromkeys(each.event.guard for each in members if isinstance(each.event, GuardEngagedEvent))
    names = [control_name(guard) for guard in guards]
    count, controls = isolate(len(names)), listed(names)
    if first.level == "enforced":
        sentence = ngettext(
            "Lockdown: {count} control enforced ({controls}).",
            "Lockdown: {count} controls enforced ({controls}).",
            len(names),
        )
    elif first.level == "observed":
        sentence = ngettext(
            "Lockdown: {count} control observed only ({controls}).",
            "Lockdown: {count} controls observed only ({controls}).",
            len(names),
        )
    elif first.level == "not_available":
        sentence = ngettext(
            "Lockdown: {count} control not available on this computer ({controls}).",
            "Lockdown: {count} controls not available on this computer ({controls}).",
            len(names),
        )
    else:
        sentence = _("Lockdown, {level}: {controls}.")
    said = sentence.format(count=count, controls=controls, level=shown(first.level))
    known = all(each.wording.known for each in members)
    return limited(Wording(said, members[0].wording.weight if known else "look", known), first)
