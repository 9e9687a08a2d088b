"""Where a recording has nothing. Report, verdict.json, terminal and review window take their gaps from here.

The recorder seals each gap it knows of, to the millisecond and with its reason; sound goes on there as silence that it
made. What is not there without its saying so, such as a piece that was lost later, shows in the pictures and sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from app.institution.wording.phrases import duration_text
from app.institution.wording.timeline import RecordedGap
from resources.language import _, isolate

LEAST_S = 1.0
"""Shorter pauses that stand alone are no gaps: pictures and sound are cut into pieces of their own."""

STILL_S = 4.0
"""A screen that does not change is recorded at least this often: until then its last picture is what it showed."""

Stretch = tuple[float, float]
"""From and to, in seconds since the start of the attempt."""


@dataclass(frozen=True)
class StreamGap:
    """A stretch of one stream in which nothing was recorded, or of which nothing is here.

    Times are seconds since the start of the attempt. Where the computer slept and the recording's time stood still,
    both are one. `reported` says whether the recorder itself named it.
    """

    stream: str
    from_s: float
    to_s: float
    sentence: str
    reported: bool


def gaps_of(reported: Iterable[RecordedGap], missing: Mapping[str, Iterable[Stretch]]) -> tuple[StreamGap, ...]:
    """The gaps that the recorder named, and what else is `missing` of the streams, in order of time.

    What is missing beside a named gap for less than a gap of its own, until the first picture after it for example,
    belongs to that gap.
    """
    found = [StreamGap(gap.stream, gap.from_s, gap.to_s, gap.sentence, True) for gap in reported]
    for stream, stretches in missing.items():
        named = sorted((gap.from_s, gap.to_s) for gap in found if gap.stream == stream)
        looked_until = {from_s for from_s, _to in named}
        for stretch in stretches:
            for from_s, to_s in _without(stretch, named):
                if stream == "screen" and to_s in looked_until and to_s - from_s <= STILL_S:
                    continue
                if to_s - from_s >= LEAST_S:
                    sentence = _("Nothing is here for {duration}, and the recorder does not say why.")
                    said = sentence.format(duration=isolate(duration_text(to_s - from_s)))
                    found.append(StreamGap(stream, from_s, to_s, said, False))
                else:
                    _widen(found, stream, from_s, to_s)
    return tuple(sorted(found, key=lambda gap: (gap.from_s, gap.to_s)))


def _widen(found: list[StreamGap], stream: str, from_s: float, to_s: float) -> None:
    """Let the named gap that ends at `from_s`, or else the one that begins at `to_s`, take in what is between."""
    for place, gap in enumerate(found):
        if gap.stream == stream and gap.reported and gap.to_s == from_s:
            found[place] = replace(gap, to_s=to_s)
            return
    for place, gap in enumerate(found):
        if gap.stream == stream and gap.reported and gap.from_s == to_s:
            found[place] = replace(gap, from_s=from_s)
            return


def covered_s(stretches: Iterable[Stretch]) -> float:
    """How many seconds lie in at least one of the stretches."""
    total = 0.0
    reached = float("-inf")
    for begin, end in sorted(stretches):
        if end > max(begin, reached):
            total += end - max(begin, reached)
            reached = end
    return total


def _without(stretch: Stretch, others: Iterable[Stretch]) -> Iterator[Stretch]:
    """What is left of `stretch` between `others`, which are in order of their beginning."""
    at, end = stretch
    for begin, until in others:
        if begin >= end:
            break
        if begin > at:
            yield at, begin
        at = max(at, until)
    if at < end:
        yield at, end
