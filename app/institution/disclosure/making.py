"""Choosing the segments of one stream that show a stretch of time, and handing out their keys and nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from app.institution.disclosure.file import MAX_BYTES, MAX_REASON_CHARACTERS, DisclosedClip, DisclosureNote
from app.institution.errors import CannotDisclose
from app.institution.export.still_images import STREAM as STILLS
from app.institution.recordings.fragments import FragmentWalk, begins_with_key_frame
from app.institution.recordings.opened import MEDIA
from app.institution.recordings.takes import Take
from app.institution.wording.streams import stream_name
from crypto.disclosure import MAX_SEGMENTS_DISCLOSED, log_records, open_disclosed
from crypto.errors import SealingError
from crypto.header import Header
from crypto.log import LogVerifier, SegmentEntry
from crypto.names import HEADER_NAME, LOG_NAME
from crypto.opening import OpenedSession
from crypto.verdict import SegmentRecord
from resources.language import _, isolate
from resources.visible import visible

_LONGEST_US = 6_000_000
"""A segment that began longer ago is over: the recorder makes none of more than four seconds."""


@dataclass(frozen=True)
class DisclosureRequest:
    """What is to be handed out: a stream, a stretch in seconds since the start of the attempt, and why."""

    stream: str
    from_s: float
    to_s: float
    reason: str

    def __post_init__(self) -> None:
        if len(self.reason) > MAX_REASON_CHARACTERS or visible(self.reason) != self.reason:
            raise CannotDisclose(
                _("--reason is one line of text of at most {limit} characters").format(limit=MAX_REASON_CHARACTERS)
            )
        if not 0 <= self.from_s < self.to_s < 10**9:
            raise CannotDisclose(_("--from and --to are seconds since the start of the attempt, and --to comes later"))


def take_of(takes: Sequence[Take], wanted: DisclosureRequest) -> Take:
    """The one take that recorded something of the stream in the stretch.

    Raises `CannotDisclose` where none did or several: a disclosure is of one sealed session.
    """
    recorded = {segment.stream for take in takes for segment in take.report.segments}
    if wanted.stream not in recorded:
        if not recorded:
            raise CannotDisclose(_("nothing was recorded of any stream"))
        raise CannotDisclose(
            _("nothing was recorded of “{stream}”; there is: {streams}").format(
                stream=isolate(wanted.stream), streams=isolate(", ".join(sorted(recorded)))
            )
        )
    found = [take for take in takes if _chosen(take, wanted)]
    if not found:
        raise CannotDisclose(
            _("{stream}: nothing was recorded between {from_s} s and {to_s} s").format(
                stream=stream_name(wanted.stream), from_s=f"{wanted.from_s:g}", to_s=f"{wanted.to_s:g}"
            )
        )
    if len(found) > 1:
        names = ", ".join(take.label for take in found)
        raise CannotDisclose(
            _("the stretch reaches over several parts; disclose each by itself: {parts}").format(parts=isolate(names))
        )
    return found[0]


def disclose(
    take: Take, session: OpenedSession, wanted: DisclosureRequest, *, by: str, at: str, program: str
) -> DisclosedClip:
    """Hand out the segments of `take`, opened as `session`, that show what is wanted; tried before it is given.

    Media plays only behind the beginning of its run, so that the segment with it is handed out too, and pictures only
    from a key frame on: a clip of the screen begins with the last one before the stretch.
    Raises `CannotDisclose` for a segment that is missing or not intact, and for more than one clip may be.
    """
    chosen = _chosen(take, wanted)
    first = beginning = chosen[0].index
    if wanted.stream in MEDIA:
        beginning, first = _needed(session, wanted.stream, first)
        recorded = _of_stream(take, wanted.stream)
        chosen = tuple(each for each in recorded if each.index == beginning or first <= each.index <= chosen[-1].index)
    _refuse_unfit(take, chosen)
    disclosure = session.disclose((wanted.stream, each.index) for each in chosen)
    header = take.source.read(HEADER_NAME)
    objects = {HEADER_NAME: header, LOG_NAME: _log(take, Header.parse(header), chosen)}
    objects |= {each.name: take.source.read(each.name) for each in chosen}
    about = session.description
    note = DisclosureNote(
        institution=about.institution,
        exam=about.exam,
        session=about.session,
        candidate=about.candidate,
        stream=wanted.stream,
        from_s=wanted.from_s,
        to_s=wanted.to_s,
        first_index=first,
        segments=len(chosen),
        disclosed_by=by,
        disclosed_at=at,
        reason=wanted.reason,
        program=program,
    )
    clip = DisclosedClip(note, disclosure, objects)
    try:
        opened = sum(1 for _ in open_disclosed(clip, disclosure))
    except SealingError as error:
        raise CannotDisclose(
            _("{part}: the segments asked for do not open as they are: {reason}").format(
                part=isolate(take.label), reason=isolate(error)
            )
        ) from error
    assert opened == len(chosen)  # noqa: S101  # open_disclosed gives all or raises
    return clip


def _of_stream(take: Take, stream: str) -> list[SegmentRecord]:
    return [each for each in take.report.segments if each.stream == stream]


def _chosen(take: Take, wanted: DisclosureRequest) -> tuple[SegmentRecord, ...]:
    """The segments from the one that is current at the beginning of the stretch to the last that begins in it."""
    from_us, to_us = round(wanted.from_s * 1_000_000), round(wanted.to_s * 1_000_000)
    segments = _of_stream(take, wanted.stream)
    begins = [each.t0_us for each in segments if each.t0_us is not None]
    # Several segments share one time where one unit was cut up. A picture is of its moment and not of what follows.
    reach_us = 0 if wanted.stream == STILLS else _LONGEST_US
    least_us = max((moment for moment in begins if from_us - reach_us <= moment <= from_us), default=from_us)
    inside = [each.index for each in segments if each.t0_us is not None and least_us <= each.t0_us < to_us]
    # By index, so that one that is missing in between is not passed over.
    return tuple(each for each in segments if inside and inside[0] <= each.index <= inside[-1])


def _needed(session: OpenedSession, stream: str, first: int) -> tuple[int, int]:
    """What segment `first` of a stream of media plays behind: where its run begins, and its last key frame.

    Both are `first` itself where nothing before it is needed, or nothing is there.
    """
    shown = next(session.segments(stream, first), None)
    kind = b"" if shown is None else shown.data[4:8]
    if shown is None or kind == b"ftyp":
        return first, first
    run, beginning, key = -1, first, first
    before = itertools.takewhile(lambda segment: segment.index <= first, session.segments(stream))
    for fragment in FragmentWalk().take(before):
        if fragment.run != run:
            run, beginning = fragment.run, fragment.segment
        if fragment.key:
            key = fragment.segment
    return beginning, first if kind == b"moof" and begins_with_key_frame(shown.data) else key


def _refuse_unfit(take: Take, chosen: Sequence[SegmentRecord]) -> None:
    for each in chosen:
        if not each.intact:
            raise CannotDisclose(
                _("{part}: {segment} is missing or not as it was sealed; choose another stretch").format(
                    part=isolate(take.label), segment=isolate(each.name)
                )
            )
    if len(chosen) > MAX_SEGMENTS_DISCLOSED or sum(each.length for each in chosen) > MAX_BYTES:
        raise CannotDisclose(
            _(
                "{count} segments are more than one disclosure may hold ({limit} segments, {limit_mib} MiB); "
                "choose a shorter stretch"
            ).format(count=len(chosen), limit=MAX_SEGMENTS_DISCLOSED, limit_mib=MAX_BYTES // 2**20)
        )


def _log(take: Take, header: Header, chosen: Sequence[SegmentRecord]) -> bytes:
    """The records of the log up to the last of the chosen segments."""
    wanted = {each.name for each in chosen}
    verifier, log = LogVerifier(header), bytearray()
    for record in log_records(take.source):
        entry = verifier.accept(record)
        log += record
        wanted -= {entry.name} if isinstance(entry, SegmentEntry) else set()
        if not wanted:
            break
    return bytes(log)
