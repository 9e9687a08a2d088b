"""A sealed attempt into plain files: pictures and sound as Matroska, events as JSON lines, verdict and report.

Only what is authentic leaves the seal: segments that are whole, vouched for by the signed log and opened by the exam
key. What is missing becomes a gap, never a guess. The recorded pictures and sound are copied, not encoded again, and
nothing is held in memory beyond the fragment at hand.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.events.sealed import SealedEvent, kind_in, read_line
from app.events.vocabulary import AnyEvent
from app.institution.errors import UsageError
from app.institution.export import remux
from app.institution.export.decoding import Decoded, decode
from app.institution.export.still_images import still_pictures, write_stills
from app.institution.finding_codes import AttemptVerdict
from app.institution.reading.course import TELLING_OF_THE_COURSE, opened_report
from app.institution.recordings.attempt import AttemptReport, missing_takes
from app.institution.recordings.fragments import FragmentWalk
from app.institution.recordings.gaps import StreamGap, Stretch, gaps_of
from app.institution.recordings.opened import MEDIA, OpenedTakes, open_takes
from app.institution.wording.comparisons import compared_json, finding_json
from app.institution.wording.timeline import TELLING_OF_GAPS, RecordedGap, recorded_gaps
from crypto.keys import RecipientPrivate
from crypto.verdict import VerificationFinding
from resources.language import _, isolate
from resources.visible import visible


@dataclass(frozen=True)
class ExportedStream:
    """One stream as it was written: where, from when to when (seconds since T0), its gaps, and what was lost.

    `decoded` is what came of decoding the file; None where nothing was written, or it was not asked for: then
    nothing was looked at.
    """

    stream: str
    file: str | None
    first_s: float | None
    last_s: float | None
    gaps: tuple[Stretch, ...]
    segments_lost: int
    fragments_lost: int
    packets_left_out: int
    decoded: Decoded | None


@dataclass(frozen=True)
class Exported:
    """What an export has written, the verdict on what it was written from, and the gaps of all its streams."""

    report: AttemptReport
    verdict: AttemptVerdict
    findings: tuple[VerificationFinding, ...]
    streams: tuple[ExportedStream, ...]
    gaps: tuple[StreamGap, ...]
    events: int
    stills: tuple[str, ...] = ()

    @property
    def decodes(self) -> bool:
        """Whether nothing was found that does not decode."""
        return not any(each.decoded is not None and each.decoded.failed for each in self.streams)

    def as_json(self) -> dict[str, Any]:
        """The content of verdict.json."""
        described = next((t.description for t in self.report.takes if t.description is not None), None)
        return {
            "verdict": self.verdict.value,
            "attempt": self.report.attempt,
            "institution": None if described is None else described.institution,
            "exam": None if described is None else described.exam,
            "candidate": None if described is None else described.candidate,
            "config_sha256": None if described is None else described.config_sha256,
            "started_at": None if described is None else described.started_at,
            "client": None if described is None else described.client,
            "takes": [
                {
                    "session": take.label,
                    "part": take.number + 1 if take.number >= 0 else None,
                    "verdict": take.report.verdict.value,
                    "segments": len(take.report.segments),
                    "unsealed": list(take.report.unsealed),
                }
                for take in self.report.takes
            ],
            "missing_takes": list(missing_takes(self.report)),
            "findings": [finding_json(finding) for finding in self.findings],
            "compared": [compared_json(each) for each in self.report.compared],
            "gaps_between_takes": [
                {"stream": gap.stream, "after_take": gap.after_take, "sentence": gap.sentence()}
                for gap in self.report.gaps_between_takes
            ],
            "gaps": [
                {
                    "stream": gap.stream,
                    "from_s": _tenth(gap.from_s),
                    "to_s": _tenth(gap.to_s),
                    "sentence": gap.sentence,
                    "reported": gap.reported,
                }
                for gap in self.gaps
            ],
            "streams": [
                {
                    "stream": each.stream,
                    "file": each.file,
                    "first_s": _tenth(each.first_s),
                    "last_s": _tenth(each.last_s),
                    "gaps": [{"from_s": _tenth(start), "to_s": _tenth(end)} for start, end in each.gaps],
                    "segments_lost": each.segments_lost,
                    "fragments_lost": each.fragments_lost,
                    "packets_left_out": each.packets_left_out,
                    "decode_check": None if each.decoded is None else each.decoded.as_json(),
                }
                for each in self.streams
            ],
            "events": self.events,
            "stills": list(self.stills),
        }


def export(
    report: AttemptReport,
    key: RecipientPrivate,
    out: Path,
    *,
    media: bool = True,
    decode_check: bool = True,
    progress: Callable[[str, float], None] | None = None,
) -> Exported:
    """Write webcam.mkv, screen.mkv, microphone.mka (only where there is no webcam), events.jsonl and verdict.json.

    Still pictures go to the folder stills. Without `media` pictures and sound are measured and not written. What is
    written is decoded once, unless without `decode_check`: that takes ten times as long as all the rest. `progress`
    hears what is being done and the time reached, in seconds since T0. `out` is made; it must be empty. Raises
    `CannotOpen` when no take opens with `key`.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(
            _("“{folder}” is not an empty folder; choose another one with --out").format(folder=isolate(out))
        )
    with ExitStack() as stack:
        opened = open_takes(report.takes, key, stack)
        out.mkdir(parents=True, exist_ok=True)
        reported, course, events = _write_events(opened.event_lines(), out / "events.jsonl")
        streams, gaps = _write_media(opened, reported, out if media else None, progress, decode_check=decode_check)
        stills = write_stills(still_pictures(opened.sessions), out) if media else ()
        report = opened_report(report, opened, course)
        verdict, findings = opened.verdict(report), opened.findings(report)
    exported = Exported(report, verdict, findings, streams, gaps, events, stills)
    text = visible(json.dumps(exported.as_json(), indent=2, ensure_ascii=False), keep="\n") + "\n"
    (out / "verdict.json").write_text(text, encoding="utf-8")
    return exported


def _write_events(lines: Iterable[bytes], path: Path) -> tuple[tuple[RecordedGap, ...], tuple[AnyEvent, ...], int]:
    """Write the lines; give the gaps they tell of, the events that tell of the exam's course, and how many they are."""
    count = 0
    course: list[AnyEvent] = []

    def telling_of_gaps() -> Iterator[SealedEvent]:
        nonlocal count
        for line in lines:
            file.write(line + b"\n")
            count += 1
            kind = kind_in(line)
            if kind in TELLING_OF_THE_COURSE:
                course.append(read_line(line).event)
            if kind in TELLING_OF_GAPS:
                yield read_line(line)

    with path.open("wb") as file:
        gaps = recorded_gaps(telling_of_gaps())
    return gaps, tuple(course), count


def _write_media(
    opened: OpenedTakes,
    reported: Sequence[RecordedGap],
    out: Path | None,
    progress: Callable[[str, float], None] | None,
    *,
    decode_check: bool,
) -> tuple[tuple[ExportedStream, ...], tuple[StreamGap, ...]]:
    recorded = [stream for stream in MEDIA if any(stream in each.description.streams for each in opened.sessions)]
    walks = {stream: FragmentWalk() for stream in recorded}
    tracks = {
        stream: remux.RemuxTrack.of(fragment for _, fragment in opened.fragments(stream, walks[stream]))
        for stream in recorded
    }
    playable = [stream for stream in recorded if tracks[stream].template is not None]
    files: dict[str, list[str]] = {}
    for stream in playable:
        files.setdefault(_file_of(stream, playable), []).append(stream)
    decoded: dict[str, Decoded] = {}
    for name, streams in files.items():
        if out is None:
            remux.measure([tracks[stream] for stream in streams])
            continue
        remux.write(out / name, [tracks[stream] for stream in streams], _naming(progress, name))
        if not decode_check:
            continue
        decoding = _("{file} is decoded to see that it plays:").format(file=name)
        decoded.update(zip(streams, decode(out / name, _naming(progress, decoding)), strict=True))
    gaps = gaps_of(reported, {stream: tracks[stream].coverage.gaps for stream in recorded})
    written = tuple(
        ExportedStream(
            stream,
            _file_of(stream, playable) if stream in playable and out is not None else None,
            tracks[stream].coverage.first_s,
            tracks[stream].coverage.last_s,
            tuple((gap.from_s, gap.to_s) for gap in gaps if gap.stream == stream),
            _logged(opened, stream) - walks[stream].segments_used,
            walks[stream].fragments_lost,
            tracks[stream].coverage.left_out,
            decoded.get(stream),
        )
        for stream in recorded
    )
    return written, gaps


def _naming(progress: Callable[[str, float], None] | None, doing: str) -> Callable[[float], None] | None:
    return None if progress is None else functools.partial(progress, doing)


def _logged(opened: OpenedTakes, stream: str) -> int:
    return sum(record.stream == stream for session in opened.sessions for record in session.report.segments)


def _file_of(stream: str, playable: Sequence[str]) -> str:
    if stream == "microphone":
        return "webcam.mkv" if "webcam" in playable else "microphone.mka"
    return f"{stream}.mkv"


def _tenth(moment_s: float | None) -> float | None:
    return None if moment_s is None else round(moment_s, 1)
