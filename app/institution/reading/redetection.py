"""Incidents worked out again from the sealed observations, by the client's own code, under any limits.

A reviewer may ask what stricter or looser limits would have marked, for one recording or for a whole class, without
watching anything again. The sealed incidents stay in the recording; a replay is another reading of the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.events.detection import GazeZeroEvent, IncidentEvent, ObservedEvent
from app.events.recording import TakeStartedEvent
from app.events.sealed import SealedEvent
from capture.analysis.calibration import Zero
from capture.analysis.errors import NotationInvalid
from capture.analysis.rules.incidents import Incident, IncidentRules
from capture.analysis.settings import DetectionRules


def replay(events: Iterable[SealedEvent], rules: DetectionRules) -> Iterator[Incident]:
    """Yield the incidents that the observations among `events` give, times from time zero.

    A new take begins anew, as the recorder did. Observations that a program of another version wrote are passed over.
    """
    engine = IncidentRules(rules)
    for sealed in events:
        match sealed.event:
            case TakeStartedEvent():
                yield from engine.finish()
                engine = IncidentRules(rules)
            case GazeZeroEvent() as zero:
                engine.set_zero(Zero(zero.gaze_h_deg, zero.gaze_v_deg, learned=zero.learned))
            case ObservedEvent() as observed:
                try:
                    seen = observed.observations()
                except NotationInvalid:
                    continue
                for each in seen:
                    yield from engine.feed(each)
    yield from engine.finish()


def redetected(events: Sequence[SealedEvent], rules: DetectionRules) -> list[SealedEvent]:
    """The events with the incidents of `rules` in place of those that were sealed."""
    others = [sealed for sealed in events if not isinstance(sealed.event, IncidentEvent)]
    return others + [_sealed(incident) for incident in replay(events, rules)]


def _sealed(incident: Incident) -> SealedEvent:
    moment_ns = incident.to_ns if incident.ended else incident.noticed_ns
    return SealedEvent(IncidentEvent.of(incident, 0), moment_ns // 1000)
