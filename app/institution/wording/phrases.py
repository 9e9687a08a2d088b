"""How things are worded for reviewers: the shape of a sentence about an event, and numbers, times, lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Weight = Literal["routine", "look"]
"""`routine` belongs to any exam. `look` is for a person to judge; what counts as grave is the institution's to say."""

Event = Mapping[str, Any]

LONGEST_FACT = 240
"""Characters of one fact that are shown: what a client seals may be of any length."""


@dataclass(frozen=True)
class Wording:
    """One event for people. `known` is False where this program has no words for it and shows it as it is."""

    sentence: str
    weight: Weight
    known: bool = True


def listed(names: Sequence[str]) -> str:
    """``camera, microphone and screen``."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def capital(text: str) -> str:
    """`text` with its first letter large."""
    return text[:1].upper() + text[1:]


def duration_text(duration_s: float) -> str:
    """A stretch of time as people say it: ``0.4 seconds``, ``12 seconds``, ``3 min 20 s``, ``1 h 5 min``."""
    if duration_s < 9.95:
        tenths = round(max(0.0, duration_s), 1)
        return "1 second" if tenths == 1 else f"{tenths:g} seconds"
    seconds = round(duration_s)
    if seconds < 120:
        return f"{seconds} seconds"
    minutes, rest_s = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {rest_s} s" if rest_s else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def plain(value: object) -> str:
    """One fact on one line, of bounded length, without control characters."""
    text = "".join(letter if letter.isprintable() else " " for letter in str(value)[: LONGEST_FACT + 1])
    return text if len(text) <= LONGEST_FACT else text[:LONGEST_FACT] + "…"


def number(value: object) -> float | None:
    """`value` where it is a number of bounded size, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -1e18 < value < 1e18 else None
