"""Incidents worked out again from the sealed observations, by the client's own code, under any limits.

A reviewer may ask what stricter or looser limits would have marked, for one recording or for a whole class, without
watching anything again. The sealed incidents stay in the recording; a replay is another reading of the same numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.institution.wording.phrases import number
from capture.analysis.calibration import Zero
from capture.analysis.errors import NotationInvalid
from capture.analysis.notation import incident_facts, observations
from capture.analysis.rules.incidents import Incident, IncidentRules
from capture.analysis.settings import DetectionRules


def replay(lines: Iterable[bytes], rules: DetectionRules) -> Iterator[Incident]:
    """Yield the incidents that the observations in `lines` (JSON of the events stream) give, times from time zero.

    A new take begins anew, as the recorder did. A line that is no event, or no observations, is passed over.
    """
    engine = IncidentRules(rules)
    for event in map(_event, lines):
        match event.get("event"):
            case "take_started":
                yield from engine.finish()
                engine = IncidentRules(rules)
            case "zero":
                engine.set_zero(_zero(event))
            case "observed":
                try:
                    seen = observations(event)
                except NotationInvalid:
                    continue
                for each in seen:
                    yield from engine.feed(each)
    yield from engine.finish()


def redetected(lines: Iterable[bytes], rules: DetectionRules) -> list[bytes]:
    """The events stream with the incidents of `rules` in place of those that were sealed."""
    recorded = list(lines)
    others = [line for line in recorded if _event(line).get("event") != "incident"]
    return others + [_line(incident) for incident in replay(recorded, rules)]


def _line(incident: Incident) -> bytes:
    moment_ns = incident.to_ns if incident.ended else incident.noticed_ns
    facts = {"event": "incident", "t_us": moment_ns // 1000, **incident_facts(incident, 0)}
    return json.dumps(facts, sort_keys=True).encode()


def _event(line: bytes) -> Mapping[str, Any]:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, Mapping) else {}


def _zero(event: Mapping[str, Any]) -> Zero | None:
    across, down = number(event.get("gaze_h_deg")), number(event.get("gaze_v_deg"))
    return None if across is None or down is None else Zero(across, down, learned=bool(event.get("learned")))
