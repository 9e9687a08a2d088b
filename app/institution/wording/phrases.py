"""How things are worded for reviewers: the shape of a sentence about an event, and numbers, times, lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from resources.language import _, isolate, ngettext

Weight = Literal["routine", "look"]
"""`routine` belongs to any exam. `look` is for a person to judge; what counts as grave is the institution's to say."""

LONGEST_FACT = 240
"""Characters of one fact that are shown: what a client seals may be of any length."""


UNKNOWN = "\u2013"
"""In place of a time or number that is not known."""


@dataclass(frozen=True)
class Wording:
    """One event for people. `known` is False where this program has no words for it and shows it as it is."""

    sentence: str
    weight: Weight
    known: bool = True


def listed(names: Sequence[str]) -> str:
    """``camera, microphone and screen``."""
    if len(names) < 2:
        return "".join(names)
    return _("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1])


def capital(text: str) -> str:
    """`text` with its first letter large."""
    return text[:1].upper() + text[1:]


def duration_text(duration_s: float) -> str:
    """A stretch of time as people say it: ``0.4 seconds``, ``12 seconds``, ``3 min 20 s``, ``1 h 5 min``."""
    if duration_s < 9.95:
        tenths = round(max(0.0, duration_s), 1)
        return ngettext("{seconds} second", "{seconds} seconds", _plural(tenths)).format(seconds=isolate(f"{tenths:g}"))
    whole = round(duration_s)
    if whole < 120:
        return ngettext("{seconds} second", "{seconds} seconds", whole).format(seconds=isolate(whole))
    minutes, rest_s = divmod(whole, 60)
    hours, minutes_of_hour = divmod(minutes, 60)
    if hours:
        return _("{hours} h {minutes} min").format(hours=isolate(hours), minutes=isolate(minutes_of_hour))
    if rest_s:
        return _("{minutes} min {seconds} s").format(minutes=isolate(minutes), seconds=isolate(rest_s))
    return _("{minutes} min").format(minutes=isolate(minutes))


def clock(moment_s: float | None) -> str:
    """A time since the start: ``1:02:03.4``, or a dash where there is none."""
    if moment_s is None:
        return UNKNOWN
    tenths = round(moment_s * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest // 10:02d}.{rest % 10}"


def _plural(tenths: float) -> int:
    """The count by which a number with a part behind its point takes its plural; English says 0.4 seconds."""
    return round(tenths) if tenths == round(tenths) else 2


def plain(value: object) -> str:
    """One fact on one line, of bounded length, without control characters."""
    text = "".join(letter if letter.isprintable() else " " for letter in str(value)[: LONGEST_FACT + 1])
    return text if len(text) <= LONGEST_FACT else text[:LONGEST_FACT] + "…"


def shown(value: object) -> str:
    """One fact as a field of a sentence."""
    return isolate(plain(value))


def coded(code: str, sentences: Mapping[Any, str]) -> str:
    """Say a code by `sentences`; one that this program does not know is shown as it is."""
    known = sentences.get(code)
    return shown(code).replace("_", " ") if known is None else _(known)


def weighted(code: str, sentences: Mapping[Any, tuple[str, Weight]], unknown: str) -> tuple[str, Weight]:
    """The sentence of a code and its weight; `unknown`, to be looked at, for one that this program does not know."""
    sentence, weight = sentences.get(code, (unknown, "look"))
    return _(sentence), weight


def number(value: object) -> float | None:
    """`value` where it is a number of bounded size, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -1e18 < value < 1e18 else None
