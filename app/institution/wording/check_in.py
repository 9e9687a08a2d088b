"""What happened at check-in, in plain sentences: face, calibration, still pictures, scans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.institution.wording.phrases import Event, Weight, Wording, capital, number, plain

_STILLS = MappingProxyType({"id_photo": "the identity document", "signature": "the signature"})
_SCANS = MappingProxyType({"room": "room", "desk": "desk"})
_CALIBRATIONS: Mapping[str, tuple[str, Weight]] = MappingProxyType(
    {
        "done": ("Looking at the middle and the corners of the screen was measured.", "routine"),
        "failed": (
            "Looking at the middle of the screen could not be measured; the exam's first seconds serve.",
            "routine",
        ),
        "skipped": ("Looking at the corners of the screen was left out, as everybody may.", "routine"),
    }
)
_QUALITIES = MappingProxyType(
    {"blurred": "it is blurred", "glare": "a reflection covers part of it", "dark": "it is dark"}
)


def _face_check(event: Event) -> Wording:
    tries = round(number(event.get("tries")) or 0)
    if event.get("found"):
        return Wording("A face was found in the camera's picture at check-in.", "routine")
    why = "detection was not available" if event.get("unavailable") else f"{tries} tries"
    return Wording(f"No face was found in the camera's picture at check-in ({why}); the test taker went on.", "look")


def _calibration(event: Event) -> Wording | None:
    known = _CALIBRATIONS.get(str(event.get("outcome")))
    if known is None:
        return None
    spread = number(event.get("spread_deg"))
    return Wording(known[0] + (f" Left and right corners lie {spread:.0f}° apart." if spread else ""), known[1])


def _scan(event: Event) -> Wording | None:
    what = _SCANS.get(str(event.get("what")))
    place = plain(event.get("place") or "").replace("_", " ")
    if what is None:
        return None
    match event.get("state"):
        case "begun":
            return Wording(f"The {what} scan began.", "routine")
        case "place":
            return Wording(f"{capital(what)} scan: asked to show {place}.", "routine")
        case "ended":
            return Wording(f"The {what} scan was completed.", "routine")
        case "stopped":
            return Wording(f"The {what} scan was stopped before its end.", "look")
        case "left_out":
            return Wording(f"The {what} scan was left out by the test taker.", "look")
    return None


def _still(event: Event) -> Wording | None:
    what = _STILLS.get(str(event.get("what")))
    if what is None:
        return None
    match event.get("state"):
        case "taken":
            listed = [_QUALITIES.get(code, plain(code)) for code in _codes(event)]
            doubts = f", although {' and '.join(listed)}" if listed else ""
            width, height = (round(number(event.get(name)) or 0) for name in ("width", "height"))
            sentence = f"A still picture of {what} was taken ({width} x {height} pixels{doubts})."
            return Wording(sentence, "look" if doubts else "routine")
        case "left_out":
            return Wording(f"The picture of {what} was left out by the test taker.", "look")
    return None


def _codes(event: Event) -> list[str]:
    codes = event.get("quality")
    return [str(code) for code in codes] if isinstance(codes, list) else []


CHECK_IN: Mapping[str, Callable[[Event], Wording | None]] = MappingProxyType(
    {"face_check": _face_check, "calibration": _calibration, "scan": _scan, "still": _still}
)
"""Words by event."""
