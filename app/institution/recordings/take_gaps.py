"""Where the recording has gaps, as it shows without a key: within a take, and between two."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.institution.recordings.takes import Take
from app.institution.wording.streams import stream_name
from crypto.verdict import Verdict
from resources.language import _

_WITHOUT_GAPS = frozenset({"events", "stills"})
"""Streams that something is in now and then; between two of their pieces nothing is missing."""

_LONGEST_US = 6_000_000
"""A segment that began longer ago is over: the recorder makes none of more than four seconds."""


_CLOSING_US = 60_000_000
"""Devices end first; for so long events may follow until a recording is closed, on a machine that is busy."""


@dataclass(frozen=True)
class TakeGap:
    """A stream has nothing between two takes, or, where it is `within` the take, between two segments of one.

    `from_us` is where the last sealed segment before the gap begins, in microseconds since the start of the attempt
    (how long that segment lasts is sealed, at most a few seconds); None when the stream was not recorded before.
    `to_us` is where recording goes on, None when it does not. This is what shows without a key; the recorder's own
    word on its gaps is sealed with the events.
    """

    stream: str
    after_take: int
    from_us: int | None
    to_us: int | None
    within: bool = False

    def sentence(self) -> str:
        """The gap in words, to a tenth of a second."""
        if self.within:
            words = _("{stream}: in part {part} no piece begins between {from_s} s and {to_s} s.")
        elif self.from_us is None:
            words = _("{stream}: begins only after part {part}, at {to_s} s.")
        elif self.to_us is None:
            words = _("{stream}: ends with part {part}; its last piece begins at {from_s} s.")
        else:
            words = _(
                "{stream}: after part {part} nothing is recorded for a while; the last piece before begins at "
                "{from_s} s, recording goes on at {to_s} s."
            )
        return words.format(
            stream=stream_name(self.stream),
            part=self.after_take + 1,
            from_s=seconds(self.from_us),
            to_s=seconds(self.to_us),
        )


def gaps_of_takes(takes: Sequence[Take]) -> Iterator[TakeGap]:
    """Where each stream stops and goes on, within a take or with a later one, be some between them empty."""
    streams = dict.fromkeys(segment.stream for take in takes for segment in take.report.segments)
    for stream in streams:
        if stream in _WITHOUT_GAPS:
            continue
        yield from (gap for take in takes for gap in _gaps_within(take, stream))
        spans = [(place, span) for place, take in enumerate(takes) if (span := _span(take, stream)) is not None]
        if not spans:
            continue
        first, last = spans[0], spans[-1]
        if first[0] > 0:
            yield TakeGap(stream, takes[first[0] - 1].number, None, first[1][0])
        for (before, earlier), (_place, later) in itertools.pairwise(spans):
            yield TakeGap(stream, takes[before].number, earlier[1], later[0])
        if last[0] < len(takes) - 1:
            yield TakeGap(stream, takes[last[0]].number, last[1][1], None)


def _gaps_within(take: Take, stream: str) -> Iterator[TakeGap]:
    begins = _begins(take, stream)
    if not begins:
        return
    # The take lasts at least as long as any of its streams, so one that began late or ended early shows too.
    for before_us, after_us in itertools.pairwise((_first(take), *begins)):
        if after_us - before_us > _LONGEST_US:
            yield TakeGap(stream, take.number, before_us, after_us, within=True)
    last_us, recorded_until_us = _last(take)
    if recorded_until_us - begins[-1] > _LONGEST_US:
        yield TakeGap(stream, take.number, begins[-1], last_us, within=True)


def _first(take: Take) -> int:
    return min(segment.t0_us for segment in take.report.segments if segment.t0_us is not None)


def _last(take: Take) -> tuple[int, int]:
    """Where the last segment begins, and the last of those that a device had to be there for.

    Events follow while a recording is closed in order, when its devices have ended.
    """
    begins = [(each.t0_us, each.stream) for each in take.report.segments if each.t0_us is not None]
    last = max(begin for begin, _stream in begins)
    recorded = max((begin for begin, stream in begins if stream not in _WITHOUT_GAPS), default=last)
    closed = take.report.verdict is Verdict.COMPLETE and last - recorded <= _CLOSING_US
    return last, recorded if closed else last


def _span(take: Take, stream: str) -> tuple[int, int] | None:
    """Where the first and the last intact segment of `stream` in `take` begin, microseconds since T0."""
    begins = _begins(take, stream)
    return (begins[0], begins[-1]) if begins else None


def _begins(take: Take, stream: str) -> list[int]:
    return sorted(s.t0_us for s in take.report.segments if s.stream == stream and s.t0_us is not None)


def seconds(moment_us: int | None) -> str:
    """A moment of the attempt to the tenth of a second."""
    return "?" if moment_us is None else f"{moment_us / 1_000_000:.1f}"
