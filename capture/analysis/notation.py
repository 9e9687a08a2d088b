"""How observations and incidents are written into the sealed log, and read from it at review.

Plain JSON values. Times are microseconds since the recording's time zero; an observation is a short row, because a
picture observed five times a second for four hours must not weigh more than the sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from capture.analysis.errors import NotationInvalid
from capture.analysis.observations import FaceReading, Observation, PictureObservation, PictureQuality, SoundObservation
from capture.analysis.rules.incidents import Incident

Row = list[float | int | list[str] | None]

PICTURE_COLUMNS = (
    *("t_us", "present", "people", "score", "width_px", "yaw_deg", "pitch_deg", "roll_deg"),
    *("gaze_h_deg", "gaze_v_deg", "eye_opening", "quality"),
)
"""A row of `pictures`. `present` is 0 or 1; without a face that can be read everything from `score` on is null."""

_DIGITS = 3
_FACE = len(PICTURE_COLUMNS) - 4


def rows(observations: Iterable[Observation], t0_ns: int) -> dict[str, list[Row]]:
    """Write observations as `{"pictures": [...], "sounds": [...]}`; a key whose list would be empty is left out."""
    written: dict[str, list[Row]] = {}
    for seen in observations:
        if isinstance(seen, SoundObservation):
            edges: Row = [_us(seen.from_ns, t0_ns), _us(seen.to_ns, t0_ns)]
            loudness = (seen.dbfs, seen.speech_s, seen.speech_probability)
            written.setdefault("sounds", []).append([*edges, *(_rounded(value) for value in loudness)])
        else:
            written.setdefault("pictures", []).append(_picture_row(seen, t0_ns))
    return written


def observations(facts: Mapping[str, Any]) -> list[Observation]:
    """Read what `rows` has written, times as nanoseconds since time zero, in order of time.

    Raises:
        NotationInvalid: it holds something else.
    """
    try:
        pictures = [_picture(row) for row in facts.get("pictures", ())]
        sounds = [SoundObservation(*_ns(row[:2]), *map(_number, row[2:])) for row in facts.get("sounds", ())]
    except (TypeError, ValueError, IndexError, OverflowError) as error:
        raise NotationInvalid(f"These are no observations as this version writes them ({error})") from error
    return sorted([*pictures, *sounds], key=_moment)


def incident_facts(incident: Incident, t0_ns: int) -> dict[str, Any]:
    """Write one incident."""
    return {
        "rule": incident.rule,
        "number": incident.number,
        "from_us": _us(incident.from_ns, t0_ns),
        "to_us": _us(incident.to_ns, t0_ns),
        "noticed_us": _us(incident.noticed_ns, t0_ns),
        "ended": incident.ended,
        "withheld": incident.withheld,
        "numbers": {name: _rounded(value) for name, value in incident.numbers.items()},
        "rules_version": incident.rules_version,
        "models": list(incident.models),
    }


def _picture_row(seen: PictureObservation, t0_ns: int) -> Row:
    face = seen.face
    numbers: Sequence[float | None] = [None] * _FACE
    if face is not None:
        numbers = [
            *(face.score, face.width_px, face.yaw_deg, face.pitch_deg, face.roll_deg),
            *(face.gaze_h_deg, face.gaze_v_deg, face.eye_opening),
        ]
    begin: Row = [_us(seen.at_ns, t0_ns), int(seen.present), seen.people]
    return [
        *begin,
        *(None if value is None else _rounded(value) for value in numbers),
        [quality.value for quality in seen.quality],
    ]


def _picture(row: Sequence[Any]) -> PictureObservation:
    if len(row) != len(PICTURE_COLUMNS) or not isinstance(row[-1], list):
        raise ValueError("a row of another shape")
    ((at_ns,), present, people) = _ns(row[:1]), _number(row[1]) == 1, row[2]
    if people is not None:
        people = int(_number(people))
    score, width_px, *angles = row[3:-1]
    face = None
    if score is not None:
        face = FaceReading(_number(score), _number(width_px), *(_number(a) if a is not None else None for a in angles))
    return PictureObservation(at_ns, present, people, face, tuple(PictureQuality(each) for each in row[-1]))


def _moment(seen: Observation) -> int:
    return seen.to_ns if isinstance(seen, SoundObservation) else seen.at_ns


def _ns(moments_us: Sequence[Any]) -> list[int]:
    return [round(_number(moment) * 1000) for moment in moments_us]


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        raise ValueError("a value that is no number")
    return value


def _us(at_ns: int, t0_ns: int) -> int:
    return (at_ns - t0_ns) // 1000


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS)
