"""What sealed observations and incidents say, in plain sentences with their raw numbers.

Sentences say what was measured and by which limit, never what somebody meant by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from app.events.detection import (
    DetectionEndedEvent,
    DetectionEvent,
    DetectionFailedEvent,
    DetectionFailure,
    GazeZeroEvent,
    IncidentEvent,
    ObservedEvent,
)
from app.events.values import UnknownCode
from app.institution.wording.phrases import Wording, duration_text, shown
from capture.analysis.errors import AnalysisFault
from capture.analysis.rules.incidents import Rule
from resources.language import N_, _, isolate, ngettext

RULES: Mapping[Rule, str] = MappingProxyType(
    {
        "face_presence": N_(
            "Nobody was seen in the camera's picture {lasted} (limit {lasted_s} s, {observations} pictures)."
        ),
        "gaze": N_(
            "Head and eyes were turned away from the screen {lasted} (on average by {angle}°, limit {limit_deg}° for "
            "{lasted_s} s, centre at {zero_deg}°, {observations} pictures)."
        ),
        "people_count": N_(
            "More than one person was seen {lasted} (up to {most}, limit {lasted_s} s, {observations} pictures)."
        ),
        "face_readability": N_(
            "The face could not be read {lasted}: too dark, too far, blurred or cut off. This is about the picture, "
            "not about the person (limit {lasted_s} s, {observations} pictures)."
        ),
        "voice": N_(
            "Speech was heard {lasted} (up to {extreme} s in {window_s} s, limit {speech_s} s). Who "
            "spoke was not checked."
        ),
    }
)
_GAZE_RIGHT = N_(
    "Head and eyes were turned away from the screen towards the picture's right {lasted} (on average by {angle}°, "
    "limit {limit_deg}° for {lasted_s} s, centre at {zero_deg}°, {observations} pictures)."
)
_GAZE_LEFT = N_(
    "Head and eyes were turned away from the screen towards the picture's left {lasted} (on average by {angle}°, "
    "limit {limit_deg}° for {lasted_s} s, centre at {zero_deg}°, {observations} pictures)."
)
_UNKNOWN_RULE = N_("Rule {rule}: held {lasted}.")

FAILURES: Mapping[DetectionFailure, str] = MappingProxyType(
    {
        AnalysisFault.MODEL_MISSING: N_("The model {model} was not there."),
        AnalysisFault.MODEL_REFUSED: N_("The model {model} was not the one that the program names."),
        AnalysisFault.MODEL_NOT_RUNNABLE: N_("The model {model} could not be run on that computer."),
        AnalysisFault.ANALYSIS_STOPPED: N_("The analysis failed; pictures and sound went on being recorded."),
        "recorder_kept_ending": N_("The recorder ended each time while it ran the detectors."),
    }
)


def detection_wording(event: DetectionEvent) -> Wording:
    """Say what an event of detection means."""
    match event:
        case IncidentEvent():
            return _incident(event)
        case GazeZeroEvent():
            return _zero(event)
        case ObservedEvent():
            count = len(event.pictures) + len(event.sounds)
            sentence = ngettext(
                "Pictures and sound were observed ({count} observation).",
                "Pictures and sound were observed ({count} observations).",
                count,
            )
            return Wording(sentence.format(count=isolate(count)), "routine")
        case DetectionFailedEvent():
            return _failed(event)
        case DetectionEndedEvent():
            return _ended(event)
        case _:
            assert_never(event)


def _incident(event: IncidentEvent) -> Wording:
    lasted = _("for {duration}") if event.ended else _("for {duration} and longer; its end was not recorded")
    duration = duration_text((event.to_us - event.from_us) / 1_000_000)
    mean, extreme = event.numbers.get("mean"), event.numbers.get("extreme")
    sentence = _(_UNKNOWN_RULE) if isinstance(event.rule, UnknownCode) else _(RULES[event.rule])
    if event.rule == "gaze" and mean is not None:
        sentence = _(_GAZE_RIGHT) if mean > 0 else _(_GAZE_LEFT)
    said = sentence.format(
        rule=shown(event.rule),
        lasted=lasted.format(duration=duration),
        angle=_number(None if mean is None else abs(mean), 0),
        extreme=_number(extreme),
        most=_number(extreme, 0),
        **{name: _number(event.numbers.get(name)) for name in _LIMITS},
    )
    if event.withheld:
        more = ngettext(
            "{count} more of this kind came before it and was not marked, because there were too many.",
            "{count} more of this kind came before it and were not marked, because there were too many.",
            event.withheld,
        )
        said += " " + more.format(count=isolate(event.withheld))
    return Wording(said, "look")


_LIMITS = ("lasted_s", "observations", "limit_deg", "zero_deg", "window_s", "speech_s")


def _number(value: float | None, digits: int = 1) -> str:
    """A raw number; one that is missing is shown as a question mark."""
    return "?" if value is None else isolate(f"{round(value, digits):g}")


def _zero(event: GazeZeroEvent) -> Wording:
    sentence = (
        _(
            "The middle of the screen lies at {across}° across and {down}° down for this person, by the first seconds "
            "of the exam."
        )
        if event.learned
        else _(
            "The middle of the screen lies at {across}° across and {down}° down for this person, by the calibration at "
            "check-in."
        )
    )
    across, down = isolate(f"{event.gaze_h_deg:.0f}"), isolate(f"{event.gaze_v_deg:.0f}")
    return Wording(sentence.format(across=across, down=down), "routine")


def _failed(event: DetectionFailedEvent) -> Wording:
    why = "{why}." if isinstance(event.why, UnknownCode) else _(FAILURES[event.why])
    said = _("Nothing is observed automatically from here on.")
    said += " " + why.format(model=shown(event.model or "?"), why=shown(event.why))
    if event.error is not None:
        said += " " + _("The error was {error}.").format(error=shown(event.error))
    return Wording(said, "look")


def _ended(event: DetectionEndedEvent) -> Wording:
    said = [
        ngettext(
            "Automatic observation ended: {pictures} picture looked at ({passed_over} between were not).",
            "Automatic observation ended: {pictures} pictures looked at ({passed_over} between were not).",
            event.pictures_read,
        ).format(pictures=isolate(event.pictures_read), passed_over=isolate(event.pictures_passed_over))
    ]
    if event.sounds_heard:
        heard = ngettext(
            "{count} half second of sound was heard.",
            "{count} half seconds of sound were heard.",
            event.sounds_heard,
        )
        said.append(heard.format(count=isolate(event.sounds_heard)))
    if event.sounds_lost:
        lost = ngettext(
            "{count} piece of sound was missed because the computer was busy.",
            "{count} pieces of sound were missed because the computer was busy.",
            event.sounds_lost,
        )
        said.append(lost.format(count=isolate(event.sounds_lost)))
    return Wording(" ".join(said), "routine")
