"""The first vocabulary of events, which had no version: its kinds and facts in the words of today's.

Recordings that were sealed with it are read as they were. What it said in a finished English sentence becomes the code
that says the same; of a gap the sentence is shown as it was. One that is not known here stays where the code would be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

Facts = dict[str, Any]
Translated = tuple[str, Facts]


def translated(kind: str, facts: Mapping[str, Any]) -> Translated:
    """Give kind and facts as today's vocabulary has them; never raises, and leaves what it does not know as it is."""
    translate = _FACTS.get(kind)
    return (kind_name(kind), dict(facts)) if translate is None else translate(dict(facts))


_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "source": "source_changed",
        "zero": "gaze_zero",
        "guard": "guard_engaged",
        "held": "exam_held",
        "released": "exam_released",
        "release_refused": "release_code_refused",
        "left": "exam_left",
        "program_closed": "client_closed",
    }
)


def kind_name(name: str) -> str:
    """Give today's name of a kind of event; any other name as it is."""
    return _KINDS.get(name, name)


_RULES: Mapping[str, str] = MappingProxyType(
    {
        "absent": "face_presence",
        "not_read": "face_readability",
        "away": "gaze",
        "people": "people_count",
        "speech": "voice",
    }
)


def rule_name(name: str) -> str:
    """Give today's name of a detection rule; any other name as it is."""
    return _RULES.get(name, name)


_GAP_WORDS: Mapping[str, str] = MappingProxyType({"recorder_died": "recorder_exited", "asleep": "suspended"})
_GAP_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "Nothing arrived for a while: the computer was too busy, or asleep.": "nothing_arrived",
        "This computer was too busy to record everything.": "machine_busy",
        "This computer could not encode the recording.": "encoding_failed",
        "The recording could not be stored on this computer.": "not_stored",
        "No camera was chosen.": "not_chosen",
        "No microphone was chosen.": "not_chosen",
        "No screen was chosen.": "not_chosen",
        "The camera delivers no pictures. Is it still connected?": "stopped",
        "The microphone delivers no sound. Is it still connected?": "stopped",
        "The screen can no longer be recorded.": "stopped",
        "The camera is closed.": "failed",
        "The camera stopped delivering pictures. Is it still connected?": "stopped",
        "The camera delivered a picture that cannot be read.": "unreadable",
        "The camera picture is frozen. Unplug the camera and plug it in again.": "frozen",
        "The network camera does not answer. Is it switched on and on this network?": "no_answer",
        "No camera was found. Connect one and wait a moment.": "not_found",
        "The camera cannot be opened. Close other programs that use it: a camera serves one at a time.": "in_use",
        "This account may not use the camera. Ask who set up this computer, or choose another camera.": "not_allowed",
        "The screen cannot be recorded here. Is there a display, and is it allowed?": "no_answer",
        "The display to be recorded is not connected.": "not_found",
        "Sound cannot be recorded: the PortAudio library is not installed.": "sound_library_missing",
        "Sound cannot be recorded: the sound configuration of this computer is missing.": "sound_configuration_missing",
        "No microphone was found, or it cannot be opened. Connect one and wait a moment.": "not_found",
        "The microphone stopped delivering sound. Is it still connected?": "stopped",
        "The picture chosen as a source cannot be read: choose another.": "file_unreadable",
        "The video file chosen as a source cannot be opened: choose another.": "file_unreadable",
        "The video file chosen as a source is closed.": "stopped",
        "The sound file chosen as a microphone cannot be read: choose another.": "file_unreadable",
        "The file chosen as a microphone has no sound in it: choose another.": "file_without_sound",
        "The sound file chosen as a microphone cannot be read any more.": "file_unreadable",
        "The media file chosen as a source cannot be read: choose another.": "file_unreadable",
        "The media file chosen as a source has no length, so it cannot be played: choose another.": (
            "file_without_length"
        ),
    }
)
_SOURCE_FAILED = re.compile(r"The source failed \((\w+)\)\.")


def _gap(facts: Facts) -> Translated:
    reason = facts.get("reason")
    if not isinstance(reason, str):
        return "gap", facts
    failed = _SOURCE_FAILED.fullmatch(reason)
    if failed is not None:
        return "gap", {**facts, "reason": "failed", "error": failed[1], "text": reason}
    if reason in _GAP_SENTENCES:
        return "gap", {**facts, "reason": _GAP_SENTENCES[reason], "text": reason}
    return "gap", {**facts, "reason": _GAP_WORDS.get(reason, reason)}


def _quality(facts: Facts) -> Translated:
    what, state = facts.get("what"), facts.get("state")
    if state in ("began", "ended"):
        return "impairment", facts
    if what in ("stepped_down", "stepped_up"):
        del facts["what"]
        return "encoding_level_changed", {**facts, "direction": "down" if what == "stepped_down" else "up"}
    return "stream_notice", facts


def _screen_recorded(facts: Facts) -> Translated:
    left_out = facts.get("left_out")
    if isinstance(left_out, str):
        facts["left_out"] = [limit for limit in left_out.split(",") if limit]
    return "screen_recorded", facts


def _incident(facts: Facts) -> Translated:
    rule = facts.get("rule")
    return "incident", {**facts, "rule": rule_name(rule) if isinstance(rule, str) else rule}


_MODEL_FAILED = (
    (re.compile(r"The model (?P<model>\S+) is not there\. .*"), "model_missing"),
    (re.compile(r"The model (?P<model>\S+) is not the one the manifest names\. .*"), "model_refused"),
    (
        re.compile(r"The model (?P<model>\S+) cannot be run on this machine: (?P<error>.*)", re.DOTALL),
        "model_not_runnable",
    ),
    (
        re.compile(r"The (?P<model>voice) model cannot be run on this machine: (?P<error>.*)", re.DOTALL),
        "model_not_runnable",
    ),
)
_DETECTION_FAILED: Mapping[str, str] = MappingProxyType(
    {
        "The recorder ended each time while it ran the detectors.": "recorder_kept_ending",
        "The pictures and the sound are no longer analysed; they are recorded.": "analysis_stopped",
    }
)


def _detection_failed(facts: Facts) -> Translated:
    why = facts.get("why")
    if not isinstance(why, str):
        return "detection_failed", facts
    for pattern, code in _MODEL_FAILED:
        found = pattern.fullmatch(why)
        if found is not None:
            return "detection_failed", {**facts, **found.groupdict(), "why": code}
    return "detection_failed", {**facts, "why": _DETECTION_FAILED.get(why, why)}


def _still(facts: Facts) -> Translated:
    state = facts.pop("state", None)
    if state == "taken":
        return "still_taken", facts
    if state == "left_out":
        return "still_skipped", facts
    return "still", facts if state is None else {**facts, "state": state}


_SCAN_STATES: Mapping[str, str] = MappingProxyType({"place": "asked", "left_out": "skipped"})
_PLACES: Mapping[str, str] = MappingProxyType(
    {
        "the_wall_in_front": "wall_front",
        "the_wall_to_the_left": "wall_left",
        "the_wall_behind": "wall_behind",
        "the_wall_to_the_right": "wall_right",
        "the_desk_top": "desk_top",
        "the_space_around_the_desk": "desk_around",
        "the_space_under_the_desk": "desk_below",
    }
)


def _scan(facts: Facts) -> Translated:
    if "try" in facts:
        facts["tries"] = facts.pop("try")
    place, state = facts.get("place"), facts.get("state")
    if isinstance(state, str):
        facts["state"] = _SCAN_STATES.get(state, state)
    return "scan", {**facts, "place": _PLACES.get(place, place) if isinstance(place, str) else place}


_LEFT_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "Something technical does not work": "technical",
        "I do not feel well": "unwell",
        "I need a break or help": "break_or_help",
        "I do not want to be recorded any longer": "recording_unwanted",
        "Another reason": "other",
        "Left before the exam started": "before_exam",
    }
)


def _left(facts: Facts) -> Translated:
    reason = facts.get("reason")
    if not isinstance(reason, str):
        return "exam_left", facts
    for sentence, code in _LEFT_REASONS.items():
        if reason == sentence:
            return "exam_left", {**facts, "reason": code}
        if reason.startswith(f"{sentence}: "):
            return "exam_left", {**facts, "reason": code, "text": reason.removeprefix(f"{sentence}: ")}
    # Only a guard that could not be engaged gave any other reason, in a sentence of its own.
    code, text = ("not_locked", reason) if reason else ("other", None)
    return "exam_left", {**facts, "reason": code, "text": text}


def _page(facts: Facts) -> Translated:
    if facts.get("what") == "clipboard_replaced":
        return "violation", {"guard": "clipboard", "code": "clipboard-replaced", "times": 1}
    return "page", facts


_SIZES: Mapping[str, str] = MappingProxyType(
    {
        "none": "no_medium",
        "0-1 GB": "gb_0_to_1",
        "1-4 GB": "gb_1_to_4",
        "4-16 GB": "gb_4_to_16",
        "16-64 GB": "gb_16_to_64",
        "64-256 GB": "gb_64_to_256",
        "256-1024 GB": "gb_256_to_1024",
        "1024 GB or more": "gb_from_1024",
    }
)


def with_coded_size(kind: str, facts: Facts) -> Facts:
    """Give the facts with the size of a storage device as a code.

    It was a text not only in the first vocabulary, but also in the first recordings with a version.
    """
    size = facts.get("size")
    return {**facts, "size": _SIZES.get(size, size)} if kind == "violation" and isinstance(size, str) else facts


_FACTS: Mapping[str, Callable[[Facts], Translated]] = MappingProxyType(
    {
        "gap": _gap,
        "quality": _quality,
        "screen_recorded": _screen_recorded,
        "incident": _incident,
        "detection_failed": _detection_failed,
        "still": _still,
        "scan": _scan,
        "left": _left,
        "page": _page,
    }
)
