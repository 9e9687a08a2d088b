"""What sealed observations and incidents say, in plain sentences with their raw numbers.

Sentences say what was measured and by which limit, never what somebody meant by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from app.institution.wording.phrases import Event, Wording, duration_text, number, plain


def _incident(event: Event) -> Wording | None:
    describe = _RULES.get(str(event.get("rule")))
    begin, end = number(event.get("from_us")), number(event.get("to_us"))
    numbers = event.get("numbers")
    if describe is None or begin is None or end is None or not isinstance(numbers, Mapping):
        return None
    how_long = f"for {duration_text((end - begin) / 1_000_000)}"
    if not event.get("ended"):
        how_long += " and longer; its end was not recorded"
    return Wording(f"{describe(how_long, _Numbers(numbers))}{_withheld(event)}", "look")


class _Numbers:
    """The raw numbers of an incident; one that is missing or none is shown as a question mark."""

    def __init__(self, numbers: Mapping[str, Any]) -> None:
        self._numbers = numbers

    def value(self, name: str) -> float | None:
        return number(self._numbers.get(name))

    def text(self, name: str, digits: int = 1) -> str:
        value = self.value(name)
        return "?" if value is None else f"{round(value, digits):g}"


def _absent(how_long: str, numbers: _Numbers) -> str:
    return (
        f"Nobody was seen in the camera's picture {how_long} "
        f"(limit {numbers.text('lasted_s')} s, {numbers.text('observations')} pictures)."
    )


def _away(how_long: str, numbers: _Numbers) -> str:
    mean, zero = numbers.value("mean"), numbers.text("zero_deg")
    side = "" if mean is None else f" towards the picture's {'right' if mean > 0 else 'left'}"
    angle = "?" if mean is None else f"{abs(mean):.0f}"
    return (
        f"Head and eyes were turned away from the screen{side} {how_long} (on average by {angle}°, limit "
        f"{numbers.text('limit_deg')}° for {numbers.text('lasted_s')} s, centre at {zero}°, "
        f"{numbers.text('observations')} pictures)."
    )


def _people(how_long: str, numbers: _Numbers) -> str:
    return (
        f"More than one person was seen {how_long} (up to {numbers.text('extreme', 0)}, limit "
        f"{numbers.text('lasted_s')} s, {numbers.text('observations')} pictures)."
    )


def _not_read(how_long: str, numbers: _Numbers) -> str:
    return (
        f"The face could not be read {how_long}: too dark, too far, blurred or cut off. This is about the picture, not "
        f"about the person (limit {numbers.text('lasted_s')} s, {numbers.text('observations')} pictures)."
    )


def _speech(how_long: str, numbers: _Numbers) -> str:
    return (
        f"Speech was heard {how_long} (up to {numbers.text('extreme')} s in {numbers.text('window_s')} s, limit "
        f"{numbers.text('speech_s')} s). Whose it is was not looked at."
    )


_RULES: Mapping[str, Callable[[str, _Numbers], str]] = MappingProxyType(
    {"absent": _absent, "away": _away, "people": _people, "not_read": _not_read, "speech": _speech}
)


def _withheld(event: Event) -> str:
    left_out = number(event.get("withheld"))
    if not left_out:
        return ""
    return f" {round(left_out)} more of this kind came before it and were not marked, because there were too many."


def _zero(event: Event) -> Wording | None:
    across, down = number(event.get("gaze_h_deg")), number(event.get("gaze_v_deg"))
    if across is None or down is None:
        return None
    how = "the first seconds of the exam" if event.get("learned") else "the calibration at check-in"
    sentence = f"The middle of the screen lies at {across:.0f}° across and {down:.0f}° down for this person, by {how}."
    return Wording(sentence, "routine")


def _observed(event: Event) -> Wording:
    counted = [len(rows) for rows in (event.get("pictures", ()), event.get("sounds", ())) if isinstance(rows, list)]
    return Wording(f"Pictures and sound were observed ({sum(counted)} observations).", "routine")


def _failed(event: Event) -> Wording:
    return Wording(f"Nothing is observed automatically from here on. {plain(event.get('why', ''))}".rstrip(), "look")


def _ended(event: Event) -> Wording:
    counts = [
        number(event.get(name)) or 0
        for name in ("pictures_read", "sounds_heard", "pictures_passed_over", "sounds_lost")
    ]
    pictures, sounds, passed_over, lost = map(round, counts)
    heard = f", {sounds} half seconds of sound heard" if sounds else ""
    missed = f"; {lost} pieces of sound were missed because the computer was busy" if lost else ""
    sentence = f"Automatic observation ended: {pictures} pictures looked at ({passed_over} between were not)"
    return Wording(f"{sentence}{heard}{missed}.", "routine")


DETECTION: Mapping[str, Callable[[Event], Wording | None]] = MappingProxyType(
    {
        "incident": _incident,
        "zero": _zero,
        "observed": _observed,
        "detection_failed": _failed,
        "detection_ended": _ended,
    }
)
"""Words by event."""
