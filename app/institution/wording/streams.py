"""What is said of a recorded stream: its name, and of what quality it was."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.institution.wording.phrases import Event, Weight, Wording, capital, listed, number, plain
from capture.sources.screen_limits import LIMIT_WORDS

_STREAMS = MappingProxyType({"webcam": "camera", "microphone": "microphone", "screen": "screen", "events": "events"})

_QUALITY: Mapping[str, tuple[str, Weight]] = MappingProxyType(
    {
        "display_changed": ("the displays changed; the recording has their size from here on", "look"),
        "sound_realigned": ("the sound was moved to fit the clock again", "routine"),
        "frames_dropped": ("pictures were left out because the computer was too busy", "look"),
        "delivery_failed": ("a part could not be stored on the computer", "look"),
        "encoding_failed": ("a part could not be encoded", "look"),
    }
)

_IMPAIRMENTS: Mapping[str, str] = MappingProxyType(
    {
        "picture_black": "the picture is black: the shutter may be closed, or the room dark",
        "lens_covered": "the picture is an even surface: something may stand before the lens",
        "screen_black": "nothing but black arrives of the screen",
        "sound_silent": "complete silence, as of a microphone that is muted",
    }
)
"""Impairments of a source, which begin and end. They are about the device, never about a person."""

_STEPS = MappingProxyType(
    {"stepped_down": "recorded less finely from here on", "stepped_up": "recorded more finely again"}
)
_CAUSES = MappingProxyType(
    {"machine": "for the sake of the exam on a busy computer", "bytes": "to keep to the bytes an hour may take"}
)


def stream_name(stream: object) -> str:
    """The stream as people call it."""
    return _STREAMS.get(str(stream), plain(stream))


def quality_words(event: Event) -> Wording | None:
    """Say what a `quality` event means; None for one that is not known."""
    what, name = str(event.get("what")), capital(stream_name(event.get("stream")))
    match event.get("state"):
        case "began" if what in _IMPAIRMENTS:
            return Wording(f"{name}: {_IMPAIRMENTS[what]}.", "look")
        case "ended" if what in _IMPAIRMENTS:
            return Wording(f"{name}: delivers as it should again.", "routine")
    if what in _STEPS:
        return Wording(f"{name}: {_STEPS[what]}{_fineness(event)}.", "routine")
    known = _QUALITY.get(what)
    return None if known is None else Wording(f"{name}: {known[0]}.", known[1])


def screen_recorded_words(event: Event) -> Wording | None:
    """Say what a recording of the screen leaves out; None where that is not known."""
    limits = [limit for limit in str(event.get("left_out", "")).split(",") if limit]
    if not limits:
        return Wording("Screen: everything that is shown is recorded on this system.", "routine")
    known = [words for limit, words in LIMIT_WORDS.items() if limit in limits]
    if len(known) != len(limits):
        return None
    return Wording(f"Screen: not seen in the recording on this system: {listed(known)}.", "look")


def _fineness(event: Event) -> str:
    per_s, scale, crf = (number(event.get(fact)) for fact in ("frames_per_s", "scale", "crf"))
    if per_s is None or scale is None or crf is None:
        return ""
    size = "full size" if scale == 1 else f"{scale:.0%} of the size"
    cause = _CAUSES.get(str(event.get("cause")))
    why = f", {cause}" if cause and event.get("what") == "stepped_down" else ""
    return f" (at most {per_s:g} pictures a second, {size}, rate factor {crf:g}{why})"
